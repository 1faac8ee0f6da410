"""Every value that flows from one stage to the next.

All are frozen; sequences are tuples; times are aware and in UTC; spans are
`(start, end)` in Unicode code points of the text they belong to, end exclusive.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from verifier.value import value

try:  # hashlib takes it from here, but loads OpenSSL before: 3 ms of a check
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

Span = tuple[int, int]


def digest(*parts: str) -> str:
    """16 hexadecimal digits that stand for `parts`: the same parts, the same id, on any machine."""
    return fingerprint("\x1f".join(parts)).hex()


def fingerprint(text: str) -> bytes:
    """8 bytes that stand for `text` (BLAKE2b, RFC 7693)."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


class Kind(StrEnum):
    """How the words stand in the story (CONTRACT: `kind`)."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class Relation(StrEnum):
    """How one wording relates to another (CONTRACT: `relation`)."""

    VERBATIM = "verbatim"
    VARIANT = "variant"
    FRAGMENT = "fragment"
    DIVERGENT = "divergent"


class Verdict(StrEnum):
    """What holds of one quote, over all its matches (CONTRACT: `verdict`)."""

    CORROBORATED = "corroborated"
    CONTESTED = "contested"
    DIVERGENT = "divergent"
    COPIED = "copied"
    UNMATCHED = "unmatched"


class Coverage(StrEnum):
    """How much the archive holds around the article's day."""

    SEARCHED = "searched"
    THIN = "thin"
    NONE = "none"


class Severity(StrEnum):
    """`high` can change the sense; `low` cannot."""

    HIGH = "high"
    LOW = "low"


@value
class Feed:
    """One entry of a catalogue of feeds. `url` is an http(s) address or a local path.

    A `url` that holds `{quote}` is a search feed: it is asked for one quote at a time.
    `user_agent` is what it is asked as; "" for the program's own name.
    """

    url: str
    title: str
    site: str = ""
    categories: tuple[str, ...] = ()
    agency: str | None = None
    language: str | None = None
    user_agent: str = ""

    @property
    def outlet(self) -> str:
        """Whose feed it is: a category `/outlet/<name>` if it has one, else its title."""
        named = (c[8:] for c in self.categories if c.startswith("/outlet/"))
        return next(named, self.title)

    @property
    def searches(self) -> bool:
        """Whether it is a search feed."""
        return "{quote}" in self.url


@value
class Validators:
    """What a server gave to ask again with (RFC 9110, section 13), kept verbatim."""

    etag: str = ""
    last_modified: str = ""


NO_VALIDATORS = Validators()


@value
class Response:
    """What an address answered. `status` is 200 for a file that was read.

    `moved` is the address that a chain of permanent redirects from the first one led to;
    `complete` is false if the connection ended before the announced length.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    moved: str | None = None
    complete: bool = True

    def header(self, name: str) -> str:
        """The value of the first header of that name in any case; "" if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def validators(self) -> Validators:
        """What to ask with the next time."""
        return Validators(etag=self.header("etag"), last_modified=self.header("last-modified"))


@value
class Failure:
    """An address that did not answer, or was not asked since it is not allowed (`refused`)."""

    url: str
    message: str
    refused: bool = False


class Health(StrEnum):
    """How a feed is doing."""

    NEW = "new"
    WELL = "well"
    FAILING = "failing"
    BLOCKED = "blocked"
    REFUSED = "refused"
    GONE = "gone"


@value
class FeedState:
    """What is known of a feed from asking it; `url` is the catalogue's, `asked` where to ask.

    `moving` is where the server says it has moved for good and `moving_since` the first
    time it said so. `next_try` is None if the next run may ask.
    """

    url: str
    asked: str
    health: Health = Health.NEW
    validators: Validators = NO_VALIDATORS
    last_try: datetime | None = None
    last_success: datetime | None = None
    next_try: datetime | None = None
    failures: int = 0
    reason: str = ""
    moving: str | None = None
    moving_since: datetime | None = None


def _number(revision: str) -> int | None:
    """The number that a revision is, or None if it is none."""
    return int(revision) if revision.isdecimal() and len(revision) <= 30 else None


@value
class Story:
    """One article as read, from wherever it came. `text` is what all offsets count in.

    `status`: usable, updated, corrected, embargoed, withheld or withdrawn; `note` says why.
    `revision` is the number of the version, where the wire counts them. `embargo`: not to be
    used before; a story that is `embargoed` without one waits for a release.
    """

    text: str
    title: str = ""
    url: str = ""
    guid: str = ""
    outlet: str = ""
    agency: str | None = None
    byline: str | None = None
    dateline: str | None = None
    credit: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    status: str = "usable"
    note: str | None = None
    slug: str | None = None
    revision: str = ""
    embargo: datetime | None = None

    @property
    def id(self) -> str:
        """The story, whatever its version: from outlet and guid, else URL, else the text."""
        return digest(self.outlet, self.guid or self.url or self.text)

    @property
    def version(self) -> str:
        """This wording of it: from title, text, status and embargo."""
        until = (self.embargo.isoformat(),) if self.embargo else ()
        return digest(self.title, self.text, self.status, *until)

    def follows(self, other: Story) -> bool:
        """Whether this is no older a version than `other`, of the same story.

        By the number of the version where both have one, else by the time of it; where
        neither says so, what came in later is the later one.
        """
        mine, theirs = _number(self.revision), _number(other.revision)
        if mine is not None and theirs is not None and mine != theirs:
            return mine > theirs
        if self.updated and other.updated:
            return self.updated >= other.updated
        return True

    def held(self, now: datetime) -> bool:
        """Whether it may not be shown yet: under embargo, or withheld until further notice."""
        if self.embargo is not None and self.status != "withheld":
            return now < self.embargo
        return self.status in ("embargoed", "withheld")


