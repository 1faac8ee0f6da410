"""A story -> its quotes with their speakers: `quotes` and `speakers`, one after the other."""

from __future__ import annotations

from dataclasses import replace

from verifier import languages, people, quotes, speakers
from verifier.model import Problem, Quote, Story, digest
from verifier.text import legible, paragraphs

_READ = ("en",)  # the languages that have a lexicon


def extract(story: Story, *, everything: bool = False) -> tuple[Quote, ...]:
    """The quotes of a story, in its order; their ids hold for this story alone.

    None of a story in a language that is not read: by the rules of another they would be wrong.
    """
    if _language(story) not in _READ:
        return ()
    text = legible(story.text)
    found = quotes.find(text, "en", everything=everything)
    named = speakers.resolve(text, found)
    if text != story.text:
        named = tuple(_by_line(q, story.text) for q in named)
    key = story.id  # a hash of the text where nothing else names the story: once
    return tuple(
        replace(q, id=digest(key, q.text, str(n)), via=tuple(map(_known, q.via)))
        for n, q in enumerate(named)
    )


def _by_line(quote: Quote, text: str) -> Quote:
    """`quote` with one span for each line of `text` that it stands on."""
    spans = tuple(
        (start + a, start + b) for start, end in quote.spans for a, b in paragraphs(text[start:end])
    )
    source, cue = (m and replace(m, text=text[slice(*m.span)]) for m in (quote.source, quote.cue))
    words = " ".join(text[a:b] for a, b in spans)
    return replace(quote, spans=spans, text=words, source=source, cue=cue)


def unread(story: Story) -> str | None:
    """The name of the story's language if that is not read."""
    language = _language(story)
    return None if language in _READ else languages.name(language)


def not_read(story: Story, name: str) -> tuple[Problem, ...]:
    """The problem with a story called `name` whose language is not read."""
    language = unread(story)
    message = f"this is {language}; only English is read"
    return (Problem(stage="quotes", subject=name, message=message),) if language else ()


def _language(story: Story) -> str:
    """What the words say, else what the story says of itself, which is often a default."""
    stated = (story.language or "en").replace("_", "-").partition("-")[0].lower()
    return languages.guess(story.text) or stated


def _known(outlet: str) -> str:
    """The name that an outlet is known by: the state-run Xinhua News Agency is Xinhua."""
    return people.organisation(outlet) or outlet
