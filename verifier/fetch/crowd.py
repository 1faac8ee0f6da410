"""Many addresses at once, and no more than a few with one host."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlsplit

from verifier.errors import AddressRefused, FetchError
from verifier.fetch.limits import USUAL, Gate, Limits
from verifier.fetch.local import is_http
from verifier.fetch.one import get
from verifier.model import Failure, Response, Validators

Wanted = tuple[str, Validators]
_NO_AGENTS: Mapping[str, str] = MappingProxyType({})


def many(
    wanted: Iterable[Wanted],
    *,
    limits: Limits = USUAL,
    workers: int = 16,
    per_host: int = 2,
    agents: Mapping[str, str] = _NO_AGENTS,
) -> Iterator[tuple[int, Response | Failure]]:
    """The answers to `wanted`, as they come, each with the number of its request.

    No host has more than `per_host` requests at a time, and a slow one holds up no other:
    each host has a queue of its own. No more than `workers` answers are held at once. `agents`
    holds the User-Agent of the addresses that want another one.
    """
    queues = _by_host(wanted)
    gate = Gate(per_host)
    running: dict[Future[Response | Failure], str] = {}
    numbers: dict[Future[Response | Failure], int] = {}
    ready = deque(host for host in queues for _ in range(per_host))
    with ThreadPoolExecutor(workers, thread_name_prefix="fetch") as pool:
        try:
            while ready or running:
                while ready and len(running) < workers:
                    host = ready.popleft()
                    if not queues[host]:
                        continue
                    number, (address, validators) = queues[host].popleft()
                    own = agents.get(address)
                    bounds = replace(limits, user_agent=own) if own else limits
                    future = pool.submit(_ask, address, validators, bounds, gate)
                    running[future], numbers[future] = host, number
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    ready.append(running.pop(future))
                    yield numbers.pop(future), future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _by_host(wanted: Iterable[Wanted]) -> dict[str, deque[tuple[int, Wanted]]]:
    queues: dict[str, deque[tuple[int, Wanted]]] = {}
    for number, want in enumerate(wanted):
        queues.setdefault(_host(want[0]), deque()).append((number, want))
    return queues


def _host(address: str) -> str:
    """The host to queue at; paths and what is no address queue together."""
    if not is_http(address):
        return ""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _ask(address: str, validators: Validators, limits: Limits, gate: Gate) -> Response | Failure:
    try:
        return get(address, validators, limits=limits, gate=gate)
    except AddressRefused as refused:
        return Failure(url=address, message=str(refused), refused=True)
    except FetchError as error:
        return Failure(url=address, message=str(error))
