"""Processes to share work with, which end when the one that started them does."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread


def pool(processes: int) -> ProcessPoolExecutor:
    """So many fresh processes; use it in a `with` statement."""
    return ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_end_with_parent
    )


def _end_with_parent() -> None:
    """A pool whose owner is killed waits for work for ever: each worker holds the pipe open."""
    Thread(target=_watch, name="parent", daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
