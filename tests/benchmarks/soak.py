"""Nights over loopback servers, killed at random and run again: `./run.sh soak`.

    python -m tests.benchmarks.soak [--feeds 500] [--nights 30] [--kills 40] [--seed 1]

Feeds that change, fail, recover, move, die and correct themselves, on hosts of ten feeds
each. Every night is the real nightly run, in a process of its own that is told the time; some
are killed (SIGKILL) at a random moment and run again. In the end the archive is compared with
what the feeds published, the servers' records with what they had to send, and the reports
with what differed. Prints figures; exits 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from tests.loopback import Server, Talk, serving
from verifier import catalogue
from verifier.archive import Archive
from verifier.fetch import Limits
from verifier.model import Feed, Health
from verifier.pipeline import nightly as pipeline
from verifier.policy import Policy
from verifier.report import night as writer

START = datetime(2031, 8, 1, 3, tzinfo=UTC)
KEPT = 9  # stories that a feed shows
TOGETHER = 5  # feeds that carry the same quotes, one of them with another number
PER_HOST = 10
ANSWER = 0.005  # seconds that a server takes, so that requests to it can overlap
LIMIT = 2  # requests at a time that a host may see
LONGEST = 600.0  # seconds for one night, however slow the machine


# ---------------------------------------------------------------- what is published
@dataclass(frozen=True, slots=True)
class Item:
    """One story of one feed as it stood after some night."""

    feed: int
    number: int
    corrected: bool

    @property
    def guid(self) -> str:
        """The same whether corrected or not."""
        return f"{self.feed}-{self.number}"

    def quote(self) -> str:
        """What the group's feeds carry; one counts otherwise until it is corrected."""
        group, odd = divmod(self.feed, TOGETHER)
        counted = 40 + self.number + (100 if odd == group % TOGETHER else 0) + self.corrected
        return f"We counted {counted} {phrase(group, self.number)} before the gate was shut"

    def page(self) -> str:
        """The whole story in HTML."""
        return (
            f"<p>“{self.quote()},” said Ada Holm, the harbour minister, on day {self.number}.</p>"
            f"<p>{'Nobody at the quay believed a word of it. ' * 16}</p>"
            f"<p>Our own reporter at quay {self.feed} saw {phrase(-self.feed, self.number)}.</p>"
        )

    def entry(self, base: str, *, summary: bool) -> str:
        """The story as an RSS item."""
        link = f"<link>{base}/page/{self.guid}</link>" if summary else ""
        told = f"Ada Holm counted on day {self.number}." if summary else self.page()
        date = format_datetime(START - timedelta(hours=2) + timedelta(days=self.number))
        slug = "CORRECTED-" if self.corrected else ""
        return (
            f'<item><guid isPermaLink="false">{self.guid}</guid>{link}<pubDate>{date}</pubDate>'
            f"<title>{slug}Harbour, day {self.number}</title>"
            f"<description><![CDATA[{told}]]></description></item>"
        )


@cache
def phrase(group: int, number: int) -> str:
    """Words that no other group's quote has, nor that of another day."""
    rng = random.Random(f"{group} {number}")
    syllables = ("bal", "dor", "fen", "gim", "hul", "kas", "lim", "mor", "nat", "pel", "run", "sov")
    return " ".join("".join(rng.choices(syllables, k=3)) for _ in range(9))


@dataclass
class Publisher:
    """A feed's side: what it shows each night, and what it had to send."""

    feed: int
    night: int = 0
    held: str = ""  # the tag that the client must hold; "" if it may hold none
    counts: Counter[str] = field(default_factory=Counter)

    summaries = False

    def items(self) -> list[Item]:
        """The last few stories so far: most nights bring one."""
        return [Item(self.feed, n, self.corrects(n)) for n in range(self.night + 1) if n % 3 != 2][
            -KEPT:
        ]

    def corrects(self, number: int) -> bool:
        """One story of each feed is corrected two nights later."""
        return number == self.feed % 7 and self.night >= number + 2

    def dead(self) -> bool:
        """Whether nothing more comes from it."""
        return False

    def answer(self, talk: Talk, base: str) -> None:
        """The feed, or that it has not changed."""
        body = self.document(base)
        tag = f'W/"{self.feed}-{hash(body)}"'
        if talk.header("If-None-Match") == tag:
            self.counts["not changed"] += 1
            talk.answer("304 Not Modified", ETag=tag)
            return
        self.counts["wasted"] += self.held == tag
        self.counts["whole"] += 1
        self.held = tag
        talk.answer(body=body, ETag=tag, Content_Type="application/rss+xml")

    def fail(self, talk: Talk, status: str) -> None:
        """An error, which changes nothing of what the client holds."""
        self.counts["failed"] += 1
        talk.answer(status, Retry_After="3600")

    def document(self, base: str) -> bytes:
        """The feed as it stands."""
        items = "".join(item.entry(base, summary=self.summaries) for item in self.items())
        return f"<rss><channel><title>Wire {self.feed}</title>{items}</channel></rss>".encode()


