"""The story of a run: what is done in which order, and nothing else.

search: the words -> engine -> compare
check:  the article -> its quotes -> the feeds into the archive -> engine -> assess -> Report
nightly: the feeds into the archive -> engine -> assess -> utterances -> NightReport
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from verifier import catalogue, compare, fetch, intake, loading, night, stories, wording
from verifier.archive import Archive
from verifier.assess import Case, Occurrence
from verifier.engine import LocalEngine
from verifier.errors import CatalogueError, FetchError, InputError
from verifier.extraction import extract
from verifier.fetch import Limits
from verifier.gather import gather
from verifier.model import (
    Feed,
    FeedRow,
    FeedState,
    Gathered,
    Imported,
    Kind,
    Match,
    NightReport,
    Problem,
    Quote,
    Report,
    Run,
    Story,
    digest,
)
from verifier.policy import Policy
from verifier.subscriptions import Subscriptions

# Fewer words than these find everything.
_SEARCHED_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Whom to tell how far a run is: feeds (done, of all), and stories compared (so many more)."""

    feeds: Callable[[int, int], None]
    stories: Callable[[int], None]


QUIET = Progress(feeds=lambda _done, _total: None, stories=lambda _more: None)


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


# ---------------------------------------------------------------- feeds
def load_feeds(source: str, limits: Limits) -> tuple[Feed, ...]:
    """The feeds of an OPML file or address. Raises CatalogueError, FetchError, InputError."""
    if source.startswith(("http://", "https://")):
        answer = fetch.require(source, limits=limits)
        return catalogue.load(answer.body, address=source)
    raw = _file(source)
    return catalogue.load(raw, Path(source).resolve().parent, address=source)


def feeds_of(sources: Sequence[str], own: Subscriptions, limits: Limits) -> tuple[Feed, ...]:
    """The feeds of all `sources`, each address once; without any, the user's own.

    Feeds that search are left out: they are asked for one quote at a time.
    """
    listed = [f for source in sources for f in load_feeds(source, limits)] or own.feeds()
    return tuple({f.url: f for f in listed if not f.searches}.values())


def searches(article: Story, feeds: Sequence[Feed]) -> tuple[Feed, ...]:
    """The feeds that search, each asked for each quote of the article that has enough words.

    Raises CatalogueError if none of `feeds` searches.
    """
    engines = [f for f in feeds if f.searches]
    if not engines:
        hint = "add one whose address holds {quote} with `verifier feeds add`"
        raise CatalogueError("no feed in your list searches", "--search", hint)
    sought = [q.text for q in extract(article) if len(q.text.split()) >= _SEARCHED_WORDS]
    return tuple(
        replace(f, url=catalogue.search_address(f, text))
        for f in engines
        for text in dict.fromkeys(sought)
    )


def feed_rows(feeds: Sequence[Feed], archive: Archive | None) -> tuple[FeedRow, ...]:
    """The feeds with what is known of them."""
    if archive is None:
        return tuple(FeedRow(feed=f, state=FeedState(url=f.url, asked=f.url)) for f in feeds)
    return tuple(FeedRow(feed=f, state=archive.nights.state(f.url)) for f in feeds)


# ---------------------------------------------------------------- import
def import_paths(
    paths: Iterable[Path], archive: Archive, progress: Callable[[int, int], None]
) -> Imported:
    """Add the stories of files and folders; what holds none is a problem, the rest goes on.

    `progress(done, total)` is told the bytes. Raises ArchiveBusy, ArchiveError.
    """
    files = [(path, _size(path)) for path in intake.walk(paths)]
    total = sum(size for _, size in files)
    intaken = loading.Intake(archive)
    done = 0
    for path, size in files:
        intaken.take(intake.stories_in(path))
        done += size
        progress(done, total)
    return intaken.finish()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def watch(
    folder: Path, archive: Archive, pause: Callable[[], bool]
) -> Iterator[tuple[Path, Imported]]:
    """Each file that arrives in `folder` with what it brought. Raises ArchiveError, InputError."""
    ledger = archive.path.with_name(f"{archive.path.name}.{digest(str(folder.resolve()))}.taken")
    for path in intake.watch(folder, ledger, pause):
        yield path, import_paths([path], archive, lambda _done, _total: None)


