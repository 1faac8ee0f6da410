"""The recorded night of feeds/sample as values, its quotes found by hand.

So the writers' golden files stand on the words of the sample and on how they compare, not
on how well quotes are found.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from verifier import catalogue
from verifier.assess import Case, Occurrence
from verifier.model import (
    Coverage,
    Feed,
    FeedRow,
    FeedState,
    Health,
    Holdings,
    Kind,
    Match,
    Mention,
    NightReport,
    Problem,
    Quote,
    Relation,
    Report,
    Severity,
    Speaker,
    Story,
    Utterance,
    Variant,
    digest,
)
from verifier.policy import Policy
from verifier.stories import from_feed

NIGHT = Path(__file__).parents[1] / "feeds" / "sample"
ARTICLE = NIGHT / "article.txt"

# What was said, by whom, as it stands in the stories: topic | source | cue | speaker | role |
# via | words. The first line of those that fit a story holds.
QUOTES = """\
cables | Elena Marquand | said | Elena Marquand | transport minister | | We will not reopen the bridge until every one of its 214 cables has been inspected,
cables | Elena Marquand | told | Elena Marquand | Transport Minister | | We will not reopen the bridge until every one of its 214 cables has been inspected,
cables | Elena Marquand | said | Elena Marquand | minister of transport | | We won't reopen the bridge until every one of its 214 cables has been inspected,
gamble | Elena Marquand | said | Elena Marquand | transport minister | | Anything less would be a gamble with people's lives.
gamble | Elena Marquand | said | Elena Marquand | transport minister | | Anything less would be a gamble with people’s lives,
cracks | he | told | Tomas Reyl | engineer | | The cracks were seen in March, and nobody told the harbour office,
cracks | Reyl | said | Tomas Reyl | engineer | | The cracks were seen in March, and nobody told the harbour office,
cracks | Tomas Reyl | said | Tomas Reyl | | | The cracks were seen in May, and nobody told the harbour office,
steel | she | said | Ingrid Solberg-Hahn | mayor | | The city was warned about the steel when the tower was built,
steel | she | said | Ingrid Solberg-Hahn | Mayor | | The city was never warned about the steel when the tower was built,
cost | the transport ministry | said | the transport ministry | | | Repairs will cost 40 million crowns
cost | the transport ministry | said | the transport ministry | | | Repairs are to cost 46 million crowns
paint | Paulo Brandt | said | Paulo Brandt | who heads the dockers' union | | We asked for repairs and got a coat of paint,
paint | Brandt | said | Paulo Brandt | dockers' union | | We asked for repairs, waited four winters and got a coat of paint,
lorry | Dana Whitlock | said | Dana Whitlock | deputy mayor | | It is safe to walk on, but I would not drive a lorry over it,
lorry | Henrik Vale | told | Henrik Vale | chief inspector | Radio Caldovia | It is safe to walk on, but I would not drive a lorry over it,
money | Mr Lindqvist | said | Oskar Lindqvist | Prime Minister | | The money is there and the work starts on Monday,
money | Lindqvist | said | Oskar Lindqvist | Prime Minister | | The money is there. What we lack is a firm that has done this before, and the work starts on Monday if we find one,
costly | The hauliers' association | called | the hauliers' association | | | a costly and needless overreaction
costly | The association of hauliers | calls | the hauliers' association | | | a costly and needless overreaction
costly | The hauliers' association | spoke | the hauliers' association | | | a costly and needless overreaction
design | a report by the harbour office | citing | a report by the harbour office | | Meridian | a design that no other country has used since 1961
design | A report by the harbour office | calls | a report by the harbour office | | | a design that no other country has used since 1961
boat | Mira Okonjo | said | Mira Okonjo | nurse | | I used to be at work in nine minutes, and now I take my lunch on the boat,
"""


class Row(NamedTuple):
    """One line of `QUOTES`."""

    topic: str
    source: str
    cue: str
    name: str
    role: str
    via: str
    words: str


@cache
def article() -> Story:
    text = ARTICLE.read_text(encoding="utf-8")
    return Story(
        text=text,
        title=text.splitlines()[0],
        outlet="Ellery Courier",
        dateline="PORT ELLERY",
        published=datetime(2026, 10, 13, 15, tzinfo=UTC),
        language="en",
    )


@cache
def feeds() -> tuple[Feed, ...]:
    return catalogue.load((NIGHT / "wires.opml").read_bytes(), NIGHT)


@cache
def wires() -> tuple[Story, ...]:
    found: list[Story] = []
    for feed in feeds():
        stories, problems = from_feed(Path(feed.url).read_bytes(), feed)
        assert not problems
        found += stories
    return tuple(found)


def holdings() -> Holdings:
    when = [s.published for s in wires() if s.published]
    return Holdings(
        stories=len(wires()),
        quotes=24,
        occurrences=24,
        outlets=len(feeds()),
        oldest=min(when),
        newest=max(when),
        bytes=94_208,
        coverage=Coverage.THIN,
    )


@cache
def quotes_in(story: Story) -> tuple[tuple[str, Quote], ...]:
    """Topic and quote, in the order of the story."""
    found: dict[int, tuple[str, Quote]] = {}
    for line in QUOTES.splitlines():
        row = Row(*(c.strip() for c in line.split("|")))
        start = story.text.find(row.words)
        named = row.name.split()[-1] in story.text and row.source in story.text
        if start >= 0 and named and _apart(start, found):
            found[start] = row.topic, _quote(story, start, row)
    return tuple(found[at] for at in sorted(found))


def _apart(start: int, found: dict[int, tuple[str, Quote]]) -> bool:
    return all(not s[0] <= start < s[1] for _, q in found.values() for s in q.spans)


def _quote(story: Story, start: int, row: Row) -> Quote:
    marked = story.text[start - 1] in '"“'
    mixed = row.words.startswith("a ")
    return Quote(
        id=digest(story.id, row.words),
        kind=Kind.INDIRECT if not marked else Kind.MIXED if mixed else Kind.DIRECT,
        text=row.words,
        spans=((start, start + len(row.words)),),
        source=_mention(story, row.source, start),
        cue=_mention(story, row.cue, start),
        speaker=Speaker(name=row.name, role=row.role or None),
        via=(row.via,) if row.via else (),
        confidence=0.95 if marked else 0.7,
    )


def _mention(story: Story, words: str, near: int) -> Mention | None:
    places = [i for i in range(len(story.text)) if story.text.startswith(words, i)]
    at = min(places, key=lambda i: abs(i - near), default=None)
    return None if at is None else Mention(text=words, span=(at, at + len(words)))


@cache
def report() -> Report:
    """What a check of the sample article against the recorded night finds."""
    own = quotes_in(article())
    found = [
        [
            Occurrence(story=story, quote=other, score=score(quote, other), decided=True)
            for story in wires()
            for topic, other in quotes_in(story)
            if topic == subject
        ]
        for subject, quote in own
    ]
    stored = {s.id: [q for _, q in quotes_in(s)] for s in wires()}
    case = Case(
        article(),
        [q for _, q in own],
        policy=Policy(),
        holdings=holdings(),
        quotes_of=lambda story: stored[story],
    )
    problem = Problem(
        stage="fetch", subject="https://lakeside.example/rss", message="no answer in 20 s"
    )
    return Report(
        article=article(), archive=holdings(), findings=case.assess(found), problems=(problem,)
    )


def score(one: Quote, other: Quote) -> float:
    """A rough stand-in for the engine's."""
    here, there = set(one.text.lower().split()), set(other.text.lower().split())
    return round(100 * len(here & there) / min(len(here), len(there)), 1)


