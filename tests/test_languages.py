"""Which language a text is in, and what becomes of one that is not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from verifier import languages, lexicon
from verifier.cli import main
from verifier.extraction import extract, unread
from verifier.model import Story

GERMAN = (
    "Die Brücke bleibt nach Angaben des Ministeriums geschlossen. „Wir werden sie nicht öffnen, "
    "bevor nicht jedes Seil geprüft ist“, sagte die Ministerin am Dienstag."
)
SENTENCES = [
    ("en", "The bridge stays shut, and nobody has said when it will open."),
    ("en", "Baseball Standings"),
    ("de", GERMAN),
    ("fr", "Le pont est fermé et personne ne sait quand il sera rouvert, selon la mairie."),
    ("es", "El puente está cerrado y nadie sabe cuándo se va a abrir, según dijo la alcaldesa."),
    ("it", "Il ponte è chiuso e non si sa quando sarà riaperto, ha detto il sindaco della città."),
    ("pt", "A ponte está fechada e ninguém sabe quando será reaberta, disse a ministra também."),
    ("nl", "De brug blijft dicht en niemand weet wanneer zij weer open gaat, zei de minister."),
    ("sv", "Bron är stängd och ingen vet när den kan öppnas, säger ministern som inte vill vänta."),
    ("da", "Broen er lukket, og ingen ved, hvornår den åbner, sagde ministeren efter mødet."),
    (
        "nb",
        "Broen er stengt, og ingen vet når den åpner, sier statsråden som ikke vil vente lenger.",
    ),
    ("fi", "Silta on suljettu, eikä kukaan tiedä milloin se avataan, mutta hän sanoi että pian."),
    ("pl", "Most jest zamknięty i nie wiadomo, kiedy się go otworzy, powiedział już minister."),
    ("cs", "Most je zavřený a nikdo neví, kdy se otevře, řekl ministr, který také byl na místě."),
    ("tr", "Köprü kapalı ve ne zaman açılacağı belli değil, bakan bu konuda çok net dedi."),
    ("id", "Jembatan itu ditutup dan tidak ada yang tahu kapan akan dibuka, kata menteri."),
    ("ru", "Мост закрыт, и никто не знает, когда он был бы открыт, сказал министр."),
    ("uk", "Міст закритий, і ніхто не знає, коли його відкриють, але це було після зими."),
    ("el", "Η γέφυρα είναι κλειστή και κανείς δεν ξέρει πότε θα ανοίξει."),
    ("ar", "الجسر مغلق ولا أحد يعرف متى سيفتح."),
    ("he", "הגשר סגור ואיש אינו יודע מתי ייפתח."),
    ("ja", "橋は閉鎖されたままで、いつ開くかは誰にも分からない。"),
    ("zh", "大桥仍然关闭，没有人知道何时重新开放。"),
    ("ko", "다리는 폐쇄된 상태이며 언제 열릴지 아무도 모른다."),
    (None, "Bogus"),
    (None, ""),
    (None, "1 3 7 | 4-2 | 98.6"),
    (None, "P W D L F A B Pts"),
]


@pytest.mark.parametrize(("code", "text"), SENTENCES)
def test_the_language_of_a_sentence(code: str | None, text: str) -> None:
    assert languages.guess(text) == code


@given(st.text(max_size=200))
def test_any_text_is_in_a_known_language_or_in_none(text: str) -> None:
    found = languages.guess(text)
    assert found is None or languages.name(found) != found


def test_every_language_has_a_name_and_enough_words() -> None:
    for code, words in lexicon.pairs("languages", "any").items():
        assert languages.name(code) != code
        assert len(words.split()) >= 20


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        (GERMAN, None, "German"),
        (GERMAN, "en-US", "German"),  # what a feed states is often a default
        ("The bridge stays shut, he said, and it will not open this week.", "de", None),
        ("Bogus", None, None),
        ("Bogus", "fi-FI", "Finnish"),
        ("Bogus", "en_GB", None),
        ("Bogus", "xx", "xx"),
    ],
)
def test_the_words_decide_before_what_is_stated(
    text: str, stated: str | None, language: str | None
) -> None:
    assert unread(Story(text=text, language=stated)) == language


def test_nothing_is_taken_from_a_story_that_is_not_read() -> None:
    assert extract(Story(text=GERMAN)) == ()


def test_a_check_says_that_it_does_not_read_the_language(tmp_path: Path) -> None:
    article = tmp_path / "brücke.txt"
    article.write_text(GERMAN, encoding="utf-8")
    options = ["--archive", str(tmp_path / "a.db"), "--feeds", "feeds/sample/wires.opml"]
    checked = CliRunner().invoke(main, ["check", str(article), *options])
    assert checked.exit_code == 0
    assert "this is German; only English is read" in checked.output
    listed = CliRunner().invoke(main, ["quotes", str(article)])
    assert "this is German; only English is read" in listed.stderr


def test_an_import_counts_what_it_keeps_without_quotes(tmp_path: Path) -> None:
    folder = tmp_path / "wires"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.txt").write_text(f"Nummer {n}\n\n{GERMAN}", encoding="utf-8")
    found = CliRunner().invoke(main, ["import", str(folder), "--archive", str(tmp_path / "a.db")])
    assert found.exit_code == 0
    assert "3 stories in German: kept, but only English quotes are read." in found.output
