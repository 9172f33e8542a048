"""The process that writes the embedded store for a server under test."""

from __future__ import annotations

from pathlib import Path


def writer_of(pid: int) -> int:
    """Return the number of the process that writes for another one. Raises StopIteration where there is none."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    return next(each for each in children if b"storage.sqlite_child" in Path(f"/proc/{each}/cmdline").read_bytes())


def is_gone(pid: int) -> bool:
    """Return whether a process has ended; one that nobody has waited for has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True
