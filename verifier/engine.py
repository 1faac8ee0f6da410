"""The local engine: queries in, archived quotes that carry the same utterance out.

`match_shard` does the work for one archive file; it is a plain function of values that can
be pickled, so that worker processes and cluster engines call the very same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.align import (
    Rule,
    Side,
    Text,
    align,
    common,
    judge,
    least_weight,
    prepare,
)
from verifier.archive import Archive, wording_hash
from verifier.index import (
    Keys,
    Least,
    Posting,
    Term,
    choose,
    covering,
    is_apart,
    quote_words,
    terms,
)
from verifier.model import Quote
from verifier.policy import Policy
from verifier.value import NamedTuple, value
from verifier.weights import Frequencies, Weigher, contexts

if TYPE_CHECKING:
    from verifier.bulk import Covering

# Queries that ask the archive together (of 2,500 at a million, 500 together take 6% more time
# than 1,250 and 20 of 166 MB less), and queries that a worker process is given at least and at
# most: it remembers what words weigh.
_TOGETHER = 1250
_FEW = 500
_MANY = 2500
# Queries from which on numpy is worth its import.
_BULK = 100
# Candidates are weighed in thousandths of a nat.
_FINE = 1000
# Postings up to this many numbers are read along with their count.
_SMALL = 64


class Hit(NamedTuple):
    """An archived wording that the query is aligned with.

    `number` is its number in the archive, `wording` its hash, the same in every archive.
    `score` (0..100), `similarity` and `weight` are those of the alignment.
    """

    number: int
    wording: int
    rule: Rule
    score: float
    similarity: float
    weight: float


@value
class Answer:
    """What is found for one query: `hits` by their words, best first.

    `undecided` are aligned too, but their words are too few or too common: speaker, day and
    subject must decide.
    """

    hits: tuple[Hit, ...] = ()
    undecided: tuple[Hit, ...] = ()


class LocalEngine:
    """Matches queries against one archive, in this process or in several."""

    def __init__(self, archive: Archive, policy: Policy, *, processes: int = 1) -> None:
        self._archive = archive
        self._policy = policy
        self._processes = processes

    def match(self, queries: Sequence[Quote], *, since: date | None = None) -> list[Answer]:
        """One answer a query, in order. Raises ArchiveError.

        `since` leaves out what was last published before that day.
        """
        if self._processes > 1 and len(queries) > _FEW:
            answers = self._spread(queries)
        else:
            answers = match_archive(self._archive, queries, self._policy)
        answers = shown(unite([answers]), self._policy)
        return self._recent(answers, since) if since else answers

    def _spread(self, queries: Sequence[Quote]) -> list[Answer]:
        """Over worker processes, each with its own connection to the archive."""
        # Importing this costs more than a check; only a night needs it.
        from verifier import workers  # noqa: PLC0415

        size = min(max(len(queries) // (2 * self._processes) + 1, _FEW), _MANY)
        parts = [queries[at : at + size] for at in range(0, len(queries), size)]
        paths, policies = [self._archive.path] * len(parts), [self._policy] * len(parts)
        with workers.pool(self._processes) as pool:
            return list(chain.from_iterable(pool.map(match_shard, paths, parts, policies)))

    def _recent(self, answers: Sequence[Answer], since: date) -> list[Answer]:
        numbers = {hit.number for a in answers for hit in (*a.hits, *a.undecided)}
        recent = self._archive.seen_since(numbers, since)
        return [
            Answer(
                hits=tuple(hit for hit in a.hits if hit.number in recent),
                undecided=tuple(hit for hit in a.undecided if hit.number in recent),
            )
            for a in answers
        ]


def match_shard(
    path: Path,
    queries: Sequence[Quote],
    policy: Policy,
    frequencies: Frequencies | None = None,
) -> list[Answer]:
    """One answer a query from the archive file at `path`, for `unite`.

    `frequencies`: the sums over all shards (`total`); None if this is the only one. The
    numbers are that file's. Raises ArchiveError.
    """
    with Archive.open(path, create=False, readonly=True) as archive:
        return match_archive(archive, queries, policy, frequencies)


def shard_frequencies(path: Path, queries: Sequence[Quote]) -> Frequencies:
    """How many quotes of the archive at `path` hold each of the queries' keys.

    Raises ArchiveError.
    """
    with Archive.open(path, create=False, readonly=True) as archive:
        if not archive.numbered():
            return Frequencies()
        keys = sorted(set(chain.from_iterable(_query(quote).asked for quote in queries)))
        return _frequencies(archive, archive.postings(keys, largest=0))


def total(parts: Iterable[Frequencies]) -> Frequencies:
    """The frequencies of several shards together."""
    quotes, counts = 0, Counter[int]()
    for part in parts:
        quotes += part.quotes
        counts.update(part.counts)
    return Frequencies(quotes=quotes, counts=counts)


def unite(parts: Sequence[Sequence[Answer]]) -> list[Answer]:
    """One answer a query from the answers of each shard, as if the shards were one archive.

    A wording that several shards hold is one hit. Some shards may be united first, and
    others with them.
    """
    return [
        Answer(
            hits=_united(answer.hits for answer in answers),
            undecided=_united(answer.undecided for answer in answers),
        )
        for answers in zip(*parts, strict=True)
    ]


def _united(found: Iterable[Sequence[Hit]]) -> tuple[Hit, ...]:
    return tuple(sorted({hit.wording: hit for hits in found for hit in hits}.values(), key=_best))


def shown(answers: Sequence[Answer], policy: Policy) -> list[Answer]:
    """United answers, with as many undecided hits as are handed on."""
    return [replace(answer, undecided=answer.undecided[: policy.undecided]) for answer in answers]


def match_archive(
    archive: Archive,
    queries: Sequence[Quote],
    policy: Policy,
    frequencies: Frequencies | None = None,
) -> list[Answer]:
    """`match_shard` on an archive that is open already."""
    if not archive.numbered():  # as the own one of who searches shards may be
        return [Answer() for _ in queries]
    matcher = _Matcher(archive, policy)
    parts = (queries[at : at + _TOGETHER] for at in range(0, len(queries), _TOGETHER))
    with archive.snapshot():
        return [answer for part in parts for answer in matcher.answers(part, frequencies)]


def candidates(archive: Archive, queries: Sequence[Quote], policy: Policy) -> list[tuple[int, ...]]:
    """For each query the numbers of the quotes that it would be compared with (benchmarks)."""
    matcher = _Matcher(archive, policy)
    parts = (queries[at : at + _TOGETHER] for at in range(0, len(queries), _TOGETHER))
    return [tuple(numbers) for part in parts for _, numbers in matcher.shortlists(part, None)[0]]


class _Query(NamedTuple):
    """A query's words, their keys, the terms that find others, and the hash of the wording."""

    words: tuple[str, ...]
    keys: Keys
    terms: list[Term]
    wording: int

    @property
    def asked(self) -> set[int]:
        """The keys of which the archive is asked."""
        return self.keys.held.union([term.key for term in self.terms])


