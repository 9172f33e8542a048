"""How the two devices of a call find each other: what one says is passed on to the other, and kept nowhere.

Only a device that takes part speaks, and only the other one is meant. Whoever misses an answer makes a new offer: that is how
a call goes on after a change of the network, too (an ICE restart).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, to_builtins

from hub.accounts.grants import CALLS_TALK
from hub.calls import consult, machine
from hub.calls.events import CallSignalled, CandidateFound, OfferAnswered, OfferMade
from hub.calls.media.control import WorkerBusy, WorkerGone, WorkerRefused
from hub.calls.media.rooms import arrange, candidate_to_room, media_full, offer_to_room
from hub.calls.records import Id, Leg, Side
from hub.calls.turning import get_call
from hub.calls.watching import move_room
from hub.core.actor import Actor
from hub.core.errors import CallOver, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Document, Scope

SERVER = "server"
"""What a media worker is called where a leg is named."""
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
    """Tell the other device how this one can be reached. Raises NotFound, Forbidden, CallOver, CallBusy, InvalidPayload."""
    if len(given.sdp.encode()) > _SDP:
        raise InvalidPayload("This description is longer than 32 KB.")
    call, side = await _speaking(hub, actor, given.call, given.leg)
    if call["route"] == "server":
        await _offer_to_server(hub, actor, call, side, given)
    else:
        _pass_on(hub, actor, OfferMade, call, side, given.leg, sdp=given.sdp, restart=given.restart or UNSET)


@verb(CALLS_TALK)
async def answer_call(hub: Hub, actor: Actor, given: AnswerCall) -> None:
    """Answer an offer. Raises NotFound, Forbidden, CallOver, InvalidPayload."""
    if len(given.sdp.encode()) > _SDP:
        raise InvalidPayload("This description is longer than 32 KB.")
    call, side = await _speaking(hub, actor, given.call, given.leg)
    _pass_on(hub, actor, OfferAnswered, call, side, given.leg, sdp=given.sdp)


@verb(CALLS_TALK)
async def send_candidate(hub: Hub, actor: Actor, given: CallCandidate) -> None:
    """Tell the other device of one more way. Raises NotFound, Forbidden, CallOver."""
    call, side = await _speaking(hub, actor, given.call, given.leg)
    if call["route"] == "server":
        await candidate_to_room(hub, call, given.leg, to_builtins(given.candidate))
    else:
        _pass_on(hub, actor, CandidateFound, call, side, given.leg, candidate=given.candidate)


Speaker = Literal["contact", "agent", "supervisor", "asked"]
"""`asked`: a colleague beside the call (consult.py)."""


async def _speaking(hub: Hub, actor: Actor, id: int, leg: str) -> tuple[Document, Speaker]:
    """Return (the call, the side) of a device that takes part. Raises NotFound, Forbidden, CallOver for one that does not."""
    call = await get_call(hub, actor, id)
    if any(each["agent"] == actor.id and each["leg"] == leg for each in call["listeners"] if actor.kind == "agent"):
        return call, "supervisor"
    if consult.is_asked(call, actor) and call["consult"]["leg"] == leg:
        return call, "asked"
    side = machine.side_of(call, actor)
    may_speak = call["state"] == "talking" or (call["state"] == "message" and side == "contact")
    # Whoever waits for a colleague hears music, so that device goes on offering to the server.
    if not may_speak and not (call["state"] == "ringing" and call["answered"] and call["room"]):
        raise CallOver(reason="call_over" if call["state"] == "ended" else "call_not_now")
    if call["legs"][side] != leg:
        raise machine.elsewhere()
    return call, side


def _pass_on(
    hub: Hub, actor: Actor, event: type[CallSignalled], call: Document, side: Speaker, leg: str, **signal: object
) -> None:
    other: Side = "agent" if side == "contact" else "contact"
    if call["route"] == "server" or call["legs"][other] is None:
        raise CallOver(reason="call_not_now")
    _say(hub, actor, event, call, other, CallSignal(call["id"], call["legs"][other], leg, **signal))  # type: ignore[arg-type]


async def _offer_to_server(hub: Hub, actor: Actor, call: Document, side: Speaker, given: OfferCall) -> None:
    """Let the call's media worker answer. One that is gone is replaced, and all devices hear that they have to offer anew."""
    try:
        sdp = await _answer_of_room(hub, actor, call, "agent" if side == "asked" else side, given)
    except WorkerRefused as refused:
        if refused.code != "no_room":
            raise InvalidPayload("This description is none that our server can talk with.", reason="sdp") from None
        await move_room(hub, Scope(actor.scope.app), call)
        return
    except WorkerGone:
        await move_room(hub, Scope(actor.scope.app), call)
        return
    to: Side = "contact" if side == "contact" else "agent"
    answer = CallSignal(call["id"], given.leg, SERVER, sdp=sdp)
    _say(hub, actor, OfferAnswered, call, to, answer, actor.id if side in ("supervisor", "asked") else call["agent"])


async def _answer_of_room(hub: Hub, actor: Actor, call: Document, side: str, given: OfferCall) -> str:
    """Return a worker's answer. Raises CallBusy where it has no place, WorkerGone, WorkerRefused."""
    try:
        return await offer_to_room(hub, actor, call, side, given.leg, given.sdp)
    except WorkerBusy:
        # There is place for everybody in the call; a device that was left behind may still have it.
        await arrange(hub, Scope(actor.scope.app), call["id"])
    try:
        return await offer_to_room(hub, actor, call, side, given.leg, given.sdp)
    except WorkerBusy:
        raise media_full() from None


def _say(
    hub: Hub,
    actor: Actor,
    event: type[CallSignalled],
    call: Document,
    to: Side,
    signal: CallSignal,
    agent: int | None = None,
) -> None:
    agents = tuple(each for each in (agent or call["agent"],) if each)
    hub.publish(
        event(
            app=actor.scope.app, side=to, signal=signal, contact=call["contact"], browser=call["browser"], agents=agents
        )
    )
