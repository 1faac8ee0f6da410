"""How much of what brute force finds does the index find, and how fast?

    python -m tests.benchmarks.match --quotes 1000000 [--each 300] [--oracle 500] [--peers 20]
                                     [--seed 2]

Prints the figures that docs/ names. Thresholds are tuned on the queries of seed 2; report
those of another seed. The archive is made once and kept in `--folder`.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import NamedTuple

from tests.benchmarks import material, peers
from tests.benchmarks.material import Query
from tests.benchmarks.oracle import Oracle
from verifier.archive import Archive
from verifier.engine import LocalEngine, candidates
from verifier.index import Keys, quote_words
from verifier.policy import Policy
from verifier.weights import Frequencies, Weigher

_POLICY = Policy()
# So many accepted variants of one quote make it viral.
_VIRAL = 20


class Asked(NamedTuple):
    """A query and what the program answered, as wordings."""

    query: Query
    words: tuple[str, ...]
    hits: frozenset[str]
    undecided: frozenset[str]
    candidates: frozenset[str]
    weight: float

    @property
    def source(self) -> str | None:
        """The wording that the query was made from."""
        return None if self.query.source is None else " ".join(quote_words(self.query.source))


def main() -> None:
    """Make, ask, compare, print."""
    options = _options()
    path, archived, _ = material.archive(options.folder, options.quotes)
    queries = material.queries(archived, options.each, options.seed)
    clusters = {" ".join(quote_words(line.text)): line.cluster for line in archived}
    with Archive.open(path, readonly=True) as archive:
        print(f"{archive.quotes():,} quotes, {len(queries):,} queries")
        asked = _ask(archive, queries)
        _recall(asked, clusters, archive.quotes())
        if options.oracle:
            _against_oracle(archive, asked, clusters, options.oracle)
        _speed(archive, queries)
        if options.peers:
            _peers(archive, queries, options.peers)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quotes", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2, help="of the queries, not the archive")
    parser.add_argument("--each", type=int, default=200, help="queries of each kind")
    parser.add_argument("--oracle", type=int, default=500, help="queries for brute force")
    parser.add_argument("--peers", type=int, default=20, help="queries for the peers")
    parser.add_argument(
        "--folder", type=Path, default=Path(gettempdir()) / "quote-verifier-benchmarks"
    )
    return parser.parse_args()


def _ask(archive: Archive, queries: Sequence[Query]) -> list[Asked]:
    quotes = [material.quote(query.text) for query in queries]
    answers = LocalEngine(archive, _POLICY).match(quotes)
    shortlists = candidates(archive, quotes, _POLICY)
    weigher = Weigher(_POLICY)
    asked = []
    for query, answer, shortlist in zip(queries, answers, shortlists, strict=True):
        words = quote_words(query.text)
        asked.append(
            Asked(
                query=query,
                words=words,
                hits=_wordings(archive, [hit.number for hit in answer.hits]),
                undecided=_wordings(archive, [hit.number for hit in answer.undecided]),
                candidates=_wordings(archive, shortlist),
                weight=sum(weigher.query(words, _frequencies(archive, words))),
            )
        )
    return asked


def _frequencies(archive: Archive, words: Sequence[str]) -> Frequencies:
    keys = sorted(Keys.of(words).held)
    counts = {key: posting.n for key, posting in archive.postings(keys, largest=0).items()}
    return Frequencies(quotes=archive.quotes(), counts=counts)


def _wordings(archive: Archive, numbers: Sequence[int]) -> frozenset[str]:
    return frozenset(words for _, _, words in archive.wordings(numbers))


def _recall(asked: Sequence[Asked], clusters: dict[str, int], quotes: int) -> None:
    """Recall by kind, source found, precision."""
    rows: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        rows[one.query.kind].append(one)
    enough = log(max(quotes, _POLICY.guard_floor)) + 7
    print(f"{'kind':20} {'n':>5} {'accepted':>9} {'undecided':>9} {'candidate':>9}")
    rows["decidable fragment"] = [a for a in rows["fragment"] if a.weight >= enough]
    for kind, ones in rows.items():
        if kind != "unrelated":
            print(
                f"{kind:20} {len(ones):5} {_share(ones, lambda a: a.source in a.hits):9.4f} "
                f"{_share(ones, lambda a: a.source in a.undecided):9.4f} "
                f"{_share(ones, lambda a: a.source in a.candidates):9.4f}"
            )
    altered = [a for a in asked if a.source and a.query.kind != "fragment"]
    altered += rows["decidable fragment"]
    print(f"source found         {_share(altered, lambda a: a.source in a.candidates):.4f}")
    found = [a for a in altered if a.source in a.hits]
    false = [a for a in rows["unrelated"] if a.hits]
    strange = sum(_strange(a, clusters) for a in found)
    print(f"precision, one unrelated to one real {len(found) / (len(found) + len(false)):.4f}")
    print(f"unrelated queries with a false match {len(false)} of {len(rows['unrelated'])}")
    print(f"altered queries with a match besides their source's variants {strange}")


def _strange(one: Asked, clusters: dict[str, int]) -> bool:
    return any(clusters[hit] != clusters[one.source or hit] for hit in one.hits)


def _share(ones: Sequence[Asked], good: Callable[[Asked], bool]) -> float:
    return sum(map(good, ones)) / len(ones) if ones else 1.0


def _against_oracle(
    archive: Archive, asked: Sequence[Asked], clusters: dict[str, int], count: int
) -> None:
    """Pairs found and accepted, of those that brute force accepts."""
    wordings = list(clusters)
    oracle = Oracle(wordings, _POLICY)
    step = max(1, len(asked) // count)
    pairs: Counter[str] = Counter()
    begun = time.process_time()
    for one in asked[::step]:
        frequencies = _frequencies(archive, one.words)
        right = {wordings[at] for at in oracle.accepted(one.words, frequencies)}
        pairs.update(_compared("all", right, one))
        size = Counter(clusters[wording] for wording in right)
        small = {wording for wording in right if size[clusters[wording]] <= _VIRAL}
        pairs.update(_compared("outside viral clusters", small, one))
        pairs.update(_clusters(right, one, clusters))
    spent = time.process_time() - begun
    print(f"brute force: {spent / len(asked[::step]) * 1000:.1f} ms a query")
    for name in ("all", "outside viral clusters", "clusters"):
        total = max(1, pairs[f"{name} pairs"])
        print(
            f"pairs, {name:22} {total:7}  found {pairs[f'{name} found'] / total:.4f}  "
            f"accepted end to end {pairs[f'{name} accepted'] / total:.4f}"
        )
    print(f"accepted, but not by brute force: {pairs['all more']}")


def _compared(name: str, right: set[str], one: Asked) -> dict[str, int]:
    return {
        f"{name} pairs": len(right),
        f"{name} found": len(right & one.candidates),
        f"{name} accepted": len(right & one.hits),
        f"{name} more": len(one.hits - right),
    }


def _clusters(right: set[str], one: Asked, clusters: dict[str, int]) -> dict[str, int]:
    """The same by cluster of variants: is one of each there?"""
    wanted = {clusters[wording] for wording in right}
    return {
        "clusters pairs": len(wanted),
        "clusters found": len(wanted & {clusters[wording] for wording in one.candidates}),
        "clusters accepted": len(wanted & {clusters[wording] for wording in one.hits}),
    }


def _speed(archive: Archive, queries: Sequence[Query]) -> None:
    """One query at a time, then all at once."""
    engine = LocalEngine(archive, _POLICY)
    quotes = [material.quote(query.text) for query in queries]
    engine.match(quotes[:50])
    times = sorted(_timed(lambda q=q: engine.match([q])) for q in quotes[::3])  # type: ignore[misc]
    begun = time.process_time()
    engine.match(quotes)
    each = (time.process_time() - begun) / len(quotes)
    print(
        f"one query: p50 {statistics.median(times) * 1000:.2f} ms, "
        f"p95 {times[int(0.95 * len(times))] * 1000:.2f} ms; "
        f"{len(quotes):,} at once: {each * 1e6:.0f} us of CPU each"
    )


def _timed(do: Callable[[], object]) -> float:
    begun = time.process_time()
    do()
    return time.process_time() - begun


def _peers(archive: Archive, queries: Sequence[Query], count: int) -> None:
    """rapidfuzz over all quotes, and SQLite's full-text index on the five rarest words."""
    sample = [q for q in queries if q.source][:: max(1, len(queries) // 2 // count)][:count]
    numbers = range(1, archive.quotes() + 1)
    texts = [words for _, _, words in archive.wordings(numbers)]
    with TemporaryDirectory() as folder:
        peers.index(Path(folder) / "full-text.sqlite", texts)
        with closing(sqlite3.connect(Path(folder) / "full-text.sqlite")) as db:
            _peer("rapidfuzz process.extract(ratio)", sample, lambda t: peers.alike(t, texts))
            _peer("SQLite FTS5, 5 rarest words", sample, lambda t: peers.with_rare_words(db, t))


def _peer(name: str, sample: Sequence[Query], ask: Callable[[str], set[str]]) -> None:
    times, found = [], 0
    for query in sample:
        begun = time.process_time()
        answers = ask(" ".join(quote_words(query.text)))
        times.append(time.process_time() - begun)
        found += " ".join(quote_words(query.source or "")) in answers
    each = statistics.median(times) * 1000
    print(f"{name:34} p50 {each:9.2f} ms, source found {found / len(sample):.3f}")


if __name__ == "__main__":
    main()
