"""Lists of feeds: OPML 2.0 in and out (http://opml.org/spec2.opml), as readers really write it.

Nested outlines become categories (`/region/asia`), beside those of the `category`
attribute. A category `/agency/<name>` says whose copy a feed carries; an attribute `userAgent`
what its server is asked as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote_plus, unquote, urlsplit

from lxml import etree

from verifier.decode import decode
from verifier.errors import CatalogueError
from verifier.model import Feed

# The root elements of RSS 0.9-2.0, RDF and Atom: the document is a feed, not a list of feeds.
_FEED_ROOTS = frozenset({"rss", "rdf", "feed"})
_MAX_FEEDS = 20_000
_MAX_QUERY = 250  # search engines cut or refuse longer phrases
_HINT = "give an OPML file, a feed, or the address of one"


def load(
    source: bytes, base: Path | None = None, *, address: str = "", empty: bool = False
) -> tuple[Feed, ...]:
    """The feeds of an OPML document, in order, each address once.

    `base` is the folder of a local file: its feeds may be paths relative to it. Without
    it (a list from the network) paths are not taken. `address` is where `source` was read
    from: a document that is itself a feed is that one feed.

    Raises CatalogueError if `source` is neither, or, unless it may be `empty`, names no feed
    that can be used.
    """
    root = _parse(source, address)
    name = _local(root)
    if name in _FEED_ROOTS:
        return (_itself(root, address),)
    if name != "opml":
        raise CatalogueError(_wrong(name), address, _HINT)
    found: dict[str, Feed] = {}
    for outline, path in _outlines(root):
        url = _address(_attribute(outline, "xmlurl"), base)
        if url and url not in found:
            found[url] = _feed(outline, url, path)
    if not found and not empty:
        raise CatalogueError("no feed in this OPML that can be used", address, _no_feed_hint(base))
    return tuple(found.values())


def is_list(source: bytes) -> bool:
    """Whether `source` is OPML rather than a feed. Raises CatalogueError if it is no XML."""
    return _local(_parse(source, "")) == "opml"


def dump(feeds: tuple[Feed, ...], title: str = "Feeds") -> bytes:
    """`feeds` as OPML 2.0, which `load` reads back to the same feeds."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _legal(title)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        etree.SubElement(body, "outline", _written(feed))
    return _document(root)


def edited(source: bytes, *, add: Sequence[Feed] = (), remove: Iterable[str] = ()) -> bytes:
    """The OPML `source` with feeds added at its end and addresses removed; all else is kept.

    What another reader wrote stays: folders, attributes that mean nothing here, comments, the
    head. A feed that is there already is not added again. Raises CatalogueError.
    """
    root = _parse(source, "", comments=True)
    gone = set(remove)
    there: set[str] = set()
    for outline in [o for o, _ in _outlines(root)]:
        url = _attribute(outline, "xmlurl")
        parent = outline.getparent()
        if url in gone and parent is not None:
            parent.remove(outline)
        else:
            there.add(url)
    body = _body(root)
    for feed in add:
        if feed.url not in there:
            etree.SubElement(body, "outline", _written(feed)).tail = "\n"
    return _document(root)


def merged(source: bytes, other: bytes, base: Path | None = None) -> bytes:
    """The OPML `source` with the feeds of the OPML `other` that it lacks, as they stand there.

    Each comes with its folders and with all that another reader wrote beside it. `base` is the
    folder of `other`, as for `load`. Raises CatalogueError.
    """
    root = _parse(source, "", comments=True)
    body = _body(root)
    there = {_attribute(outline, "xmlurl") for outline, _ in _outlines(root)}
    for outline, _ in _outlines(_parse(other, "")):
        url = _address(_attribute(outline, "xmlurl"), base)
        if url and url not in there:
            there.add(url)
            taken = _copied(outline, _folder(body, outline))
            for name in [name for name in taken.attrib if str(name).lower() == "xmlurl"]:
                del taken.attrib[name]
            taken.set("xmlUrl", _legal(url))
    return _document(root)


def _folder(body: etree._Element, outline: etree._Element) -> etree._Element:
    """The outline in `body` that is the folder of `outline`, made where it is missing."""
    folder = body
    for theirs in reversed(list(outline.iterancestors("{*}outline"))):
        label = _label(theirs)
        if label and not _attribute(theirs, "xmlurl"):
            mine = (o for o in folder.iterchildren("{*}outline") if _label(o) == label)
            found = next((o for o in mine if not _attribute(o, "xmlurl")), None)
            folder = _copied(theirs, folder) if found is None else found
    return folder


def _copied(outline: etree._Element, parent: etree._Element) -> etree._Element:
    """A new outline in `parent` with the attributes of `outline`."""
    made = etree.SubElement(parent, "outline", nsmap=outline.nsmap)
    made.tail = "\n"
    for name, value in outline.attrib.items():
        with suppress(ValueError):  # a prefix that nobody declared
            made.set(name, value)
    return made


def _body(root: etree._Element) -> etree._Element:
    body = root.find("{*}body")
    return etree.SubElement(root, "body") if body is None else body


