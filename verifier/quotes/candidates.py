"""The mentions that may be a quote's source."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, islice, takewhile

from verifier.model import Span
from verifier.quotes.frame import Frame, frame
from verifier.quotes.links import Link, is_cue, is_verb, link
from verifier.quotes.phrases import Form, NounPhrase
from verifier.quotes.syntax import Paragraph
from verifier.quotes.words import Sort
from verifier.value import NamedTuple

# How many mentions are weighed: in the quote's paragraph before and after it, in the last
# paragraph, in those before it, in the next. Of the right ones on the training articles 0.3%
# are further away.
_BEFORE, _AFTER, _ELSEWHERE, _FURTHER, _FOLLOWING = 12, 5, 4, 1, 2
# So far into the next paragraph is looked.
_OPENING = 20
# How many items of its paragraph away a mention may stand.
_REACH = 120
_SPEAKING = frozenset(["N", "S", "D", "P", "H", "U"])
_SPEECH = frozenset({"say", "tell", "add", "write", "speak", "ask", "according"})


class Mention(NamedTuple):
    """A noun phrase with all that does not depend on the quote.

    `symbol` is its class, `name` the word that mentions of one source share, `strength` 2
    when it is tied to a cue of speech, 1 to another cue, 0 to none. `around` are the
    symbols before and after it.
    """

    phrase: NounPhrase
    item: int
    sentence: int
    symbol: str
    name: str
    tie: Link
    cue: str
    strength: int
    around: tuple[str, str, str, str]
    nested: bool

    @property
    def span(self) -> Span:
        """Where it stands in the story."""
        return (self.phrase.start, self.phrase.end)


class Scene:
    """A paragraph, its frame and the mentions in it that may speak, each made when asked for."""

    __slots__ = ("_frame", "_items", "_made", "_numbers", "_subjects",
                 "paragraph")  # fmt: skip

    def __init__(self, paragraph: Paragraph) -> None:
        self.paragraph = paragraph
        self._frame: Frame | None = None
        self._numbers: tuple[int, ...] = ()
        self._items: tuple[int, ...] = ()
        self._made: dict[int, Mention | None] = {}
        self._subjects: tuple[Mention, ...] | None = None

    @property
    def frame(self) -> Frame:
        """The paragraph's frame."""
        if self._frame is None:
            self._frame = frame(self.paragraph)
            self._numbers = tuple(self._frame.place)
            self._items = tuple(self._frame.place.values())
        return self._frame

    def _mention(self, place: int) -> Mention | None:
        if place not in self._made:
            self._made[place] = _mention(self.frame, self._numbers[place], self._items[place])
        return self._made[place]

    def before(self, item: int, first: int = 0) -> Iterator[Mention]:
        """The mentions in items `first:item`, the nearest first, unless they are far from it."""
        place = bisect_left(self._items, item) if self.frame else 0
        begin = bisect_left(self._items, max(first, item - _REACH))
        for k in range(place - 1, begin - 1, -1):
            if (mention := self._mention(k)) is not None:
                yield mention

    def after(self, item: int, last: int = 1 << 62) -> Iterator[Mention]:
        """The mentions in items `item:last`, unless they are far from it."""
        place = bisect_left(self._items, item) if self.frame else 0
        for k in range(place, bisect_left(self._items, min(last, item + _REACH + 1))):
            if (mention := self._mention(k)) is not None:
                yield mention

    def near(self, item: int) -> list[Mention]:
        """The mentions not far from an item, so that a long line costs no more than a short."""
        return [*reversed([*self.before(item)]), *self.after(item)]

    def beside(self, item: int) -> Iterator[Mention]:
        """The other mentions of the sentence that an item stands in."""
        first, last = self.frame.sentence(item)
        yield from self.before(item, first)
        yield from (m for m in self.after(item, last) if m.item != item)

    @property
    def subjects(self) -> tuple[Mention, ...]:
        """The last mentions that may be subjects, the last first: one more than are weighed."""
        if self._subjects is None:
            found, last = self.frame, len(self._items) - 1
            places = (k for k in range(last, max(-1, last - _REACH), -1)
                      if _is_subject(found, self._items[k]))  # fmt: skip
            made = (m for k in places if (m := self._mention(k)) is not None)
            self._subjects = tuple(islice(made, _ELSEWHERE + 1))
        return self._subjects


class Candidate(NamedTuple):
    """A mention that may be the source of a quote, and how far it is from it.

    `paragraphs` and `sentences` are distances, negative before the quote; `sentences`
    counts only inside the quote's own paragraph.
    """

    mention: Mention
    scene: Scene
    paragraphs: int
    sentences: int


class Given(NamedTuple):
    """A quote that is decided: where it stood and whose it was (None: not reported)."""

    paragraph: int
    item: int
    source: Candidate | None


class Setting(NamedTuple):
    """A quote in its surroundings, and what was decided before it.

    `scenes[at]` is its paragraph and `item` its place there; `number` is the paragraph's
    number in the story. `tally` counts the quotes given to a name so far, `counts` the
    mentions of it.
    """

    scenes: Sequence[Scene]
    at: int
    number: int
    item: int
    text: str
    last: Given | None
    tally: dict[str, int]
    counts: dict[str, int]

    @property
    def frame(self) -> Frame:
        """The frame of the quote's paragraph."""
        return self.scenes[self.at].frame