class _Matcher:
    """Finds candidates for queries in one archive and judges them."""

    def __init__(self, archive: Archive, policy: Policy) -> None:
        self._archive = archive
        self._policy = policy
        self._weigher = Weigher(policy)
        self._bulk: Covering | None = None

    def answers(self, quotes: Sequence[Quote], frequencies: Frequencies | None) -> Iterator[Answer]:
        """One answer a quote; what they ask of the archive is asked together."""
        listed, known = self.shortlists(quotes, frequencies)
        numbers = sorted(set(chain.from_iterable(numbers for _, numbers in listed)))
        wordings = {row[0]: row for row in self._archive.wordings(numbers)}
        for text, numbers in listed:
            yield self._answer(text, [wordings[number] for number in numbers], known.quotes)

    def shortlists(
        self, quotes: Sequence[Quote], frequencies: Frequencies | None
    ) -> tuple[list[tuple[Text, list[int]]], Frequencies]:
        """Each quote, and the numbers of those that it is to be compared with.

        With them what the archive holds of their keys.
        """
        queries = [_query(quote) for quote in quotes]
        keys = sorted(set(chain.from_iterable(query.asked for query in queries)))
        found = self._archive.postings(keys, largest=_SMALL)
        known = frequencies or _frequencies(self._archive, found)
        texts = [self._prepared(query, known) for query in queries]
        chosen = [
            choose(query.terms, known.counts, *self._budget(text, known.quotes))
            for query, text in zip(queries, texts, strict=True)
        ]
        docs = self._documents({term.key for terms in chosen for term in terms}, found)
        same = self._same(queries)
        cover = self._covering(len(queries))
        listed = []
        for query, text, read in zip(queries, texts, chosen, strict=True):
            held = [(term, docs[term.key]) for term in read if term.key in docs]
            weights = [round(_FINE * weight) for weight in text.side.weights]
            numbers = cover(held, weights, self._enough(text))
            if query.wording in same and same[query.wording] not in numbers:
                numbers.append(same[query.wording])
            listed.append((text, numbers))
        return listed, known

    def _prepared(self, query: _Query, known: Frequencies) -> Text:
        weights = self._weigher.query(query.words, known, query.keys)
        least = least_weight(weights, known.quotes, self._policy)
        return prepare(query.words, weights, least)

    def _budget(self, text: Text, quotes: int) -> tuple[int, int]:
        """How many posting entries are read to find what is like `text` among `quotes`.

        And in how many of them it must stand.
        """
        policy = self._policy
        light = policy.light_postings * min(1.0, (policy.light / _spare(text)) ** 2)
        budget = max(policy.postings, light) * max(1.0, quotes / policy.postings_quotes)
        return int(budget), int(policy.opening_share * budget)

    def _enough(self, text: Text) -> Least:
        """What the shared terms of a candidate weigh at least."""
        policy = self._policy
        placed = min(policy.placed_share * text.least, policy.placed_total * text.total)
        return Least(
            placed=round(_FINE * placed),
            moved=round(_FINE * policy.candidate_share * text.moved),
        )

    def _same(self, queries: Sequence[_Query]) -> dict[int, int]:
        """Hash -> number of the archived wordings that are those of a query."""
        numbers = self._archive.numbers(sorted({query.wording for query in queries}))
        return {wording: number for number, wording in numbers.items()}

    def _documents(self, keys: Collection[int], found: Mapping[int, Posting]) -> dict[int, Posting]:
        """The postings of each key that this archive holds; the long ones are read now."""
        held = {key: found[key] for key in keys if key in found}
        long = sorted(key for key, posting in held.items() if posting.docs is None)
        if long:
            held |= self._archive.postings(long, largest=1 << 40)
        return {key: posting for key, posting in held.items() if posting.docs}

    def _covering(self, queries: int) -> Callable[..., list[int]]:
        """How so many queries find what covers them: by arrays, if they are worth importing."""
        if queries < _BULK:
            return covering
        if self._bulk is None:
            from verifier.bulk import Covering  # noqa: PLC0415 - see there

            self._bulk = Covering(self._archive.numbered())
        return self._bulk

    def _answer(self, text: Text, listed: Iterable[tuple[int, int, str]], quotes: int) -> Answer:
        known = dict(zip(contexts(text.side.words), text.side.weights, strict=True))
        hits: list[Hit] = []
        undecided: list[Hit] = []
        for number, wording, joined in listed:
            words = joined.split(" ")
            chains = common(text, words, self._policy)
            if chains:
                other = Side(words, self._weigher.beside(words, known))
                alignment = align(text, other, self._policy, chains)
                rule = judge(alignment, quotes, self._policy)
                if rule:
                    hit = Hit(
                        number,
                        wording,
                        rule,
                        alignment.score,
                        alignment.similarity,
                        alignment.weight,
                    )
                    (undecided if rule is Rule.UNDECIDED else hits).append(hit)
        return Answer(hits=tuple(hits), undecided=tuple(undecided))


def _spare(text: Text) -> float:
    """How many times what an alignment must weigh a query weighs."""
    return text.total / text.moved if text.moved else 1.0


def _query(quote: Quote) -> _Query:
    words, apart = quote_words(quote.text), is_apart(quote)
    keys = Keys.of(words, apart=apart)
    return _Query(words, keys, terms(words, keys), wording_hash(" ".join(words), apart=apart))


def _frequencies(archive: Archive, found: Mapping[int, Posting]) -> Frequencies:
    counts = {key: posting.n for key, posting in found.items()}
    return Frequencies(quotes=archive.quotes(), counts=counts)


def _best(hit: Hit) -> tuple[float, float, int]:
    return (-hit.similarity, -hit.weight, hit.wording)
