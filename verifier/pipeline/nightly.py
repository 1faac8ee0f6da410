"""`nightly`: fetch, compare what is new, report what is unreported, remember it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from verifier import night
from verifier.archive import Archive
from verifier.errors import FetchError, InputError
from verifier.fetch import Limits
from verifier.gather import gather
from verifier.model import Feed, Gathered, Health, NightReport, Run, Utterance
from verifier.policy import Policy
from verifier.retrieval import LocalSearch, Search
from verifier.value import value


@value
class Progress:
    """Whom to tell how far a run is: feeds (done, of all), and stories compared (so many more)."""

    feeds: Callable[[int, int], None]
    stories: Callable[[int], None]


QUIET = Progress(feeds=lambda _done, _total: None, stories=lambda _more: None)


@value
class Window:
    """How far back it looks: at the new stories, or at the `whole` of that time.

    What was reported before is reported `again` only on request.
    """

    since: datetime
    whole: bool = False
    again: bool = False


@contextmanager
def nightly(
    feeds: Sequence[Feed],
    archive: Archive,
    *,
    policy: Policy,
    clock: Callable[[], datetime],
    window: Window,
    limits: Limits,
    progress: Progress = QUIET,
    ground: Callable[[Archive], Search] | None = None,
) -> Iterator[NightReport]:
    """Fetch what is new, compare it with the window, and give the report.

    It is looked up in the archive, or in what `ground` makes of it once the feeds are in.

    The run is remembered when the block that writes the report ends: broken off at any
    moment and run again, it ends as if it had run once. Raises ArchiveBusy, ArchiveError,
    and FetchError if none of the feeds that were asked could be reached.
    """
    started = clock()
    with archive.one_run():
        gathered = gather(feeds, archive, now=started, limits=limits, progress=progress.feeds)
        require_reached(gathered)
        latest = archive.latest()
        search = ground(archive) if ground else LocalSearch(archive, policy)
        found = _compared(archive, search, policy, window, started, progress)
        contents = {u.id: night.fingerprint(u) for u in found}
        wanted = contents.keys() - archive.nights.ignored(contents)
        fresh = archive.nights.unreported(contents) & wanted
        shown = wanted if window.again else fresh
        report = NightReport(
            started=started,
            finished=clock(),
            since=window.since,
            archive=search.holdings(started),
            stories=gathered.new + gathered.changed,
            quotes=gathered.quotes,
            feeds=gathered.rows,
            utterances=tuple(u for u in found if u.id in shown),
            reported_before=len(wanted) - len(shown),
            problems=gathered.problems,
        )
        yield report
        _remember(archive, report, policy, latest, contents)


def _compared(
    archive: Archive,
    search: Search,
    policy: Policy,
    window: Window,
    now: datetime,
    progress: Progress,
) -> tuple[Utterance, ...]:
    """What the new stories, or those of the whole window, share with others."""
    return night.utterances(
        archive,
        0 if window.whole else archive.nights.compared(),
        search=search,
        policy=policy,
        since=window.since.date(),
        now=now,
        progress=progress.stories,
    )


def require_reached(gathered: Gathered) -> None:
    """Raises FetchError if none of the feeds that were asked could be reached."""
    if not gathered.reached:
        hint = "look at `verifier feeds list`, and at the network"
        if refused := sum(row.state.health is Health.REFUSED for row in gathered.rows):
            hint = f"{refused} refused, --allow-private-hosts permits private addresses; {hint}"
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
