"""What becomes of a push message when it is handed over."""

from __future__ import annotations

from msgspec import Struct


class Taken(Struct, frozen=True):
    """The push service has it; `id` is its name for it, where it tells one."""

    id: str = ""


class Gone(Struct, frozen=True):
    """The device does not take messages any more: forget it."""

    said: str = ""


class Refused(Struct, frozen=True):
    """This message will never be taken; `said` are the push service's words."""

    said: str


class Busy(Struct, frozen=True):
    """Not now: try again, after `seconds` where the push service named a time."""

    said: str
    seconds: float | None = None


Outcome = Taken | Gone | Refused | Busy
