"""docs/protocol.md, made from the tables and structs that the server itself runs on, so that it can't be wrong.

The prose stands in protocol.template.md beside this file; the tables in it are made here.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterable
from pathlib import Path
from string import Template
from types import SimpleNamespace
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import NODEFAULT, UNSET, Struct, UnsetType

from hub.accounts.application_settings import Deletion
from hub.accounts.availability_rules import State, Why
from hub.accounts.grants import PERMISSIONS
from hub.accounts.groups import Group
from hub.calls.records import Call
from hub.calls.signalling import CallSignal
from hub.chat import records, resume
from hub.chat.cards import PresentContact
from hub.chat.conversations import Counts
from hub.chat.inbox.working import InboxOperation
from hub.chat.modals.showing import ShownModal
from hub.core.errors import catalogue
from hub.core.event import Event
from hub.core.settings import Settings
from hub.doors.live.commands import COMMANDS, NOTHING, SPREAD, Command
from hub.doors.live.crm_wire import PAYLOADS as CRM_PAYLOADS
from hub.doors.live.engine.engine import EngineServer
from hub.doors.live.limits import FLOOD
from hub.doors.live.sessions import AgentHello
from hub.doors.live.wire import EVENTS, VOLATILE
from hub.people import contacts, visitors
from hub.people.forms import showing, submissions
from hub.people.operations.operations import Operation
from hub.people.tracking import pages
from hub.support.records import State as FaultState

_NO_REAL_LIMIT = 2**31 - 1
_PROSE = Path(__file__).with_name("protocol.template.md")


# ── what the live door puts together by hand: named here, and compared with real sockets by a test ───────────────────


class TeamMember(Struct, frozen=True, forbid_unknown_fields=True):
    """An agent, as everybody on the website may know it; agents also see the `state`."""

    id: int
    name: str
    online: bool
    state: State | UnsetType = UNSET


class AttachmentRules(Struct, frozen=True, forbid_unknown_fields=True):
    """What may be uploaded: bytes, and types like `image/png` or `audio/*`."""

    max_size: int
    types: list[str]


class VisitorApplication(Struct, frozen=True, forbid_unknown_fields=True):
    """The company behind the chat. `online` says that at least one agent is there; `popups` are forms that show themselves.

    `edit_minutes` says for how long a message of one's own may be changed and deleted.
    `push` is the key to subscribe to push messages with, where the application offers them; `modals` says that there are
    some which may show themselves, to be asked for. `widgets` are the keys of
    those widgets with conditions that this visitor fulfils, where any has some.
    """

    name: str
    locale: str
    online: bool
    agents: list[TeamMember]
    attachments: AttachmentRules
    edit_minutes: int
    popups: list[showing.PopupRule] | UnsetType = UNSET
    modals: bool | UnsetType = UNSET
    push: str | UnsetType = UNSET
    widgets: list[str] | UnsetType = UNSET
    preview: bool | UnsetType = UNSET
    transcripts: bool | UnsetType = UNSET


class VisitorSession(Struct, frozen=True, forbid_unknown_fields=True):
    """`session` in `/visitor`. Keep `visitor_token`: it is how this browser is known again.

    `calls` are those that ring or go on now; it is there where the visitor may call. `call_button` is there where a button is
    to stand beside the closed chat, too.

    It comes once more when the contact becomes part of another one: take it as after a reconnect.
    """

    user_key: str
    visitor_token: str
    contact: contacts.ContactRef
    application: VisitorApplication
    conversations: list[records.Conversation]
    calls: list[Call] | UnsetType = UNSET
    call_button: bool | UnsetType = UNSET


class SignedInAgent(Struct, frozen=True, forbid_unknown_fields=True):
    """The agent itself."""

    id: int
    name: str
    email: str


class AgentApplication(Struct, frozen=True, forbid_unknown_fields=True):
    """The application that the token is bound to; `key` is its widget key."""

    id: int
    name: str
    key: str
    locale: str
    origins: list[str]
    attachments: AttachmentRules
    deletion: Deletion | None


class AgentSession(Struct, frozen=True, forbid_unknown_fields=True):
    """`session` in `/agent`; `permissions` is what the agent may do. `phones` is there where calls can go to phones.

    It comes once more when that changes, or the agent's name: take it as after a reconnect.
    """

    agent: SignedInAgent
    application: AgentApplication
    permissions: list[str]
    agents: list[TeamMember]
    groups: list[Group]
    counts: Counts
    calls: list[Call] | UnsetType = UNSET
    phones: bool | UnsetType = UNSET


class Receipt(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a side has come; only the position that moved is there."""

    conversation: int
    by: records.Party
    delivered: int | UnsetType = UNSET
    read: int | UnsetType = UNSET


class TypingNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody is writing, or stopped. Show it for at most 6 seconds: the word that they stopped may be lost."""

    conversation: int
    by: records.Author
    on: bool
    text: str | UnsetType = UNSET
    """What a visitor has written so far: agents alone hear it, where the application lets them. Never kept."""


class LookingNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """A colleague looks at a conversation, or left it. Forget it after 45 seconds: whoever still looks says so every 20."""

    conversation: int
    by: records.Author
    on: bool


class SlaNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """The time in which a conversation was to be answered or solved is nearly over (`warning`), or over (`breach`)."""

    conversation: int
    kind: records.SlaKind
    what: Literal["warning", "breach"]
    due: str
    assignee: int | None
    group: int | None


class RatingNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact said how a conversation was; `assignee` is the agent whose it was."""

    conversation: int
    rating: records.Rating
    assignee: int | None


class PresenceNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody came or went."""

    kind: Literal["contact", "agent"]
    id: int
    online: bool


class SegmentNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact entered a segment, or left it. Those who are in it when it is made have not entered it."""

    contact: int
    segment: int
    inside: bool


class ReplacedNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of contacts that have gone, and the one that they are part of now; null where they were erased."""

    contacts: list[int]
    into: int | None


class CallWaysNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether there are calls in the application, and whether they reach phones; nobody who may not talk in calls has them."""

    calls: bool
    phones: bool


