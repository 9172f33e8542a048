"""The shapes of calls: what verbs return and what goes over the wire. TypeScript has the same in widget/shared/types.ts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.calls.ice import IceServer
from hub.chat.records import Author
from hub.core.clock import rfc3339
from hub.people.contacts import ContactRef
from storage.engine import Document

Side = Literal["contact", "agent"]
State = Literal["ringing", "talking", "message", "ended"]
Direction = Literal["in", "out"]
Media = Literal["audio", "video"]
Route = Literal["peer", "server"]
"""Between whom sound passes: the two devices, or each of them and a media worker of ours."""
Reason = Literal["hung_up", "cancelled", "declined", "unanswered", "nobody", "lost", "message"]
"""Why a call ended.

hung_up     one of the two ended it
cancelled   whoever called gave up before anybody answered
declined    everybody whom it rang for declined
unanswered  nobody answered in time
nobody      nobody was there for whom it could have rung
lost        a device went away and did not come back
message     nobody answered, and whoever called could leave a spoken message
"""
Leg = Annotated[str, Meta(min_length=8, max_length=64, pattern="^[A-Za-z0-9_-]+$")]
"""A device's end of a call: a random word that its page makes, and says again when it comes back."""
Id = Annotated[int, Meta(ge=1, le=2**53)]


class CallRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which call."""

    call: Id


class TakeCall(Struct, frozen=True, forbid_unknown_fields=True):
    """Which call, and the device that takes part in it from now on."""

    call: Id
    leg: Leg


class RejoinCall(TakeCall, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which call, and the device that is in it; with `here` it takes the call over from the device that was."""

    here: bool = False


class CallDeed(Struct, frozen=True):
    """Something that happened in a call."""

    at: str
    what: str
    by: Author | None = None
    to: str | None = None


class WrappedUp(Struct, frozen=True):
    """What came out of a call, as an agent wrote it down: one of the application's codes, and some words."""

    code: str | None
    note: str
    by: Author
    at: str


class Consulted(Struct, frozen=True):
    """A colleague who is asked beside a call: on this device, or it rings theirs where there is none yet."""

    id: int
    name: str
    leg: str | None


class Call(Struct, frozen=True):
    """A call as both sides see it.

    direction  `in`: the contact called, `out`: an agent did
    contact    agents alone see it, as with `rings` (the agents whose devices ring now), `history` and `wrap_up`
    agent      who talks, or talked; null until somebody answers
    route      whom a device makes its offers to: `peer`, the other device; `server`, a media worker
    via        grows when devices have to make new offers, because the route changed or a media worker is gone
    phone      the contact is on a telephone, and not in a browser
    recording  whether the call is recorded now, or was told to pause; null where it is not
    legs       the device of each side that takes part
    held       the sides that hold the call; muted: those who can't be heard by their own choice
    seconds    how long they talked
    """

    id: int
    conversation: int | None
    contact: ContactRef | None
    direction: Direction
    media: Media
    route: Route
    state: State
    reason: Reason | None
    by: Author
    agent: Author | None
    legs: dict[Side, str]
    held: list[Side]
    muted: list[Side]
    began: str
    answered: str | None
    ended: str | None
    seconds: int
    revision: int
    via: int
    recording: Literal["on", "paused"] | None
    phone: bool
    rings: list[int] = []
    history: list[CallDeed] = []
    consult: Consulted | None = None
    wrap_up: WrappedUp | None = None


class TakenCall(Struct, frozen=True):
    """The call, and the servers by which the two browsers reach each other."""

    call: Call
    ice: list[IceServer]


def call_of(document: Document, contact: ContactRef | None) -> Call:
    """Return a stored call as agents see it; without its contact as that one does, who does not learn whom it rings."""
    for_agent = contact is not None
    agent = document["agent"] and Author("agent", document["agent"], document["agent_name"])
    answered, ended = document["answered"], document["ended"]
    return Call(
        id=document["id"], conversation=document["conversation"], contact=contact, direction=document["direction"],
        media=document["media"], route=document["route"],
        state=document["state"], reason=document["reason"], by=Author(**document["by"]),
        agent=agent or None, legs={side: leg for side, leg in document["legs"].items() if leg},
        held=document["held"], muted=document["muted"], began=rfc3339(document["began"]),
        answered=answered and rfc3339(answered), ended=ended and rfc3339(ended),
        seconds=(ended - answered) // 1000 if answered and ended else 0, revision=document["revision"],
        via=document["via"], recording=(document["recording"] or {}).get("state"), phone=bool(document.get("phone")),
        rings=document["rings"] if for_agent else [],
        history=[_deed(each) for each in document["history"]] if for_agent else [],
        consult=_consulted(document.get("consult")) if for_agent else None,
        wrap_up=_wrapped(document.get("wrap_up")) if for_agent else None,
    )  # fmt: skip


def _consulted(consult: Document | None) -> Consulted | None:
    return Consulted(consult["agent"], consult["name"], consult["leg"]) if consult else None


def _deed(deed: dict[str, Any]) -> CallDeed:
    by = deed.get("by")
    return CallDeed(rfc3339(deed["at"]), deed["what"], Author(**by) if by else None, deed.get("to"))


def _wrapped(kept: dict[str, Any] | None) -> WrappedUp | None:
    return (kept and WrappedUp(kept["code"], kept["note"], Author(**kept["by"]), rfc3339(kept["at"]))) or None
