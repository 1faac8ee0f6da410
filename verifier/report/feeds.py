"""A list of feeds, as text, JSON and OPML."""

from __future__ import annotations

import json
from collections.abc import Sequence

from verifier import catalogue
from verifier.model import Feed
from verifier.report.phrases import clean


def write_text(feeds: Sequence[Feed]) -> str:
    """One feed a line: title, what it is, address."""
    rows = [(clean(f.title), ", ".join(map(clean, f.categories)), clean(f.url)) for f in feeds]
    widths = [min(max((len(r[n]) for r in rows), default=0), 40) for n in (0, 1)]
    lines = [f"{title:<{widths[0]}}  {kind:<{widths[1]}}  {url}" for title, kind, url in rows]
    count = f"{len(feeds)} feed{'s' * (len(feeds) != 1)}"
    return "\n".join([*lines, count]) + "\n"


def write_json(feeds: Sequence[Feed]) -> str:
    """A list of objects with title, url, site, categories, agency and language."""
    listed = [
        {
            "title": f.title,
            "url": f.url,
            "site": f.site or None,
            "categories": list(f.categories),
            "agency": f.agency,
            "language": f.language,
        }
        for f in feeds
    ]
    return json.dumps({"format": 1, "feeds": listed}, ensure_ascii=False, indent=1) + "\n"


def write_opml(feeds: Sequence[Feed]) -> str:
    """OPML 2.0."""
    return catalogue.dump(tuple(feeds)).decode("utf-8")


WRITERS = {"text": write_text, "json": write_json, "opml": write_opml}
