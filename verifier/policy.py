"""Every tuned number, in one place, beside the measurement that set it."""

from __future__ import annotations

from dataclasses import fields

from verifier.model import digest
from verifier.value import value


@value
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
    # ... and where the speakers on both sides are at least so sure: an attribution that is
    # wrong three times in ten (docs/method.md) accuses nobody.
    sure_speaker: float = 0.70
    # Fewer words than these two people say in one week ("a total disgrace", "security offices").
    other_speaker_words: int = 5
    # Nats: "we are very happy with the result" weighs 23, "The tower is not our business and it
    # never was" 30, the conflicts of the sample 50 and more.
    other_speaker_weight: float = 25.0
    # ... and below this only where a name or a word of its own ties the two stories together: of
    # 25 stock phrases ("we take the safety of our customers very seriously") all but one weigh 22
    # to 48, of eight quotes that speak of one event alone all but two 48 to 71.
    other_speaker_alone: float = 50.0
    # Nats of a word that tells something of a story: people 3.3, country 4.2, wall 4.8, pumps 11.
    telling_weight: float = 4.5
    # So many words in marks that nobody is known to have said are a term ("security offices").
    term_words: int = 3
    # Of a mere part of a quote more is asked: of 230 pairs of real quotes the conflicts over
    # parts of up to seven words were stock phrases ("take on the ... cartel").
    other_speaker_part: int = 10

    # Below this score other words in between make two sayings, unless both are one speaker's:
    # of those 230 pairs, the six that nobody would sign lie at 53 to 78.
    alike_score: float = 80.0
    # Reported clauses without a number or a negation that differs: of 15 such pairs the three
    # that say something else lie at 66 to 71, the others at 74 and more.
    alike_reported: float = 72.0

    # Nats: words inside a longer quote of the same speaker that weigh less are a scrap which
    # he says every day ("They may not be").
    scrap_weight: float = 8.0

    # ... and fewer than other_speaker_words of them say nothing after a week: of the training
    # pairs "has no chance" (23 days apart) was said of a law and of a man.
    scrap_days: int = 7

    # Subject of two stories: the share of the shorter one's names that both have. With fewer
    # names than this nothing is known of it.
    subject_names: int = 3
    same_subject: float = 0.30
    other_subject: float = 0.10

    # Matching was tuned with tests/benchmarks/match.py on archives of 1,000, 10,000 and
    # 100,000 generated quotes, 150 queries of each kind, and looked at on the 6,244 quotes of
    # the training articles: of 125 accepted pairs from different articles, some six are wrong.
    #
    # Weights (nats). No word is free: a quote of stop words still weighs something.
    least_weight: float = 0.3
    # Strength of the prior, in quotes, for a word after another. 2, 4 and 8 give 36, 37 and
    # 34 false matches of 1,650 where one unrelated quote in twelve holds a set phrase.
    pair_prior: float = 4.0
    # A pair that the archive repeats though the background does not (a viral quote) keeps
    # this share of its general surprisal. 0, .25 and .5: 33, 37 and 44 false matches there,
    # and 106, 109 and 111 of 114 viral quotes found.
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
    # As many words here as there, all that agree in the same places: of a million quotes some
    # 30,000 have the right number of words, and in one place each. Of 900 quotes of a kind at a
    # million, 41 more are found with 30% of their words changed, 16 with one word, 11 with a
    # number and 9 with pronouns, and 2 of 9,900 unrelated ones; a similarity of .55 in place of
    # .50 finds 15 of the 41 less, a weight of 10 with it 8 more and 9 false ones. Fewer words
    # ("absolutely right") anybody says.
    in_place_similarity: float = 0.50
    in_place_weight: float = 11.0
    in_place_margin: float = -2.8
    in_place_words: int = 5
    # So much of both alike in other places. A margin of 3 in place of 5 makes six false matches
    # more there and finds nothing more.
    altered_similarity: float = 0.55
    altered_margin: float = 5.0
    # More of both alike is hardly ever chance.
    alike_similarity: float = 0.70
    alike_margin: float = 1.0
    # "I will not let you down" and "I will never, ever let you down", half a year apart in real
    # news, have 12.6 in common.
    altered_weight: float = 14.0
    # A margin of 6: 10 false matches in place of 7 at 10,000.
    contained_share: float = 0.60
    contained_margin: float = 7.0
    # A margin of 5.5 in place of 4: .976 of the decidable fragments at 100,000, and as many
    # false matches.
    fragment_share: float = 0.90
    fragment_margin: float = 4.0
    # A density of .7: splices .973 in place of 1.0 at 100,000. Set phrases have up to eight
    # words: with the first margin alone .88 of the splices are found at a million.
    splice_margin: float = 15.0
    splice_density: float = 0.60
    passage_words: int = 9
    passage_margin: float = 6.0

    # Candidates. Posting entries read for a query, at up to so many quotes, beyond in proportion.
    # At a million 4,000 lose .5% of the hits, distant variants of viral quotes. A query that
    # weighs little more than a match must (`light` times) is left few pairs by a few changes; it
    # is given more, beyond that falling with the square of its weight. Of 1,355 altered quotes
    # as light as that 14 of another length are not found with 8,000, 4 with 16,000, 2 with
    # 32,000. Falling from 2.5 on in place of 2.0 finds about one more in 6,000, for a fifth more
    # entries.
    postings: int = 8000
    light_postings: int = 32_000
    light: float = 2.0
    postings_quotes: int = 2_000_000
    # The rarest of the entries, among which a candidate must be. Of the hits .0008 are not with
    # 3,000 of 8,000, .0037 with 2,000; adding up by sets takes a fifth less time with 3,000.
    opening_share: float = 0.375
    # The share of the least acceptable weight that the words of shared terms must have. Of
    # 12,516 altered quotes at a million 8 are not found with .70, 4 with .65, at 29 and 38
    # candidates on the average. Quotes as long, of which words stand in their places, are few
    # (4 a query), so that less is asked of them, and of the query's weight no more than any
    # similarity leaves: 3 are not found with .60 alone.
    candidate_share: float = 0.70
    placed_share: float = 0.60
    placed_total: float = 0.33
    # Hits of short common words that are handed on to be decided by speaker and day.
    undecided: int = 50

    # Speakers. How sure each way of resolving a mention is: the share that was right, given the
    # right mention. Full names and surnames as measured on the training articles; pronouns as
    # measured on the hand-read ones of the development articles (clear lead: 97 % of 144; small
    # lead: 67 % of 15), because two thirds of the disagreements with the automatic key of the
    # training articles are its own errors. Bodies and descriptions are estimates.
    sure_name: float = 0.99
    sure_surname: float = 0.98
    sure_body: float = 0.97
    sure_description: float = 0.85
    sure_pronoun: float = 0.96
    unsure_pronoun: float = 0.7
    # A pronoun's best candidate must lead the next by this much to be called sure, and by a
    # hair to be named at all.
    clear_lead: float = 0.8
    any_lead: float = 0.02

    # A clause without quotation marks is reported when it is right with this probability. On
    # the training articles, cross-validated: .40 gives P .81 R .79, .50 P .83 R .77, .60
    # P .86 R .73; F1 .80 at the first two (train_reported.py prints the curve).
    reported_confidence: float = 0.5

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that change whenever a number here does."""
        return digest(*(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self)))