# ---------------------------------------------------------------- a night
@cache
def night() -> NightReport:
    """What a night's run over the same feeds finds, with the article among its stories."""
    return NightReport(
        started=datetime(2026, 10, 14, 2, 0, 5, tzinfo=UTC),
        finished=datetime(2026, 10, 14, 2, 0, 48, tzinfo=UTC),
        since=datetime(2026, 9, 30, 2, 0, 5, tzinfo=UTC),
        archive=holdings(),
        stories=7,
        quotes=35,
        feeds=tuple(_feed_rows()),
        utterances=tuple(_utterance(f.quote, f.matches) for f in report().findings if f.matches),
        problems=report().problems,
    )


def _utterance(quote: Quote, matches: tuple[Match, ...]) -> Utterance:
    own = Match(
        story=article(), quote=quote, relation=Relation.VERBATIM, score=100.0, independent=True
    )
    wordings: dict[str, list[Match]] = {}
    for match in (own, *matches):
        wordings.setdefault(_letters(match), []).append(match)
    kinds = {d.kind: d.severity for m in matches for d in m.divergences}
    high = tuple(k for k, s in kinds.items() if s is Severity.HIGH)
    return Utterance(
        id=quote.id,
        variants=tuple(Variant(matches=tuple(found)) for found in wordings.values()),
        severity=Severity.HIGH if high else Severity.LOW if kinds else None,
        divergences=high,
        origins=1 + len({m.story.outlet for m in matches if m.independent}),
        reason=f"{1 + len(matches)} stories carry it in {len(wordings)} wordings.",
    )


def _letters(match: Match) -> str:
    who = match.quote.speaker.name if match.quote.speaker else ""
    return who + "".join(c for c in match.quote.text.lower() if c.isalnum())


def _feed_rows() -> list[FeedRow]:
    well = datetime(2026, 10, 14, 2, 0, 9, tzinfo=UTC)
    rows = [
        FeedRow(
            feed=replace(f, url=f"{f.site}/rss"),
            state=FeedState(
                url=f.url, asked=f.url, health=Health.WELL, last_try=well, last_success=well
            ),
            stories=sum(s.outlet == f.outlet for s in wires()),
        )
        for f in feeds()
    ]
    return [*rows, *(_failing(*line) for line in FAILING)]


FAILING = [
    ("Lakeside Post", "https://lakeside.example/rss", Health.FAILING, 3, "no answer in 20 s"),
    (
        "Tannen Daily",
        "https://tannen.example/feed",
        Health.BLOCKED,
        9,
        "403: the site blocks programs",
    ),
    (
        "Old Quay News",
        "https://oldquay.example/rss.xml",
        Health.GONE,
        1,
        "410: the feed is no more",
    ),
]


def _failing(title: str, url: str, health: Health, failures: int, reason: str) -> FeedRow:
    tried = datetime(2026, 10, 14, 2, 0, 30, tzinfo=UTC)
    state = FeedState(
        url=url,
        asked=url,
        health=health,
        last_try=tried,
        last_success=datetime(2026, 10, 11, 2, 0, 9, tzinfo=UTC),
        next_try=None if health is Health.GONE else tried + timedelta(hours=2**failures),
        failures=failures,
        reason=reason,
    )
    return FeedRow(feed=Feed(url=url, title=title), state=state)
