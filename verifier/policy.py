"""Every tuned number, in one place, beside the measurement that set it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from verifier.model import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The thresholds of a run. `fingerprint` is stored with every run."""

    # Provenance. Half of the shorter body's five-word shingles are shared (CONTRACT).
    shingle_words: int = 5
    reprint_share: float = 0.5
    # Both dates known and further apart than this: "said before" (CONTRACT).
    same_event_days: int = 30
    # Coverage (CONTRACT): fewer outlets' stories than this near the article's day is "thin".
    thin_outlets: int = 20

    # Subject of two stories: the share of the shorter one's names that both have. With fewer
    # names than this nothing is known of it.
    subject_names: int = 3
    same_subject: float = 0.30
    other_subject: float = 0.10

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change whenever a number here does."""
        return digest(*(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self)))