def _mention(found: Frame, number: int, item: int) -> Mention | None:
    """The mention that a noun phrase is, or nothing if it cannot speak."""
    phrase, symbols = found.paragraph.phrases[number], found.symbols
    if not _may_speak(found, phrase, item):
        return None
    tie = link(found, item, phrase)
    cue = symbols[tie.cue] if tie.cue >= 0 else "-"
    own = found.items[item]
    strength = 0 if not is_cue(cue) else 2 if cue.partition(".")[0] in _SPEECH else 1
    around = (
        symbols[item - 2] if item > 1 else "^",
        symbols[item - 1] if item else "^",
        symbols[item + 1] if item + 1 < len(symbols) else "$",
        symbols[item + 2] if item + 2 < len(symbols) else "$",
    )
    nested = phrase.last < own.last or phrase.first > own.first
    return Mention(
        phrase, item, own.sentence, _symbol(found, phrase, item), _name(found, phrase),
        tie, cue, strength, around, nested,
    )  # fmt: skip


def _may_speak(frame: Frame, phrase: NounPhrase, item: int) -> bool:
    head = frame.paragraph.words[phrase.head]
    if phrase.form is not Form.COMMON or head.sort is Sort.NAME:
        return True
    if frame.items[item].symbol in _SPEAKING or head.closed in {"quant", "det"}:
        return True
    return _is_subject(frame, item)


def _is_subject(frame: Frame, item: int) -> bool:
    """Beside a verb, or set off as attributions are."""
    symbols = frame.symbols
    after = symbols[item + 1] if item + 1 < len(symbols) else ""
    before = symbols[item - 1] if item else ""
    return is_verb(after) or after in {",", ":", "who", "("} or is_cue(before) or before == "-"


def _symbol(frame: Frame, phrase: NounPhrase, item: int) -> str:
    """The class of the mention itself, which may stand inside a longer phrase."""
    if phrase.form is Form.GROUP:
        return "G"
    own = frame.items[item]
    if phrase.first == own.first and phrase.last == own.last:
        return own.symbol
    if phrase.form is Form.POSSESSOR:
        return "H"
    return "n" if frame.paragraph.words[phrase.head].sort is Sort.NAME else "c"


def _name(frame: Frame, phrase: NounPhrase) -> str:
    """The last capital of a name, else the head: what mentions of one source share."""
    words = frame.paragraph.words
    for k in range(phrase.core - 1, phrase.first - 1, -1):
        if words[k].sort is Sort.NAME and not words[k].closed:
            return words[k].low
    return words[phrase.head].low


def candidates(setting: Setting) -> list[Candidate]:
    """The mentions that may be the source, looked for no further than where a cue is found.

    First those of the quote's sentence; if none of them has a cue, those of its paragraph, before
    the quote and after it; if none of these is tied to speech, those of other paragraphs.
    """
    scene = setting.scenes[setting.at]
    found = _inside(scene, setting.item)
    if any(c.mention.strength for c in found):
        return found
    own = scene.frame.items[setting.item].sentence
    nearest = islice(scene.before(setting.item), _BEFORE)
    following = islice(scene.after(setting.item), _AFTER)
    found = [Candidate(m, scene, 0, m.sentence - own) for m in chain(nearest, following)]
    if any(c.mention.strength > 1 for c in found):
        return found
    found.extend(_earlier(setting))
    if setting.at + 1 < len(setting.scenes):
        found.extend(_later(setting.scenes[setting.at + 1]))
    return found


def _inside(scene: Scene, item: int) -> list[Candidate]:
    """The mentions of the sentence of a quote, the nearest before it first."""
    first, last = scene.frame.sentence(item)
    before = islice(scene.before(item, first), _BEFORE)
    after = islice(scene.after(item, last), _AFTER)
    return [Candidate(m, scene, 0, 0) for m in chain(before, after)]


def _earlier(setting: Setting) -> Iterator[Candidate]:
    """The source chosen last, and the subjects of the paragraphs before."""
    taken = None
    last = setting.last
    if last is not None and last.source is not None:
        back = last.source.paragraphs + last.paragraph - setting.number
        if back < 0:
            taken = last.source.mention.span
            yield last.source._replace(paragraphs=max(-9, back), sentences=0)
    for back in range(1, min(3, setting.at) + 1):
        scene = setting.scenes[setting.at - back]
        others = [m for m in scene.subjects if m.span != taken]
        for mention in others[: _ELSEWHERE if back == 1 else _FURTHER]:
            yield Candidate(mention, scene, -back, 0)


def _later(scene: Scene) -> Iterator[Candidate]:
    """The first mentions of the next paragraph that have a cue, or are nearly all of it."""
    brief = len(scene.frame.items) < 6
    speaking = (m for m in scene.after(0) if m.strength or brief)
    first = takewhile(lambda m: m.item <= _OPENING, islice(speaking, _FOLLOWING))
    return (Candidate(m, scene, 1, 0) for m in first)


__all__ = ["Candidate", "Given", "Mention", "Scene", "Setting", "candidates"]