@value
class Mention:
    """A stretch of the story's text that names a source or a cue."""

    text: str
    span: Span


@value
class Speaker:
    """Whom a mention stands for: a person, an organisation or a document; no title in `name`."""

    name: str
    role: str | None = None


@value
class Quote:
    """Words reported as somebody's, where they stand, and whose they are said to be.

    `text` is the spans joined by one space, quotation marks not included. `via` lists who
    relayed it, nearest to the speaker first. `reported` is false for scare quotes, titles
    of works and names in marks, which only `quotes --all` lists.
    """

    id: str
    kind: Kind
    text: str
    spans: tuple[Span, ...]
    source: Mention | None = None
    cue: Mention | None = None
    speaker: Speaker | None = None
    via: tuple[str, ...] = ()
    confidence: float = 0.0
    reported: bool = True


@value
class Divergence:
    """One typed difference: `here` in the article's quote, `there` in the other story's.

    The spans count in the two quotes' `text`; an empty string stands at the place where
    the words are missing.
    """

    kind: str
    severity: Severity
    here: str
    there: str
    here_span: Span = (0, 0)
    there_span: Span = (0, 0)


@value
class Match:
    """One quote of another story that carries the same utterance.

    `correction` says, in a sentence's words, what became of the story or of the quote in it.
    `copy_of` names the outlet of an earlier match that is of the same origin: the two are one
    source. `standing` is false where the outlet withdrew the story or no longer has the quote.
    """

    story: Story
    quote: Quote
    relation: Relation
    score: float
    divergences: tuple[Divergence, ...] = ()
    differences: tuple[str, ...] = ()
    independent: bool = False
    why: str | None = None
    evidence: str | None = None
    copy_of: str | None = None
    correction: str | None = None
    standing: bool = True


@value
class Finding:
    """One quote of the article, judged."""

    quote: Quote
    verdict: Verdict
    independent_sources: int
    divergences: tuple[str, ...]
    reason: str
    matches: tuple[Match, ...] = ()

    @property
    def timeline(self) -> tuple[Match, ...]:
        """The matches whose time is known, earliest first: who had it first."""
        dated = [(m.story.published, n) for n, m in enumerate(self.matches) if m.story.published]
        return tuple(self.matches[n] for _, n in sorted(dated))


@value
class Holdings:
    """What an archive holds, and how much of it is near the article's day."""

    stories: int = 0
    quotes: int = 0
    occurrences: int = 0
    outlets: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    bytes: int = 0
    coverage: Coverage = Coverage.NONE


@value
class Problem:
    """One item that could not be used while the rest went on."""

    stage: str
    subject: str
    message: str


@value
class Report:
    """What a check found; `searched` if search feeds were asked for it."""

    article: Story
    archive: Holdings
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...] = ()
    searched: bool = False

    @property
    def differs(self) -> bool:
        """Whether at least one quote is divergent or contested."""
        return any(f.verdict in {Verdict.DIVERGENT, Verdict.CONTESTED} for f in self.findings)


@value
class Variant:
    """One wording of an utterance, and the stories that carry it, the earliest first.

    Each match compares the utterance's first wording (`here`) with this one (`there`).
    """

    matches: tuple[Match, ...]

    @property
    def quote(self) -> Quote:
        """The words, as the earliest of its stories has them."""
        return self.matches[0].quote

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """What differs from the utterance's first wording."""
        return self.matches[0].divergences


@value
class Utterance:
    """What was said once and stands in several stories of a night, by its wordings.

    `id` is that of the earliest quote. The first variant holds the earliest wording.
    `severity` is the highest of all divergences, None if there is none; `divergences` are
    the kinds of high severity. `origins` counts the independent sources.
    """

    id: str
    variants: tuple[Variant, ...]
    severity: Severity | None = None
    divergences: tuple[str, ...] = ()
    origins: int = 1
    reason: str = ""

    @property
    def matches(self) -> tuple[Match, ...]:
        """Every story that carries it, variant by variant."""
        return tuple(m for v in self.variants for m in v.matches)

    @property
    def first_seen(self) -> datetime | None:
        """When the earliest dated story that carries it was published."""
        return min((m.story.published for m in self.matches if m.story.published), default=None)


@value
class FeedRow:
    """How one feed did in a run: its state afterwards, and the number of its new stories."""

    feed: Feed
    state: FeedState
    stories: int = 0


@value
class Gathered:
    """What a run brought in. `rows` are the feeds in their order."""

    rows: tuple[FeedRow, ...] = ()
    new: int = 0
    changed: int = 0
    quotes: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether any feed answered."""
        return any(r.state.health is Health.WELL for r in self.rows)


@value
class Imported:
    """What an import took: new stories, new versions of known ones, and known ones.

    `unread`: languages, and how many stories in each were kept without their quotes.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    unread: tuple[tuple[str, int], ...] = ()
    problems: tuple[Problem, ...] = ()
    unnamed: int = 0  # problems beyond those that are listed


@value
class Run:
    """A nightly run that was finished.

    `stories` is the highest story number that it compared; `counts` says how many feeds it
    had and how many of them were in trouble, and how many stories, quotes and utterances
    were new.
    """

    started: datetime
    finished: datetime | None
    policy: str
    stories: int
    counts: dict[str, int]


@value
class NightReport:
    """What a night's comparison found.

    `since` is how far back it looked; `stories` and `quotes` count what was new;
    `utterances` are those that more than one story carries; `reported_before` counts those
    that are left out because nothing about them is new.
    """

    started: datetime
    finished: datetime
    since: datetime
    archive: Holdings
    stories: int = 0
    quotes: int = 0
    feeds: tuple[FeedRow, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    reported_before: int = 0
    problems: tuple[Problem, ...] = ()
