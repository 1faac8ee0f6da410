"""The story of a run: what is done in which order, and nothing else.

search: the words -> engine -> compare
check:  the article -> its quotes -> the feeds into the archive -> engine -> assess -> Report
quotes: the article -> its quotes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from verifier import catalogue, compare, fetch, health, quotes, speakers, stories, wording
from verifier.archive import Archive
from verifier.assess import Case, Occurrence
from verifier.engine import Answer, LocalEngine
from verifier.errors import FetchError, InputError, StoryError
from verifier.fetch import Limits
from verifier.model import (
    Failure,
    Feed,
    Kind,
    Match,
    Problem,
    Quote,
    Report,
    Response,
    Story,
    Validators,
    digest,
)
from verifier.policy import Policy

_BATCH = 200  # stories a transaction


# ---------------------------------------------------------------- the article
def read_article(source: str, limits: Limits) -> Story:
    """The article at a path or an http address. Raises InputError, StoryError, FetchError."""
    if source.startswith(("http://", "https://")):
        answer = fetch.require(source, limits=limits)
        story = stories.read(answer.body, source, answer.header("content-type"))
        return replace(story, url=story.url or source)
    return stories.read(_file(source), source)


def read_paste(stream: BinaryIO) -> Story:
    """The article on standard input. Raises InputError, StoryError."""
    raw = stream.read(stories.MAX_BYTES + 1)
    return stories.read(raw, "standard input")


def _file(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            raw = file.read(stories.MAX_BYTES + 1)
    except FileNotFoundError as error:
        hint = "give a path, an http address, or - to paste"
        raise InputError("no such file", name, hint) from error
    except IsADirectoryError as error:
        raise InputError("this is a folder", name, "verifier import takes folders") from error
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError(reason, name, "is it yours to read?") from error
    return raw


def extract(story: Story, *, everything: bool = False) -> tuple[Quote, ...]:
    """The quotes of a story with their speakers; their ids hold for this story alone."""
    found = quotes.find(story.text, story.language or "en", everything=everything)
    named = speakers.resolve(story.text, found)
    return tuple(replace(q, id=digest(story.id, q.text, str(n))) for n, q in enumerate(named))


# ---------------------------------------------------------------- feeds
def load_feeds(source: str, limits: Limits) -> tuple[Feed, ...]:
    """The feeds of an OPML file or address. Raises CatalogueError, FetchError, InputError."""
    if source.startswith(("http://", "https://")):
        answer = fetch.require(source, limits=limits)
        return catalogue.load(answer.body, address=source)
    raw = _file(source)
    return catalogue.load(raw, Path(source).resolve().parent, address=source)


def shipped_feeds() -> tuple[Feed, ...]:
    """The catalogue of public wires that comes with the program."""
    return catalogue.shipped()


def ingest(feeds: Sequence[Feed], archive: Archive, limits: Limits) -> tuple[Problem, ...]:
    """Fetch `feeds` and add their stories; a feed that fails is one problem."""
    problems: list[Problem] = []
    wanted = [(feed.url, Validators()) for feed in feeds]
    for number, answer in fetch.many(wanted, limits=limits):
        feed = feeds[number]
        try:
            found, troubles = _stories(feed, answer)
        except (FetchError, StoryError) as error:
            problems.append(
                Problem(stage="fetch", subject=feed.title or feed.url, message=str(error))
            )
            continue
        problems += troubles
        add(archive, found)
    return tuple(sorted(problems, key=lambda p: (p.subject, p.message)))


def _stories(
    feed: Feed, answer: Response | Failure
) -> tuple[tuple[Story, ...], tuple[Problem, ...]]:
    if isinstance(answer, Failure):
        raise FetchError(answer.message)
    if (said := health.trouble(answer)) is not None:
        raise FetchError(said)
    return stories.from_feed(answer.body, feed, answer.header("content-type"))


def add(archive: Archive, found: Iterable[Story]) -> None:
    """Extract the quotes of `found` and add both to the archive, a batch a transaction."""
    for batch in _batches(found):
        archive.add((story, extract(story)) for story in batch)


def _batches(found: Iterable[Story]) -> Iterator[list[Story]]:
    batch: list[Story] = []
    for story in found:
        batch.append(story)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


# ---------------------------------------------------------------- check
def check(
    article: Story,
    archive: Archive,
    *,
    policy: Policy,
    since: datetime | None = None,
    problems: Sequence[Problem] = (),
) -> Report:
    """The article's quotes against the archive. Nothing is stored."""
    found = extract(article)
    holdings = archive.holdings(article.published)
    answers = LocalEngine(archive, policy).match(found, since=since.date() if since else None)
    case = Case(
        article,
        found,
        policy=policy,
        holdings=holdings,
        quotes_of=archive.quotes_in,
        story_of=archive.story,
    )
    occurrences = _occurrences(archive, answers, since)
    return Report(
        article=article,
        archive=holdings,
        findings=case.assess(occurrences),
        problems=tuple(problems),
    )


def _occurrences(
    archive: Archive, answers: Sequence[Answer], since: datetime | None
) -> list[list[Occurrence]]:
    """Where each answer's archived quotes stand or stood, in the order of their dates."""
    numbers = {hit.number for a in answers for hit in (*a.hits, *a.undecided)}
    places: dict[int, list[tuple[Story, Quote, bool]]] = {}
    for o in archive.occurrences(numbers, history=True, since=since.date() if since else None):
        places.setdefault(o.number, []).append((o.story, o.quote, o.current))
    return [
        [
            Occurrence(story=story, quote=quote, score=hit.score, decided=decided, current=current)
            for hits, decided in ((answer.hits, True), (answer.undecided, False))
            for hit in hits
            for story, quote, current in places.get(hit.number, ())
        ]
        for answer in answers
    ]


# ---------------------------------------------------------------- search
def search(
    text: str, archive: Archive, *, policy: Policy, since: datetime | None = None
) -> tuple[Match, ...]:
    """Every archived quote that carries `text`, earliest first. Raises InputError."""
    if not text.strip():
        raise InputError("nothing to search for", "", "give some words of the quote")
    quote = Quote(id=digest(text), kind=Kind.DIRECT, text=text, spans=((0, len(text)),))
    answers = LocalEngine(archive, policy).match([quote], since=since.date() if since else None)
    here = wording.of(quote)
    found = _occurrences(archive, answers, since)[0]
    return tuple(_found(here, o) for o in found if o.current)


def _found(here: wording.Wording, found: Occurrence) -> Match:
    compared = compare.compare(here, wording.of(found.quote, found.story.text))
    return Match(
        story=found.story,
        quote=found.quote,
        relation=compared.relation,
        score=found.score,
        divergences=compared.divergences,
        differences=compared.differences,
    )
