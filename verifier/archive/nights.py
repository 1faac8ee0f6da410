"""What the nightly run remembers: feeds, runs, what was reported, and what was dismissed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from verifier.archive.rows import microseconds, moment
from verifier.model import FeedState, Health, Run, Story, Validators

_STORY_TIMES = tuple(f.name for f in fields(Story) if "datetime" in str(f.type))
_TIMES = ("last_try", "last_success", "next_try", "moving_since")


class Nights:
    """The rows of the nightly run, within whatever transaction is open."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def state(self, url: str) -> FeedState:
        """What is known of the feed; a new one is asked where the catalogue says."""
        row = self._db.execute("SELECT state FROM feed WHERE url = ?", (url,)).fetchone()
        return _state(json.loads(row[0])) if row else FeedState(url=url, asked=url)

    def keep_state(self, state: FeedState) -> None:
        """Remember the state of a feed."""
        content = json.dumps(_plain(state), sort_keys=True)
        self._db.execute("INSERT OR REPLACE INTO feed VALUES (?, ?)", (state.url, content))

    def page_known(self, story: str, version: str) -> bool:
        """Whether the page of this version of a summary was read or is waited for."""
        row = self._db.execute("SELECT version FROM page WHERE story = ?", (story,)).fetchone()
        return bool(row) and row[0] == version

    def await_page(self, summary: Story) -> None:
        """Remember that the page of a summary is to be read."""
        row = (summary.id, summary.version, 0, json.dumps(_plain_story(summary)))
        self._db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)", row)

    def awaited_pages(self) -> list[Story]:
        """The summaries whose pages are to be read, those of broken-off runs included."""
        rows = self._db.execute("SELECT summary FROM page WHERE summary IS NOT NULL ORDER BY story")
        return [_story(json.loads(row[0])) for row in rows]

    def page_failed(self, story: str) -> int:
        """Count a try that failed; how many there were."""
        self._db.execute("UPDATE page SET tries = tries + 1 WHERE story = ?", (story,))
        row = self._db.execute("SELECT tries FROM page WHERE story = ?", (story,)).fetchone()
        return int(row[0])

    def page_done(self, story: str) -> None:
        """The page was read, or is given up: the story is in the archive."""
        self._db.execute("UPDATE page SET summary = NULL WHERE story = ?", (story,))

    def compared(self) -> int:
        """The highest story number that a finished run has compared."""
        row = self._db.execute("SELECT max(stories) FROM run WHERE finished IS NOT NULL").fetchone()
        return int(row[0] or 0)

    def keep_run(self, run: Run) -> None:
        """Remember a finished run."""
        self._db.execute(
            "INSERT INTO run (started, finished, policy, stories, counts) VALUES (?, ?, ?, ?, ?)",
            (
                microseconds(run.started),
                microseconds(run.finished),
                run.policy,
                run.stories,
                json.dumps(run.counts, sort_keys=True),
            ),
        )

    def last_run(self) -> Run | None:
        """The latest run that finished."""
        row = self._db.execute(
            "SELECT started, finished, policy, stories, counts FROM run "
            "WHERE finished IS NOT NULL ORDER BY number DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return None
        started = moment(row[0])
        if started is None:
            return None
        return Run(
            started=started,
            finished=moment(row[1]),
            policy=row[2],
            stories=row[3],
            counts=json.loads(row[4]),
        )

    def unreported(self, contents: dict[str, str]) -> set[str]:
        """The ids whose content is not what was reported last."""
        found = {
            identity: row[0]
            for identity in contents
            if (
                row := self._db.execute(
                    "SELECT content FROM reported WHERE id = ?", (identity,)
                ).fetchone()
            )
        }
        return {name for name, content in contents.items() if found.get(name) != content}

    def keep_reported(self, contents: dict[str, str]) -> None:
        """Remember what was reported."""
        self._db.executemany("INSERT OR REPLACE INTO reported VALUES (?, ?)", contents.items())

    def ignored(self, ids: Iterable[str]) -> set[str]:
        """Those of `ids` that a person dismissed."""
        dismissed = {row[0] for row in self._db.execute("SELECT id FROM ignored")}
        return dismissed.intersection(ids)

    def is_reported(self, identity: str) -> bool:
        """Whether a finding of that id was ever reported."""
        row = self._db.execute("SELECT 1 FROM reported WHERE id = ?", (identity,)).fetchone()
        return row is not None

    def ignore(self, identity: str, why: str, at: datetime) -> None:
        """Dismiss a finding for good."""
        row = (identity, why, microseconds(at))
        self._db.execute("INSERT OR REPLACE INTO ignored VALUES (?, ?, ?)", row)


def _plain_story(story: Story) -> dict[str, Any]:
    content = asdict(story)
    return content | {name: microseconds(content[name]) for name in _STORY_TIMES}


def _story(content: dict[str, Any]) -> Story:
    return Story(**content | {name: moment(content[name]) for name in _STORY_TIMES})


def _plain(state: FeedState) -> dict[str, Any]:
    content = asdict(state)
    for name in _TIMES:
        content[name] = microseconds(content[name])
    return content | {"health": state.health.value}


def _state(content: dict[str, Any]) -> FeedState:
    return FeedState(
        **content
        | {name: moment(content[name]) for name in _TIMES}
        | {"validators": Validators(**content["validators"]), "health": Health(content["health"])}
    )
