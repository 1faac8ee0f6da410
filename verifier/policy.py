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

    # Another speaker is a divergence where so much of the shorter quote (0..100) agrees;
    # below it two people said two things ("We will not reopen the bridge / the mill until").
    other_speaker_score: float = 85.0
    # Fewer words than these two people say in one week ("a total disgrace", "security offices").
    other_speaker_words: int = 5
    # Of a mere part of a quote more is asked: of 230 pairs of real quotes the conflicts over
    # parts of up to seven words were stock phrases ("take on the ... cartel").
    other_speaker_part: int = 10

    # Below this score other words in between make two sayings, unless both are one speaker's:
    # of those 230 pairs, the five that nobody would sign lie at 53 to 73.
    alike_score: float = 75.0

    # Subject of two stories: the share of the shorter one's names that both have. With fewer
    # names than this nothing is known of it.
    subject_names: int = 3
    same_subject: float = 0.30
    other_subject: float = 0.10

    # Weights (nats). No word is free: a quote of stop words still weighs something.
    least_weight: float = 0.3
    # Strength of the prior, in quotes, for a word after another.
    pair_prior: float = 4.0
    # A pair that the archive repeats though the background does not (a viral quote) keeps
    # this share of its general surprisal.
    repeated_share: float = 0.25

    # Alignment. Equal runs chain over gaps of this many words; a chain counts with two or
    # more words of this weight, or a single word of that.
    gap_words: int = 4
    segment_weight: float = 5.0
    single_weight: float = 9.0

    # Acceptance (nats). The guard is ln of the number of quotes, at least of guard_floor.
    guard_floor: int = 1000
    whole_similarity: float = 0.80
    whole_weight: float = 12.0
    altered_similarity: float = 0.50
    altered_margin: float = 4.0
    contained_share: float = 0.60
    contained_margin: float = 7.0
    fragment_share: float = 0.90
    fragment_margin: float = 5.5
    splice_margin: float = 15.0
    splice_density: float = 0.60

    # Candidates: posting entries read for a query (or a part of the archive, if that is
    # more), the share of the information read that a candidate must have if it has less than
    # the guard, candidates compared, hits of short common words handed on undecided.
    postings: int = 4000
    postings_share: float = 0.002
    candidate_share: float = 0.8
    candidates: int = 200
    undecided: int = 50

    # A clause without quotation marks is reported when it is right with this probability:
    # the best F1 on the training articles, cross-validated (train_reported.py prints the curve).
    reported_confidence: float = 0.5

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change whenever a number here does."""
        return digest(*(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self)))