class SomethingMoved(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing more is said: ask for what is shown of it."""


class Drain(Struct, frozen=True, forbid_unknown_fields=True):
    """The server is going down: after `retry_in` milliseconds the connection ends; connect again then."""

    retry_in: int


class GroupsNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """The groups of agents were changed: these are all of them, by name."""

    groups: list[Group]


class AvailabilityNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """An agent takes conversations, is busy or away: as said by hand, by weekly hours, or because nobody touches the panel."""

    agent: int
    state: State
    why: Why


class FaultNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """A fault report of the application was made, answered or moved on."""

    fault: int
    state: FaultState
    reporter: int | None


class ApplicationNotice(Struct, frozen=True, forbid_unknown_fields=True):
    """The application is called or set up otherwise, or its deletion was ordered or taken back."""

    application: AgentApplication


PAYLOADS: dict[str, type[Struct]] = {
    "message": records.Message,
    "note": records.Note,
    "conversation": records.Conversation,
    "receipt": Receipt,
    "delivery": records.ChatDelivery,
    "typing": TypingNotice,
    "looking": LookingNotice,
    "presence": PresenceNotice,
    "sla": SlaNotice,
    "rating": RatingNotice,
    "page": contacts.Page,
    "contact": PresentContact,
    "replaced": ReplacedNotice,
    "segment": SegmentNotice,
    **CRM_PAYLOADS,
    "segments": SomethingMoved,
    "views": SomethingMoved,
    "labels": SomethingMoved,
    "inbox": SomethingMoved,
    "inbox.operation": InboxOperation,
    "operation": Operation,
    "modal": ShownModal,
    "form": submissions.Submission,
    "groups": GroupsNotice,
    "availability": AvailabilityNotice,
    "application": ApplicationNotice,
    "fault": FaultNotice,
    "first.hour": SomethingMoved,
    "call.ringing": Call,
    "call.accepted": Call,
    "call.changed": Call,
    "call.ended": Call,
    "call.ways": CallWaysNotice,
    "call.offer": CallSignal,
    "call.answer": CallSignal,
    "call.candidate": CallSignal,
}
"""event on the wire → its shape"""


# ── the document ─────────────────────────────────────────────────────────────────────────────────────────────────────


def protocol() -> str:
    """Return docs/protocol.md."""
    settings = Settings()
    engine = inspect.signature(EngineServer.__init__).parameters
    numbers = {
        "frame_limit": f"{settings.frame_limit:,}",
        "text_limit": f"{settings.text_limit:,}",
        "resume_limit": settings.resume_limit,
        "resume_streams": resume._STREAMS,
        "resume_text": resume._BYTES // 1024,
        "ping_interval": f"{settings.ping_interval:g}",
        "ping_timeout": f"{settings.ping_timeout:g}",
        "presence_grace": f"{settings.presence_grace:g}",
        "connect_timeout": f"{engine['connect_timeout'].default:g}",
        "max_unsent": engine["max_unsent"].default // 1024,
        "volatile_limit": engine["volatile_limit"].default // 1024,
        "rate_socket": f"{settings.rate_socket:g}",
        "burst_socket": settings.burst_socket,
        "rate_contact": f"{settings.rate_contact:g}",
        "burst_contact": settings.burst_contact,
        "flood": FLOOD,
        "max_sockets_contact": settings.max_sockets_contact,
        "max_sockets_agent": settings.max_sockets_agent,
    }
    tables = {
        "visitor_hello": _fields(visitors.Hello),
        "agent_hello": _fields(AgentHello),
        "visitor_session": _fields(VisitorSession, given=True),
        "agent_session": _fields(AgentSession, given=True),
        "commands": _index() + "\n\n" + "\n\n".join(_command(command) for command in COMMANDS),
        "events": "\n\n".join(_event(name) for name in PAYLOADS),
        "drain": _fields(Drain, given=True),
        "records": "\n\n".join(_record(type) for type in _all_records()),
        "errors": _errors(),
    }
    return Template(_PROSE.read_text("utf-8")).substitute(numbers | tables)


def _index() -> str:
    rows = ["| command | visitor | agent | permission |", "| --- | --- | --- | --- |"]
    for command in COMMANDS:
        marks = [" yes " if face in command.faces else " – " for face in ("visitor", "agent")]
        link = f"[`{command.name}`](#{_anchor('command-' + command.name)})"
        rows.append(f"| {link} |{marks[0]}|{marks[1]}| `{command.verb.permission}` |")
    meanings = [f"* `{name}`: {sentence}" for name, sentence in PERMISSIONS.items()]
    return "\n".join(rows) + "\n\nWhat the permissions mean:\n\n" + "\n".join(meanings)


def _command(command: Command) -> str:
    who = " and ".join({"visitor": "visitors", "agent": "agents"}[face] for face in command.faces)
    parts = [
        f"### Command: {command.name}",
        f"For {who}. {_promise(command.call.__doc__ or '')}",
        _fields(command.verb.input),
    ]
    if command.reply is NOTHING:
        parts.append("Reply: only `ok`.")
    elif command.reply == SPREAD:
        parts += ["Reply, beside `ok`:", _fields(command.verb.result, given=True)]
    else:
        parts.append(f"Reply: `{command.reply}`, {_article(command.verb.result)}.")
    return "\n\n".join(parts)


def _event(name: str) -> str:
    facts = [event for event, (wire_name, _) in EVENTS.items() if wire_name == name]
    lines = []
    for fact in facts:
        drops = " Not sent to a client that reads slowly." if fact in VOLATILE else ""
        lines.append(f"* {_first(fact)}{drops} Heard by: {_audience(fact)}")
    payload = PAYLOADS[name]
    shape = f"Carries a {_name(payload)}." if payload in _all_records() else _fields(payload, given=True)
    return "\n\n".join([f"### Event: {name}", "\n".join(lines), shape])


def _audience(fact: type[Event]) -> str:
    heard = [f"{_faces(hearers)}, {_lower(_first(hearers))}" for hearers in fact.audience]
    return " ".join(f"in {part}" if part == heard[0] else f"In {part}" for part in heard)


def _faces(hearers: Any) -> str:
    """Return the namespace of an audience, found by asking it about a made-up event."""
    made_up = SimpleNamespace(
        app=1, conversation=1, contact=1, browser=1, by=SimpleNamespace(kind="agent"), contacts=[1], agents=[1], side="", own=False
    )  # fmt: skip
    return " and ".join(sorted({f"`/{room.face}`" for room in hearers(made_up)}))


def _errors() -> str:
    rows = ["| code | HTTP | try again? | what it means, and what to do |", "| --- | --- | --- | --- |"]
    for error in catalogue():
        again = "yes" if error.retryable else "no"
        rows.append(f"| `{error.code}` | {error.status} | {again} | {' '.join((error.__doc__ or '').split())} |")
    return "\n".join(rows)


# ── structs as tables ────────────────────────────────────────────────────────────────────────────────────────────────


_INLINE = (visitors.Hello, resume.Held, pages.PageView)
"""Records so short that their fields stand where they are used."""


def _all_records() -> list[type[Struct]]:
    """Return every record that replies, events and what commands take are made of, by name."""
    start: list[Any] = [*PAYLOADS.values(), VisitorSession, AgentSession]
    start += [command.verb.result for command in COMMANDS]
    found: set[type[Struct]] = set()
    for type in start:
        found |= _structs_in(type)
    for command in COMMANDS:
        found |= _structs_in(command.verb.input) - {command.verb.input, *_INLINE}
    spread = {command.verb.result for command in COMMANDS if command.reply == SPREAD}
    elsewhere = {Receipt, TypingNotice, PresenceNotice, VisitorSession, AgentSession} | spread
    return sorted(found - elsewhere, key=lambda type: type.__name__)


def _structs_in(type: Any) -> set[type[Struct]]:
    if inspect.isclass(type) and issubclass(type, Struct):
        return {type}.union(*(_structs_in(hint) for hint in get_type_hints(type, include_extras=True).values()))
    return set().union(*(_structs_in(part) for part in get_args(type) if part is not Ellipsis))


def _record(type: type[Struct]) -> str:
    return "\n\n".join([f"### Record: {type.__name__}", _first(type, whole=True), _fields(type, given=True)])


def _fields(type: type[Struct], given: bool = False) -> str:
    """Return the fields of a struct as a table; `given` says that the server fills it in."""
    hints = get_type_hints(type, include_extras=True)
    rows = ["| field | type |", "| --- | --- |"] if given else ["| field | type | when absent |", "| --- | --- | --- |"]
    for field in msgspec.structs.fields(type):
        text = _text(hints[field.name])
        if given:
            may_miss = field.default is UNSET
            rows.append(f"| `{field.name}` | {text}{', may be absent' if may_miss else ''} |")
        else:
            rows.append(f"| `{field.name}` | {text} | {_absent(field)} |")
    return "\n".join(rows)


def _absent(field: Any) -> str:
    if field.default is NODEFAULT and field.default_factory is NODEFAULT:
        return "required"
    if field.default is UNSET:
        return "stays as it is"
    default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    return "null" if default is None else f"`{msgspec.json.encode(default).decode()}`"


def _text(hint: Any) -> str:
    """Return a type in words, with its limits."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        many = get_origin(parts[0]) in (list, dict)
        return _text(parts[0]) + "".join(_limits(meta, many) for meta in parts[1:])
    if origin in (Union, types.UnionType):
        shown = [part for part in parts if part not in (UnsetType, types.NoneType, Any)]
        words = " or ".join(dict.fromkeys(_text(part) for part in shown)) or "any JSON"
        return words + (" or null" if types.NoneType in parts else "")
    if origin is Literal:
        return " or ".join(f'`"{value}"`' for value in parts)
    if origin in (list, tuple):
        return f"list of {_text(parts[0]).replace('integer', 'integers')}"
    if origin is dict:
        return "object of any JSON" if parts[1] is Any else f"object, each value {_article(parts[1])}"
    if inspect.isclass(hint) and issubclass(hint, Struct):
        return _name(hint)
    plain = {str: "text", int: "integer", float: "number", bool: "boolean", Any: "any JSON"}
    return plain[hint]


def _limits(meta: Any, many: bool) -> str:
    said = []
    if meta.ge is not None or meta.le is not None:
        most = f"{meta.le:,}" if meta.le is not None and meta.le < _NO_REAL_LIMIT else ""
        said.append(f"{meta.ge:,} to {most}" if most else f"at least {meta.ge:,}")
    if meta.min_length is not None and meta.max_length is not None:
        said.append(f"{meta.min_length} to {meta.max_length} characters")
    elif meta.max_length is not None:
        said.append(f"at most {meta.max_length:,}{' of them' if many else ' characters'}")
    elif meta.min_length is not None:
        said.append("not empty")
    if meta.pattern:
        words = re.fullmatch(r"\^\(([a-z|]+)\)\$", meta.pattern)
        return ": " + " or ".join(f'`"{word}"`' for word in words[1].split("|")) if words else f" like `{meta.pattern}`"
    return f" ({', '.join(said)})" if said else ""


def _name(type: type[Struct]) -> str:
    if type in _INLINE:
        inner = (f"`{field.name}`" for field in msgspec.structs.fields(type))
        return f"object of {', '.join(inner)}"
    return f"[{type.__name__}](#record-{type.__name__.lower()})"


def _article(type: Any) -> str:
    text = _text(type)
    return text if text.startswith("list") else f"an {text}" if text.startswith("object") else f"a {text}"


def _promise(doc: str) -> str:
    """Return a verb's docstring as prose, its errors by their codes."""
    text = " ".join(inspect.cleandoc(doc).split())
    for error in catalogue():
        text = re.sub(rf"\b{error.__name__}\b", f"`{error.code}`", text)
    return text.replace("Raises ", "Refused with ")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _first(thing: Any, whole: bool = False) -> str:
    doc = inspect.cleandoc(thing.__doc__ or "")
    return " ".join(doc.split()) if whole else " ".join(doc.split("\n\n")[0].split())


def _anchor(heading: str) -> str:
    """Return the address that Markdown gives a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def shapes() -> Iterable[type[Struct]]:
    """Return every shape that the document shows, for the test that compares them with the TypeScript types."""
    inputs = {command.verb.input for command in COMMANDS}
    replies = {command.verb.result for command in COMMANDS if command.reply == SPREAD}
    return {*_all_records(), *PAYLOADS.values(), *inputs, *replies, VisitorSession, AgentSession, Drain}
