"""Durations as Django writes them: what User.com's clients send and read, and what an account that moves in says."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?:(\d{1,4}) )?(\d{1,5}):([0-5]\d)(?::[0-5]\d(?:\.\d{1,6})?)?")


def duration_written(minutes: int | None) -> str | None:
    """Return minutes as Django writes a duration: `01:30:00`, of more than a day `2 01:30:00`."""
    if minutes is None:
        return None
    days, rest = divmod(minutes, 1440)
    return (f"{days} " if days else "") + f"{rest // 60:02d}:{rest % 60:02d}:00"


def minutes_of(written: object) -> int | None:
    """Return the whole minutes of a duration as Django writes it, or None where it is nothing of the kind."""
    found = _WRITTEN.fullmatch(written.strip()) if isinstance(written, str) else None
    return None if found is None else int(found[1] or 0) * 1440 + int(found[2]) * 60 + int(found[3])
