"""500 feeds of 40 full-text entries from loopback into an archive: what a night's fetch costs.

    python -m tests.benchmarks.feeds [FEEDS]

Runs `gather` as `verifier fetch` does (fetch, read, extract, store) over every feed of a server
in another process, and prints stories a second, CPU time against wall time, the share of what
feedparser alone reaches on one core with the same bytes in the same run (with its defaults, and
with the arguments that this program gives it), and the memory of all its processes together.
Once with entries as WordPress writes them, whose full-text feeds are the most common, and once
with no more than a title, an id, a date and bare paragraphs, the least that an entry can be:
stories and quotes are the same, but there is less XML for a parser to read. For 300 words
feedparser takes .77 ms of the first and .43 of the second; of the 14 full-text feeds in the test
files of feedparser, gofeed and feedjira .6 to 3.8, half of them more than 1.3: the first is the
measure. What each step of a worker costs is timed on a sample besides.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import feedparser

from verifier import workers
from verifier.archive import Archive
from verifier.extraction import extract
from verifier.fetch import Limits, many
from verifier.gather import gather
from verifier.model import NO_VALIDATORS, Failure, Feed, Response, Story
from verifier.stories.feed import from_feed

_ENTRIES, _SENTENCES, _SAMPLE = 40, 15, 25
_WAITING = 64  # answers that wait for a worker
_LEAN = {"sanitize_html": False, "resolve_relative_uris": False}  # as `stories` calls it
_LOOKED = 1.0  # seconds between two looks at the memory, each of which takes milliseconds
_SPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
}
_SMALL = ("the", "a", "of", "to", "in", "and", "for", "on", "at", "with", "was", "is")
_SYLLABLES = ("bal", "dor", "fen", "gim", "hul", "kas", "lim", "mor", "nat", "pel", "run", "sov")


def document(seed: int, *, bare: bool = False) -> bytes:
    """A feed of stories of some 300 words in sentences of 20, with two quotes each."""
    rng = random.Random(seed)

    def some(count: int) -> str:
        large = ["".join(rng.choices(_SYLLABLES, k=rng.randint(1, 3))) for _ in range(count)]
        return " ".join(w if rng.random() < 0.6 else rng.choice(_SMALL) for w in large)

    def story() -> str:
        told = [f"{some(20).capitalize()}." for _ in range(_SENTENCES - 2)]
        told[0] = f"NORTHPORT (AFP) - {told[0]}"
        told[3] += f" “{some(20).capitalize()},” said Ada Holm, the harbour minister."
        told[9] += f" She said {some(20)}."
        return "".join(f"<p>{sentence}</p>" for sentence in told)

    entry = _bare if bare else _published
    items = "".join(entry(f"{seed}-{n}", some(8), story()) for n in range(_ENTRIES))
    spaces = " ".join(f'xmlns:{name}="{_SPACES[name]}"' for name in sorted(_SPACES))
    return f'<rss version="2.0" {spaces}><channel><title>T</title>{items}</channel></rss>'.encode()


def _bare(number: str, title: str, told: str) -> str:
    """The least that an entry can be."""
    return (
        f'<item><title>{title}</title><guid isPermaLink="false">{number}</guid>'
        "<pubDate>Wed, 05 Aug 2031 03:10:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[{told}]]></content:encoded></item>"
    )


def _published(number: str, title: str, told: str) -> str:
    """The elements of WordPress's template, an excerpt, and a link in every fourth paragraph."""
    paragraphs = told.split("</p>")
    for n in range(1, len(paragraphs) - 1, 4):
        words = paragraphs[n].split(" ")
        words[5] = f'<a href="https://wire.example/tag/{n}" rel="noopener">{words[5]}</a>'
        paragraphs[n] = " ".join(words)
    whole = "</p>\n".join(paragraphs)
    return (
        f"<item>\n<title>{title}</title>\n<link>https://wire.example/2031/08/{number}/</link>\n"
        "<dc:creator><![CDATA[Ada Marsh]]></dc:creator>\n"
        "<pubDate>Wed, 05 Aug 2031 03:10:00 +0000</pubDate>\n"
        "<category><![CDATA[World]]></category>\n<category><![CDATA[Harbours]]></category>\n"
        f'<guid isPermaLink="false">https://wire.example/?p={number}</guid>\n'
        f"<description><![CDATA[{paragraphs[0]} [&#8230;]</p>]]></description>\n"
        f"<content:encoded><![CDATA[{whole}]]></content:encoded>\n"
        f"<slash:comments>{len(title)}</slash:comments>\n</item>\n"
    )


def serve(listener: socket.socket, documents: list[bytes]) -> None:
    """Answer `/n` with document n, for ever."""
    while True:
        connection, _ = listener.accept()
        with connection:
            number = int(connection.recv(65536).split(b" ", 2)[1][1:])
            body = documents[number % len(documents)]
            head = f'HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nETag: "{number}"\r\n\r\n'
            connection.sendall(head.encode() + body)


