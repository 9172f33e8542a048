"""NAME.json: what a recording consists of, and how its files lie on the wall clock."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any


def read(path: Path) -> dict[str, Any] | None:
    """Return a recording's sidecar, or None for a file that is none."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and "legs" in data and "state" in data else None


def write(path: Path, data: dict[str, Any]) -> None:
    """Put the sidecar in place as a whole: a reader never sees half of one."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def lock(path: Path) -> IO[bytes] | None:
    """Return a lock on a recording, or None when another process works on it. It ends with the process, however that ends."""
    file = path.open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
