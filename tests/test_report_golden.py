"""Each output of the sample against the file that a person has read (`./run.sh golden`)."""

from __future__ import annotations

import pytest

from tests.outputs import GOLDEN, OUTPUTS


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_sample_prints_what_was_read_and_approved(name: str) -> None:
    assert OUTPUTS[name]().encode() == (GOLDEN / name).read_bytes()


def test_no_golden_file_is_left_over() -> None:
    assert {p.name for p in GOLDEN.iterdir()} == set(OUTPUTS)
