"""Looking at a large repository with several processes: what a rule says of a file depends on no other look.

The engine goes through the files one by one and takes in what was said in that order; here only some of it is said before, by copies
of this process (forks), so that nothing is loaded or listed again. What they do not come to, or cannot hand over, the engine looks at
itself: the report is the same, in the same order. Where a system cannot fork, all is looked at in one process.
"""

from __future__ import annotations

import os
import sys

from dsguard.rules.base import PythonRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from dsguard.plan import Plan
    from dsguard.workspace import Workspace

WORTH = 3_000_000
"""The weight of all files from which on it pays: below, a run takes about a second."""

MOST = 4
"""Processes at most: each may hold some hundred megabytes of syntax trees."""

_PIECES = 8
"""Into how many pieces the share of a process is cut, so that none waits long for another."""

_PARSED = (".py", ".ipynb")


def processes(plan: Plan, workspace: Workspace, wanted: int | None = None) -> int:
    """How many processes are worth it for what a workspace selects.

    Args:
        wanted: what the user asks for; ``None`` for one a processor.
    """
    rules = (one.rule for each in plan.everywhere for one in each.chosen)
    if (wanted is not None and wanted < 2) or not any(isinstance(rule, PythonRule) or rule.family == "secrets" for rule in rules):
        return 1
    if sys.platform != "linux":  # macOS has libraries that do not survive a fork; Windows has none
        return 1
    sizes = workspace.sizes  # of a hook's files, or of blobs, none is known: these are few, or git reads them one by one
    if sum(weight(entry.path, sizes[entry.path]) for entry in workspace.selected if entry.path in sizes) < WORTH:
        return 1
    return wanted or min(len(os.sched_getaffinity(0)), MOST)


def weight(path: str, size: int) -> int:
    """How much work a file of so many bytes is: of one that is parsed its bytes, and other ones compared with that."""
    return min(size, 1 << 20) if path.endswith(_PARSED) else 200 + min(size, 1 << 20) // 20


def ahead(count: int, weights: Sequence[int], say: Callable[[int], Any], before: Callable[[], None]) -> dict[int, Any]:
    """What ``say`` gives for the numbers from 0, as far as the processes come.

    Args:
        count: of processes.
        weights: how much work each number is.
        say: is called in a fork. What it gives must be of the plainest types (:mod:`marshal` hands it over).
        before: is called in each fork first, to let go of what it must not share.
    """
    pieces = _pieces(weights, count * _PIECES)
    lanes = []
    for number in range(count):
        lane, offer = os.pipe()
        # Less than a pipe holds. Whoever is free reads the number of the next piece.
        os.write(offer, bytes(range(len(pieces) * number // count, len(pieces) * (number + 1) // count)))
        os.close(offer)
        lanes.append(lane)
    children: dict[int, int] = {}
    try:
        for number in range(count):
            answers, tell = os.pipe()
            child = os.fork()
            if child == 0:
                for heard in (answers, *children):
                    os.close(heard)  # while somebody holds it, a fork that tells waits for ever once this process is killed
                _work([*lanes[number:], *lanes[:number]], tell, pieces, say, before)
            os.close(tell)
            children[answers] = child
        return dict(_answers(children))
    finally:
        for lane in lanes:
            os.close(lane)
        _end(children)


def _pieces(weights: Sequence[int], count: int) -> list[range]:
    """Neighbours stay together: they have most in common."""
    least = max(1, -(-sum(weights) // min(count, 255)))
    pieces, start, weight = [], 0, 0
    for number, one in enumerate(weights):
        weight += one
        if weight >= least:
            pieces.append(range(start, number + 1))
            start, weight = number + 1, 0
    return [*pieces, range(start, len(weights))]


def _work(lanes: Iterable[int], tell: int, pieces: Sequence[range], say: Callable[[int], Any], before: Callable[[], None]) -> None:
    """The life of a fork: first its own lane, whose files have most in common, then what is left of the others'.

    It does not come back, whatever happens: what it has not told the engine looks at itself.
    """
    import marshal

    try:
        before()
        for lane in lanes:
            while job := os.read(lane, 1):
                told = marshal.dumps([(number, say(number)) for number in pieces[job[0]]])
                left = memoryview(len(told).to_bytes(8, "little") + told)
                while left:
                    left = left[os.write(tell, left) :]
    finally:
        os._exit(0)


def _answers(children: dict[int, int]) -> Iterator[tuple[int, Any]]:
    import marshal
    import select

    waiting = {answers: bytearray() for answers in children}
    while waiting:
        for answers in select.select(list(waiting), (), ())[0]:
            data = os.read(answers, 1 << 20)
            held = waiting[answers]
            held += data
            while len(held) >= 8 and len(held) >= 8 + (size := int.from_bytes(held[:8], "little")):
                yield from marshal.loads(held[8 : 8 + size])  # noqa: S302 - from a copy of this very process
                del held[: 8 + size]
            if not data:
                del waiting[answers]


def _end(children: dict[int, int]) -> None:
    """Let none outlive this process, when it is interrupted too."""
    import signal
    from contextlib import suppress

    for answers, child in children.items():
        os.close(answers)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
