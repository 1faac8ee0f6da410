"""The findings as `path:line:col: kind: message`, for editors and hooks.

What is corroborated says nothing, as a compiler does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from html import escape

from verifier.model import Finding, Report, Verdict
from verifier.report import phrases

_LINE_END = re.compile(r"\r\n|\r|\n")
_SNIPPET = 60  # characters
_FEW = 4  # words


def write(report: Report, *, path: str, source: str | None = None) -> str:
    """One line a quote that is not corroborated, in the order of the article.

    `path` is what the article was read from, `source` all characters of that file: of a page
    or a wire format they are more than the article's text. Lines and columns count from 1,
    columns in code points. `kind` is the verdict.
    """
    text = report.article.text
    whole = text if source is None else source
    starts = [0, *(m.end() for m in _LINE_END.finditer(whole))]
    name = phrases.clean(path)
    told = [f for f in report.findings if f.verdict is not Verdict.CORROBORATED]
    return "".join(
        f"{name}:{_place(_start(f, text, whole), starts)}: {_message(f)}\n" for f in told
    )


def _start(finding: Finding, text: str, whole: str) -> int:
    """Where the quote begins in the file; its beginning, where markup breaks up the words."""
    start, end = finding.quote.spans[0]
    if text == whole:
        return start
    words = text[start:end]
    beginning = " ".join(words.split()[:_FEW])
    forms = (words, escape(words, quote=False), beginning, escape(beginning, quote=False))
    return max(0, next((at for form in forms if (at := whole.find(form)) >= 0), 0))


def _place(start: int, starts: list[int]) -> str:
    line = bisect_right(starts, start)
    return f"{line}:{start - starts[line - 1] + 1}"


def _message(finding: Finding) -> str:
    words = phrases.clip(phrases.clean(finding.quote.text).rstrip(",;"), _SNIPPET)
    kinds = f"{', '.join(finding.divergences)}: " if finding.divergences else ""
    reason = phrases.clean(finding.reason)
    return f"{finding.verdict.value}: {kinds}“{words}” ({phrases.speaker(finding.quote)}): {reason}"
