"""docs/protocol.md says what the server does: it is fresh, its shapes are those of real sockets, and of the front end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from click.testing import CliRunner
from msgspec import UNSET, Struct

from hub.accounts import availability, groups
from hub.accounts.application_settings import announced
from hub.accounts.applications import Member
from hub.accounts.grants import OWNER
from hub.calls import answering, consulting, signalling, starting, taping
from hub.calls import records as call_records
from hub.calls.ice import IceServer
from hub.chat import attachments, cards, conversations, messages, note_edits, notes, receipts, records, routing, states
from hub.chat.deliveries import announce_delivery, begin_delivery
from hub.chat.events import ConversationRated, PromiseTurned
from hub.chat.inbox import bulk, marking, working
from hub.chat.inbox import labels as inbox_labels
from hub.chat.inbox import views as inbox_views
from hub.chat.inbox.asking import InboxQuestion
from hub.core.actor import Actor
from hub.core.errors import catalogue
from hub.core.settings import describe
from hub.doors.cli import protocol as page
from hub.doors.cli.commands import build_cli
from hub.doors.live.commands import COMMANDS
from hub.doors.live.wire import EVENTS
from hub.people import contacts, events, managing, views
from hub.people.forms import showing, submissions
from hub.people.labels import tags
from hub.people.merging import merges
from hub.people.operations import operations
from hub.people.segments import segments
from hub.people.tracking import pages
from hub.support.faults import report_fault
from mobile_push.web_push import new_keys
from storage.engine import Batch, Scope
from tests.crm.inputs import crm_of_acme, product_event
from tests.live.test_availability import ask
from tests.support.cast import ConnectRefused, Visitor
from tests.support.faults import FAULT
from tests.support.forms import EMAIL, make_form, patient_token, rest
from tests.support.house import ROOT, eventually
from tests.support.modals import make_modal

COMMITTED = ROOT / "docs" / "protocol.md"
TYPES = ROOT / "widget" / "shared" / "types.ts"


def test_the_committed_page_is_what_the_code_says_now() -> None:
    assert COMMITTED.read_text("utf-8") == page.protocol(), "run: python server.py protocol > docs/protocol.md"


def test_the_command_line_prints_the_page_and_the_settings() -> None:
    cli = build_cli(None, None, None)  # type: ignore[arg-type]
    printed = CliRunner().invoke(cli, ["protocol"])
    assert (printed.exit_code, printed.output) == (0, page.protocol())
    for form in ("text", "env", "markdown"):
        listed = CliRunner().invoke(cli, ["settings", "--format", form])
        assert listed.exit_code == 0
        assert listed.output.count("HUB_") >= len(describe())


def test_every_command_event_and_error_has_its_place_on_the_page() -> None:
    text = page.protocol()
    for command in COMMANDS:
        assert f"### Command: {command.name}\n" in text
    for name, _ in EVENTS.values():
        assert f"### Event: {name}\n" in text
    for error in catalogue():
        assert f"| `{error.code}` |" in text


def test_every_error_that_a_command_names_is_on_the_list() -> None:
    codes = {error.code for error in catalogue()}
    named = set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"Refused with ([^.]*)\.", page.protocol()))))
    assert named, "no command names an error: the docstrings changed their words"
    assert named <= codes


def exactly(shape: Any, payload: Any, where: str = "") -> None:
    """Fail where a payload has a field that the shape does not name, or lacks one that it promises."""
    if isinstance(shape, type) and issubclass(shape, Struct):
        hints, fields = get_type_hints(shape), msgspec.structs.fields(shape)
        unknown = set(payload) - {field.name for field in fields}
        missing = {field.name for field in fields if field.default is not UNSET} - set(payload)
        assert not unknown and not missing, f"{where or shape.__name__}: {unknown=} {missing=}"
        msgspec.convert(payload, shape)
        for name, value in payload.items():
            exactly(hints[name], value, f"{where or shape.__name__}.{name}")
    elif get_origin(shape) is list:
        for value in payload:
            exactly(get_args(shape)[0], value, where)
    elif payload is not None:
        for part in get_args(shape):
            if isinstance(part, type) and issubclass(part, Struct):
                exactly(part, payload, where)


@pytest.mark.annex("H1")
async def test_what_real_sockets_hear_has_exactly_the_fields_on_the_page(acme: Any) -> None:
    ada = await acme.agent()
    vera = await acme.visitor()
    exactly(page.VisitorSession, vera.session)
    exactly(page.AgentSession, ada.session)
    said = await vera.says("Good morning")
    number = said["conversation"]
    await ada.hears("message")
    await ada.call("note.add", client_id="n1", conversation=number, text="A regular.")
    await ada.call("conversation.read", conversation=number, position=1)
    await ada.call("conversation.delivered", conversation=number, position=1)
    await ada.call("typing", conversation=number, on=True)
    await ada.call("conversation.look", conversation=number, on=True)
    batch = Batch(Scope(acme.id))
    letter = await begin_delivery(
        acme.house.hub,
        batch,
        conversation=number,
        contact=vera.session["contact"]["id"],
        to=("contact", 1),
        channel="email",
    )
    await acme.house.hub.commit(batch)
    await announce_delivery(acme.house.hub, Scope(acme.id), letter)
    await ada.call("conversation.assign", conversation=number, agent=ada.session["agent"]["id"])
    await ada.call("conversation.close", conversation=number)
    actor = next(each.actor for each in acme.house.live.sessions.values() if each.face == "agent")
    gold = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "gold"}
    await managing.create_contact(acme.house.hub, actor, managing.NewContact({"plan": "silver"}))
    walt = await managing.create_contact(acme.house.hub, actor, managing.NewContact({"name": "Walt"}))
    await merges.merge_contacts(acme.house.hub, actor, merges.Merge(vera.session["contact"]["id"], [walt.id]))
    await ada.hears("replaced", contacts=[walt.id], into=vera.session["contact"]["id"])
    await groups.create_group(acme.house.hub, actor, groups.NewGroup("Sales", [ada.session["agent"]["id"]]))
    await availability.set_availability(
        acme.house.hub,
        Actor("agent", ada.session["agent"]["id"], "Ada", actor.scope, OWNER),
        availability.SetAvailability("busy"),
    )
    await announced(acme.house.hub, acme.id)
    await report_fault(acme.house.hub, actor, FAULT)
    await ada.hears("fault")
    await segments.create_segment(acme.house.hub, actor, segments.NewSegment("Gold", gold))
    await vera.call("page", url="https://shop.example/", title="Shop", referrer="")
    await vera.call("contact.update", name="Vera", attributes={"plan": "gold"})
    await crm_of_acme(acme.house.hub, actor, vera.session["contact"]["id"])
    await product_event(acme.house.hub, actor, vera.session["contact"]["id"])
    for name in ("pipeline", "deal", "activity", "crm.note", "product.event", "ticket"):
        await ada.hears(name)
    ben = await acme.agent("ben@acme.example")
    await vera.hears("presence", id=ben.session["agent"]["id"])
    await inbox_labels.create_conversation_label(acme.house.hub, actor, inbox_labels.NewConversationLabel("Gold"))
    many = bulk.ChangeConversations("reopen", where=InboxQuestion())
    await bulk.change_conversations(acme.house.hub, actor, many)
    await views.create_view(acme.house.hub, actor, views.NewView("Gold"))
    await tags.create_tag(acme.house.hub, actor, tags.TagName("gold"))
    await operations.change_many(acme.house.hub, actor, operations.ChangeMany("gold", search="vera"))
    acme.house.hub.publish(events.SegmentsMoved(app=acme.id))
    turned = {"kind": "first", "what": "breach", "due": 1, "assignee": None, "group": None}
    acme.house.hub.publish(PromiseTurned(app=acme.id, conversation=number, **turned))
    rating = records.Rating(1, said["at"], 5, "", said["at"])
    acme.house.hub.publish(
        ConversationRated(app=acme.id, conversation=number, contact=1, browser=None, rating=rating, assignee=None)
    )
    for name in (
        "rating",
        "contact",
        "segment",
        "segments",
        "views",
        "labels",
        "operation",
        "inbox",
        "inbox.operation",
    ):
        await ada.hears(name)
    made = await make_form(acme, EMAIL, display="popup")
    await vera.call(
        "form.submit",
        form=made["id"],
        client_id="f1",
        token=patient_token(acme, made["id"]),
        answers={"email": "vera@acme.example"},
    )
    exactly(page.VisitorSession, (await acme.visitor()).session)
    await ada.hears("form")
    await ada.hears("contact")
    modal = await make_modal(acme, on=True)
    await rest(acme, "POST", f"modals/{modal['id']}/show", {})
    await ada.hears("modal")
    await ada.hears("segment")
    await a_call(ada, await acme.visitor())
    await ada.hears("groups")
    await ada.hears("sla")
    await ada.hears("availability", state="busy")
    await vera.hears("receipt")
    await vera.hears("typing")
    await ada.hears("looking")
    heard = [*vera.heard, *ada.heard]
    for name, shape in page.PAYLOADS.items():
        payloads = [payload for event, payload in heard if event == name]
        assert payloads, f"nobody heard `{name}`, so this test does not judge it"
        for payload in payloads:
            exactly(shape, payload, name)
    await acme.house.live.move(0)
    exactly(page.Drain, await vera.hears("drain"))


async def a_call(ada: Any, vera: Any) -> None:
    """A visitor calls and the agent answers: each hears what there is to hear of it, but for what they say themselves."""
    await ask(ada, "PUT", "call-rules", on=True)
    await ask(ada, "PUT", "me/availability", state="available")
    call = (await vera.call("call.start", client_id="c1", leg="veras-leg"))["call"]["id"]
    await ada.hears("call.ringing")
    await ada.call("call.accept", call=call, leg="adas-leg")
    way = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
    await vera.call("call.offer", call=call, leg="veras-leg", sdp="v=0\r\n")
    await vera.call("call.candidate", call=call, leg="veras-leg", candidate=way)
    await ada.hears("call.candidate")
    await ada.call("call.answer", call=call, leg="adas-leg", sdp="v=0\r\n")
    # What only the visitor hears is judged beside what the agent does.
    ada.heard.append(("call.answer", await vera.hears("call.answer")))
    await ada.call("call.mute", call=call, on=True)
    await ada.hears("call.changed")
    await vera.call("call.hangup", call=call)
    await ada.hears("call.ended")


@pytest.mark.annex("H1")
async def test_what_real_commands_answer_has_exactly_the_fields_on_the_page(acme: Any) -> None:
    ada = await acme.agent()
    vera = await acme.visitor()
    said = await vera.says("Good morning")
    number = said["conversation"]
    contact = vera.session["contact"]["id"]
    form = (await make_form(acme, EMAIL))["id"]
    modal = (await make_modal(acme, on=True))["id"]
    view = (await rest(acme, "POST", "inbox-views", {"name": "All", "where": {}}))["id"]
    await rest(acme, "PATCH", "push/setting", {"visitors": True})
    await rest(acme, "PUT", "ratings/rules", {"on": True, "mail": False})
    await rest(acme, "PUT", "transcripts", {"on": True})
    await vera.call("contact.update", email="vera@acme.example")
    walt = await acme.visitor()
    rated = (await walt.says("Is there tea?"))["conversation"]
    await ada.says("Yes", rated)
    await ada.call("conversation.close", conversation=rated)
    await eventually(lambda: any("rating" in each for each in walt.events("conversation")), 10)
    rating = (await walt.call("rating.open", conversation=rated))["rating"]["id"]
    filled = {"client_id": "f", "token": patient_token(acme, form), "answers": {"email": "vera@acme.example"}}
    await ask(ada, "PUT", "call-rules", on=True)
    ben = await acme.agent("ben@acme.example")
    zoe = await acme.visitor()
    rings, also, bens = [
        (await each.call("call.start", client_id="c", leg=f"leg-{name}"))["call"]["id"]
        for name, each in (("walt", walt), ("zoe0", zoe), ("gus0", await acme.visitor()))
    ]
    await ben.call("call.accept", call=bens, leg="leg-bens")
    way = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
    sdp = {"call": rings, "leg": "leg-adas", "sdp": "v=0"}
    note = (await ada.call("note.add", client_id="n0", conversation=number, text="New here."))["note"]
    calls = {
        "form.open": (vera, {"form": form}),
        "form.submit": (vera, {"form": form} | filled),
        "message.send": (vera, {"client_id": "m", "text": "Hello", "conversation": number}),
        "message.edit": (vera, {"conversation": number, "message": said["id"], "text": "Good evening"}),
        "message.delete": (vera, {"conversation": number, "message": said["id"]}),
        "conversation.open": (ada, {"conversation": number}),
        "conversation.list": (ada, {}),
        "conversation.read": (ada, {"conversation": number, "position": 1}),
        "conversation.delivered": (ada, {"conversation": number, "position": 1}),
        "conversation.assign": (ada, {"conversation": number, "agent": None}),
        "conversation.group": (ada, {"conversation": number, "group": None}),
        "conversation.close": (ada, {"conversation": number}),
        "conversation.reopen": (ada, {"conversation": number}),
        "conversation.pending": (ada, {"conversation": number}),
        "conversation.snooze": (ada, {"conversation": number, "until": 4_102_444_800_000}),
        "conversation.priority": (ada, {"conversation": number, "priority": "high"}),
        "conversation.view": (ada, {"view": view}),
        "conversation.label": (ada, {"conversation": number, "add": []}),
        "note.add": (ada, {"client_id": "n", "conversation": number, "text": "A regular."}),
        "note.edit": (ada, {"conversation": number, "note": note["id"], "text": "A regular since May."}),
        "note.delete": (ada, {"conversation": number, "note": note["id"]}),
        "typing": (ada, {"conversation": number, "on": True}),
        "conversation.look": (ada, {"conversation": number, "on": True}),
        "resume": (ada, {"streams": {str(number): {"position": 0, "notes": 0}, "999": {"position": 4}}}),
        "attachment.start": (vera, {"name": "a.png", "size": 5, "type": "image/png"}),
        "page": (vera, {"url": "https://shop.example/"}),
        "event": (vera, {"name": "looked", "data": {"tea": "sencha"}}),
        "contact.update": (vera, {"name": "Vera"}),
        "contact.open": (ada, {"contact": contact}),
        "contact.watch": (ada, {"contacts": [contact]}),
        "push.allow": (
            vera,
            {"endpoint": "https://push.example/1", "keys": {"p256dh": new_keys().public, "auth": "A" * 22}},
        ),
        "modal.list": (vera, {}),
        "modal.open": (vera, {"modal": modal}),
        "modal.tell": (vera, {"modal": modal, "did": "seen"}),
        "rating.open": (walt, {"conversation": rated}),
        "rating.answer": (walt, {"conversation": rated, "rating": rating, "score": 5}),
        "transcript.link": (walt, {"conversation": rated}),
        "transcript.mail": (vera, {"conversation": number}),
        "push.stop": (vera, {"endpoint": "https://push.example/1"}),
        "call.start": (vera, {"client_id": "c", "leg": "leg-vera"}),
        "call.accept": (ada, {"call": rings, "leg": "leg-adas"}),
        "call.rejoin": (ada, {"call": rings, "leg": "leg-adas"}),
        "call.offer": (ada, sdp),
        "call.answer": (ada, sdp),
        "call.candidate": (ada, {"call": rings, "leg": "leg-adas", "candidate": way}),
        "call.hold": (ada, {"call": rings}),
        "call.resume": (ada, {"call": rings}),
        "call.mute": (ada, {"call": rings, "on": True}),
        "call.record": (ada, {"call": rings, "state": "off"}),
        "call.listen": (ada, {"call": bens, "leg": "leg-adas"}),
        "call.leave": (ada, {"call": bens}),
        "call.decline": (ada, {"call": also}),
        "call.consult": (ada, {"call": rings, "agent": None}),
        "call.transfer": (ada, {"call": rings, "agent": ben.session["agent"]["id"]}),
        "call.hangup": (walt, {"call": rings}),
    }
    assert set(calls) == {command.name for command in COMMANDS}
    for command in COMMANDS:
        who, payload = calls[command.name]
        if command.name == "call.transfer":
            await ben.call("call.hangup", call=bens)  # so that he is free
        answer = await who.call(command.name, **payload)
        del answer["ok"]
        if command.name == "resume":
            exactly(command_part(command.verb.result, "CaughtUp"), answer["streams"].pop(str(number)))
            assert answer == {"streams": {"999": {"reload": True}}}
        elif command.reply is None:
            assert answer == {}
        elif command.reply == "":
            exactly(command.verb.result, answer)
        else:
            assert set(answer) == {command.reply}
            exactly(command.verb.result, answer[command.reply])


def command_part(hint: Any, name: str) -> Any:
    return next(part for part in get_args(get_args(hint)[1]) if part.__name__ == name)


async def test_a_refused_connection_carries_code_sentence_and_whether_to_retry(house: Any) -> None:
    with pytest.raises(ConnectRefused) as refused:
        await Visitor(house.url, "NOSUCH").connect()
    assert set(refused.value.error) == {"code", "message", "retryable"}
    assert refused.value.code == "unknown_application"


# ── the same names in TypeScript ─────────────────────────────────────────────────────────────────────────────────────

SAME: dict[str, type[Struct]] = {
    "Author": records.Author,
    "Attachment": records.Attachment,
    "Message": records.Message,
    "Note": records.Note,
    "Sides": records.Positions,
    "Conversation": records.Conversation,
    "AgentFace": page.TeamMember,
    "AttachmentLimits": page.AttachmentRules,
    "VisitorSession": page.VisitorSession,
    "AgentSession": page.AgentSession,
    "AgentGroup": groups.Group,
    "Counts": conversations.Counts,
    "PageView": pages.PageView,
    "FormSubmission": submissions.Submission,
    "ContactDetail": cards.PresentContact,
    "Operation": operations.Operation,
    "InboxOperation": working.InboxOperation,
    "Call": call_records.Call,
    "CallDeed": call_records.CallDeed,
    "CallSignal": signalling.CallSignal,
    "IceServer": IceServer,
}
INPUTS: dict[str, type[Struct]] = {
    "message.send": messages.NewMessage,
    "conversation.open": conversations.OpenConversation,
    "conversation.list": conversations.ListConversations,
    "conversation.read": receipts.ReadTo,
    "conversation.delivered": receipts.ReadTo,
    "conversation.assign": states.AssignConversation,
    "conversation.group": routing.GroupConversation,
    "conversation.close": states.ConversationRef,
    "conversation.reopen": states.ConversationRef,
    "conversation.pending": states.ConversationRef,
    "conversation.snooze": states.SnoozeConversation,
    "conversation.priority": marking.PrioritiseConversation,
    "conversation.view": inbox_views.ListView,
    "conversation.label": marking.LabelConversation,
    "note.add": notes.NewNote,
    "note.edit": note_edits.EditNote,
    "note.delete": note_edits.NoteRef,
    "typing": receipts.Typing,
    "attachment.start": attachments.NewAttachment,
    "form.open": showing.OpenForm,
    "contact.open": contacts.ContactOpen,
    "contact.watch": contacts.ContactWatch,
    "call.start": starting.StartCall,
    "call.accept": call_records.TakeCall,
    "call.rejoin": call_records.RejoinCall,
    "call.consult": consulting.Consult,
    "call.record": taping.RecordCall,
    "call.listen": call_records.TakeCall,
    "call.leave": call_records.CallRef,
    "call.decline": call_records.CallRef,
    "call.hangup": call_records.CallRef,
    "call.hold": call_records.CallRef,
    "call.resume": call_records.CallRef,
    "call.mute": answering.MuteCall,
    "call.transfer": answering.HandOver,
    "call.offer": signalling.OfferCall,
    "call.answer": signalling.AnswerCall,
    "call.candidate": signalling.CallCandidate,
}
UNUSED = {"ContactDetail": {"page_views", "attributes"}}
"""What the server says and the panel does not show yet."""


def names_in(body: str) -> dict[str, bool]:
    """Return the fields of a TypeScript object type at its outermost level, and whether each is optional."""
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.DOTALL)
    depth, outer = 0, ""
    for letter in body:
        depth += (letter in "{[<(") - (letter in "}])>")
        outer += letter if depth == 1 or letter in "{}" else ""
    return {name: bool(mark) for name, mark in re.findall(r"(?:^|[{;,\n])\s*'?(\w+)'?(\??)\s*:", outer)}


def block(text: str, start: int) -> str:
    """Return the bracketed block that opens at or behind `start`."""
    begin = text.index("{", start)
    depth = 0
    for end in range(begin, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if depth == 0:
            return text[begin : end + 1]
    raise AssertionError("a block that never closes")


def typescript(name: str) -> dict[str, bool]:
    text = TYPES.read_text("utf-8")
    found = re.search(rf"^export type {name} = ", text, re.MULTILINE)
    assert found, f"{TYPES.name} has no type {name}"
    return names_in(block(text, found.end()))


@pytest.mark.parametrize("name", SAME)
def test_a_record_has_the_same_fields_in_typescript(name: str) -> None:
    ours = {field.name for field in msgspec.structs.fields(SAME[name])}
    assert set(typescript(name)) == ours - UNUSED.get(name, set())


@pytest.mark.parametrize("name", SAME)
def test_what_typescript_relies_on_is_never_absent(name: str) -> None:
    may_miss = {field.name for field in msgspec.structs.fields(SAME[name]) if field.default is UNSET}
    relied_on = {field for field, optional in typescript(name).items() if not optional}
    assert not relied_on & may_miss


@pytest.mark.parametrize("command", INPUTS)
def test_a_command_takes_the_same_fields_in_typescript(command: str) -> None:
    text = TYPES.read_text("utf-8")
    commands = text.index("export type Commands")
    found = re.compile(rf"^  '?{re.escape(command)}'?: \[", re.MULTILINE).search(text, commands)
    assert found, f"{TYPES.name} has no command {command}"
    sent = names_in(block(text, found.end()))
    fields = msgspec.structs.fields(INPUTS[command])
    assert set(sent) == {field.name for field in fields}
    required = {field.name for field in fields if field.required}
    assert required <= {name for name, optional in sent.items() if not optional}


def test_typescript_knows_every_command_event_and_error() -> None:
    text = TYPES.read_text("utf-8")
    commands = names_of_block(text, "Commands")
    assert commands == {command.name for command in COMMANDS}
    assert names_of_block(text, "Events") == {name for name, _ in EVENTS.values()} | {"session", "drain"}
    codes = re.search(r"export type ErrorCode =(.*?)\n\n", text, re.DOTALL)
    assert codes and set(re.findall(r"'([a-z_]+)'", codes[1])) == {error.code for error in catalogue()}


def names_of_block(text: str, name: str) -> set[str]:
    inner = block(text, text.index(f"export type {name} ="))
    return set(re.findall(r"^  '?([a-z.]+)'?: ", inner, re.MULTILINE))


def test_the_team_that_sockets_see_shows_no_address() -> None:
    assert set(Member.__struct_fields__) - set(page.TeamMember.__struct_fields__) == {"email", "availability"}


def test_the_page_ships_with_the_package() -> None:
    assert (Path(page.__file__).parent / "protocol.template.md").is_file()
