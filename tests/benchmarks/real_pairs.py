"""Every pair of real quotes that is taken for one utterance, to be read by a person.

    python -m tests.benchmarks.real_pairs ARCHIVE GOLD_DIR...
    python -m tests.benchmarks.real_pairs ARCHIVE GOLD_DIR... --unrelated 2000

The first prints each accepted pair of quotes of five words and more, of different articles,
with relation and kinds. The second asks quotes of one outlet against stories at least six
months away, which hardly ever carry them, and prints what is `corroborated` or `divergent`.
ARCHIVE is filled from the folders if it does not exist.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import real_articles
from verifier.archive import Archive
from verifier.assess import Case, Occurrence
from verifier.model import Finding, Holdings, Kind, Quote, Relation, Story, Verdict
from verifier.policy import Policy
from verifier.retrieval import LocalSearch
from verifier.text import words

_AWAY_DAYS = 182
Article = tuple[Story, tuple[Quote, ...]]

_NOW = datetime(2026, 1, 1, tzinfo=UTC)  # no story is under embargo


def main() -> None:
    """Print the pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--unrelated", type=int, default=0)
    options = parser.parse_args()
    articles = real_articles.archive(options.archive, options.folders)
    with Archive.open(options.archive) as archive:
        if options.unrelated:
            _print_unrelated(archive, articles, options.unrelated)
        else:
            _print_pairs(archive, articles)


def findings(
    archive: Archive, articles: Sequence[Article], *, away: bool = False
) -> Iterator[tuple[Story, Finding]]:
    """The findings for quotes of five words and more; `away`: against far stories alone."""
    policy = Policy()
    search = LocalSearch(archive, policy)
    for story, quotes in articles:
        asked = [q for q in quotes if len(words(q.text)) >= 5 and q.reported]
        found = search.find(asked, None, _NOW)
        if away:
            found = [[o for o in hits if _far(story, o)] for hits in found]
        case = Case(story, asked, policy=policy, holdings=Holdings(), quotes_of=archive.quotes_in)
        yield from ((story, f) for f in case.assess(found))


def _far(story: Story, found: Occurrence) -> bool:
    one, other = story.published, found.story.published
    return bool(one and other and abs((one - other).days) >= _AWAY_DAYS)


def _print_pairs(archive: Archive, articles: Sequence[Article]) -> None:
    seen = set()
    kinds: Counter[str] = Counter()
    for story, finding in findings(archive, articles):
        for match in finding.matches:
            pair = frozenset((finding.quote.id, match.quote.id))
            if pair in seen:
                continue
            seen.add(pair)
            found = [f"{d.kind}:{d.severity.value}" for d in match.divergences]
            kinds.update([match.relation.value, *found])
            print(f"\n{match.relation.value} {match.score} {' '.join(found)} {match.differences}")
            for side, one, quote in (
                ("here", story, finding.quote),
                ("there", match.story, match.quote),
            ):
                name = quote.speaker.name if quote.speaker else "-"
                print(f"  {side:<5} [{one.outlet} {one.published:%Y-%m-%d}; {name}] {quote.text}")
    print(f"\n{len(seen)} pairs", dict(kinds.most_common()))


def _print_unrelated(archive: Archive, articles: Sequence[Article], count: int) -> None:
    by_outlet = Counter(story.outlet for story, _ in articles)
    chosen = [a for a in articles if a[0].outlet == by_outlet.most_common(1)[0][0]]
    rest = [a for a in articles if a not in chosen]
    random.Random(0).shuffle(rest)
    verdicts: Counter[str] = Counter()
    for story, finding in findings(archive, chosen + rest, away=True):
        if finding.quote.kind is Kind.INDIRECT:
            continue
        verdicts[finding.verdict.value] += 1
        diverging = [m for m in finding.matches if m.relation is Relation.DIVERGENT]
        if diverging or finding.verdict is Verdict.CORROBORATED:
            print(f"\n{finding.verdict.value} [{story.outlet}] {finding.quote.text}")
            for match in diverging or finding.matches:
                found = [(d.kind, d.here, d.there) for d in match.divergences]
                print(f"  [{match.story.outlet}] {match.quote.text} {found}")
        if verdicts.total() == count:
            break
    print(f"\n{verdicts.total()} quotes", dict(verdicts))


if __name__ == "__main__":
    main()
