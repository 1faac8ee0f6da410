"""The local engine: queries in, archived quotes that carry the same utterance out.

`match_shard` does the work for one archive file; it is a plain function of values that can
be pickled, so that worker processes and cluster engines call the very same.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path

from verifier.align import (
    Alignment,
    Rule,
    Side,
    Text,
    align,
    common_runs,
    judge,
    least_weight,
    prepare,
    promising,
    similar,
)
from verifier.archive import Archive
from verifier.index import (
    Budget,
    Candidate,
    Posting,
    all_keys,
    choose,
    gather,
    is_apart,
    pair_keys,
    quote_words,
    shortlisted,
    unpack,
)
from verifier.model import Quote
from verifier.policy import Policy
from verifier.value import value
from verifier.weights import Frequencies, Known, Weigher, contexts

# Queries whose keys are looked up together, and queries that a worker process is given.
_TOGETHER = 100
_CHUNK = 500
# Postings up to this many numbers are read along with their count.
_SMALL = 64


@value
class Hit:
    """An archived wording that the query is aligned with.

    `number` is its number in the archive, `wording` its hash, the same in every archive.
    `alignment`: the query is `here`. `worth` (nats): what the index promised.
    """

    number: int
    wording: int
    rule: Rule
    alignment: Alignment
    worth: float

    @property
    def score(self) -> float:
        """0..100: the share of the shorter quote's weight that is aligned."""
        return self.alignment.score


Standing = tuple[float, int]
"""What orders the candidates for a query: worth, negated, then the wording's hash."""


@value
class Answer:
    """What is found for one query: `hits` by their words, best first.

    `undecided` are aligned too, but their words are too few or too common: speaker, day and
    subject must decide. `compared` are all candidates, best first, and `least` (nats) what
    one must be worth to be compared in any case; `unite` needs them.
    """

    hits: tuple[Hit, ...] = ()
    undecided: tuple[Hit, ...] = ()
    compared: tuple[Standing, ...] = ()
    least: float = 0.0


@value
class _Query:
    """A query's words and its key space."""

    words: tuple[str, ...]
    apart: bool


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
        if self._processes > 1 and len(queries) > _CHUNK:
            answers = self._spread(queries)
        else:
            answers = match_archive(self._archive, queries, self._policy)
        answers = shown(unite([answers], self._policy), self._policy)
        return self._recent(answers, since) if since else answers

    def _spread(self, queries: Sequence[Quote]) -> list[Answer]:
        """Over worker processes, each with its own connection to the archive."""
        # Importing these costs more than a check; only a night needs them.
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
        from multiprocessing import get_context  # noqa: PLC0415

        parts = [queries[at : at + _CHUNK] for at in range(0, len(queries), _CHUNK)]
        paths, policies = [self._archive.path] * len(parts), [self._policy] * len(parts)
        with ProcessPoolExecutor(self._processes, mp_context=get_context("spawn")) as pool:
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
        keys = sorted(set(chain.from_iterable(_keys(_query(quote)) for quote in queries)))
        return _frequencies(archive, archive.postings(keys, largest=0))


def total(parts: Iterable[Frequencies]) -> Frequencies:
    """The frequencies of several shards together."""
    quotes, counts = 0, Counter[int]()
    for part in parts:
        quotes += part.quotes
        counts.update(part.counts)
    return Frequencies(quotes=quotes, counts=counts)


def unite(parts: Sequence[Sequence[Answer]], policy: Policy) -> list[Answer]:
    """One answer a query from the answers of each shard, as if the shards were one archive.

    Each shard compares its own best candidates; what is not among the best of all is left
    out. A wording that several shards hold is one hit. Some shards may be united first, and
    others with them; then the result is `shown`.
    """
    return [_united(answers, policy) for answers in zip(*parts, strict=True)]


def shown(answers: Sequence[Answer], policy: Policy) -> list[Answer]:
    """United answers, with as many undecided hits as are handed on."""
    return [replace(answer, undecided=answer.undecided[: policy.undecided]) for answer in answers]


def _united(answers: Sequence[Answer], policy: Policy) -> Answer:
    compared = sorted({standing for answer in answers for standing in answer.compared})
    least = answers[0].least
    worths = [-worth for worth, _ in compared]
    size = shortlisted(worths, least, policy.candidates_at_least, policy.candidates)
    best = set(compared[:size])
    hits, undecided = (
        {h.wording: h for hits in found for h in hits if (-h.worth, h.wording) in best}
        for found in ([a.hits for a in answers], [a.undecided for a in answers])
    )
    return Answer(
        hits=tuple(sorted(hits.values(), key=_best)),
        undecided=tuple(sorted(undecided.values(), key=_best)),
        compared=tuple(compared[:size]),
        least=least,
    )


def match_archive(
    archive: Archive,
    queries: Sequence[Quote],
    policy: Policy,
    frequencies: Frequencies | None = None,
) -> list[Answer]:
    """`match_shard` on an archive that is open already."""
    matcher = _Matcher(archive, policy)
    parts = (queries[at : at + _TOGETHER] for at in range(0, len(queries), _TOGETHER))
    return [answer for part in parts for answer in matcher.answers(part, frequencies)]


def candidates(archive: Archive, queries: Sequence[Quote], policy: Policy) -> list[tuple[int, ...]]:
    """For each query the numbers of the quotes that it would be compared with (benchmarks)."""
    matcher = _Matcher(archive, policy)
    parts = (queries[at : at + _TOGETHER] for at in range(0, len(queries), _TOGETHER))
    return [numbers for part in parts for numbers in matcher.shortlists(part)]


