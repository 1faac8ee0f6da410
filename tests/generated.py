"""A generated night: new stories against old ones, in one archive or in shards, on any engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from tests.benchmarks import material
from tests.benchmarks.corpus import Line, Writer
from verifier import night
from verifier.archive import Archive
from verifier.model import NightReport
from verifier.pipeline import shards
from verifier.policy import Policy
from verifier.report import json
from verifier.retrieval import LocalSearch, Search

NOW = datetime(2031, 5, 6, tzinfo=UTC)
POLICY = Policy()
_VARIANTS = 8  # of one wording: judging one of hundreds takes long, and shows no more


class Night:
    """So many `old` quotes, also in shards, and so many `new` ones, half of them said before."""

    def __init__(self, folder: Path, old: int, new: int) -> None:
        self.folder = folder
        self.old, self.own, self.whole = (folder / f"{n}.db" for n in ("old", "own", "whole"))
        lines = list(islice(_thinned(Writer(1).lines(2 * old)), old))
        texts = [query.text for query in material.queries(lines, new // 22, seed=3)][:new]
        texts[::5] = [line.text for line in lines[7 :: len(lines) // new]][: len(texts[::5])]
        random.Random(5).shuffle(texts)
        self._new = list(material.stories([Line(text, 0) for text in texts], start=old))
        material.fill(self.old, lines)
        self._add(self.own)
        with Archive.open(self.old) as archive:
            archive.backup(self.whole)
            self.before = archive.latest()
        self._add(self.whole)
        self.here = self.report(self.whole, self.before, None)

    def _add(self, path: Path) -> None:
        with Archive.open(path) as archive:
            archive.add(self._new)

    def shards(self, count: int) -> Path:
        """The folder with about so many shards of the old stories: days are kept whole."""
        folder = self.folder / str(count)
        if not folder.exists():
            with Archive.open(self.old) as archive:
                size = int(archive.holdings().occurrences / count * 1.02) + 300
                written = shards.shard(archive, folder, size, lambda _path: None)
            assert abs(len(written) - count) <= 2
        return folder

    def report(self, path: Path, number: int, search: Callable[[Archive], Search] | None) -> str:
        """What a night says, as JSON: of the stories at `path` that are newer than `number`."""
        with Archive.open(path) as archive:
            ground = search(archive) if search else LocalSearch(archive, POLICY)
            found = night.utterances(
                archive, number, search=ground, policy=POLICY, since=None, now=NOW
            )
            assert len(found) > len(self._new) / 4
            report = NightReport(
                started=NOW, finished=NOW, since=NOW, archive=ground.holdings(NOW), stories=0,
                quotes=0, feeds=(), utterances=found, problems=(),
            )  # fmt: skip
            return json.write_night(report)


def _thinned(lines: Iterable[Line]) -> Iterator[Line]:
    seen: Counter[int] = Counter()
    for line in lines:
        seen[line.cluster] += 1
        if seen[line.cluster] <= _VARIANTS:
            yield line
