"""SIP trunks of an application: added, changed, deleted. What happens on them is in `trunks`."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, to_builtins

from hub.accounts.grants import CALLS_MANAGE
from hub.accounts.team import Team
from hub.calls.carriers.dialing import COUNTRIES, checked_number
from hub.calls.collections import PHONE_LINES, PHONE_TURNS
from hub.calls.events import CallWaysChanged
from hub.calls.phone.minutes import A_DAY, limit_of, seconds_today
from hub.calls.phone.trunks import Trunks, opens_anew
from hub.calls.records import Id
from hub.calls.sip.registration import Keeps
from hub.calls.sip.wire import Transport
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

MOST = 20
"""Trunks of one application."""
FAR = 2**53
_NUMBER_KEY = "phone.line_number"
_HOST = re.compile(r"^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:]+$")
_USER = re.compile(r"^[A-Za-z0-9.\-_+*#!~]{0,64}$")

Port = Annotated[int, Meta(ge=1, le=65_535)]
Word = Annotated[str, Meta(max_length=253)]


class LineNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """A number that is called on the trunk (E.164), and the group that it rings; null rings everyone."""

    number: Annotated[str, Meta(max_length=32)]
    group: Id | None = None


class PhoneLineGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a trunk. Another host, port, transport or user needs the password anew.

    numbers    what is called on it; the first one is who calls
    countries  which may be called (ISO 3166, two letters); the first one is where numbers without a prefix are
    domain     what stands behind the @, where it is not the host; `realm`: prove the password to this one alone
    peers      more names, addresses and networks that calls come from
    keeps      `register`: the provider is told where we are; `options`: it knows, and is asked whether it is there; `nothing`
    guard      a password that the provider has to prove with each call; empty for none
    public     the address that the provider is told, where ours is behind a translation
    bind       the port at which calls come in; 0 for any, where the trunk registers
    lines      calls at once
    minutes_a_day  of its calls (UTC), in both ways together; 0 for no limit
    """

    name: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    host: Word | UnsetType = UNSET
    port: Port | UnsetType = UNSET
    transport: Transport | UnsetType = UNSET
    user: str | UnsetType = UNSET
    password: Annotated[str, Meta(max_length=253)] | UnsetType = UNSET
    domain: Word | UnsetType = UNSET
    realm: Word | UnsetType = UNSET
    numbers: Annotated[list[LineNumber], Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    countries: Annotated[list[str], Meta(min_length=1, max_length=60)] | UnsetType = UNSET
    peers: Annotated[list[Word], Meta(max_length=20)] | UnsetType = UNSET
    keeps: Keeps | UnsetType = UNSET
    guard: Annotated[str, Meta(max_length=253)] | UnsetType = UNSET
    public: Word | UnsetType = UNSET
    bind: Annotated[int, Meta(ge=0, le=65_535)] | UnsetType = UNSET
    lines: Annotated[int, Meta(ge=1, le=200)] | UnsetType = UNSET
    minutes_a_day: Annotated[int, Meta(ge=0, le=100_000)] | UnsetType = UNSET
    on: bool | UnsetType = UNSET


class PhoneLineChange(PhoneLineGiven, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which trunk, and what changes of it."""

    line: Id


class PhoneLineRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which trunk."""

    line: Id


class LineState(Struct, frozen=True):
    """How a trunk is: `up`, `down` with what was said, `waiting` for its turn, or `off`; since when."""

    phase: Literal["up", "down", "waiting", "off"]
    said: str
    since: str


class PhoneLine(Struct, frozen=True):
    """A trunk, without its passwords."""

    id: int
    name: str
    host: str
    port: int
    transport: Transport
    user: str
    domain: str
    realm: str
    numbers: list[LineNumber]
    countries: list[str]
    peers: list[str]
    keeps: Keeps
    guarded: bool
    public: str
    bind: int
    lines: int
    minutes_a_day: int
    minutes_today: int
    on: bool
    state: LineState
    created: str
    revision: int


class PhoneLines(Struct, frozen=True):
    """All trunks of the application."""

    lines: list[PhoneLine]


_FIRST: Document = {
    "port": 5060, "transport": "udp", "user": "", "password": "", "domain": "", "realm": "", "peers": [], "keeps": "register",
    "guard": "", "public": "", "bind": 0, "lines": 30, "minutes_a_day": A_DAY, "on": True,
}  # fmt: skip


@verb(CALLS_MANAGE)
async def list_phone_lines(hub: Hub, actor: Actor) -> PhoneLines:
    """Return the SIP trunks of the application."""
    return PhoneLines([_shown(hub, each) for each in await lines_of(hub, actor.scope)])


@verb(CALLS_MANAGE)
async def create_phone_line(hub: Hub, actor: Actor, new: PhoneLineGiven) -> PhoneLine:
    """Add a SIP trunk; calls come in and go out over it from now on. Raises InvalidPayload."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    missing = next((name for name in ("name", "host", "numbers", "countries") if getattr(new, name) is UNSET), None)
    if missing:
        raise InvalidPayload(f"`{missing}` is missing.")
    fields = _FIRST | await _checked(hub, scope, new)
    if len(await lines_of(hub, scope)) >= MOST:
        raise InvalidPayload(f"An application has at most {MOST} trunks. Delete one that nobody needs.")
    id = await hub.ids.next("phone_line")
    line = {
        "id": id, **fields, "state": _state(fields["on"], now), "used": None, "created": now, "by": actor.name, "revision": 1,
    }  # fmt: skip
    batch = Batch(scope)
    for each in fields["numbers"]:
        batch.claim(_NUMBER_KEY, each["number"], id)
    batch.insert(PHONE_LINES, line)
    due = now if fields["on"] else FAR
    batch.insert(PHONE_TURNS, {"id": id, "kind": "trunk", "app": scope.app, "due": due, "tries": 0, "owner": ""})
    await _commit(hub, batch, id)
    return _shown(hub, line)


@verb(CALLS_MANAGE)
async def change_phone_line(hub: Hub, actor: Actor, change: PhoneLineChange) -> PhoneLine:
    """Change a SIP trunk. Where it has to be opened anew for that its calls end. Raises NotFound, InvalidPayload, Conflict."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    before = await stored_line(hub, scope, change.line)
    fields = await _checked(hub, scope, change)
    moved = [name for name in ("host", "port", "transport", "user") if fields.get(name, before[name]) != before[name]]
    if moved and before["password"] and "password" not in fields:
        raise InvalidPayload(f"`password` is needed again, as `{moved[0]}` changes.", reason="password_again")
    on = fields.get("on", before["on"])
    batch = Batch(scope)
    batch.guard(PHONE_LINES, before["id"], Eq("revision", before["revision"]))
    had, has = ({each["number"] for each in line["numbers"]} for line in (before, before | fields))
    for number in sorted(had - has):
        batch.release(_NUMBER_KEY, number)
    for number in sorted(has - had):
        batch.claim(_NUMBER_KEY, number, before["id"])
    if opens_anew(before, before | fields):
        fields |= {"state": _state(on, now)}
        batch.patch(PHONE_TURNS, before["id"], set={"due": now if on else FAR, "owner": ""})
    patched = batch.patch(PHONE_LINES, before["id"], set=fields, inc={"revision": 1})
    outcome = await _commit(hub, batch, before["id"])
    return _shown(hub, outcome[patched])


@verb(CALLS_MANAGE)
async def delete_phone_line(hub: Hub, actor: Actor, which: PhoneLineRef) -> None:
    """Delete a SIP trunk; its calls end. Raises NotFound, Conflict."""
    scope = Scope(actor.scope.app)
    line = await stored_line(hub, scope, which.line)
    batch = Batch(scope)
    batch.guard(PHONE_LINES, line["id"], Eq("revision", line["revision"]))
    for each in line["numbers"]:
        batch.release(_NUMBER_KEY, each["number"])
    batch.delete(PHONE_LINES, line["id"])
    batch.delete(PHONE_TURNS, line["id"])
    await _commit(hub, batch, line["id"])


async def lines_of(hub: Hub, scope: Scope) -> list[Document]:
    """Return the trunks of an application as they are stored, the oldest first."""
    return (await hub.store.find(Scope(scope.app), PHONE_LINES, limit=1_000)).items


async def stored_line(hub: Hub, scope: Scope, id: int) -> Document:
    """Return a trunk as it is stored. Raises NotFound."""
    line = await hub.store.get(Scope(scope.app), PHONE_LINES, id)
    if line is None:
        raise NotFound("There is no trunk by that id.")
    return line


async def _commit(hub: Hub, batch: Batch, id: int):  # type: ignore[no-untyped-def]
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        raise Conflict from None
    if outcome.existing:
        raise InvalidPayload("Another trunk has one of these numbers.", reason="line_number_known")
    hub.part(Trunks).changed(id)
    hub.publish(CallWaysChanged(app=batch.scope.app))
    return outcome


def _state(on: object, now: int) -> Document:
    return {"phase": "waiting" if on else "off", "said": "", "since": now}


def _shown(hub: Hub, line: Document) -> PhoneLine:
    """Return a trunk as owners see it: never with a password."""
    state = line["state"]
    made = {"state", "created", "numbers", "guarded", "minutes_a_day", "minutes_today"}
    return PhoneLine(
        state=LineState(state["phase"], state["said"], rfc3339(state["since"])), created=rfc3339(line["created"]),
        numbers=[LineNumber(**each) for each in line["numbers"]], guarded=bool(line["guard"]),
        minutes_a_day=limit_of(line), minutes_today=-int(-seconds_today(hub, line) // 60),
        **{name: line[name] for name in PhoneLine.__struct_fields__ if name not in made},
    )  # fmt: skip


async def _checked(hub: Hub, scope: Scope, given: PhoneLineGiven) -> Document:
    """Return the fields that change. Raises InvalidPayload."""
    names = PhoneLineGiven.__struct_fields__
    fields: Document = {name: to_builtins(value) for name in names if (value := getattr(given, name)) is not UNSET}
    for name in ("name", "password", "guard", "realm"):
        if name in fields:
            fields[name] = check_text(fields[name], name).strip()
    for name in ("host", "domain", "public"):
        if fields.get(name) and not _HOST.fullmatch(fields[name]):
            raise InvalidPayload(f"`{name}` is no name and no address of a host.", reason="line_host", name=name)
    if "host" in fields and not fields["host"]:
        raise InvalidPayload("`host` is no name and no address of a host.", reason="line_host", name="host")
    if not _USER.fullmatch(fields.get("user", "")):
        raise InvalidPayload("`user` has letters, digits and . - _ + only.", reason="line_user")
    if set(fields.get("countries", [])) - set(COUNTRIES):
        raise InvalidPayload("Countries are named by two letters, as PL.", reason="line_country")
    for peer in fields.get("peers", []):
        _check_peer(peer)
    groups = (await hub.part(Team).of(scope.app)).groups
    for each in fields.get("numbers", []):
        each["number"] = checked_number(each["number"])  # as people write it, with spaces
        if each["group"] is not None and each["group"] not in groups:
            raise InvalidPayload(
                f"There is no group {each['group']}.", reason="names_nothing", what="group", name=str(each["group"])
            )
    if len({each["number"] for each in fields.get("numbers", [])}) < len(fields.get("numbers", [])):
        raise InvalidPayload("A number stands twice.", reason="line_number_known")
    return fields


def _check_peer(peer: str) -> None:
    """A network that holds half of the world would let anybody call."""
    try:
        network = ipaddress.ip_network(peer, strict=False) if "/" in peer else None
    except ValueError:
        network, peer = None, ""
    too_wide = network is not None and network.prefixlen < (24 if network.version == 4 else 48)
    if too_wide or (network is None and not _HOST.fullmatch(peer)):
        raise InvalidPayload(
            "`peers` are names, addresses, or networks of at most 256 addresses (48 bits of IPv6).", reason="line_peer"
        )
