"""Thirty simulated nights over real sockets: feeds that change, fail, move, die and recover."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from tests.loopback import Talk, serving
from verifier.errors import StoryError
from verifier.fetch import Limits, many
from verifier.health import after, due
from verifier.model import Failure, Feed, FeedState, Health, Response, Story
from verifier.stories.feed import from_feed

START = datetime(2031, 8, 1, 3, tzinfo=UTC)
NIGHTS, KEPT = 30, 9
LIMITS = Limits(seconds=5, allow_private=True)


@dataclass
class Publisher:
    """What a server would do on each night; night n publishes story n, most nights."""

    name: str
    night: int = 0
    full_answers: int = 0
    wasted: int = 0

    def published(self) -> list[int]:
        """The numbers of the stories in the feed tonight: the last few of those so far."""
        return [n for n in range(self.night + 1) if n % 3 != 2][-KEPT:]

    def document(self) -> bytes:
        items = "".join(self.item(n) for n in self.published())
        return f"<rss><channel><title>{self.name}</title>{items}</channel></rss>".encode()

    def item(self, number: int) -> str:
        corrected = number == 3 and self.night >= 5
        words = "We will not sail" if corrected else "We will sail"
        slug = "CORRECTED-" if corrected else ""
        return (
            f"<item><guid>{self.name}-{number}</guid><title>{slug}Ferry, day {number}</title>"
            f"<description>“{words},” she said on day {number}.</description></item>"
        )

    def answer(self, talk: Talk) -> None:
        body = self.document()
        tag = f'W/"{hash(body)}"'
        if talk.header("If-None-Match") == tag:
            talk.answer("304 Not Modified", ETag=tag)
            return
        self.full_answers += 1
        talk.answer(body=body, ETag=tag)


class Failing(Publisher):
    """Out of order on three nights, each in another way."""

    def answer(self, talk: Talk) -> None:
        if self.night == 4:
            talk.answer("503 Busy", Retry_After="3600")
        elif self.night == 6:
            talk.answer(body=b"<html><body>We will be back.</body></html>")
        elif self.night == 9:
            talk.reset()
        else:
            super().answer(talk)


class CutOff(Publisher):
    """Breaks off in the middle of its last story on some nights."""

    def answer(self, talk: Talk) -> None:
        body = self.document()
        if self.night % 4 == 1:
            talk.answer(
                body=body[: body.rindex(b"she said")], ETag='"cut"', Content_Length=str(len(body))
            )
        else:
            super().answer(talk)


class Moving(Publisher):
    """Has moved for good since night 5, and its old address is gone from night 20 on."""

    def answer(self, talk: Talk) -> None:
        if talk.path.endswith("/new") or self.night < 5:
            super().answer(talk)
        elif self.night < 20:
            talk.answer("301 Moved Permanently", Location=f"/{self.name}/new")
        else:
            talk.answer("404 Not Found")


class Dying(Publisher):
    """Gone for good since night 10."""

    def answer(self, talk: Talk) -> None:
        if self.night < 10:
            super().answer(talk)
        else:
            self.wasted += 1
            talk.answer("410 Gone")


@dataclass
class Desk:
    """What a run keeps: the state of each feed, and each story's versions."""

    states: dict[str, FeedState]
    versions: dict[str, list[Story]] = field(default_factory=dict)

    def run(self, now: datetime) -> None:
        asked = [state for state in self.states.values() if due(state, now)]
        wanted = [(state.asked, state.validators) for state in asked]
        for number, outcome in many(wanted, limits=LIMITS, per_host=2):
            state = asked[number]
            self.states[state.url] = after(
                state, outcome, now, unreadable=self.keep(state, outcome)
            )

    def keep(self, state: FeedState, outcome: Response | Failure) -> str:
        """Store the stories of an answer; why it has none, if it is no feed."""
        if isinstance(outcome, Failure) or outcome.status != 200:
            return ""
        try:
            found, _ = from_feed(outcome.body, Feed(url=state.url, title=state.url))
        except StoryError as error:
            return error.message
        for story in found:
            versions = self.versions.setdefault(story.id, [])
            if story.version not in {known.version for known in versions}:
                versions.append(story)
        return ""


def test_thirty_nights_lose_nothing_and_double_nothing() -> None:
    kinds = (Publisher, Publisher, Failing, CutOff, Moving, Dying)
    publishers = {f"p{n}": kinds[n % len(kinds)](f"p{n}") for n in range(24)}

    def script(talk: Talk) -> None:
        publishers[talk.path.split("/")[1]].answer(talk)

    with serving(script) as server:
        urls = {name: f"{server.url}/{name}" for name in publishers}
        desk = Desk({url: FeedState(url=url, asked=url) for url in urls.values()})
        for night in range(NIGHTS):
            for name, publisher in publishers.items():
                publishers[name] = replace(publisher, night=night)
            desk.run(START + night * timedelta(days=1))
        assert server.most_at_once <= 2

    for name, publisher in publishers.items():
        last = 9 if isinstance(publisher, Dying) else NIGHTS - 1
        expected = {f"{name}-{n}" for n in range(last + 1) if n % 3 != 2}
        mine = {i: v for i, v in desk.versions.items() if v[0].guid.startswith(f"{name}-")}
        assert {versions[0].guid for versions in mine.values()} == expected
        assert len(mine) == len(expected)
        for versions in mine.values():
            corrected = versions[0].guid == f"{name}-3"
            assert [story.status for story in versions] == ["usable", "corrected"][: 1 + corrected]

    for name, publisher in publishers.items():
        state = desk.states[urls[name]]
        if isinstance(publisher, Moving):
            assert state.asked.endswith("/new")
        if isinstance(publisher, Dying):
            assert state.health is Health.GONE
            assert publisher.wasted == 1
        else:
            assert state.health is Health.WELL
        if type(publisher) is Publisher:  # 20 stories, one correction; all else was a 304
            assert publisher.full_answers == 21
