"""What the other tenant calls the verbs of calls with, for the matrix of all verbs."""

from __future__ import annotations

from typing import Any

from hub.calls import answering, consulting, log, recordings, signalling, sounds, starting, taping, wrapping
from hub.calls.records import CallRef, RejoinCall, TakeCall
from hub.calls.rules import CallRules, set_call_rules
from hub.calls.tapes import new_tape, put_tape
from hub.calls.watching import LOOK
from storage.engine import Batch, Scope
from tests.support.brought import tone_file
from tests.support.people import in_pieces

_SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"
_LEG = "theirs-00"

CALL_INPUTS: dict[str, Any] = {
    "calls.starting.start_call": lambda ids: starting.StartCall("theirs", _LEG, ids["conversation"]),
    "calls.answering.accept_call": lambda ids: TakeCall(ids["call"], _LEG),
    "calls.answering.rejoin_call": lambda ids: RejoinCall(call=ids["call"], leg=_LEG),
    "calls.answering.decline_call": lambda ids: CallRef(ids["call"]),
    "calls.answering.hang_up": lambda ids: CallRef(ids["call"]),
    "calls.answering.hold_call": lambda ids: CallRef(ids["call"]),
    "calls.answering.resume_call": lambda ids: CallRef(ids["call"]),
    "calls.answering.mute_call": lambda ids: answering.MuteCall(ids["call"], True),
    "calls.answering.hand_over": lambda ids: answering.HandOver(ids["call"], ids["agent"]),
    "calls.signalling.offer_call": lambda ids: signalling.OfferCall(ids["call"], _LEG, _SDP),
    "calls.signalling.answer_call": lambda ids: signalling.AnswerCall(ids["call"], _LEG, _SDP),
    "calls.signalling.send_candidate": lambda ids: signalling.CallCandidate(
        ids["call"], _LEG, signalling.Candidate("candidate:1 1 udp 1 192.0.2.1 9 typ host")
    ),
    "calls.consulting.consult_call": lambda ids: consulting.Consult(ids["call"], ids["agent"]),
    "calls.taping.record_call": lambda ids: taping.RecordCall(ids["call"], "on"),
    "calls.taping.listen_call": lambda ids: TakeCall(ids["call"], _LEG),
    "calls.taping.stop_listening": lambda ids: CallRef(ids["call"]),
    "calls.recordings.list_recordings": lambda ids: log.CallOf(ids["call"]),
    "calls.recordings.delete_recording": lambda ids: recordings.RecordingOf(ids["recording"]),
    "calls.wrapping.wrap_up_call": lambda ids: wrapping.WrapUpCall(ids["call"], note="Ours now"),
    "calls.log.list_calls": lambda ids: log.FindCalls(contact=ids["contact"]),
    "calls.log.read_call": lambda ids: log.CallOf(ids["call"]),
    "calls.ice.list_ice_servers": None,
    "calls.rules.get_call_rules": None,
    "calls.rules.set_call_rules": lambda ids: CallRules(on=True),
    "calls.sounds.list_call_sounds": None,
    "calls.sounds.remove_call_sound": lambda ids: sounds.CallSoundOf("consent"),
    "calls.sounds.upload_call_sound": lambda ids: sounds.NewCallSound(
        "hold", in_pieces(tone_file(700, 0.5)), "theirs.wav"
    ),
}
CALL_EMPTY = {"list_ice_servers", "list_calls", "get_call_rules", "list_call_sounds"}
CALL_HARMLESS = {"set_call_rules", "upload_call_sound"}


CALL_COMMANDS: dict[str, Any] = {
    "call.start": lambda ids: {"client_id": "x", "leg": _LEG, "conversation": ids["conversation"]},
    "call.accept": lambda ids: {"call": ids["call"], "leg": _LEG},
    "call.rejoin": lambda ids: {"call": ids["call"], "leg": _LEG},
    "call.offer": lambda ids: {"call": ids["call"], "leg": _LEG, "sdp": _SDP},
    "call.answer": lambda ids: {"call": ids["call"], "leg": _LEG, "sdp": _SDP},
    "call.candidate": lambda ids: {"call": ids["call"], "leg": _LEG, "candidate": {"candidate": ""}},
    "call.hold": lambda ids: {"call": ids["call"]},
    "call.resume": lambda ids: {"call": ids["call"]},
    "call.mute": lambda ids: {"call": ids["call"], "on": True},
    "call.decline": lambda ids: {"call": ids["call"]},
    "call.hangup": lambda ids: {"call": ids["call"]},
}
AGENTS_CALL_COMMANDS: dict[str, Any] = {
    "call.transfer": lambda ids: {"call": ids["call"], "agent": ids["agent"]},
    "call.consult": lambda ids: {"call": ids["call"], "agent": ids["agent"]},
    "call.record": lambda ids: {"call": ids["call"], "state": "on"},
    "call.listen": lambda ids: {"call": ids["call"], "leg": _LEG},
    "call.leave": lambda ids: {"call": ids["call"]},
}


async def call_of_acme(hub: Any, ada: Any, vera: Any) -> dict[str, int]:
    """Vera called and gave up. It is over: a call that goes on writes by itself that its devices are there."""
    await set_call_rules(hub, ada, CallRules(on=True))
    call = (await vera.call("call.start", client_id="veras", leg="veras-00"))["call"]["id"]
    await vera.call("call.hangup", call=call)
    # Nobody need look after a call that is over, least of all while somebody else tries to reach it.
    await hub.jobs.redact(ada.scope.app, lambda kind, payload: None if kind == LOOK else payload)
    batch = Batch(Scope(ada.scope.app))
    await put_tape(
        hub, batch, {"id": call, "contact": vera.session["contact"]["id"], "recording": await new_tape(hub, ada.scope)}
    )
    await hub.commit(batch)
    consent = sounds.NewCallSound("consent", in_pieces(tone_file(900, 0.5)), "secret.wav")
    await sounds.upload_call_sound(hub, ada, consent)
    recording = (await recordings.list_recordings(hub, ada, log.CallOf(call)))[0].id
    return {"call": call, "recording": recording}