# ---------------------------------------------------------------- check
def check(
    article: Story,
    archive: Archive,
    *,
    policy: Policy,
    now: datetime,
    since: datetime | None = None,
    problems: Sequence[Problem] = (),
) -> Report:
    """The article's quotes against the archive. The article is not stored."""
    found = extract(article)
    day = since.date() if since else None
    with archive.snapshot():
        holdings = archive.holdings(article.published)
        answers = LocalEngine(archive, policy).match(found, since=day)
        case = Case(
            article,
            found,
            policy=policy,
            holdings=holdings,
            quotes_of=archive.quotes_in,
            story_of=archive.story,
        )
        findings = case.assess(night.occurrences(archive, answers, day, now))
    return Report(article=article, archive=holdings, findings=findings, problems=tuple(problems))


# ---------------------------------------------------------------- nightly
@contextmanager
def nightly(
    feeds: Sequence[Feed],
    archive: Archive,
    *,
    policy: Policy,
    clock: Callable[[], datetime],
    since: datetime,
    limits: Limits,
    progress: Progress = QUIET,
) -> Iterator[NightReport]:
    """Fetch what is new, compare it with the window since `since`, and give the report.

    The run is remembered when the block that writes the report ends: broken off at any
    moment and run again, it ends as if it had run once. Raises ArchiveBusy, ArchiveError,
    and FetchError if none of the feeds that were asked could be reached.
    """
    started = clock()
    with archive.one_run():
        gathered = gather(feeds, archive, now=started, limits=limits, progress=progress.feeds)
        require_reached(gathered)
        compared, latest = archive.nights.compared(), archive.latest()
        found = night.utterances(
            archive,
            compared,
            policy=policy,
            since=since.date(),
            now=started,
            progress=progress.stories,
        )
        contents = {u.id: night.fingerprint(u) for u in found}
        reported = archive.nights.unreported(contents) - archive.nights.ignored(contents)
        report = NightReport(
            started=started,
            finished=clock(),
            since=since,
            archive=archive.holdings(started),
            stories=gathered.new + gathered.changed,
            quotes=sum(len(quotes) for _, quotes in archive.added_since(compared)),
            feeds=gathered.rows,
            utterances=tuple(u for u in found if u.id in reported),
            problems=gathered.problems,
        )
        yield report
        _remember(archive, report, policy, latest, contents)


def require_reached(gathered: Gathered) -> None:
    """Raises FetchError if none of the feeds that were asked could be reached."""
    if not gathered.reached:
        hint = "look at `verifier feeds list`, and at the network"
        raise FetchError("no feed could be reached", f"{len(gathered.rows)} feeds", hint)


def _remember(
    archive: Archive, report: NightReport, policy: Policy, latest: int, contents: dict[str, str]
) -> None:
    run = Run(
        started=report.started,
        finished=report.finished,
        policy=policy.fingerprint,
        stories=latest,
        counts={
            "feeds": len(report.feeds),
            "in trouble": sum(bool(row.state.reason) for row in report.feeds),
            "stories": report.stories,
            "quotes": report.quotes,
            "utterances": len(report.utterances),
        },
    )
    with archive.change() as changes:
        changes.nights.keep_reported(contents)
        changes.nights.keep_run(run)


def ignore(archive: Archive, identity: str, why: str, now: datetime) -> None:
    """Dismiss a finding for good. Raises InputError if none of that id was ever reported."""
    if not archive.nights.is_reported(identity):
        raise InputError("no such finding", identity, "the id stands beside it in the report")
    with archive.change() as changes:
        changes.nights.ignore(identity, why, now)


# ---------------------------------------------------------------- search
def search(
    text: str, archive: Archive, *, policy: Policy, now: datetime, since: datetime | None = None
) -> tuple[Match, ...]:
    """Every archived quote that carries `text`, earliest first. Raises InputError."""
    if not text.strip():
        raise InputError("nothing to search for", "", "give some words of the quote")
    quote = Quote(id=digest(text), kind=Kind.DIRECT, text=text, spans=((0, len(text)),))
    here = wording.of(quote)
    day = since.date() if since else None
    with archive.snapshot():
        answers = LocalEngine(archive, policy).match([quote], since=day)
        (found,) = night.occurrences(archive, answers, day, now)
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
