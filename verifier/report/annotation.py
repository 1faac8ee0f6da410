"""The findings as annotations on the article (W3C Web Annotation Data Model, JSON-LD).

Each quote is found by its exact words with what stands before and after, and by its place
in code points, so that an annotation client shows it on the page itself.
"""

from __future__ import annotations

import json
from typing import Any

from verifier import __version__
from verifier.model import Finding, Report, Span
from verifier.report import phrases
from verifier.report.json import legible

_CONTEXT = 32  # characters before and after, as the data model's examples and clients use


def write(report: Report) -> str:
    """One AnnotationCollection with all of its items in one page."""
    source = phrases.link(report.article.url) or phrases.urn("story", report.article.id)
    items = [annotation(report.article.text, source, f) for f in report.findings]
    urn = phrases.urn("check", report.article.id)
    page = {"id": f"{urn}#page", "type": "AnnotationPage", "startIndex": 0, "items": items}
    collection = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": urn,
        "type": "AnnotationCollection",
        "label": f"Quote check: {phrases.clean(report.article.title) or 'untitled article'}",
        "total": len(items),
        "first": page,
    }
    return legible(json.dumps(collection, ensure_ascii=False, indent=1)) + "\n"


def annotation(text: str, source: str, finding: Finding) -> dict[str, Any]:
    """One quote: its verdict as tags, the reason as a comment, its stretches as targets.

    `source` is the address of the article that has this `text`.
    """
    tags = (finding.verdict.value, *finding.divergences)
    return {
        "id": phrases.urn("finding", finding.quote.id),
        "type": "Annotation",
        "motivation": "assessing",
        "creator": {"type": "Software", "name": f"quote-verifier {__version__}"},
        "body": [
            {
                "type": "TextualBody",
                "value": f"{phrases.verdict(finding)}. {phrases.clean(finding.reason)}",
                "format": "text/plain",
                "language": "en",
                "purpose": "commenting",
            },
            *({"type": "TextualBody", "value": t, "purpose": "tagging"} for t in tags),
        ],
        "target": [{"source": source, "selector": selectors(text, s)} for s in finding.quote.spans],
    }


def selectors(text: str, span: Span) -> list[dict[str, Any]]:
    """A stretch of the article, by its words and by its place."""
    start, end = span
    return [
        {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - _CONTEXT) : start],
            "suffix": text[end : end + _CONTEXT],
        },
        {"type": "TextPositionSelector", "start": start, "end": end},
    ]
