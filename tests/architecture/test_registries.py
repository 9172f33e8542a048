"""Every verb, event, error, collection and command is declared as a whole: what is missing here would be missed by people."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any, get_origin

import msgspec
import pytest

import hub
from hub.accounts import grants
from hub.accounts.events import (
    AccessChanged,
    AgentRemoved,
    ApplicationDeleted,
    DeletionTold,
    GroupRemoved,
    KeyCreated,
    KeyRenamed,
    KeyRevoked,
    LetterOrdered,
    SignedOut,
)
from hub.chat.events import AttachmentStarted, TranscriptOrdered
from hub.core.actor import Actor
from hub.core.errors import Forbidden, HubError, catalogue
from hub.core.event import Event, Face
from hub.core.registry import Registry
from hub.core.verb import VERBS
from hub.doors.live.commands import COMMANDS
from hub.doors.live.crm_wire import EVENTS as CRM_EVENTS
from hub.doors.live.wire import EVENTS
from hub.people.events import (
    CompanyDeleted,
    CompanyEnteredSegment,
    CompanyLeftSegment,
    CompanyTouched,
    ConfirmationAsked,
    ContactGrouped,
    ContactsGrouped,
    ContactsRewritten,
    ContactTouched,
)
from hub.support.events import FaultTold
from server import COLLECTIONS, STREAMS
from storage.engine import Collection, Scope, Stream

for found in pkgutil.walk_packages(hub.__path__, "hub."):
    importlib.import_module(found.name)

INTERNAL = {
    SignedOut: "concerns this server's sockets; nobody is told",
    AgentRemoved: "its sockets are cut by SignedOut, and its conversations announce themselves",
    AccessChanged: "open sockets of those whom it concerns are greeted anew (hub/doors/live/sign_ins.py)",
    LetterOrdered: "only a mail follows from it",
    TranscriptOrdered: "only a mail follows from it",
    FaultTold: "only a mail follows from it",
    DeletionTold: "only a mail follows from it",
    ApplicationDeleted: "its sockets are cut (hub/doors/live/deleted.py); nobody is left to be told",
    KeyCreated: "the list of keys is read anew by whoever looks at it",
    KeyRenamed: "the same",
    KeyRevoked: "the same; nodes are told by the keyring",
    ConfirmationAsked: "only a mail follows from it",
    CompanyTouched: "as ContactTouched",
    CompanyDeleted: "what follows from it are jobs; deals and activities that let go of it have events of their own",
    CompanyEnteredSegment: "what follows from it are jobs; who looks at a company asks",
    CompanyLeftSegment: "the same",
    ContactTouched: "who watches the contact is told what it is now (hub/doors/live/watching.py)",
    ContactsRewritten: "the same",
    GroupRemoved: "agents hear of the groups that are left, and conversations announce themselves",
    ContactGrouped: "its waiting conversations follow and announce themselves; the contact shows it when it is looked at",
    ContactsGrouped: "the same for many",
    AttachmentStarted: "only a job follows from it: a file that is never sent is forgotten",
}
"""Events that no socket hears, and why."""
NEVER_FOR_VISITORS = {
    "CallWaysChanged",
    "FaultChanged",
    "FirstHourChanged",
    "ApplicationChanged",
    "Looked",
    "NoteAdded",
    "PageVisited",
    "ContactChanged",
    "ContactPresenceChanged",
    "ContactsReplaced",
    "DeliveryChanged",
    "FormSubmitted",
    "FormConfirmed",
    "SegmentEntered",
    "SegmentLeft",
    *(event.__name__ for event in CRM_EVENTS),
    "SegmentsMoved",
    "ViewsChanged",
    "InboxChanged",
    "InboxOperationMoved",
    "LabelsChanged",
    "OperationMoved",
    "GroupsChanged",
    "AvailabilityChanged",
    "PromiseTurned",
    "ConversationRated",
}
"""Internal matters of the company: none of their rooms may be a visitor's."""


def every_event() -> list[type[Event]]:
    def below(kind: type[Event]) -> list[type[Event]]:
        return [each for sub in kind.__subclasses__() for each in (sub, *below(sub))]

    return [event for event in below(Event) if not event.__subclasses__()]


