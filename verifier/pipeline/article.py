"""The article under check: a file, an address, a paste."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from verifier import fetch, stories
from verifier.decode import decode
from verifier.errors import InputError
from verifier.fetch import Limits
from verifier.model import Story


def read_article(source: str, limits: Limits) -> Story:
    """The article at a path or an http address. Raises InputError, StoryError, FetchError."""
    if source.startswith(("http://", "https://")):
        answer = fetch.require(source, limits=limits)
        story = stories.read(answer.body, source, answer.header("content-type"))
        return replace(story, url=story.url or source)
    return stories.read(read_file(source), source)


def read_paste(stream: BinaryIO) -> Story:
    """The article on standard input. Raises InputError, StoryError."""
    raw = stream.read(stories.MAX_BYTES + 1)
    return stories.read(raw, "standard input")


def read_file(name: str, hint: str = "give a path, an http address, or - to paste") -> bytes:
    """What a file holds, up to the size of an article. Raises InputError."""
    try:
        with Path(name).open("rb") as file:
            raw = file.read(stories.MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("no such file", name, hint) from error
    except IsADirectoryError as error:
        raise InputError("this is a folder", name, "verifier import takes folders") from error
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError(reason, name, "is it yours to read?") from error
    return raw


def characters(source: str | None) -> str | None:
    """All characters of the file that an article was read from; None of what is no file."""
    path = Path(source or "-")
    return decode(path.read_bytes()) if path.is_file() else None
