"""What decides where the words alone cannot: speaker, day and subject.

"We are very happy" is said every day. Such a quote is the same utterance only if none of
the three that are known disagrees and at least one agrees; unknown is not disagreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from verifier import lexicon, people
from verifier.fold import fold
from verifier.model import Quote, Span, Story
from verifier.pattern import pattern
from verifier.policy import Policy
from verifier.text import plain
from verifier.value import value

# A capital inside a sentence: names of people, places and bodies.
_NAME = pattern(r"(?<=[a-z,;] )[^\W\d_a-z][\w’'-]{2,}")


@value
class Scene:
    """One quote with its story."""

    story: Story
    quote: Quote

    @property
    def names(self) -> frozenset[str]:
        """The names in the story."""
        return names(self.story.text)


@lru_cache(maxsize=1024)
def names(text: str) -> frozenset[str]:
    """The capitalised words inside sentences, plain: what a story is about."""
    return frozenset(re.sub(r"'s$", "", plain(m.group())) for m in _NAME.finditer(text))


def in_common(here: Scene, there: Scene) -> tuple[frozenset[str], frozenset[str]]:
    """(names, words) of two stories beside the quote: names in both, words of it in both.

    What somebody says of an event speaks of what the story speaks of; a stock phrase ("our
    thoughts are with the families") of nothing.
    """
    told = [_told(s.story.text, s.quote.spans) for s in (here, there)]
    named = frozenset.intersection(*map(names, told)) - _no_names()
    said = _telling(here.quote.text) & _telling(there.quote.text)
    return named, said.intersection(*map(_telling, told))


def _told(text: str, spans: tuple[Span, ...]) -> str:
    """`text` without the stretch of the quote."""
    return f"{text[: spans[0][0]]} {text[spans[-1][1] :]}"


@cache
def _no_names() -> frozenset[str]:
    """Capitals that name nobody and no place: days, months, titles."""
    titles = {t.rstrip(".") for t in lexicon.pairs("courtesy_titles")}
    return lexicon.entries("dates") | lexicon.pairs("roles").keys() | titles


def names_apart(here: str, there: str) -> bool:
    """Whether each of two clauses names somebody or something that the other does not."""
    one, other = names(f"x {here}"), names(f"x {there}")
    return bool(one - other) and bool(other - one)


def same_occasion(here: Scene, there: Scene, policy: Policy) -> bool:
    """Whether speaker, day and subject allow that both carry one utterance."""
    known = [s for s in _signs(here, there, policy) if s is not None]
    return bool(known) and all(known)


def _signs(here: Scene, there: Scene, policy: Policy) -> Iterable[bool | None]:
    yield same_source(here.quote, there.quote)
    yield same_day(here, there, policy)
    yield same_subject(here, there, policy)


def same_source(here: Quote, there: Quote) -> bool | None:
    """Whether one source said both: by whom they are resolved to, else by how they are named.

    `Greece's defence ministry` is not Turkey's; `the ministry` may be any.
    """
    same = people.same_person(here.speaker, there.speaker)
    if same is not None or here.source is None or there.source is None:
        return same
    proper = [_proper(q.source.text) for q in (here, there) if q.source]
    one, other = mentioned(here), mentioned(there)
    if one == other and proper[0]:
        return True
    apart = here.speaker is there.speaker is None and all(proper) and one & other
    return False if apart and one - other == proper[0] and other - one == proper[1] else None


@lru_cache(maxsize=1024)
def _proper(mention: str) -> frozenset[str]:
    return names(f"x {mention.removeprefix('The ')}")


def mentioned(quote: Quote) -> frozenset[str]:
    """The telling words of the mention of the source: those of `a Quinnipiac poll`."""
    return _telling(quote.source.text) if quote.source else frozenset()


@lru_cache(maxsize=1024)
def _telling(mention: str) -> frozenset[str]:
    found = {w.norm.removesuffix("'s") for w in fold(mention)}
    return frozenset(found - lexicon.entries("function_words") - set(lexicon.pairs("pronouns")))


def days_apart(here: Scene, there: Scene) -> int | None:
    """The days between the two stories, if both are dated."""
    one, other = here.story.published, there.story.published
    return abs(one - other).days if one and other else None


def same_day(here: Scene, there: Scene, policy: Policy) -> bool | None:
    """A known day only ever speaks against: much is said on one day."""
    apart = days_apart(here, there)
    return None if apart is None or apart <= policy.same_event_days else False


def same_subject(here: Scene, there: Scene, policy: Policy) -> bool | None:
    """Whether the two stories name the same people and places; None if they name too few."""
    shorter = min(len(here.names), len(there.names))
    if shorter < policy.subject_names:
        return None
    share = len(here.names & there.names) / shorter
    if share >= policy.same_subject:
        return True
    return False if share < policy.other_subject else None
