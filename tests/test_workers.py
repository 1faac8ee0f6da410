"""Processes to share work with."""

from __future__ import annotations

import gc

from verifier import workers


def test_a_worker_looks_for_garbage_as_seldom_as_the_one_that_started_it() -> None:
    usual = gc.get_threshold()
    gc.set_threshold(12_345, 11, 9)
    try:
        with workers.pool(1) as pool:
            assert pool.submit(gc.get_threshold).result() == (12_345, 11, 9)
            assert pool.submit(gc.isenabled).result()
    finally:
        gc.set_threshold(*usual)
