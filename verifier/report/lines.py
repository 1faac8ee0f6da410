"""The findings as `path:line:col: kind: message`, for editors and hooks.

What is corroborated says nothing, as a compiler does.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from verifier.model import Finding, Report, Verdict
from verifier.report import phrases

_LINE_END = re.compile(r"\r\n|\r|\n")
_SNIPPET = 60  # characters


def write(report: Report, *, path: str) -> str:
    """One line a quote that is not corroborated, in the order of the article.

    `path` is what the article was read from. Lines and columns count from 1, columns in
    code points. `kind` is the verdict.
    """
    starts = [0, *(m.end() for m in _LINE_END.finditer(report.article.text))]
    name = phrases.clean(path)
    told = [f for f in report.findings if f.verdict is not Verdict.CORROBORATED]
    return "".join(f"{name}:{_place(f, starts)}: {_message(f)}\n" for f in told)


def _place(finding: Finding, starts: list[int]) -> str:
    start = finding.quote.spans[0][0]
    line = bisect_right(starts, start)
    return f"{line}:{start - starts[line - 1] + 1}"


def _message(finding: Finding) -> str:
    words = phrases.clip(phrases.clean(finding.quote.text).rstrip(",;"), _SNIPPET)
    kinds = f"{', '.join(finding.divergences)}: " if finding.divergences else ""
    reason = phrases.clean(finding.reason)
    return f"{finding.verdict.value}: {kinds}“{words}” ({phrases.speaker(finding.quote)}): {reason}"
