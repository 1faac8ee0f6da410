"""Stories of any origin -> their quotes, over processes -> the archive, a batch a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count

from verifier import workers
from verifier.archive import Archive
from verifier.extraction import extract, unread
from verifier.model import Imported, Problem, Quote, Story

_BATCH = 500  # stories a transaction: some 10 MB
_HEAVY = 20_000_000  # characters a transaction at most, but for the last of its stories
# Transactions until their postings are merged. After each one, the archive took 645 us of CPU a
# quote on the way to a million, three quarters of it in merges.
MERGED = 250
_NAMED = 10_000  # problems that are named; the rest is counted
_FEW = 50  # stories that one process reads faster than others can be started
_CHUNK = 25


class Intake:
    """Takes stories as they come; what the archive knows already is not extracted again."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._batch: list[Story] = []
        self._characters = 0
        self._stored = 0
        self._pool: ProcessPoolExecutor | None = None
        self._new = self._changed = self._same = 0
        self._unread: Counter[str] = Counter()
        self._problems: list[Problem] = []
        self._unnamed = 0

    def take(self, found: Iterable[Story | Problem]) -> None:
        """Take the stories of one input, and note its problems."""
        for one in found:
            if isinstance(one, Problem):
                self._note(one)
            elif self._archive.knows(one):
                self._same += 1
            else:
                self._batch.append(one)
                self._characters += len(one.text)
                if len(self._batch) == _BATCH or self._characters > _HEAVY:
                    self._flush()

    def _note(self, problem: Problem) -> None:
        if len(self._problems) < _NAMED:
            self._problems.append(problem)
        else:
            self._unnamed += 1

    def finish(self) -> Imported:
        """Store the rest; what was taken."""
        self._flush()
        self._archive.merge(everything=False)
        if self._pool:
            self._pool.shutdown()
        return Imported(
            new=self._new,
            changed=self._changed,
            same=self._same,
            unread=tuple(sorted(self._unread.items())),
            problems=tuple(self._problems),
            unnamed=self._unnamed,
        )

    def _flush(self) -> None:
        quotes = self._extracted(self._batch)
        self._stored += 1
        with self._archive.change(merge=self._stored % MERGED == 0) as changes:
            for story, found in zip(self._batch, quotes, strict=True):
                changes.load.add(story, found)
        quoteless = (s for s, found in zip(self._batch, quotes, strict=True) if not found)
        self._unread.update(filter(None, map(unread, quoteless)))
        self._new += changes.load.new
        self._changed += changes.load.changed
        self._same += changes.load.same
        self._batch = []
        self._characters = 0

    def _extracted(self, batch: Sequence[Story]) -> list[tuple[Quote, ...]]:
        processes = cpu_count() or 1
        if len(batch) <= _FEW or processes == 1:
            return [extract(story) for story in batch]
        if self._pool is None:
            self._pool = workers.pool(processes)
        return list(self._pool.map(extract, batch, chunksize=_CHUNK))