class _Matcher:
    """Finds candidates for queries in one archive and judges them."""

    def __init__(self, archive: Archive, policy: Policy) -> None:
        self._archive = archive
        self._policy = policy
        self._weigher = Weigher(policy)

    def answers(self, quotes: Sequence[Quote], frequencies: Frequencies | None) -> Iterator[Answer]:
        """One answer a quote; the keys of all are looked up together."""
        for query, found, known in self._looked_up(quotes, frequencies):
            yield self._answer(query, found, known) if query.words else Answer()

    def shortlists(self, quotes: Sequence[Quote]) -> Iterator[tuple[int, ...]]:
        """The numbers of the candidates for each quote."""
        for query, found, known in self._looked_up(quotes, None):
            text = self._prepared(query, known)
            listed = self._candidates(query, text, found, known) if query.words else ()
            yield tuple(candidate.number for candidate in listed)

    def _looked_up(
        self, quotes: Sequence[Quote], frequencies: Frequencies | None
    ) -> Iterator[tuple[_Query, Mapping[int, Posting], Frequencies]]:
        queries = [_query(quote) for quote in quotes]
        keys = sorted(set(chain.from_iterable(_keys(query) for query in queries)))
        found = self._archive.postings(keys, largest=_SMALL)
        known = frequencies or _frequencies(self._archive, found)
        return ((query, found, known) for query in queries)

    def _prepared(self, query: _Query, frequencies: Frequencies) -> Text:
        weights = self._weigher.query(query.words, frequencies, apart=query.apart)
        least = least_weight(sum(weights), frequencies.quotes, self._policy)
        return prepare(query.words, weights, least)

    def _answer(
        self, query: _Query, found: Mapping[int, Posting], frequencies: Frequencies
    ) -> Answer:
        text = self._prepared(query, frequencies)
        known = dict(zip(contexts(query.words), text.side.weights, strict=True))
        listed = self._listed(query, text, found, frequencies)
        hits: list[Hit] = []
        undecided: list[Hit] = []
        for worth, wording, number, words in listed:
            alignment = self._align(text, words, known)
            rule = alignment and judge(alignment, frequencies.quotes, self._policy)
            if alignment and rule:
                hit = Hit(
                    number=number, wording=wording, rule=rule, alignment=alignment, worth=worth
                )
                (undecided if rule is Rule.UNDECIDED else hits).append(hit)
        return Answer(
            hits=tuple(hits),
            undecided=tuple(undecided),
            compared=tuple((-worth, wording) for worth, wording, _, _ in listed),
            least=self._policy.candidate_share * text.least,
        )

    def _listed(
        self,
        query: _Query,
        text: Text,
        found: Mapping[int, Posting],
        frequencies: Frequencies,
    ) -> list[tuple[float, int, int, list[str]]]:
        """The worth, hash, number and words of the candidates, best first.

        Among equals the hash decides, not the number: that differs from shard to shard.
        """
        worth = dict(self._candidates(query, text, found, frequencies))
        rows = self._archive.wordings(sorted(worth))
        listed = [(worth[number], wording, number, words) for number, wording, words in rows]
        listed.sort(key=lambda one: (-one[0], one[1]))
        policy = self._policy
        worths = [one[0] for one in listed]
        least = policy.candidate_share * text.least
        return listed[: shortlisted(worths, least, policy.candidates_at_least, policy.candidates)]

    def _candidates(
        self,
        query: _Query,
        text: Text,
        found: Mapping[int, Posting],
        frequencies: Frequencies,
    ) -> list[Candidate]:
        policy = self._policy
        weights = text.side.weights
        keys = pair_keys(query.words, apart=query.apart)
        least = policy.candidate_share * text.least
        most = max(policy.postings, int(policy.postings_share * frequencies.quotes))
        budget = Budget(policy.postings_free, most)
        chosen = choose(keys, weights, frequencies.counts, least, budget)
        held = self._documents([keys[at] for at in chosen], found)
        # What the two words of a pair weigh; a query of one word has no second. The order of
        # adding up is that of the query, whatever this shard holds.
        read = [
            (sum(weights[at : at + 2]), frequencies.counts[keys[at]], held[keys[at]])
            for at in chosen
            if keys[at] in held
        ]
        return gather(read, least, policy.candidates_at_least, policy.candidates)

    def _documents(
        self, keys: Sequence[int], found: Mapping[int, Posting]
    ) -> dict[int, array[int]]:
        """The numbers of each key that this archive holds; the long ones are read now."""
        held = {key: found[key].docs for key in keys if key in found}
        long = [key for key, docs in held.items() if docs is None]
        if long:
            held |= {k: p.docs for k, p in self._archive.postings(long, largest=1 << 40).items()}
        return {key: unpack(docs) for key, docs in held.items() if docs}

    def _align(self, text: Text, words: Sequence[str], known: Known) -> Alignment | None:
        if not similar(text, words, self._policy):
            return None
        runs = common_runs(text, words)
        if not promising(text, runs, len(words), self._policy):
            return None
        weights = self._weigher.beside(words, known)
        return align(text, Side(words, weights), self._policy, runs)


def _query(quote: Quote) -> _Query:
    return _Query(words=quote_words(quote.text), apart=is_apart(quote))


def _keys(query: _Query) -> set[int]:
    return all_keys(query.words, apart=query.apart)


def _frequencies(archive: Archive, found: Mapping[int, Posting]) -> Frequencies:
    counts = {key: posting.n for key, posting in found.items()}
    return Frequencies(quotes=archive.quotes(), counts=counts)


def _best(hit: Hit) -> tuple[float, float, int]:
    return (-hit.alignment.similarity, -hit.alignment.weight, hit.wording)
