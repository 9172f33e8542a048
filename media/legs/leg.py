"""What all legs have: a side, who hears whom, a buffer to take sound from, and a way to give sound to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from media.errors import invalid
from media.sound.opus import Pcm
from media.sound.playout import Playout

if TYPE_CHECKING:
    from media.recording.track import Track

SIDES = ("contact", "agent", "supervisor", "phone")
RECORDED = ("contact", "agent", "phone")
"""A supervisor listens, or whispers to an agent: neither belongs into the recording of a call."""
Whom = Literal["all", "none"] | frozenset[str]
"""Everybody, nobody, or these: names of sides and of legs."""


def whom(value: object, what: str) -> Whom:
    """Read "all", "none", true, false, a side, a leg or a list of them. Raises invalid."""
    if value in ("all", True):
        return "all"
    if value in ("none", False):
        return "none"
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list) and len(value) <= 50 and all(isinstance(one, str) for one in value):
        return frozenset(value)
    raise invalid(f"{what} must be all, none, a side, a leg or a list of them.")


class Leg:
    """One participant. `tell(type, **facts)` writes an event of this leg."""

    kind = "leg"
    on_change: Callable[[], None] = staticmethod(lambda: None)
    """Called when the leg came up or went down: the room decides anew who is mixed."""

    def __init__(self, name: str, side: str, tell: Callable[..., None]) -> None:
        self.name, self.side, self.tell = name, side, tell
        self.muted = self.held = False
        self.hears: Whom = "all"
        self.heard: Whom = "none" if side == "supervisor" else "all"
        self.playout = Playout(self.decode)
        self.track: Track | None = None
        """Where the leg is recorded, or None."""

    @property
    def is_up(self) -> bool:
        """Whether sound can go both ways."""
        raise NotImplementedError

    def decode(self, payload: bytes) -> Pcm | None:
        """Return the samples of a payload at 48 kHz."""
        raise NotImplementedError

    def give(self, pcm: Pcm | None, packet: bytes | None = None) -> None:
        """Send a frame: a packet of Opus that is ready, else the samples, else silence."""
        raise NotImplementedError

    def digits(self, digits: str) -> None:
        """Send key presses, one after the other."""
        raise NotImplementedError

    def cut(self) -> None:
        """Forget what was given and is not yet heard; most legs hold nothing back."""

    def mark(self, name: str) -> None:
        """Ask to be told (event leg.mark) when all that was given is heard; most legs hear it at once."""

    async def close(self) -> None:
        """Take the leg away."""
        raise NotImplementedError

    def quality(self) -> dict[str, Any]:
        """Return `{received, lost, jitter_ms, rtt_ms}` so far."""
        return {"received": 0, "lost": 0, "jitter_ms": 0.0, "rtt_ms": None}

    def change(self, body: dict[str, Any]) -> None:
        """Take over `muted`, `held`, `hears` and `heard` of a request, all or none. Raises invalid."""
        for flag in ("muted", "held"):
            if not isinstance(body.get(flag, False), bool):
                raise invalid(f"{flag} must be true or false.")
        hears = whom(body["hears"], "hears") if "hears" in body else self.hears
        heard = whom(body["heard"], "heard") if "heard" in body else self.heard
        self.muted, self.held = body.get("muted", self.muted), body.get("held", self.held)
        self.hears, self.heard = hears, heard

    def is_heard_by(self, other: Leg) -> bool:
        """Tell whether what this leg says reaches the other."""
        return (
            not (self is other or self.muted or self.held or other.held)
            and _names(self.heard, other)
            and _names(other.hears, self)
        )

    @property
    def is_on_tape(self) -> bool:
        """Whether what the leg says now may be recorded: only what others in the room may hear as well."""
        return self.side in RECORDED and not self.muted and not self.held and self.heard == "all"

    def shown(self) -> dict[str, Any]:
        """Return the leg as the control door shows it."""
        return {"leg": self.name, "kind": self.kind, "side": self.side, "up": self.is_up, "muted": self.muted,
                "held": self.held, "hears": _shown(self.hears), "heard": _shown(self.heard)}  # fmt: skip


def _names(whom: Whom, leg: Leg) -> bool:
    return whom == "all" or (whom != "none" and (leg.side in whom or leg.name in whom))


def _shown(whom: Whom) -> str | list[str]:
    return whom if isinstance(whom, str) else sorted(whom)
