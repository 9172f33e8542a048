"""How the two devices of a call find each other: what one says is passed on to the other, and kept nowhere.

Only a device that takes part speaks, and only the other one is meant. Whoever misses an answer makes a new offer: that is how
a call goes on after a change of the network, too (an ICE restart).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CALLS_TALK
from hub.calls import machine
from hub.calls.events import CallSignalled, CandidateFound, OfferAnswered, OfferMade
from hub.calls.records import Id, Leg
from hub.calls.turning import get_call
from hub.core.actor import Actor
from hub.core.errors import CallOver, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb

_SDP = 32_768
"""Bytes: a browser's description of sound, picture and screen has some 8,000."""
Sdp = Annotated[str, Meta(min_length=1, max_length=_SDP, pattern="^v=0")]


class OfferCall(Struct, frozen=True, forbid_unknown_fields=True):
    """A description of how a device can be reached (SDP)."""

    call: Id
    leg: Leg
    sdp: Sdp
    restart: bool = False


class AnswerCall(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to an offer (SDP)."""

    call: Id
    leg: Leg
    sdp: Sdp


class Candidate(Struct, frozen=True, forbid_unknown_fields=True):
    """A way to a device, as `RTCIceCandidate.toJSON()` has it; an empty one says that there are no more."""

    candidate: Annotated[str, Meta(max_length=1024, pattern=r"^(candidate:[^\r\n]*)?$")]
    sdpMid: Annotated[str, Meta(max_length=64)] | None = None
    sdpMLineIndex: Annotated[int, Meta(ge=0, le=64)] | None = None
    usernameFragment: Annotated[str, Meta(max_length=256)] | None = None


class CallCandidate(Struct, frozen=True, forbid_unknown_fields=True):
    """A way to a device that was found."""

    call: Id
    leg: Leg
    candidate: Candidate


class CallSignal(Struct, frozen=True):
    """What the other device gets: for which of its own legs it is, and who speaks."""

    call: int
    to: str
    leg: str
    sdp: str | UnsetType = UNSET
    restart: bool | UnsetType = UNSET
    candidate: Candidate | UnsetType = UNSET


@verb(CALLS_TALK)
async def offer_call(hub: Hub, actor: Actor, given: OfferCall) -> None:
    """Tell the other device how this one can be reached. Raises NotFound, Forbidden, CallOver, InvalidPayload."""
    if len(given.sdp.encode()) > _SDP:
        raise InvalidPayload("This description is longer than 32 KB.")
    await _pass_on(hub, actor, OfferMade, given.call, given.leg, sdp=given.sdp, restart=given.restart or UNSET)


@verb(CALLS_TALK)
async def answer_call(hub: Hub, actor: Actor, given: AnswerCall) -> None:
    """Answer an offer. Raises NotFound, Forbidden, CallOver, InvalidPayload."""
    if len(given.sdp.encode()) > _SDP:
        raise InvalidPayload("This description is longer than 32 KB.")
    await _pass_on(hub, actor, OfferAnswered, given.call, given.leg, sdp=given.sdp)


@verb(CALLS_TALK)
async def send_candidate(hub: Hub, actor: Actor, given: CallCandidate) -> None:
    """Tell the other device of one more way. Raises NotFound, Forbidden, CallOver."""
    await _pass_on(hub, actor, CandidateFound, given.call, given.leg, candidate=given.candidate)


async def _pass_on(hub: Hub, actor: Actor, event: type[CallSignalled], id: int, leg: str, **signal: object) -> None:
    call = await get_call(hub, actor, id)
    side = machine.side_of(call, actor)
    other: Literal["contact", "agent"] = "agent" if side == "contact" else "contact"
    if call["state"] != "talking":
        raise CallOver(reason="call_over" if call["state"] == "ended" else "call_not_now")
    if call["legs"][side] != leg:
        raise machine.elsewhere()
    said = CallSignal(id, call["legs"][other], leg, **signal)  # type: ignore[arg-type]
    hub.publish(
        event(
            app=actor.scope.app,
            side=other,
            signal=said,
            contact=call["contact"],
            browser=call["browser"],
            agents=(call["agent"],),
        )
    )
