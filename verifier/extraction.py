"""A story -> its quotes with their speakers: `quotes` and `speakers`, one after the other."""

from __future__ import annotations

from dataclasses import replace

from verifier import people, quotes, speakers
from verifier.model import Quote, Story, digest


def extract(story: Story, *, everything: bool = False) -> tuple[Quote, ...]:
    """The quotes of a story, in its order; their ids hold for this story alone."""
    found = quotes.find(story.text, "en", everything=everything)
    named = speakers.resolve(story.text, found)
    key = story.id  # a hash of the text where nothing else names the story: once
    return tuple(
        replace(q, id=digest(key, q.text, str(n)), via=tuple(map(_known, q.via)))
        for n, q in enumerate(named)
    )


def _known(outlet: str) -> str:
    """The name that an outlet is known by: the state-run Xinhua News Agency is Xinhua."""
    return people.organisation(outlet) or outlet
