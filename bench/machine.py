"""What the benchmarks ask of the machine: cores of their own, many open files, and what a process costs."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, 1
_TICK = os.sysconf("SC_CLK_TCK")


def stay_on(core: int) -> None:
    """Keep this process on one core, where the system can do that and has so many."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > core:
        os.sched_setaffinity(0, {core})


def on_server_core() -> Callable[[], None]:
    """Return what a child process is to do first, so that its load never takes the time it is measured by."""
    return lambda: stay_on(SERVER_CORE)


def on_all_cores() -> Callable[[], None]:
    """Return what a child process is to do first, if its parent is kept on one core and it is not to be."""
    return lambda: os.sched_setaffinity(0, range(os.cpu_count() or 1)) if hasattr(os, "sched_setaffinity") else None


def raise_file_limit() -> int:
    """Take all the open files that the hard limit allows, for this process and its children; return how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def as_many_as_allowed(wanted: int) -> int:
    """Return how many connections one process may hold here; says so where that is less than wanted."""
    possible = min(wanted, raise_file_limit() - 500)
    if possible < wanted:
        print(f"    this machine lets a process open {possible + 500:,} files: {possible:,} clients, not {wanted:,}")
    return possible


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def family(pid: int) -> list[int]:
    """Return a process and its children (the hub's writer is one)."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [pid, *(int(child) for task in tasks for child in (task / "children").read_text().split())]


def cpu_seconds(pid: int) -> float:
    """User and system time that a process and its children have used, in all their threads."""
    return sum(_ticks(Path(f"/proc/{each}/stat")) for each in family(pid)) / _TICK


def loop_seconds(pid: int) -> float:
    """User and system time of a process's first thread, which runs the event loop."""
    return _ticks(Path(f"/proc/{pid}/task/{pid}/stat")) / _TICK


def resident_kb(pid: int) -> int:
    """Resident memory of a process and its children in KB: its VmRSS, and what the children have for themselves.

    Pages that a child shares with it (the interpreter, libraries) are there once and count once.
    """
    first, *children = family(pid)
    own = _fields(Path(f"/proc/{first}/status"), "VmRSS")
    return own + sum(_fields(Path(f"/proc/{each}/smaps_rollup"), "Private_Clean", "Private_Dirty") for each in children)


def _fields(file: Path, *names: str) -> int:
    """Return the sum of fields of a file of /proc that are told in KB."""
    lines = (line.split() for line in file.read_text().splitlines())
    return sum(int(words[1]) for words in lines if words[0].rstrip(":") in names)


def open_files(pid: int) -> int:
    """How many descriptors a process holds."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _ticks(stat: Path) -> int:
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])