def sample(event: type[Event]) -> Event:
    """Return an event of a contact's side with some value in every field."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(event):
        if field.required:
            values[field.name] = {"app": 1, "conversation": 2, "contact": 3, "browser": 4, "id": 5}.get(
                field.name, [3] if field.name in ("contacts", "agents") else True
            )
    if "by" in values:
        from hub.chat.records import Party

        values["by"] = Party("agent", 9)
    return event(**values)


@pytest.mark.parametrize("name", [name for name, _ in VERBS])
async def test_every_verb_is_whole(name):
    verb = VERBS[name]
    assert verb.sentence.endswith("."), "the first line of the docstring is the verb's sentence"
    assert verb.permission in grants.PERMISSIONS
    parameters = list(inspect.signature(verb.call).parameters)
    assert parameters[:2] == ["hub", "actor"] and len(parameters) <= 3
    nobody = Actor("agent", 1, "Nobody", Scope(1), frozenset())
    with pytest.raises(Forbidden):  # before it looks at anything: there is no hub here to look at
        await verb.call(None, nobody, *[None] * (len(parameters) - 2))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_a_strict_input_and_somebody_who_may_call_it(command):
    input = command.verb.input
    assert (
        issubclass(input, msgspec.Struct)
        and input.__struct_config__.forbid_unknown_fields
        and input.__struct_config__.frozen
    )
    assert input.__doc__ and not input.__doc__.startswith(input.__name__)
    held = {"visitor": grants.CONTACT, "agent": grants.OWNER}
    assert command.faces and all(command.verb.permission in held[face] for face in command.faces)


def test_a_contact_holds_no_permission_that_opens_an_agents_verb():
    """A verb that a contact may call has to narrow by itself what the contact sees."""
    mine = {command.verb.name for command in COMMANDS if "visitor" in command.faces} | {
        "chat.conversations.own_conversations"
    }
    assert {name for name, verb in VERBS if verb.permission in grants.CONTACT} == mine


def test_command_names_are_unique_per_namespace():
    for face in ("visitor", "agent"):
        names = [command.name for command in COMMANDS if face in command.faces]
        assert len(names) == len(set(names))


def test_permissions_are_described_and_granted_to_somebody():
    assert all(sentence.endswith(".") for sentence in grants.PERMISSIONS.values())
    assert (
        grants.CONTACT | grants.AGENT | grants.OWNER | grants.KEY | {grants.MOVING_IN}
        == set(grants.PERMISSIONS)
        == set(grants.SYSTEM)
    )


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.__name__)
def test_every_event_is_whole_and_has_an_audience(event):
    assert event.__doc__ and event.__doc__.strip().endswith(".")
    assert event.__struct_config__.frozen
    if event in INTERNAL:
        assert event.audience == () and event not in EVENTS
        return
    assert event in EVENTS and event.audience
    rooms = sample(event).rooms()
    assert rooms and all(room.name.startswith("1:") for room in rooms), "a room's name begins with its application"
    assert {room.face for room in rooms} <= set(Face.__args__)
    assert any(room.face == "agent" for room in rooms), "the team hears everything"


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.__name__)
def test_internal_matters_have_no_visitor_room(event):
    rooms = sample(event).rooms()
    if event.__name__ in NEVER_FOR_VISITORS:
        assert [room for room in rooms if room.face == "visitor"] == []
    elif event not in INTERNAL:
        # The others do reach visitors, so the line above says something.
        assert [room for room in rooms if room.face == "visitor"]


def test_the_wire_names_every_event_and_no_other():
    assert set(EVENTS) == set(every_event()) - set(INTERNAL)
    assert {event.__name__ for event in every_event()} >= NEVER_FOR_VISITORS


def test_every_collection_is_declared_once_and_every_index_says_what_it_serves():
    names = [kept.name for kept in (*COLLECTIONS, *STREAMS)]
    assert len(names) == len(set(names))
    declared = set()
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if module.name.endswith(".collections"):
            owner = importlib.import_module(module.name)
            assert owner.__doc__
            declared |= {kept.name for kept in vars(owner).values() if isinstance(kept, Collection | Stream)}
    assert declared == set(names), "server.py opens every collection that an area declares"
    for collection in COLLECTIONS:
        fields = [index.fields for index in collection.indexes]
        assert len(fields) == len(set(fields)) and all(fields)
        # The engine puts the application before the fields of a tenant's index; nobody repeats it.
        assert not collection.tenant or not any("app" in index for index in fields)
        assert collection.tenant == (collection.name not in INSTALLATION_COLLECTIONS)


INSTALLATION_COLLECTIONS = {
    "jobs", "bulk_jobs", "dead_jobs", "migrations", "installation", "marks", "availability", "audit", "applications",
    "people", "agents", "sessions", "roles", "invitations", "passkeys",
    "keys", "calls", "groups", "webhook_queues", "mailbox_turns", "phone_turns",
    "faults", "support_terms",
}  # fmt: skip


def test_the_error_catalogue_is_closed_and_says_what_to_do():
    errors = catalogue()
    codes = [error.code for error in errors]
    assert len(codes) == len(set(codes)) and codes == sorted(codes)
    assert set(codes) == {
        "invalid_payload", "unknown_command", "text_empty", "text_too_long", "client_id_reused", "not_found", "forbidden",
        "conflict", "rate_limited", "unavailable", "internal", "attachment_too_large", "attachment_type_refused",
        "attachment_missing", "unknown_application", "origin_refused", "identity_invalid", "identity_expired",
        "token_invalid", "token_expired", "wrong_sign_in", "taken", "changed", "call_reused", "call_under_way", "answer_lost",
        "form_invalid", "call_over", "call_busy", "carrier_refused", "carrier_down",
    }  # fmt: skip
    assert {error.code for error in errors if error.retryable} == {
        "conflict",
        "rate_limited",
        "unavailable",
        "internal",
        "call_under_way",
        "carrier_down",
    }
    for error in errors:
        assert error.__doc__ and error.__doc__.endswith(".") and error.sentence.endswith(".")
        assert 400 <= error.status < 600
        assert error().as_wire() == {"code": error.code, "message": error.sentence, "retryable": error.retryable}
    assert HubError.__subclasses__() and all(not error.__subclasses__() for error in errors)


def test_a_registry_refuses_a_name_that_is_taken_and_one_that_is_unknown():
    things: Registry[str] = Registry("thing")
    things.add("a", "first")
    with pytest.raises(ValueError, match="'a' is registered twice: 'first' and 'second'"):
        things.add("a", "second")
    with pytest.raises(LookupError, match="no thing named 'b'"):
        things["b"]
    assert "a" in things and list(things) == [("a", "first")]
    assert get_origin(Registry[str]) is Registry
