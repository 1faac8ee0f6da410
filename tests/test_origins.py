"""Which carriers are one origin: the slow and obvious way is the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import day
from verifier import provenance
from verifier.model import Kind, Quote, Speaker, Story, digest
from verifier.origins import Origins, alike
from verifier.policy import Policy
from verifier.provenance import SAID_BEFORE, Carrier, Link

POLICY = Policy()
SAID = "We will not dig while the wall is moving"
OUTLETS = ("Ellery Post", "Northern Star", "Radio Tornby", "Reuters", "")


def text(number: int, start: int, length: int) -> str:
    """A stretch of one of a few long texts, so that some overlap by half, less or more."""
    return " ".join(f"w{number}x{k}" for k in range(start, start + length))


def made(number: int, row: tuple[int, int, int, int, int, int]) -> Carrier:
    body, start, length, outlet, via, days = row
    own = f"{text(body, 40 * start, 40 * length)} carrier{number}"
    story = Story(
        text=f"{own}\n“{SAID},” he said.",
        outlet=f"Paper {number}" if outlet >= len(OUTLETS) else OUTLETS[outlet],
        agency="AFP" if via == 1 else None,
        guid=str(number),
        published=day(2031, 5, 1) + timedelta(days=days),
    )
    quote = Quote(
        id=digest(str(number)),
        kind=Kind.DIRECT,
        text=SAID,
        spans=((len(own) + 2, len(own) + 2 + len(SAID)),),
        speaker=Speaker(name="Ada Holm"),
        via=(("Northern Star",), ("CNN",))[via - 2] if via in (2, 3) else (),
        confidence=1.0,
    )
    return provenance.carrier(story, quote, provenance.body(story, lambda: [quote], POLICY))


rows = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 6), st.integers(1, 12),
        st.integers(0, 40), st.integers(0, 9), st.sampled_from((0, 0, 0, 60)),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


def slow_groups(carriers: Sequence[Carrier]) -> list[int]:
    """Every pair, and what hangs together."""
    group = list(range(len(carriers)))
    for i, one in enumerate(carriers):
        for j in range(i):
            found = provenance.link(one, carriers[j], POLICY)
            if found and found.why != SAID_BEFORE:
                old, new = group[i], group[j]
                group = [new if g == old else g for g in group]
    return group


def slow_links(article: Carrier, carriers: Sequence[Carrier]) -> list[Link | None]:
    """Every carrier against the article, and against every other until nothing changes."""
    links = [provenance.link(article, c, POLICY) for c in carriers]
    while True:
        before = list(links)
        for n in [n for n, own in enumerate(before) if own is None]:
            for k, other in enumerate(carriers):
                origin = links[k]
                own = provenance.link(other, carriers[n], POLICY)
                if k == n or not own or not origin or origin.why not in provenance.COPYING:
                    continue
                if own.why in {provenance.REPRINT, provenance.SAME_AGENCY}:
                    shown = other.story.outlet or "another story"
                    said = f"a copy of {shown}'s story: {own.evidence}; {origin.evidence}"
                    links[n] = Link(why=own.why, evidence=said)
                    break
        if links == before:
            return links


def partition(groups: Sequence[int]) -> list[list[int]]:
    """Which numbers have the same group."""
    return sorted([n for n, g in enumerate(groups) if g == k] for k in set(groups))


@given(rows)
@settings(max_examples=150, deadline=None)
def test_origins_are_those_of_every_pair(table: list[tuple[int, int, int, int, int, int]]) -> None:
    carriers = [made(n, row) for n, row in enumerate(table)]
    found = Origins(carriers, POLICY).groups(range(len(carriers)))
    slow = slow_groups(carriers)
    assert partition([found[n] for n in range(len(carriers))]) == partition(slow)


@given(rows)
@settings(max_examples=150, deadline=None)
def test_links_are_those_of_every_pair(table: list[tuple[int, int, int, int, int, int]]) -> None:
    article, *carriers = [made(n, row) for n, row in enumerate(table)]
    assert Origins(carriers, POLICY).links(article) == slow_links(article, carriers)


@given(rows)
@settings(max_examples=50, deadline=None)
def test_texts_that_are_not_alike_share_nothing(
    table: list[tuple[int, int, int, int, int, int]],
) -> None:
    texts = [made(n, row).body.shingles for n, row in enumerate(table)]
    for n, near in enumerate(alike(texts)):
        for other in set(range(len(texts))) - near - {n}:
            assert texts[n].share(texts[other], 0.5) == 0.0


def test_a_copy_of_a_copy_is_a_copy_whatever_their_order() -> None:
    article = made(0, (0, 0, 6, 0, 2, 0))  # cites the Northern Star
    star = made(1, (1, 0, 6, 1, 0, 0))
    first, second = made(2, (1, 2, 6, 40, 0, 0)), made(3, (1, 4, 6, 40, 0, 0))
    for carriers in ((star, first, second), (second, first, star)):
        links = Origins(carriers, POLICY).links(article)
        assert all(links), [link and link.why for link in links]
