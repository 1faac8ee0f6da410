"""`check` and `search`: an article, or some words, against the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from verifier import compare, wording
from verifier.archive import Archive
from verifier.assess import Case, Occurrence
from verifier.errors import InputError
from verifier.extraction import extract, not_read
from verifier.index import quote_words
from verifier.model import Kind, Match, Problem, Quote, Relation, Report, Story, digest
from verifier.policy import Policy
from verifier.retrieval import LocalSearch, Search


def check(
    article: Story,
    archive: Archive,
    *,
    policy: Policy,
    now: datetime,
    since: datetime | None = None,
    problems: Sequence[Problem] = (),
    search: Search | None = None,
) -> Report:
    """The article's quotes against the archive. The article is not stored.

    They are looked up in `search`, where it is given. An article in a language that is not
    read is a problem of the report.
    """
    found = extract(article)
    day = since.date() if since else None
    ground = search or LocalSearch(archive, policy)
    with archive.snapshot():
        holdings = ground.holdings(article.published)
        case = Case(
            article,
            found,
            policy=policy,
            holdings=holdings,
            quotes_of=ground.quotes_of,
            story_of=ground.story_of,
        )
        findings = case.assess(ground.find(found, day, now))
    foreign = not_read(article, article.title or "the article")
    return Report(
        article=article, archive=holdings, findings=findings, problems=(*problems, *foreign)
    )


def search(
    text: str, archive: Archive, *, policy: Policy, now: datetime, since: datetime | None = None
) -> tuple[Match, ...]:
    """Every archived quote that carries `text`, earliest first. Raises InputError."""
    if not text.strip():
        raise InputError("nothing to search for", "", "give some words of the quote")
    quote = Quote(id=digest(text), kind=Kind.DIRECT, text=text, spans=((0, len(text)),))
    day = since.date() if since else None
    sought = quote_words(text)
    with archive.snapshot():
        (found,) = LocalSearch(archive, policy).find([quote], day, now)
        seen = {(o.story.id, o.quote.id) for o in found}
        literal = archive.occurrences(archive.containing(sought), since=day) if sought else ()
    here = wording.of(quote)
    matches = [_found(here, o) for o in found if o.current]
    matches += [
        _literal(o.story, o.quote)
        for o in literal
        if (o.story.id, o.quote.id) not in seen and not o.story.held(now)
    ]
    return tuple(sorted(matches, key=_earliest))


def _found(here: wording.Wording, found: Occurrence) -> Match:
    there = wording.of(found.quote, found.story.text)
    if _holds(there.norms, here.norms):
        return _literal(found.story, found.quote)
    compared = compare.compare(here, there)
    return Match(
        story=found.story,
        quote=found.quote,
        relation=compared.relation,
        score=found.score,
        divergences=compared.divergences,
        differences=compared.differences,
    )


def _literal(story: Story, quote: Quote) -> Match:
    """A quote that holds the very words; what it has beyond them says nothing against them."""
    return Match(story=story, quote=quote, relation=Relation.FRAGMENT, score=100.0)


def _holds(norms: Sequence[str], sought: Sequence[str]) -> bool:
    return f" {' '.join(sought)} " in f" {' '.join(norms)} "


def _earliest(match: Match) -> tuple[float, str, str]:
    at = match.story.published
    return (at.timestamp() if at else float("inf")), match.story.id, match.quote.id
