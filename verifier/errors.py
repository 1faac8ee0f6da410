"""The exceptions of the verifier.

VerifierError
├── InputError          the article or a file given on the command line cannot be used
├── CatalogueError      a list of feeds cannot be used
├── FetchError          an address did not give what was asked of it
│   └── AddressRefused  the address is private, loopback or otherwise not allowed
├── StoryError          bytes that hold no readable story
├── ArchiveError        the archive cannot be used
│   └── ArchiveBusy     another process is writing to it
└── ClusterError        the cluster cannot be used

Each says what failed, on what, and what to try next: `message: subject (hint)`.
Raised when a run cannot go on; one item that cannot is a `model.Problem`.
"""


class VerifierError(Exception):
    """Something the person can act on: what failed, on what, and what to try next."""

    def __init__(self, message: str, subject: str = "", hint: str = "") -> None:
        super().__init__(message, subject, hint)
        self.message = message
        self.subject = subject
        self.hint = hint

    def __str__(self) -> str:
        head = f"{self.message}: {self.subject}" if self.subject else self.message
        return f"{head} ({self.hint})" if self.hint else head


class InputError(VerifierError):
    """The article, or a file named on the command line, cannot be used."""


class CatalogueError(VerifierError):
    """A list of feeds cannot be read, or holds none."""


class FetchError(VerifierError):
    """An address did not give what was asked of it."""


class AddressRefused(FetchError):
    """The address is private, loopback or otherwise not allowed."""


class StoryError(VerifierError):
    """Bytes that hold no readable story."""


class ArchiveError(VerifierError):
    """The archive is missing, damaged, foreign or of another format."""


class ArchiveDamaged(ArchiveError):
    """The file is an archive, but some of it is lost or changed."""


class ArchiveBusy(ArchiveError):
    """Another process is writing to the archive."""


class ClusterError(VerifierError):
    """The cluster did not start, or could not do what was asked of it."""


__all__ = [
    "AddressRefused",
    "ArchiveBusy",
    "ArchiveDamaged",
    "ArchiveError",
    "CatalogueError",
    "ClusterError",
    "FetchError",
    "InputError",
    "StoryError",
    "VerifierError",
]
