"""The recorded night of feeds/sample, as `verifier check` and `verifier nightly` find it.

The real pipeline over real files and, for the feeds that fail, a real socket. Where the
recorded feeds lie on this disk is no part of what a report says: their sites stand for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.loopback import serving
from verifier import catalogue
from verifier.archive import Archive
from verifier.fetch import Limits
from verifier.gather import gather
from verifier.model import Feed, Finding, NightReport, Problem, Report, Verdict
from verifier.pipeline.article import read_article
from verifier.pipeline.check import check
from verifier.pipeline.nightly import Window, nightly
from verifier.policy import Policy

FOLDER = Path(__file__).parents[1] / "feeds" / "sample"
ARTICLE = FOLDER / "article.txt"
OUTLET = "Ellery Courier"
PUBLISHED = datetime(2026, 10, 13, 15, tzinfo=UTC)
BEGUN = datetime(2026, 10, 14, 2, 0, 5, tzinfo=UTC)
ENDED = BEGUN + timedelta(seconds=43)
# Feeds that fail beside the recorded ones: title, and what the server answers.
FAILING = (
    ("Lakeside Post", "503 Busy"),
    ("Tannen Daily", "403 Forbidden"),
    ("Quay News", "410 Gone"),
)


@cache
def feeds() -> tuple[Feed, ...]:
    return catalogue.load((FOLDER / "wires.opml").read_bytes(), FOLDER)


@cache
def report() -> Report:
    """What a check of the sample article against the recorded night finds."""
    policy, limits = Policy(), Limits()
    article = replace(read_article(str(ARTICLE), limits), outlet=OUTLET, published=PUBLISHED)
    with _archive(policy) as archive:
        gather(feeds(), archive, now=BEGUN, limits=limits, every=True)
        return check(article, archive, policy=policy, now=BEGUN)


def contested() -> Finding:
    """What one wire has as the article has it, and another otherwise."""
    return next(f for f in report().findings if f.verdict is Verdict.CONTESTED)


@cache
def night() -> NightReport:
    """What a night's run over the same feeds finds, with three more that fail."""
    policy, clock = Policy(), chain([BEGUN], repeat(ENDED))
    with (
        serving(lambda talk: talk.answer(talk.path[1:].replace("%20", " "))) as server,
        _archive(policy) as archive,
        nightly(
            (*feeds(), *_failing(server.url)),
            archive,
            policy=policy,
            clock=lambda: next(clock),
            window=Window(since=BEGUN - timedelta(days=14)),
            limits=Limits(allow_private=True),
        ) as found,
    ):
        return _by_site(found)


@contextmanager
def _archive(policy: Policy) -> Iterator[Archive]:
    with (
        TemporaryDirectory() as folder,
        Archive.open(Path(folder) / "archive.db", policy=policy) as archive,
    ):
        yield archive


def _failing(server: str) -> tuple[Feed, ...]:
    return tuple(
        Feed(
            url=f"{server}/{answer.replace(' ', '%20')}",
            title=title,
            site=f"https://{title.split()[0].lower()}.example",
        )
        for title, answer in FAILING
    )


def _by_site(found: NightReport) -> NightReport:
    sites = {row.feed.url: f"{row.feed.site}/rss" for row in found.feeds}
    rows = tuple(
        replace(
            row,
            feed=replace(row.feed, url=sites[row.feed.url]),
            state=replace(row.state, url=sites[row.feed.url], asked=sites[row.feed.url]),
        )
        for row in found.feeds
    )
    problems = tuple(_without(problem, sites) for problem in found.problems)
    return replace(found, feeds=rows, problems=problems)


def _without(problem: Problem, sites: dict[str, str]) -> Problem:
    return replace(problem, subject=sites.get(problem.subject, problem.subject))
