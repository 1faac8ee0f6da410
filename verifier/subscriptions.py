"""The user's own list of feeds: an OPML file beside the archive, at first the shipped one."""

from __future__ import annotations

from pathlib import Path

from verifier import catalogue
from verifier.errors import CatalogueError, InputError
from verifier.model import Feed


class Subscriptions:
    """The list in the file at `path`, which is written at the first change."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def source(self) -> bytes:
        """The OPML as it stands. Raises InputError if it cannot be read."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return catalogue.shipped_source()
        except OSError as error:
            reason = error.strerror or "cannot be read"
            raise InputError(reason, str(self.path), "check its permissions") from error

    def feeds(self) -> tuple[Feed, ...]:
        """The feeds of the list. Raises CatalogueError, InputError."""
        return catalogue.load(self.source(), self.path.parent, address=str(self.path))

    def add(self, feeds: tuple[Feed, ...]) -> int:
        """Add feeds; how many were not there before. Raises CatalogueError, InputError."""
        known = self._known()
        fresh = [feed for feed in feeds if feed.url not in known]
        if fresh:
            self._write(catalogue.edited(self.source(), add=fresh))
        return len(fresh)

    def take_over(self, other: bytes, base: Path | None, address: str) -> tuple[int, int]:
        """Add the feeds of another list, or of a feed, as they stand there: how many, of how many.

        `base` and `address` as for `catalogue.load`. Raises CatalogueError, InputError.
        """
        feeds = catalogue.load(other, base, address=address)
        if not catalogue.is_list(other):
            return self.add(feeds), len(feeds)
        fresh = {feed.url for feed in feeds} - self._known()
        if fresh:
            self._write(catalogue.merged(self.source(), other, base))
        return len(fresh), len(feeds)

    def remove(self, name: str) -> Feed:
        """Remove the feed of this address or title. Raises CatalogueError if there is none."""
        found = [feed for feed in self.feeds() if name in {feed.url, feed.title}]
        if len(found) != 1:
            many = "several feeds have this title" if found else "no such feed"
            raise CatalogueError(many, name, "`verifier feeds list` shows their addresses")
        self._write(catalogue.edited(self.source(), remove=[found[0].url]))
        return found[0]

    def _known(self) -> set[str]:
        """The addresses in the list, which may hold none."""
        return {feed.url for feed in catalogue.load(self.source(), self.path.parent, empty=True)}

    def _write(self, source: bytes) -> None:
        """Whole or not at all."""
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(source)
            part.replace(self.path)
        except OSError as error:
            reason = error.strerror or "cannot be written"
            raise InputError(reason, str(self.path), "check its permissions") from error
