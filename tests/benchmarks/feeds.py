"""500 feeds of 40 full-text entries from loopback: fetched, read on every core, measured.

    python tests/benchmarks/feeds.py [FEEDS] [WORKERS]

Prints stories a second against feedparser alone on the same bytes on one core in the same
run, CPU time against wall time, and the peak memory of this process and its workers.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import socket
import sys
import time
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from io import BytesIO

import feedparser

from verifier.fetch import Limits, many
from verifier.model import NO_VALIDATORS, Feed, Response
from verifier.stories.feed import from_feed

_WORDS = (
    "rain",
    "port",
    "ferry",
    "said",
    "harbour",
    "the",
    "a",
    "of",
    "that",
    "was",
    "open",
    "again",
)
_ENTRIES, _WORDS_EACH, _KEPT = 40, 300, 64


def document(seed: int) -> bytes:
    """A feed of `_ENTRIES` stories of `_WORDS_EACH` words."""
    rng = random.Random(seed)

    def some(count: int) -> str:
        return " ".join(rng.choices(_WORDS, k=count))

    items = "".join(
        f"<item><title>{some(8)}</title><link>https://t.example/{seed}/{n}</link><guid>{n}</guid>"
        "<pubDate>Wed, 05 Aug 2031 03:10:00 GMT</pubDate><content:encoded><![CDATA["
        f"<p>NORTHPORT (AFP) - {some(100)}.</p><p>“{some(20)},” she said.</p>"
        f"<p>{some(_WORDS_EACH - 125)}.</p>]]></content:encoded></item>"
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


def read(raw: bytes, url: str) -> int:
    """How many stories are in a feed: what a worker does."""
    return len(from_feed(raw, Feed(url=url, title="T"))[0])


def all_read(addresses: list[str], workers: int) -> int:
    """Fetch and read every address, with no more than `_KEPT` documents in flight."""
    limits = Limits(allow_private=True)
    wanted = [(address, NO_VALIDATORS) for address in addresses]
    count = 0
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        pending: deque[Future[int]] = deque()
        for _, answer in many(wanted, limits=limits, per_host=4):
            if not isinstance(answer, Response):
                raise SystemExit(answer.message)
            pending.append(pool.submit(read, answer.body, answer.url))
            while len(pending) > _KEPT:
                count += pending.popleft().result()
        return count + sum(future.result() for future in pending)


def cpu() -> float:
    """Seconds of processor time of this process and of its workers that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main(feeds: int, workers: int) -> None:
    """Measure and print."""
    documents = [document(seed) for seed in range(20)]
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    server = multiprocessing.get_context("fork").Process(
        target=serve, args=(listener, documents), daemon=True
    )
    server.start()
    addresses = [f"http://127.0.0.1:{listener.getsockname()[1]}/{n}" for n in range(feeds)]
    busy, started = cpu(), time.perf_counter()
    stories = all_read(addresses, workers)
    wall, busy = time.perf_counter() - started, cpu() - busy
    started = time.perf_counter()
    for raw in documents:
        feedparser.parse(BytesIO(raw))
    alone = len(documents) * _ENTRIES / (time.perf_counter() - started)
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{stories} stories of {feeds} feeds in {wall:.1f} s: {stories / wall:.0f} a second")
    print(f"feedparser alone, one core: {alone:.0f} a second; ratio {stories / wall / alone:.2f}")
    print(f"CPU {busy:.1f} s, {busy / wall:.2f} of wall; largest process {peak / 1024:.0f} MB")
    server.terminate()


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 2
    )