class Watch(Thread):
    """The most memory (MB) that this process and its children hold together, as far as seen,
    and how long they were ready to run while others had the cores (seconds)."""

    def __init__(self, leave_out: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._delays: dict[int, float] = {}
        self._leave_out = leave_out
        self._over = Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(_LOOKED):
            family = self._family()
            self.peak = max(self.peak, sum(map(_held, family)))
            self._delays |= {pid: _delayed(pid) for pid in family}

    def stop(self) -> tuple[float, float]:
        """The peak and the delay."""
        self._over.set()
        self.join()
        return self.peak, sum(self._delays.values())

    def _family(self) -> list[int]:
        children = {p.pid for p in multiprocessing.active_children() if p.pid}
        return [os.getpid(), *children - {self._leave_out}]


def _held(pid: int) -> float:
    """Proportional share of the memory of a process (Linux), in MB; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _delayed(pid: int) -> float:
    """Seconds that the threads of a process waited for a core (Linux)."""
    found = 0.0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):
            found += int(task.read_text("ascii").split()[1]) / 1e9
    return found


def cpu() -> float:
    """Seconds of processor time of this process and of its workers that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def took(work: Callable[[], object]) -> float:
    """Seconds of processor time of this process for `work`."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def gathered(feeds: list[Feed], server: int) -> float:
    """Gather them all; stories a second."""
    with TemporaryDirectory() as folder, Archive.open(Path(folder) / "a.db") as archive:
        watch = Watch(leave_out=server)
        watch.start()
        busy, started = cpu(), time.perf_counter()
        now = datetime(2031, 8, 6, tzinfo=UTC)
        found = gather(feeds, archive, now=now, limits=Limits(allow_private=True))
        wall, busy = time.perf_counter() - started, cpu() - busy
        (peak, delayed), held = watch.stop(), archive.stats()
    print(f"{found.new} stories with {held.occurrences} quotes of {len(feeds)} feeds, {wall:.1f} s")
    print(f"{found.new / wall:.0f} stories a second; CPU {busy:.1f} s, {busy / wall:.2f} of wall")
    print(f"{(busy + delayed) / wall:.2f} of its processes ran or were ready to, on average")
    print(f"memory of all processes together {peak:.0f} MB")
    return found.new / wall


def read(answer: Response | Failure) -> int:
    """How many stories are in an answer: what a worker does, but for the quotes."""
    if isinstance(answer, Failure):
        raise SystemExit(answer.message)
    return len(from_feed(answer.body, Feed(url=answer.url, title="T"))[0])


def fetched(feeds: list[Feed]) -> float:
    """Fetch and read them all over processes, and nothing more; stories a second."""
    wanted = [(feed.url, NO_VALIDATORS) for feed in feeds]
    count = 0
    started = time.perf_counter()
    with workers.pool(os.cpu_count() or 1) as pool:
        waiting: deque[Future[int]] = deque()
        for _, answer in many(wanted, limits=Limits(allow_private=True)):
            waiting.append(pool.submit(read, answer))
            if len(waiting) > _WAITING:
                count += waiting.popleft().result()
        count += sum(future.result() for future in waiting)
    return count / (time.perf_counter() - started)


def alone(documents: list[bytes], **arguments: bool) -> float:
    """Milliseconds a story that feedparser takes on one core."""
    spent = took(lambda: [feedparser.parse(BytesIO(d), **arguments) for d in documents])
    return 1000 * spent / len(documents) / _ENTRIES


def steps(documents: list[bytes]) -> None:
    """What each step of a worker costs one core."""
    count = len(documents) * _ENTRIES
    feed = Feed(url="https://t.example", title="T")
    stories: list[Story] = []
    spent = {
        "reading": took(
            lambda: stories.extend(s for d in documents for s in from_feed(d, feed)[0])
        ),
        "extracting": took(lambda: [extract(story) for story in stories]),
    }
    for name, seconds in spent.items():
        print(f"  {name}: {1000 * seconds / count:.2f} ms a story")


def measure(feeds: int, *, bare: bool) -> None:
    """Measure one kind of entry and print."""
    documents = [document(seed, bare=bare) for seed in range(feeds)]
    megabytes = sum(map(len, documents)) / 1e6
    print(
        f"\nentries {'as bare as can be' if bare else 'as WordPress writes them'}, {megabytes:.0f} MB"
    )
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    server = multiprocessing.get_context("fork").Process(
        target=serve, args=(listener, documents), daemon=True
    )
    server.start()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sample = documents[:_SAMPLE]
    del documents
    listed = [Feed(url=f"{base}/{n}", title=f"T{n}") for n in range(feeds)]
    before = alone(sample), alone(sample, **_LEAN)  # and after: the machine may change its pace
    whole, plain = gathered(listed, server.pid or 0), fetched(listed)
    server.terminate()
    after = alone(sample), alone(sample, **_LEAN)
    steps(sample)
    for name, *spent in zip(("by default", "with our arguments"), before, after, strict=True):
        peer = 1000 / (sum(spent) / len(spent))
        print(f"  feedparser alone, {name}: {spent[0]:.2f} ms before, {spent[1]:.2f} after")
        print(f"against it: {whole / peer:.2f}, fetched and read only {plain / peer:.2f}")


def main(feeds: int) -> None:
    """Measure both kinds of entries."""
    measure(feeds, bare=False)
    measure(feeds, bare=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
