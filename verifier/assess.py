"""A quote and what the engine found for it -> a finding.

    hits -> the occurrences in other stories -> compared -> the short ones decided by their
    context -> one match a story -> linked with the article and among themselves -> judged
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from verifier import compare, context, people, provenance, verdicts, wording
from verifier.model import (
    Divergence,
    Finding,
    Holdings,
    Kind,
    Match,
    Quote,
    Relation,
    Severity,
    Story,
)
from verifier.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An archived quote where it stands, and how well it fits: score 0..100.

    `decided` says whether the words alone make it the same utterance.
    """

    story: Story
    quote: Quote
    score: float
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The article under check, with all of its quotes."""

    story: Story
    quotes: tuple[Quote, ...]
    names: frozenset[str]
    policy: Policy
    holdings: Holdings
    quotes_of: Callable[[str], Sequence[Quote]]
    """All quotes of the archived story with this id."""


def assess(case: Case, found: Sequence[Sequence[Occurrence]]) -> tuple[Finding, ...]:
    """The findings for `case.quotes`, in their order; `found` are the occurrences of each."""
    others = [[o for o in hits if not is_same_story(case.story, o.story)] for hits in found]
    decided = [_decide(case, q, hits) for q, hits in zip(case.quotes, others, strict=True)]
    neighbours = _neighbourhood(decided)
    results = []
    for quote, hits, kept in zip(case.quotes, others, decided, strict=True):
        beside = [o for o in hits if not o.decided and _beside(case, quote, o, neighbours)]
        matches = [_match(case, quote, o) for o in _best([*kept, *beside])]
        results.append(_judge(case, quote, [m for m in matches if m]))
    return tuple(results)


def is_same_story(article: Story, story: Story) -> bool:
    """Whether the archived story is the article itself: its address or its text."""
    if article.url and _address(article.url) == _address(story.url):
        return True
    return article.text.split() == story.text.split()


def _address(url: str) -> str:
    return url.split("#")[0].removeprefix("https://").removeprefix("http://").rstrip("/")
