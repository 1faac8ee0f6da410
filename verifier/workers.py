"""Processes to share work with, which end when the one that started them does.

They look for garbage as seldom as it does: by Python's own measure a tenth of a night's
matching would be spent on that.
"""

from __future__ import annotations

import gc
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread


def pool(processes: int) -> ProcessPoolExecutor:
    """So many fresh processes; use it in a `with` statement."""
    return ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(gc.get_threshold(),),
    )


def _begin(garbage: tuple[int, int, int]) -> None:
    """A pool whose owner is killed waits for work for ever: each worker holds the pipe open."""
    Thread(target=_watch, name="parent", daemon=True).start()
    gc.set_threshold(*garbage)
    gc.enable()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
