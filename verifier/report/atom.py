"""The findings as a feed (Atom, RFC 4287) that a newsroom subscribes to.

Ids come from the quotes alone and times from the stories alone, so that a second run over
the same stories gives the same feed, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from xml.etree import ElementTree as ET

from verifier import __version__
from verifier.model import Finding, Match, NightReport, Quote, Report, Severity, Utterance
from verifier.report import phrases

_NAMESPACE = "http://www.w3.org/2005/Atom"
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)  # the feed must name a time even if no story does
_TITLE = 140  # characters
_CARRIERS = 20
_ENTRIES = 500


def write(report: Report) -> str:
    """One entry a quote, those to worry about first."""
    story = report.article
    title = phrases.clean(story.title) or "Untitled article"
    order = list(phrases.VERDICTS)
    findings = sorted(report.findings, key=lambda f: order.index(f.verdict))
    entries = [_finding(f, report) for f in findings]
    feed = _feed(f"Quote check: {title}", phrases.urn("check", story.id), phrases.link(story.url))
    return _document(feed, entries, story.published)


def write_night(night: NightReport) -> str:
    """One entry an utterance whose sense differs, the last changed first, at most 500."""
    grave = [u for u in night.utterances if u.severity is Severity.HIGH]
    grave.sort(key=lambda u: (_latest(u.matches) or _UNKNOWN, u.id), reverse=True)
    feed = _feed("Quotes that differ between the wires", phrases.urn("night"), "")
    return _document(feed, [_utterance(u) for u in grave[:_ENTRIES]], night.archive.newest)


# ---------------------------------------------------------------- entries
def _finding(finding: Finding, report: Report) -> ET.Element:
    quote = finding.quote
    words = phrases.clip(phrases.clean(quote.text), _TITLE)
    body = [f"<p>{escape(phrases.clean(finding.reason))}</p>", *_quoted(quote)]
    body += ["<ul>", *map(_carrier, finding.matches[:_CARRIERS]), "</ul>"]
    when = _latest(finding.matches) or report.article.published
    return _entry(
        title=f"{phrases.verdict(finding)}: “{words}” ({phrases.speaker(quote)})",
        urn=phrases.urn("finding", quote.id),
        when=when,
        summary=finding.reason,
        content="".join(body),
        link=phrases.link(report.article.url) or _first_link(finding.matches),
        terms=(finding.verdict.value, *finding.divergences),
    )


def _utterance(utterance: Utterance) -> ET.Element:
    first = utterance.variants[0].matches[0]
    quote = first.quote
    words = phrases.clip(phrases.clean(quote.text), _TITLE)
    body = [f"<p>{escape(phrases.clean(utterance.reason))}</p>"]
    for variant in utterance.variants[:_CARRIERS]:
        body += _quoted(variant.quote)
        carriers = [_carrier(m, phrases.sides(first, m)) for m in variant.matches[:_CARRIERS]]
        body += ["<ul>", *carriers, "</ul>"]
    kinds = ", ".join(utterance.divergences)
    return _entry(
        title=f"{kinds}: “{words}” ({phrases.speaker(quote)})",
        urn=phrases.urn("utterance", utterance.id),
        when=_latest(utterance.matches),
        summary=utterance.reason or f"differs in {kinds}",
        content="".join(body),
        link=_first_link(utterance.matches),
        terms=utterance.divergences,
    )


def _quoted(quote: Quote) -> Iterator[str]:
    words = escape(phrases.clip(phrases.clean(quote.text), 2000))
    yield f"<blockquote>{words}</blockquote><p>{escape(phrases.attribution(quote))}</p>"


def _carrier(match: Match, sides: phrases.Sides = phrases.HERE) -> str:
    name, url = escape(phrases.outlet(match)), escape(phrases.link(match.story.url))
    shown = f'<a href="{url}">{name}</a>' if url else name
    changes = "; ".join(phrases.difference(d, sides) for d in match.divergences)
    told = f"{phrases.moment(match.story.published)}: {phrases.relation(match)}"
    told += f" ({changes})" if changes else ""
    told += f"; {phrases.standing(match)}"
    told += f"; {note}" if (note := phrases.note(match)) else ""
    return f"<li>{shown}, {escape(told)}</li>"


def _latest(matches: Iterable[Match]) -> datetime | None:
    """When the last of the stories appeared or was changed."""
    times = [t for m in matches for t in (m.story.published, m.story.updated) if t]
    return max(times, default=None)


def _first_link(matches: Iterable[Match]) -> str:
    return next((url for m in matches if (url := phrases.link(m.story.url))), "")


# ---------------------------------------------------------------- XML
def _feed(title: str, urn: str, link: str) -> ET.Element:
    feed = ET.Element("feed", xmlns=_NAMESPACE)
    _text(feed, "id", urn)
    _text(feed, "title", title)
    if link:
        ET.SubElement(feed, "link", rel="related", href=link)
    author = ET.SubElement(feed, "author")
    _text(author, "name", "quote-verifier")
    _text(feed, "generator", "quote-verifier").set("version", __version__)
    return feed


def _entry(
    *,
    title: str,
    urn: str,
    when: datetime | None,
    summary: str,
    content: str,
    link: str,
    terms: Iterable[str],
) -> ET.Element:
    entry = ET.Element("entry")
    _text(entry, "id", urn)
    _text(entry, "title", title)
    _text(entry, "updated", phrases.stamp(when or _UNKNOWN))
    if link:
        ET.SubElement(entry, "link", rel="alternate", href=link)
    for term in terms:
        ET.SubElement(entry, "category", term=phrases.clean(term))
    _text(entry, "summary", summary)
    _text(entry, "content", content).set("type", "html")
    return entry


def _text(parent: ET.Element, name: str, value: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = phrases.clean(value)
    return child


def _document(feed: ET.Element, entries: list[ET.Element], fallback: datetime | None) -> str:
    """The feed is as new as its newest entry."""
    times = [e.findtext("updated") or "" for e in entries]
    _text(feed, "updated", max(times, default="") or phrases.stamp(fallback or _UNKNOWN))
    feed.extend(entries)
    ET.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode") + "\n"
