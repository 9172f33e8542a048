"""The senders of an application: made, changed, deleted. Passwords and private keys are never shown."""

from __future__ import annotations

import asyncio
from typing import Annotated

from msgspec import UNSET, Meta, Struct

from hub.accounts.grants import EMAILS_SEND
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.outreach.collections import MAIL_SENDERS
from hub.outreach.mail.dkim import Key, Kind, new_key, record_name, record_of
from hub.outreach.mail.given import Asked, Change, checked
from hub.outreach.mail.sender import (
    INSTALLATION,
    Security,
    Sender,
    domain_of,
    installation_sender,
    keys_of,
    stored_senders,
    with_domain,
)
from hub.outreach.mail.states import SenderTrouble, shown_trouble
from storage.engine import Batch, Document, Duplicate, GuardFailed, Missing, Scope
from storage.filters import Eq

MOST = 20
"""Senders of one application."""
_TRIES = 5

Id = Annotated[int, Meta(ge=1, le=2**53)]


class NewSender(Asked, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sender to be made. Without a port it has the usual one; the first one is the default."""

    address: str
    host: str


class SenderChange(Change, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of a sender; what is absent stays. A password belongs to its server: another host needs it again."""

    sender: Id


class SenderRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which sender."""

    sender: Id


class DkimRecord(Struct, frozen=True):
    """A record to publish in DNS, as TXT: the public half of a key that mails are signed with."""

    kind: Kind
    name: str
    value: str


class MailSender(Struct, frozen=True):
    """A sender. `id` 0 is that of the installation, which its operator sets (`HUB_SMTP_URL`).

    password   whether one is set
    rate       mails a minute, 0 for no limit
    sign       whether mails are signed (DKIM) for `dkim_domain`, of which `records` have to be published
    trouble    why it is paused, or null
    """

    id: int
    name: str
    address: str
    from_name: str
    host: str
    port: int
    security: Security
    user: str
    password: bool
    rate: int
    default: bool
    sign: bool
    dkim_domain: str
    records: list[DkimRecord]
    trouble: SenderTrouble | None
    created: str | None
    by: str
    revision: int


class MailSenders(Struct, frozen=True):
    """The senders of the application, and that of the installation, which is used where it has none."""

    senders: list[MailSender]
    installation: MailSender | None


@verb(EMAILS_SEND)
async def list_senders(hub: Hub, actor: Actor) -> MailSenders:
    """Return the senders of the application."""
    stored = await stored_senders(hub, actor.scope.app)
    usual = installation_sender(hub.settings)
    return MailSenders(
        [_shown(hub, stored, each) for each in stored["senders"]], _installation(hub, stored, usual) if usual else None
    )


@verb(EMAILS_SEND)
async def create_sender(hub: Hub, actor: Actor, new: NewSender) -> MailSender:
    """Make a sender and return it, with what to publish in DNS. Raises InvalidPayload."""
    fields = checked(Change(**{name: getattr(new, name) for name in Asked.__struct_fields__}))
    domain = domain_of(fields["address"])
    now, id = hub.clock.now(), await hub.ids.next("mail_sender")
    made: Document = {
        "id": id, **fields, "dkim_domain": fields["dkim_domain"] or domain, "domains": [[now, domain]], "revision": 1,
        "keys": await _keys(hub, [], new.dkim), "created": now, "by": actor.name,
    }  # fmt: skip

    def add(stored: Document) -> Document:
        if len(stored["senders"]) >= MOST:
            raise InvalidPayload(f"At most {MOST} senders. Delete one that nobody uses.", reason="too_many", most=MOST)
        default = id if new.default or stored["default"] is None else stored["default"]
        return stored | {"senders": [*stored["senders"], made], "default": default}

    return _shown(hub, await _change(hub, actor.scope.app, add), made)


@verb(EMAILS_SEND)
async def change_sender(hub: Hub, actor: Actor, change: SenderChange) -> MailSender:
    """Change a sender; mails that wait for it are tried anew. Raises NotFound, InvalidPayload."""
    before = _found(await stored_senders(hub, actor.scope.app), change.sender)
    fields = checked(change, before)
    if change.dkim is not UNSET:
        fields["keys"] = await _keys(hub, before["keys"], change.dkim)
    now = hub.clock.now()

    def put(stored: Document) -> Document:
        old = _found(stored, change.sender)
        if old["revision"] != before["revision"]:
            raise Conflict
        new = old | fields | {"revision": old["revision"] + 1}
        domain = domain_of(new["address"])
        new["domains"] = with_domain(old["domains"], domain, now)
        if not new["dkim_domain"] or (change.dkim_domain is UNSET and domain != domain_of(old["address"])):
            new |= {"dkim_domain": domain} | ({"sign": False} if change.sign is UNSET else {})
        states = {each: state for each, state in stored["states"].items() if each != str(change.sender)}
        default = change.sender if change.default is True else stored["default"]
        senders = [new if each["id"] == change.sender else each for each in stored["senders"]]
        return stored | {"senders": senders, "default": default, "states": states}

    stored = await _change(hub, actor.scope.app, put)
    return _shown(hub, stored, _found(stored, change.sender))


@verb(EMAILS_SEND)
async def delete_sender(hub: Hub, actor: Actor, which: SenderRef) -> None:
    """Delete a sender with its keys; mails that wait for it go over the default one. Raises NotFound."""

    def take(stored: Document) -> Document:
        _found(stored, which.sender)
        left = [each for each in stored["senders"] if each["id"] != which.sender]
        default = stored["default"]
        if default == which.sender:
            default = left[0]["id"] if left else None
        states = {each: state for each, state in stored["states"].items() if each != str(which.sender)}
        return stored | {"senders": left, "default": default, "states": states}

    await _change(hub, actor.scope.app, take)


async def _change(hub: Hub, app: int, change: object) -> Document:
    """Change what is stored of the senders as one, and return it; again where somebody was quicker."""
    for _ in range(_TRIES):
        before = await stored_senders(hub, app)
        after: Document = change(before)  # type: ignore[operator]
        after |= {"domains": _domains(hub, before, after), "revision": before["revision"] + 1}
        batch = Batch(Scope(app))
        if await hub.store.get(Scope(app), MAIL_SENDERS, app) is None:
            batch.insert(MAIL_SENDERS, after)
        else:
            batch.guard(MAIL_SENDERS, app, Eq("revision", before["revision"]))
            names = ("senders", "default", "domains", "states", "revision")
            batch.patch(MAIL_SENDERS, app, set={name: after[name] for name in names})
        try:
            await hub.commit(batch)
        except (GuardFailed, Duplicate, Missing):
            continue
        return after
    raise Conflict


def _domains(hub: Hub, before: Document, after: Document) -> list[list[object]]:
    """Return of which domain the default sender's mails were since when: a mail that is tried again stays the same one."""
    usual = installation_sender(hub.settings)
    domains = before["domains"]
    if not domains and usual:
        domains = [[0, domain_of(usual.address)]]
    default = next((each for each in after["senders"] if each["id"] == after["default"]), None)
    address = default["address"] if default else usual.address if usual else None
    return with_domain(domains, domain_of(address), hub.clock.now()) if address else domains


async def _keys(hub: Hub, old: list[Document], wanted: list[Kind]) -> list[Document]:
    """Return keys of the kinds that are wanted: those that are there stay, what is missing is made."""
    keys = []
    for kind in dict.fromkeys(wanted):
        key = next((each for each in old if each["kind"] == kind), None)
        if key is None:
            selector = f"hub{hub.ids.token(8).lower()}"
            made = await asyncio.to_thread(new_key, "", selector, kind)  # looks for large primes
            key = {"selector": selector, "kind": kind, "private": made.private}
        keys.append(key)
    return keys


def _found(stored: Document, id: int) -> Document:
    found = next((each for each in stored["senders"] if each["id"] == id), None)
    if found is None:
        raise NotFound("There is no mail sender by that id.")
    return found


def _shown(hub: Hub, stored: Document, sender: Document) -> MailSender:
    names = (
        "id",
        "name",
        "address",
        "from_name",
        "host",
        "port",
        "security",
        "user",
        "rate",
        "sign",
        "dkim_domain",
        "by",
    )
    return MailSender(
        **{name: sender[name] for name in names}, password=bool(sender["password"]), revision=sender["revision"],
        default=stored["default"] == sender["id"], records=_records(keys_of(sender)),
        trouble=shown_trouble(stored, sender["id"], hub.clock.now()), created=rfc3339(sender["created"]),
    )  # fmt: skip


def _installation(hub: Hub, stored: Document, sender: Sender) -> MailSender:
    return MailSender(
        INSTALLATION, "", sender.address, sender.name, sender.host, sender.port, sender.security, "", bool(sender.password),
        0, stored["default"] is None, bool(sender.keys), domain_of(sender.address), _records(sender.keys),
        shown_trouble(stored, INSTALLATION, hub.clock.now()), None, "", 0,
    )  # fmt: skip


def _records(keys: tuple[Key, ...]) -> list[DkimRecord]:
    return [DkimRecord(each.kind, record_name(each), record_of(each)) for each in keys]
