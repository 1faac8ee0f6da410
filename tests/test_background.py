"""The shipped table of counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.background import Counts, read, shipped, write
from verifier.index import pair_key, word_key


@given(st.integers(0, 2**32 - 1), st.dictionaries(st.integers(0, 2**32 - 1), st.integers(1, 99999)))
def test_what_is_written_is_read(sentences: Any, counts: Any) -> None:
    table = read(write(sentences, counts))
    assert table.sentences == sentences
    assert {key: table.count(key) for key in counts} == {
        key: min(n, 0xFFFF) for key, n in counts.items()
    }
    assert all(table.count(key ^ 1) == 0 for key in counts if key ^ 1 not in counts)


@pytest.mark.parametrize(
    "content", [b"QVB2" + bytes(9), b"PK\3\4" + bytes(8), b"QVB2" + bytes(7) + b"\1"]
)
def test_another_file_is_refused(content: Any) -> None:
    with pytest.raises(ValueError, match="not a table"):
        read(content)


def test_the_shipped_table_knows_common_words() -> None:
    table = shipped()
    assert table.count(word_key("the")) > table.sentences / 3
    assert table.count(pair_key("of", "the")) > table.count(pair_key("end", "of")) > 1
    assert table.count(word_key("zzyzx")) == 0


def test_counts_are_those_of_the_table_however_many_are_asked_for(monkeypatch: Any) -> None:
    monkeypatch.setattr("verifier.background._FEW", 50)
    table = shipped()
    keys = [*table.keys[:1000:10], *range(0, 2**32, 2**25)]
    counts = Counts(table)
    for _ in range(2):
        assert [counts[key] for key in keys] == [table.count(key) for key in keys]
    assert len(counts) < len(table.keys) + 100