def _document(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def shipped_source() -> bytes:
    """The catalogue that comes with the program, as it is written."""
    packaged = files("verifier") / "wires.opml"
    if packaged.is_file():
        return packaged.read_bytes()
    return (Path(__file__).parent.parent / "feeds" / "wires.opml").read_bytes()


def shipped() -> tuple[Feed, ...]:
    """The catalogue of public wire and news feeds that comes with the program."""
    return load(shipped_source())


def search_address(feed: Feed, quote: str) -> str:
    """The address that asks the search feed `feed` for the words of `quote`."""
    words = " ".join(quote.replace('"', " ").split())[:_MAX_QUERY]
    return feed.url.replace("{quote}", quote_plus(words))


def _parse(source: bytes, address: str, *, comments: bool = False) -> etree._Element:
    text = decode(source).lstrip()
    if not text:
        raise CatalogueError("the list of feeds is empty", address, _HINT)
    # A parser of its own each time: lxml's are not for several threads at once. Recovering,
    # as readers write & and unclosed outlines; without entities, network or huge trees.
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, huge_tree=False,
        remove_comments=not comments, remove_pis=True,
    )  # fmt: skip
    if "<!ENTITY" in text[:100_000]:
        raise CatalogueError("the list of feeds declares entities", address, "remove its DOCTYPE")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise CatalogueError("this is no list of feeds", address, _HINT)
    return root


def _local(element: etree._Element) -> str:
    """The element's name without namespace or prefix, declared or not."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _wrong(name: str) -> str:
    if name == "html":
        return "this is a web page, not a list of feeds"
    return f"this is no list of feeds but <{name[:40]}>"


def _no_feed_hint(base: Path | None) -> str:
    if base is None:
        return "its outlines need an xmlUrl with an http address; only a local file may name paths"
    return "its outlines need an xmlUrl: an http address, or a path relative to the file"


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Each outline that names a feed, with the path of the outlines around it."""
    path: list[str] = []
    count = 0
    for event, element in etree.iterwalk(root, events=("start", "end"), tag="{*}outline"):
        holds_feed = bool(_attribute(element, "xmlurl"))
        if event == "end":
            path.pop()
            continue
        if holds_feed and count < _MAX_FEEDS:
            count += 1
            yield element, "".join(path)
        label = _label(element)
        path.append("" if holds_feed or not label else f"/{label.replace('/', '-')}")


def _label(outline: etree._Element) -> str:
    return _attribute(outline, "title") or _attribute(outline, "text")


def _attribute(element: etree._Element, name: str) -> str:
    """The attribute of that name in any case (`xmlurl`, `xmlURL`), white space trimmed."""
    for key, value in element.attrib.items():
        if str(key).lower() == name:
            return " ".join(str(value).split())
    return ""


def _address(written: str, base: Path | None) -> str:
    """The http address as written, or the path that it means beside `base`; "" if neither."""
    scheme = _scheme(written)
    if scheme in ("http", "https"):
        return written
    if scheme == "feed":  # feed://host/path and feed:https://host/path, as browsers hand them on
        rest = written[5:]
        return rest if rest.startswith("http") else "http:" + rest
    if base is None or not written or scheme not in ("", "file"):
        return ""
    if scheme == "file":
        written = unquote(urlsplit(written).path)
    return str(base / written) if "\0" not in written else ""


def _scheme(written: str) -> str:
    """`http` of `HTTP://host`, "" of a path; never raises on what is no address."""
    head, colon, _ = written.partition(":")
    # One letter is the drive of a Windows path.
    return head.lower() if colon and len(head) > 1 and head.isalpha() else ""


def _feed(outline: etree._Element, url: str, path: str) -> Feed:
    written = _attribute(outline, "category").split(",")
    categories = dict.fromkeys(c for c in (*(w.strip() for w in written), path) if c)
    return Feed(
        url=url,
        title=_label(outline) or _host(url),
        site=_attribute(outline, "htmlurl"),
        categories=tuple(categories),
        agency=_agency(tuple(categories)),
        language=_attribute(outline, "language") or None,
        user_agent=_sendable(_attribute(outline, "useragent")),
    )


def _sendable(written: str) -> str:
    """`written` if it can stand in an HTTP header, else ""."""
    return written if written.isascii() and written.isprintable() else ""


def _agency(categories: tuple[str, ...]) -> str | None:
    for category in categories:
        kind, _, name = category.lstrip("/").partition("/")
        if kind == "agency" and name:
            return name
    return None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or Path(url).stem
    except ValueError:
        return url


def _itself(root: etree._Element, address: str) -> Feed:
    """The feed that the document is: its own title and site, where it was read from."""
    channel = next((e for e in root.iter("{*}channel")), root)
    title = next((e.text for e in channel.iterchildren("{*}title") if e.text), None)
    link = next((e for e in channel.iterchildren("{*}link") if e.text or e.get("href")), None)
    site = "" if link is None else link.text or link.get("href") or ""
    name = " ".join((title or "").split()) or _host(address)
    return Feed(url=address, title=name, site=site.strip())


def _written(feed: Feed) -> dict[str, str]:
    categories = list(feed.categories)
    if feed.agency and _agency(feed.categories) is None:
        categories.append(f"/agency/{feed.agency}")
    listed = ",".join(category.replace(",", " ") for category in categories)
    row = {
        "type": "rss", "text": feed.title, "title": feed.title, "xmlUrl": feed.url,
        "htmlUrl": feed.site, "category": listed, "language": feed.language or "",
        "userAgent": feed.user_agent,
    }  # fmt: skip
    return {key: _legal(value) for key, value in row.items() if value}


def _legal(value: str) -> str:
    """`value` without the characters that XML cannot hold."""
    return "".join(c for c in value if c in "\t\n\r" or (c >= " " and not _is_noise(c)))


def _is_noise(char: str) -> bool:
    return "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff"
