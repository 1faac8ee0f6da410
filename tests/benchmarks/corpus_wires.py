"""What is read of public samples of wire formats: `python -m tests.benchmarks.corpus_wires DIR`.

DIR is any folder; each folder in it is a collection of its own, such as the data of
martinvirtel/newsmlg2-testdata, unpacked, the examples of iptc/newsinjson and of
iptc/newsml-g2, the fixtures of guardian/newswires and superdesk/superdesk-core. None is part
of this repository. What a file states is looked for in its bytes, by patterns that know
nothing of the readers: a text item counts as whole if everything that its file states was read of body,
headline, language, provider and version; "all 5" counts those that have them all.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

from verifier.errors import VerifierError
from verifier.intake import walk
from verifier.model import Story
from verifier.stories import Form, looks_like, read_all

_WIRES = (Form.NEWSML, Form.NEWSML1, Form.NITF, Form.JSON, Form.TELEGRAPH)
_TEXT = re.compile(rb"<p[ >/]|<inlineData|<DataContent|body_html|body_text|\"bodies\"")
_OTHER = re.compile(
    rb"itemClass qcode=\"\w+:(?:picture|video|audio|graphic|composite)|<(?:concept|knowledge|"
    rb"planning|catalog)Item|\"type\"\s*:\s*\"(?:picture|video|audio|graphic|event|planning|"
    rb"composite)"
)
_STATED = {
    "headline": rb"<headline[^>]*>\s*[^<\s]|<hl1[^>]*>\s*[^<\s]|<title>[^<]"
    rb"|\"headlines?\"\s*:\s*[\[\"{]",
    "language": rb"xml:lang=\"|<language tag|baselang|<Language |\"language\"\s*:\s*\"\w",
    "provider": rb"<(?:\w+:)?provider [^>]*\"[^\"]|<ProviderId|regsrc=\"[^\"]|src-name|<distributor|"
    rb"copyright holder|\"(?:provider|source|infosources?|copyrightholder)\"",
    "version": rb"<(?:\w+:)?newsItem[^>]*\sversion=\"|<RevisionId|<du-key[^>]*version|date.issue|"
    rb"\"version\"\s*:|\"versioncreated\"",
}
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_INNERMOST = re.compile(rb"([:\[,]\s*)\{[^{}]*\}")
_CODES = re.compile(
    rb"(?:pubStatus|signal) (?:qcode|uri)=\"([^\"]+)\"|<(embargoed)[ >/]|management-status=\"(\w+)\""
    rb"|<Status FormalName=\"(\w+)\"|\"pubstatus\"\s*:\s*\"(\w+)\"|\"(embargoed\w*)\"\s*:\s*\"\d",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Tally:
    """What was found in one collection, of one form."""

    files: int = 0
    texts: int = 0
    whole: int = 0
    complete: int = 0
    seconds: float = 0.0
    unsaid: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)


def main(folder: Path) -> None:
    """Print the tables."""
    tallies: dict[tuple[str, str], Tally] = {}
    for path in walk((folder,)):
        raw = path.read_bytes()
        form = looks_like(raw) if raw.strip() else Form.TEXT
        if form in _WIRES:
            key = (path.relative_to(folder).parts[:-1] or (folder.name,))[0], form.value
            _count(path, raw, tallies.setdefault(key, Tally()))
    _print(tallies)


def _count(path: Path, raw: bytes, tally: Tally) -> None:
    tally.files += 1
    start = process_time()
    try:
        found, problems = read_all(raw, path.name)
        reasons = [problem.message for problem in problems]
    except VerifierError as error:
        found, reasons = (), [error.message]
    tally.seconds += process_time() - start
    for reason in reasons:
        tally.refused[re.sub(r" item .*|, [^,]*line .*|: .*", "", reason)] += 1
    if reasons and _TEXT.search(raw) and not _OTHER.search(raw) and not found:
        tally.texts += 1
        tally.lost.append(f"{path.name}: {reasons[0]}")
    own = _own(raw)
    for story in found:
        tally.texts += bool(story.text)
        missing = [name for name in _STATED if not _read(story, name)]
        lost = [name for name in missing if re.search(_STATED[name], own, re.IGNORECASE)]
        tally.unsaid.update(name for name in missing if name not in lost)
        tally.whole += bool(story.text) and not lost
        tally.complete += bool(story.text) and not missing
        tally.statuses[story.status] += 1
        tally.codes.update((code, story.status) for code in _codes(_COMMENT.sub(b"", raw)))
        if lost:
            tally.lost.append(f"{path.name}: {', '.join(lost)}")


def _own(raw: bytes) -> bytes:
    """`raw` without comments, and without what JSON states of a picture in a story."""
    own = _COMMENT.sub(b"", raw)
    while own.startswith(b"{") and (less := _INNERMOST.sub(rb"\g<1>0", own)) != own:
        own = less
    return own


def _read(story: Story, name: str) -> bool:
    if name == "version":
        return bool(story.revision or story.updated)
    return bool({"headline": story.title, "provider": story.outlet}.get(name, story.language))


def _codes(raw: bytes) -> Iterator[str]:
    for match in _CODES.finditer(raw):
        yield next(group for group in match.groups() if group).decode()


def _print(tallies: dict[tuple[str, str], Tally]) -> None:
    print(
        f"{'collection':34}{'form':11}{'files':>6}{'texts':>6}{'whole':>6}{'all 5':>6}{'ms/file':>9}"
    )
    for (name, form), t in sorted(tallies.items()):
        each = 1000 * t.seconds / t.files
        print(f"{name[:33]:34}{form:11}{t.files:6}{t.texts:6}{t.whole:6}{t.complete:6}{each:9.1f}")
    texts = sum(t.texts for t in tallies.values())
    for what, name in (("whole", "whole"), ("with all five", "complete")):
        n = sum(getattr(t, name) for t in tallies.values())
        print(f"{n} of {texts} text items {what}: {n / max(texts, 1):.1%}")
    for title, name in (
        ("refused", "refused"),
        ("not in the file", "unsaid"),
        ("read as", "statuses"),
    ):
        total: Counter[str] = sum((getattr(t, name) for t in tallies.values()), Counter())
        print(f"\n{title}: " + ", ".join(f"{what} {n}" for what, n in total.most_common()))
    print("\ncodes, and the statuses of the items that have them:")
    codes: Counter[tuple[str, str]] = sum((t.codes for t in tallies.values()), Counter())
    for (code, status), n in sorted(codes.items()):
        print(f"  {code:40}{status:12}{n:5}")
    print("\nlost:", *(line for t in tallies.values() for line in t.lost), sep="\n  ")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
