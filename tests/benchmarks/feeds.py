"""500 feeds of 40 full-text entries from loopback into an archive: what a night's fetch costs.

    python -m tests.benchmarks.feeds [FEEDS]

Runs `gather` as `verifier fetch` does (fetch, read, extract, store) over every feed of a server
in another process, and prints stories a second, CPU time against wall time, the share of what
feedparser alone reaches on one core with the same bytes in the same run, and the memory of all
its processes together. The steps that each worker takes are timed on a sample besides, so that
it can be seen what the time is spent on.
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

_ENTRIES, _SENTENCES = 40, 15
_WAITING = 64  # answers that wait for a worker
_SMALL = ("the", "a", "of", "to", "in", "and", "for", "on", "at", "with", "was", "is")
_SYLLABLES = ("bal", "dor", "fen", "gim", "hul", "kas", "lim", "mor", "nat", "pel", "run", "sov")


def document(seed: int) -> bytes:
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

    items = "".join(
        f'<item><title>{some(8)}</title><guid isPermaLink="false">{seed}-{n}</guid>'
        "<pubDate>Wed, 05 Aug 2031 03:10:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[{story()}]]></content:encoded></item>"
        for n in range(_ENTRIES)
    )
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {space}><channel><title>T</title>{items}</channel></rss>'.encode()


def serve(listener: socket.socket, documents: list[bytes]) -> None:
    """Answer `/n` with document n, for ever."""
    while True:
        connection, _ = listener.accept()
        with connection:
            number = int(connection.recv(65536).split(b" ", 2)[1][1:])
            body = documents[number % len(documents)]
            head = f'HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nETag: "{number}"\r\n\r\n'
            connection.sendall(head.encode() + body)


class Memory(Thread):
    """The most that this process and its children hold together, in MB, looked at often."""

    def __init__(self, leave_out: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._leave_out = leave_out
        self._over = Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(0.1):
            self.peak = max(self.peak, sum(_held(pid) for pid in self._family()))

    def stop(self) -> float:
        """The peak."""
        self._over.set()
        self.join()
        return self.peak

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
        memory = Memory(leave_out=server)
        memory.start()
        busy, started = cpu(), time.perf_counter()
        now = datetime(2031, 8, 6, tzinfo=UTC)
        found = gather(feeds, archive, now=now, limits=Limits(allow_private=True))
        wall, busy = time.perf_counter() - started, cpu() - busy
        peak, held = memory.stop(), archive.stats()
    print(f"{found.new} stories with {held.occurrences} quotes of {len(feeds)} feeds, {wall:.1f} s")
    print(f"{found.new / wall:.0f} stories a second; CPU {busy:.1f} s, {busy / wall:.2f} of wall")
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


def steps(documents: list[bytes]) -> float:
    """What each step costs one core; stories a second of feedparser alone."""
    count = len(documents) * _ENTRIES
    feed = Feed(url="https://t.example", title="T")
    stories: list[Story] = []
    spent = {
        "feedparser alone": took(lambda: [feedparser.parse(BytesIO(d)) for d in documents]),
        "reading": took(
            lambda: stories.extend(s for d in documents for s in from_feed(d, feed)[0])
        ),
        "extracting": took(lambda: [extract(story) for story in stories]),
    }
    for name, seconds in spent.items():
        print(f"  {name}: {1000 * seconds / count:.2f} ms a story, {count / seconds:.0f} a second")
    return count / spent["feedparser alone"]


def main(feeds: int) -> None:
    """Measure and print."""
    documents = [document(seed) for seed in range(feeds)]
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    server = multiprocessing.get_context("fork").Process(
        target=serve, args=(listener, documents), daemon=True
    )
    server.start()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sample = documents[:10]
    del documents
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    listed = [Feed(url=f"{base}/{n}", title=f"T{n}") for n in range(feeds)]
    whole, plain = gathered(listed, server.pid or 0), fetched(listed)
    alone = steps(sample)
    print(
        f"against feedparser alone, on {os.cpu_count()} cores: fetched and read {plain / alone:.2f}"
    )
    print(f"with the quotes and the archive {whole / alone:.2f}")
    server.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
