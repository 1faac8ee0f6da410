"""How soon a large page is usable, beside the sample's, in the same browser.

Usable: loaded from disk, laid out, and a first quote opened by a click. The median of five
visits. Ends with 1 if a large page takes more than five times as long as the sample's, or
5 MB and more.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from tests import sample
from tests.browser import Visit, executable, launched
from verifier.model import (
    Divergence,
    Finding,
    Kind,
    Match,
    NightReport,
    Quote,
    Relation,
    Report,
    Severity,
    Speaker,
    Story,
    Utterance,
    Variant,
    Verdict,
    digest,
)
from verifier.report import html

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_TIMES, MOST_BYTES = 5.0, 5_000_000
WORDS = [
    "the",
    "council",
    "will",
    "not",
    "open",
    "a",
    "second",
    "bridge",
    "until",
    "each",
    "of",
    "its",
    "cables",
    "has",
    "been",
    "tested",
    "by",
    "divers",
    "who",
    "were",
    "paid",
    "for",
    "the",
    "work",
    "last",
    "winter",
    "and",
    "nobody",
    "in",
    "the",
    "harbour",
    "office",
    "knew",
]


def large_check(quotes: int = 60) -> Report:
    """An article of `quotes` quotes, each carried by 2 to 30 other stories."""
    random = Random(7)
    body, findings = "", []
    for n, verdict in enumerate(islice(cycle(Verdict), quotes)):
        words = _words(random)
        at = len(body) + 1
        body += f"“{words},” said a speaker of the day, and went on to other things.\n\n"
        quote = _quote(words, n, at)
        matches = tuple(_match(words, verdict, m, random) for m in range(random.randint(2, 30)))
        findings.append(
            Finding(
                quote=quote,
                verdict=verdict,
                independent_sources=2,
                divergences=("number",) if verdict is Verdict.DIVERGENT else (),
                reason="Several outlets give another number.",
                matches=() if verdict is Verdict.UNMATCHED else matches,
            )
        )
    article = Story(text=body, title="A long day in the council", published=sample.PUBLISHED)
    return Report(article=article, archive=sample.report().archive, findings=tuple(findings))


def large_night(utterances: int = 5000) -> NightReport:
    """A night of `utterances`, a quarter of them grave, each in 1 to 4 wordings of 1 to 12 stories."""
    random = Random(11)
    return replace(sample.night(), utterances=tuple(_said(n, random) for n in range(utterances)))


def _said(number: int, random: Random) -> Utterance:
    severity = random.choice((Severity.HIGH, Severity.LOW, None, None))
    verdict = Verdict.DIVERGENT if severity else Verdict.CORROBORATED
    variants = tuple(
        Variant(
            matches=tuple(_match(words, verdict, m, random) for m in range(random.randint(1, 12)))
        )
        for words in (_words(random) for _ in range(random.randint(1, 4)))
    )
    return Utterance(
        id=digest(str(number)),
        variants=variants,
        severity=severity,
        divergences=("number",) if severity is Severity.HIGH else (),
        origins=2,
        reason="Several outlets carry it.",
    )


def _words(random: Random) -> str:
    return " ".join(random.choices(WORDS, k=random.randint(8, 40)))


def _quote(words: str, number: int, at: int) -> Quote:
    return Quote(
        id=digest(words, str(number)),
        kind=Kind.DIRECT,
        text=words,
        spans=((at, at + len(words)),),
        speaker=Speaker(name=f"Speaker {number}", role="member of the council"),
        confidence=0.9,
    )


def _match(words: str, verdict: Verdict, number: int, random: Random) -> Match:
    changed = Divergence(
        kind="number",
        severity=Severity.HIGH,
        here=words[4:10],
        there=words[4:10],
        here_span=(4, 10),
        there_span=(4, 10),
    )
    diverges = verdict in {Verdict.DIVERGENT, Verdict.CONTESTED} and number % 2 == 0
    story = Story(
        text=words,
        title="What the council said of the bridge on a long day",
        url=f"https://outlet{number}.example/2026/10/13/{random.randrange(10**6)}",
        outlet=f"Outlet {number}",
        published=sample.PUBLISHED - timedelta(minutes=random.randint(1, 600)),
    )
    return Match(
        story=story,
        quote=_quote(words, number, 0),
        relation=Relation.DIVERGENT if diverges else Relation.VERBATIM,
        score=90.0,
        divergences=(changed,) if diverges else (),
        independent=number % 3 > 0,
        why=None if number % 3 else "same agency",
        evidence=None if number % 3 else "both carry the report of Meridian",
    )


def usable(browser: Browser, path: Path, visits: int = 5) -> float:
    """Milliseconds from the navigation until a first quote is open, the median of `visits`."""
    taken: list[float] = []
    for _ in range(visits + 1):
        visit = Visit(browser, path)
        visit.page.locator(".card summary").nth(1).click()
        visit.page.wait_for_function("() => document.querySelectorAll('.card[open]').length > 0")
        taken.append(visit.page.evaluate("performance.now()"))
        visit.context.close()
    return median(taken[1:])


def measure(browser: Browser, folder: Path) -> bool:
    """Print a line for each page; whether all are small and quick enough."""
    good = True
    pairs = {
        "check": (html.write(sample.report()), html.write(large_check())),
        "night": (html.write_night(sample.night()), html.write_night(large_night())),
    }
    print(f"{'page':8} {'MB':>6} {'usable ms':>10} {'times':>6}")
    for name, (small, large) in pairs.items():
        base = 0.0
        for page in (small, large):
            path = folder / "page.html"
            path.write_text(page, encoding="utf-8")
            taken, size = usable(browser, path), len(page.encode())
            base = base or taken
            good = good and taken <= MOST_TIMES * base and size < MOST_BYTES
            print(f"{name:8} {size / 1e6:6.2f} {taken:10.0f} {taken / base:6.1f}")
    return good


def main() -> None:
    found = executable()
    if not found:
        sys.exit("Chromium is not installed; name one with CHROMIUM=/path/to/chromium")
    with tempfile.TemporaryDirectory() as folder, launched(found) as browser:
        sys.exit(0 if measure(browser, Path(folder)) else 1)


if __name__ == "__main__":
    main()
