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

    # A clause without quotation marks is reported when it is right with this probability. On
    # the training articles, cross-validated: .40 gives P .81 R .79, .50 P .83 R .77, .60
    # P .86 R .73; F1 .80 at the first two (train_reported.py prints the curve).
    reported_confidence: float = 0.5

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change whenever a number here does."""
        return digest(*(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self)))