class Failing(Publisher):
    """Out of order now and then, each time in another way, and once for a week."""

    def answer(self, talk: Talk, base: str) -> None:
        if self.night == 1 or 12 <= self.night <= 18:
            self.fail(talk, "503 Busy")
        elif self.night == 2:
            self.counts["failed"] += 1
            self.held = ""
            talk.answer(body=b"<html><body>We will be back.</body></html>")
        elif self.night == 5:
            self.counts["failed"] += 1
            talk.reset()
        else:
            super().answer(talk, base)


class CutOff(Publisher):
    """Breaks off in its last story on some nights."""

    def answer(self, talk: Talk, base: str) -> None:
        if self.night % 4 != 1:
            super().answer(talk, base)
            return
        self.counts["cut off"] += 1
        self.held = ""
        body = self.document(base)
        part = body[: body.rindex(b"</description>")]
        talk.answer(body=part, ETag='"cut"', Content_Length=str(len(body)))


class Moving(Publisher):
    """Moves for good in the second night; its old address is gone from night 20 on."""

    def answer(self, talk: Talk, base: str) -> None:
        if talk.path.endswith("/new") or self.night < 1:
            super().answer(talk, base)
        elif self.night < 20:
            self.counts["redirected"] += 1
            talk.answer("301 Moved Permanently", Location=f"{base}/feed/{self.feed}/new")
        else:
            self.fail(talk, "404 Not Found")


class Dying(Publisher):
    """Gone for good after some nights."""

    @property
    def last(self) -> int:
        """Its last night."""
        return 2 + self.feed // 10 % 8

    def dead(self) -> bool:
        return self.night > self.last

    def items(self) -> list[Item]:
        shown = min(self.night, self.last)
        alive = Publisher(self.feed, shown)
        return alive.items()

    def answer(self, talk: Talk, base: str) -> None:
        if self.dead():
            self.counts["asked when gone"] += 1
            talk.answer("410 Gone")
        else:
            super().answer(talk, base)


class Summaries(Publisher):
    """Gives the first line; the page has the rest."""

    summaries = True


KINDS = (*[Publisher] * 5, Failing, CutOff, Moving, Dying, Summaries)


