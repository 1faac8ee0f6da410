"""ninjs 1.x to 3.x to stories (IPTC News in JSON), and the ways in which it is wrapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from verifier.decode import decode
from verifier.errors import StoryError
from verifier.stories.markup import text_of
from verifier.stories.when import moment
from verifier.stories.wire import MAX_ITEMS, Item, Read, inline, load_json, problem, taken

Data = Mapping[str, Any]

_WRAPPERS = ("items", "item", "data", "results", "result", "hits", "stories")
_OWN = frozenset({"uri", "guid", "headline", "headlines", "bodies", "body_html", "body_text"})
_NO_TEXT = frozenset({"picture", "video", "audio", "graphic", "animation", "photo", "planning"})
_DEPTH = 4


def from_ninjs(raw: bytes, name: str = "") -> Read:
    """The stories of a ninjs document; raises StoryError if it is cut off or no JSON."""
    return from_items(load_json(decode(raw), name), name)


def from_items(value: object, name: str = "") -> Read:
    """The stories of a JSON value: an item, a list of items, or an answer that wraps them.

    Pictures and the like are mentioned only if there is no text beside them. Raises
    StoryError if it holds no item.
    """
    found = list(islice(_items(value, _DEPTH), MAX_ITEMS))
    if not found:
        raise StoryError("no `text` and no ninjs item in this JSON", name, "see verifier import")
    texts = [data for data in found if not _other(data)]
    stories, problems = taken(map(item_of, texts), name)
    if stories or problems:
        return stories, problems
    reasons = dict.fromkeys(_other(data) for data in found)
    return (), tuple(problem(name, f"this is a {reason} item, not a text") for reason in reasons)


def _items(value: object, depth: int) -> Iterator[Data]:
    if isinstance(value, list):
        for one in value:
            yield from _items(one, depth - 1) if depth else ()
    elif isinstance(value, Mapping):
        data = _lowered(value)
        if _OWN & data.keys():
            yield from _with_parts(data, depth)
        elif depth:
            for key in _WRAPPERS:
                yield from _items(data.get(key), depth - 1)


def _with_parts(data: Data, depth: int) -> Iterator[Data]:
    """An item, or the texts that a package of them carries."""
    yield data
    if depth and _string(data, "type") in ("composite", "package"):
        parts = data.get("associations")
        inner = parts.values() if isinstance(parts, Mapping) else parts
        for part in inner if inner is not None and not isinstance(inner, str) else ():
            yield from _items(part, depth - 1)


def _other(data: Data) -> str:
    """What the item is, if it is no text; "" if it is one."""
    kind = _string(data, "type").lower()
    if kind in _NO_TEXT:
        return kind
    return kind if kind in ("composite", "package") and not _body(data) else ""


def item_of(data: Data) -> Item:
    """What a ninjs object says; its keys are in lower case."""
    until = _moment(data, "embargoed", "embargoeduntil", "embargo")
    return Item(
        body=_body(data),
        headline=_headline(data),
        slug=_string(data, "slugline", "slug"),
        guid=_guid(data),
        url=_url(data),
        revision=_string(data, "version"),
        byline=_string(data, "byline", "by"),
        dateline=_string(data, "dateline", "located"),
        provider=(next(filter(None, _provider(data)), ""),),
        credit=_string(data, "creditline", "credit"),
        language=_string(data, "language"),
        created=_moment(data, "firstcreated", "contentcreated", "firstversion", "datetimesent"),
        changed=_moment(data, "versioncreated", "datetimesent"),
        codes=tuple(_codes(data)),
        notes=(_string(data, "ednote", "editorialnote"),),
        embargoed=until is not None,
        embargo=until,
    )


# ---------------------------------------------------------------- the parts of an item
def _lowered(data: Data) -> Data:
    """`data` with its keys in lower case: 1.x writes `pubstatus`, later ones `pubStatus`."""
    return {key.lower(): value for key, value in data.items()}


def _string(data: Data, *keys: str) -> str:
    """The first of the keys that has a string or a number."""
    for key in keys:
        value = data.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)[:30]
    return ""


def _objects(data: Data, key: str) -> Iterator[Data]:
    value = data.get(key)
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, Mapping):
            yield _lowered(one)
        elif isinstance(one, str):
            yield {"name": one, "value": one}


def _moment(data: Data, *keys: str) -> datetime | None:
    return next((when for key in keys if (when := moment(_string(data, key)))), None)


def _headline(data: Data) -> str:
    """The main headline: `headline`, else that of `headlines` which has no other role."""
    listed = list(_objects(data, "headlines"))
    listed.sort(key=lambda h: _string(h, "role").lower() not in ("", "main", "headline"))
    found = (_string(h, "value") for h in listed)
    named = (_string(data, key) for key in data if key.startswith("headline_"))
    title = _string(data, "title")
    return _string(data, "headline") or next(filter(None, (*found, *named, title)), "")


def _body(data: Data) -> str:
    """The text of the longest of the marked-up bodies, else of the plain ones."""
    bodies = list(_bodies(data))
    texts = [text_of(value) for kind, value in bodies if "html" in kind]
    plain = [inline(value) for kind, value in bodies if "html" not in kind and "xml" not in kind]
    return max(texts, key=len, default="") or max(plain, key=len, default="")


def _bodies(data: Data) -> Iterator[tuple[str, str]]:
    """Each body with what is said of its kind: `bodies`, or `body_html`, `body_text`, `body_x`."""
    for key in data:
        if key == "body" or key.startswith("body_"):
            yield key, _string(data, key)
    for body in _objects(data, "bodies"):
        kind = f"{_string(body, 'contenttype')} {_string(body, 'role')}".lower()
        yield kind, _string(body, "value")


def _guid(data: Data) -> str:
    """What stays the same from version to version; an address may name the version."""
    return _string(data, "usn") or _inner(data, "altids", "itemid") or _string(data, "guid", "uri")


def _inner(data: Data, key: str, inner: str) -> str:
    value = data.get(key)
    return _string(_lowered(value), inner) if isinstance(value, Mapping) else ""


def _url(data: Data) -> str:
    uri = _string(data, "url") or _string(data, "uri", "guid")
    return uri if uri.startswith(("http://", "https://")) else ""


def _provider(data: Data) -> Iterator[str]:
    yield _string(data, "source-feed", "provider", "source")
    for key in ("infosource", "infosources", "provider"):
        for party in _objects(data, key):
            yield _string(party, "name", "literal")
    yield _string(data, "copyrightholder")


def _codes(data: Data) -> Iterator[str]:
    yield _string(data, "pubstatus")
    for key in ("signals", "signal"):
        for signal in _objects(data, key):
            yield _string(signal, "literal", "code", "name").rpartition(":")[2]
            yield _string(signal, "uri").rpartition("/")[2]