# ---------------------------------------------------------------- the servers
class World:
    """All publishers on their hosts."""

    def __init__(self, feeds: int) -> None:
        self.publishers = [KINDS[n % len(KINDS)](n) for n in range(feeds)]
        self.servers: list[Server] = []
        self.pages: Counter[str] = Counter()
        self.ever: dict[str, set[Item]] = {}
        self.last: dict[str, Item] = {}
        self._lock = Lock()

    def open(self, stack: ExitStack) -> None:
        """Start the servers."""
        for _ in range(0, len(self.publishers), PER_HOST):
            self.servers.append(stack.enter_context(serving(self._talk)))

    def tonight(self, night: int) -> None:
        """Let it be that night, and note what is published in it."""
        for publisher in self.publishers:
            publisher.night = night
            for item in publisher.items():
                self.ever.setdefault(item.guid, set()).add(item)
                self.last[item.guid] = item

    def killed(self) -> None:
        """After a run was killed nobody can say what it held."""
        for publisher in self.publishers:
            publisher.held = ""

    def feeds(self) -> tuple[Feed, ...]:
        """As the catalogue names them."""
        return tuple(
            Feed(url=f"{self._base(p.feed)}/feed/{p.feed}", title=f"Wire {p.feed}")
            for p in self.publishers
        )

    def _base(self, feed: int) -> str:
        return self.servers[feed // PER_HOST].url

    def _talk(self, talk: Talk) -> None:
        time.sleep(ANSWER)
        kind, _, rest = talk.path[1:].partition("/")
        if kind == "feed":
            publisher = self.publishers[int(rest.partition("/")[0])]
            publisher.answer(talk, self._base(publisher.feed))
        elif kind == "page" and rest in self.last:
            with self._lock:
                self.pages[rest] += 1
            body = f"<!doctype html><html lang=en><title>Harbour</title><article><h1>Harbour</h1>{self.last[rest].page()}</article></html>"
            talk.answer(body=body.encode(), Content_Type="text/html; charset=utf-8")
        else:
            talk.answer("404 Not Found")


# ---------------------------------------------------------------- one night, in its process
def one_night(archive: Path, opml: Path, folder: Path, at: datetime) -> None:
    """What `verifier nightly` does, at another time."""
    begun = time.monotonic()
    with (
        Archive.open(archive) as held,
        pipeline.nightly(
            catalogue.load(opml.read_bytes()),
            held,
            policy=Policy(),
            clock=lambda: at + timedelta(seconds=time.monotonic() - begun),
            window=pipeline.Window(since=at - timedelta(days=14)),
            limits=Limits(allow_private=True),
        ) as report,
    ):
        writer.write_folder(report, folder)


@dataclass
class Trial:
    """A whole simulation: nights, kills, and what became of them."""

    folder: Path
    world: World
    rng: random.Random
    killed: int = 0
    orphans: int = 0
    seconds: list[float] = field(default_factory=list)
    reports: list[list[Path]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def archive(self) -> Path:
        """The archive of all nights."""
        return self.folder / "archive.db"

    def night(self, number: int, kills: int) -> None:
        """One night, killed so many times before it may end."""
        self.world.tonight(number)
        self.reports.append([])
        for attempt in range(kills + 1):
            folder = self.folder / f"{number}-{attempt}"
            at = START + timedelta(days=number, minutes=10 * attempt)
            usual = self.seconds[-1] if self.seconds else 4.0
            limit = LONGEST if attempt == kills else self.rng.uniform(0.1, 1.0) * usual
            self.reports[-1].append(folder / "report.json")
            if self._run(folder, at, limit):
                break
            self.world.killed()
            if self.archive.exists() and self.archive.stat().st_size:
                with Archive.open(self.archive) as held:
                    self.wrong += [f"night {number}: {fault}" for fault in held.check()]

    def _run(self, folder: Path, at: datetime, limit: float) -> bool:
        """Whether the night ended before `limit`; else it is killed."""
        command = [sys.executable, "-m", "tests.benchmarks.soak", "--night", at.isoformat()]
        command += [str(self.archive), str(self.folder / "feeds.opml"), str(folder)]
        begun = time.monotonic()
        quiet = os.environ | {"PYTHONWARNINGS": "ignore"}  # of semaphores that a killed run left
        run = subprocess.Popen(command, start_new_session=True, env=quiet)
        try:
            if run.wait(limit):
                self.wrong.append(f"the night of {at:%d %B} ended with {run.returncode}")
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
            self.killed += 1
            self.orphans += not _ends(run.pid)
            return False
        self.seconds.append(time.monotonic() - begun)
        return True


def _ends(group: int, patience: float = 10.0) -> bool:
    """Whether all processes of a killed one's group end by themselves."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return False


def simulate(folder: Path, *, feeds: int, nights: int, kills: int, seed: int = 1) -> Trial:
    """Run it all; `wrong` says in the end what should not have happened."""
    world, rng = World(feeds), random.Random(seed)
    trial = Trial(folder, world, rng)
    doomed = Counter(rng.choices(range(1, nights), k=kills))
    with ExitStack() as stack:
        world.open(stack)
        (folder / "feeds.opml").write_bytes(catalogue.dump(world.feeds()))
        for number in range(nights):
            trial.night(number, doomed[number])
    trial.wrong += [*_stories(trial), *_manners(trial), *_findings(trial)]
    return trial


# ---------------------------------------------------------------- what came out
def _stories(trial: Trial) -> Iterator[str]:
    """Nothing lost, nothing doubled, every correction a version of its own."""
    with Archive.open(trial.archive) as archive:
        yield from archive.check()
        states = [archive.nights.state(feed.url) for feed in trial.world.feeds()]
        held = {story.guid: archive.versions(story.id) for story, _ in archive.added_since(0)}
        if archive.stats().stories != len(held):
            yield f"{archive.stats().stories} stories for {len(held)} ids"
    versions = {guid: [story.text for story in stories] for guid, stories in held.items()}
    for guid, last in trial.world.last.items():
        texts = versions.get(guid, [])
        if not texts or last.quote() not in texts[-1]:
            yield f"lost: {guid} ({type(trial.world.publishers[last.feed]).__name__})"
        usual = type(trial.world.publishers[last.feed]) is Publisher
        if len(texts) > 1 + last.corrected or (usual and len(texts) != 1 + last.corrected):
            yield f"{guid} has {len(texts)} versions"
    yield from (f"made up: {guid}" for guid in versions.keys() - trial.world.last.keys())
    for publisher, state in zip(trial.world.publishers, states, strict=True):
        expected = Health.GONE if publisher.dead() else Health.WELL
        if state.health is not expected:
            yield f"feed {publisher.feed} is {state.health.value}: {state.reason}"


def _manners(trial: Trial) -> Iterator[str]:
    """Nothing sent that was held already, no host crowded, nobody left behind."""
    for publisher in trial.world.publishers:
        if publisher.counts["wasted"]:
            yield f"feed {publisher.feed} sent {publisher.counts['wasted']} bodies for nothing"
        if publisher.counts["asked when gone"] > 1 + trial.killed:
            yield f"feed {publisher.feed} was asked {publisher.counts} times after its end"
    for server in trial.world.servers:
        if server.most_at_once > LIMIT:
            yield f"{server.url} had {server.most_at_once} requests at a time"
    if trial.orphans:
        yield f"{trial.orphans} killed runs left processes behind"


def _findings(trial: Trial) -> Iterator[str]:
    """Every difference in some report, none in those of two nights, corrections named."""
    seen: dict[str, int] = {}
    found: set[str] = set()
    corrected: set[str] = set()
    for night, attempts in enumerate(trial.reports):
        for utterance in _utterances(attempts):
            content = json.dumps([utterance["id"], _carriers(utterance)])
            if seen.setdefault(content, night) != night:
                yield f"night {night} reports again what night {seen[content]} did"
            corrected.update(
                _words(m) for m in _matches(utterance) if "this quote" in (m["correction"] or "")
            )
            if "number" in utterance["divergences"]:
                found.update(_carriers(utterance))
    for guid, items in trial.world.ever.items():
        item = trial.world.last[guid]
        group, odd = divmod(item.feed, TOGETHER)
        others = [f"{group * TOGETHER + n}-{item.number}" for n in range(TOGETHER)]
        told = odd == group % TOGETHER and sum(name in trial.world.ever for name in others) > 1
        if told and found.isdisjoint(each.quote() for each in items):
            yield f"not reported: {guid}"
        usual = type(trial.world.publishers[item.feed]) is Publisher
        if told and usual and item.corrected and item.quote() not in corrected:
            yield f"not named as corrected: {guid}"


def _utterances(attempts: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for path in attempts:
        if path.exists():
            yield from json.loads(path.read_text("utf-8"))["utterances"]


def _matches(utterance: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for variant in utterance["variants"]:
        yield from variant["matches"]


def _carriers(utterance: dict[str, Any]) -> list[str]:
    return sorted(map(_words, _matches(utterance)))


def _words(match: dict[str, Any]) -> str:
    return str(match["text"]).strip(",“”")


def _print(trial: Trial) -> None:
    world = trial.world
    counts = sum((p.counts for p in world.publishers), Counter[str]())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{len(world.publishers)} feeds on {len(world.servers)} hosts, {len(trial.reports)} nights,"
        f" {trial.killed} runs killed; a night took {min(trial.seconds):.1f} to"
        f" {max(trial.seconds):.1f} s, largest process {peak:.0f} MB"
    )
    print(
        f"{len(world.last)} stories published, {sum(i.corrected for i in world.last.values())} of them corrected"
    )
    print("answers: " + ", ".join(f"{name} {n}" for name, n in counts.most_common()))
    print(f"pages read: {sum(world.pages.values())} for {len(world.pages)} stories")
    print(f"most requests at one host: {max(s.most_at_once for s in world.servers)}")
    print(f"{len(trial.wrong)} faults", *trial.wrong[:40], sep="\n")


def main() -> None:
    """Simulate, or be one night of a simulation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--night", nargs=4, metavar=("TIME", "ARCHIVE", "OPML", "FOLDER"))
    options = parser.parse_args()
    if options.night:
        at, archive, opml, folder = options.night
        one_night(Path(archive), Path(opml), Path(folder), datetime.fromisoformat(at))
        return
    with tempfile.TemporaryDirectory() as folder:
        trial = simulate(
            Path(folder),
            feeds=options.feeds,
            nights=options.nights,
            kills=options.kills,
            seed=options.seed,
        )
        _print(trial)
    sys.exit(1 if trial.wrong else 0)


if __name__ == "__main__":
    main()
