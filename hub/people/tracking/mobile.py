"""Mobile applications: who uses one, on which device, with which key its push messages reach it.

The key of the SDK lies in the application, where anybody can read it. So whoever only names a contact may add to what
is known of it, as a website's visitor may, and does not get its address or its id changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from msgspec import Struct

from hub.accounts.grants import CONTACTS_IDENTIFY
from hub.accounts.identity import Identity
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.contacts import announce_contact, get_contact
from hub.people.editing import MOST_AT_ONCE, change_contact, checked_fields, commit_contact
from hub.people.identifying import attach_identity, begin_contact, contact_of, may_take, see_again
from hub.people.merging.replacing import standing_contact
from storage.engine import Batch, Document, Scope

MOST_DEVICES = 20
_LONGEST = 512
_TELLS = ("os", "os_version", "model", "manufacturer", "app_version", "lib_version", "identifier", "push_key")
_DIRECTIONS = {"user_id", "email", "assigned_to"}
"""What a device may not set as an attribute: the identity is read apart, and who serves a contact is the agents' matter."""


class DevicePing(Struct, frozen=True, forbid_unknown_fields=True):
    """A device says by whom it is used; `place` is what its address told."""

    user_key: str = ""
    user_id: str | None = None
    email: str | None = None
    attributes: dict[str, Any] = {}
    device: dict[str, str] = {}
    place: dict[str, str] = {}


class DeviceContact(Struct, frozen=True):
    """The contact of a device; the key is what the device keeps and sends from now on."""

    id: int
    key: str


class ForgetPush(Struct, frozen=True, forbid_unknown_fields=True):
    """A device does not want push messages any more."""

    user_key: str
    push_key: str


@verb(CONTACTS_IDENTIFY)
async def greet_device(hub: Hub, actor: Actor, ping: DevicePing) -> DeviceContact:
    """Return the contact of a device, made where nobody is known yet, and keep what the device says."""
    said = ping.user_id or ping.email
    identity = Identity(ping.user_id or None, ping.email or None, signed=False) if said else None
    for _ in range(3):  # two devices that claim one id at once: the second finds it on its next turn
        found = await _recognise(hub, actor.scope, ping, identity)
        if found is not None:
            contact = await get_contact(hub, actor.scope, found)
            await announce_contact(hub, actor.scope, contact)
            return DeviceContact(contact["id"], contact["key"])
    raise Conflict


@verb(CONTACTS_IDENTIFY)
async def forget_push_key(hub: Hub, actor: Actor, which: ForgetPush) -> None:
    """Forget the key that push messages reach a device by. Raises NotFound for a contact that nobody knows."""
    contact = await contact_of_key(hub, actor.scope, which.user_key)
    if contact is None:
        raise NotFound
    await _forget(hub, actor.scope, contact, lambda key: _installation(key) == _installation(which.push_key))


async def forget_push_keys(hub: Hub, scope: Scope, contact: int, keys: Collection[str]) -> None:
    """Forget keys by which no device of a contact is reached any more; a device that has another one meanwhile stays."""
    document = await standing_contact(hub, Scope(scope.app), contact)
    if document is not None:
        await _forget(hub, Scope(scope.app), document, lambda key: key in keys)


async def _forget(hub: Hub, scope: Scope, contact: Document, is_gone: Callable[[str], bool]) -> None:
    kept = contact.get("devices") or []
    devices = [each for each in kept if not (each.get("push_key") and is_gone(each["push_key"]))]
    if len(devices) == len(kept):
        return
    batch = Batch(scope)
    change_contact(hub, batch, contact["id"], {"devices": devices})
    await commit_contact(hub, batch, contact["id"], {"devices"})


def _installation(key: str) -> str:
    """Return the id of the installation: Firebase's tokens begin with it, and newer SDKs send it alone."""
    return key.partition(":")[0]


async def contact_of_key(hub: Hub, scope: Scope, key: str) -> Document | None:
    """Return the stored contact of a key, or the one that it was merged into; None where there is none."""
    id = await hub.store.key(scope, "contact.key", check_text(key, "key")) if key else None
    return await standing_contact(hub, scope, id) if id is not None else None


async def _recognise(hub: Hub, scope: Scope, ping: DevicePing, identity: Identity | None) -> int | None:
    """Return the id of the contact, or None where another call was quicker."""
    own = await contact_of_key(hub, scope, ping.user_key)
    named = await contact_of(hub, scope, identity)
    batch = Batch(scope)
    is_own = named is None or (own is not None and own["id"] == named["id"])
    if named is not None:
        contact = named
    elif own is not None and may_take(own, identity):
        contact = own
    else:
        contact = await begin_contact(hub, batch, {})
    if identity is not None and is_own:
        await attach_identity(hub, batch, contact, identity)
    see_again(hub, batch, contact, _facts(ping))
    fields = await _fields(hub, scope, ping.attributes)
    fields["devices"] = _with_device(contact.get("devices") or [], ping.device, hub.clock.now())
    fields["last_seen"] = hub.clock.now()
    change_contact(hub, batch, contact["id"], fields)
    try:
        await commit_contact(hub, batch, contact["id"])
    except (Taken, NotFound):  # claimed by another, or merged or erased at this moment
        return None
    return int(contact["id"])


async def _fields(hub: Hub, scope: Scope, attributes: dict[str, Any]) -> Document:
    """Return the fields of what fits; a device sends a refused ping again for ever, so a wrong value is left out."""
    given = {name: value for name, value in attributes.items() if name not in _DIRECTIONS and value not in (None, "")}
    try:
        fields = await checked_fields(hub, scope, "contact", given)
    except InvalidPayload:
        fields = {}
        for name, value in list(given.items())[:MOST_AT_ONCE]:
            try:
                fields |= await checked_fields(hub, scope, "contact", {name: value})
            except InvalidPayload:
                continue
    return {path: value for path, value in fields.items() if path not in ("email", "custom_id")}


def _facts(ping: DevicePing) -> Document:
    device, facts = ping.device, dict(ping.place)
    system = " ".join(part for part in (device.get("os"), (device.get("os_version") or "").split(".")[0]) if part)
    if system:
        facts["os"] = system[:64]
    if device:
        is_tablet = any(word in device.get("model", "").lower() for word in ("ipad", "tablet", "sm-t", "sm-x"))
        facts["device"] = "tablet" if is_tablet else "phone"
    return facts


def _with_device(devices: list[Document], told: dict[str, str], now: int) -> list[Document]:
    """Return the devices of a contact, the one that speaks last; it is known again by its identifier or its push key."""
    device = {name: check_text(told[name], name)[:_LONGEST] for name in _TELLS if told.get(name)}
    if not device:
        return devices

    def is_same(other: Document) -> bool:
        return any(device.get(name) and device[name] == other.get(name) for name in ("identifier", "push_key"))

    known = next((each for each in devices if is_same(each)), {})
    return [*(each for each in devices if not is_same(each)), {**known, **device, "seen": now}][-MOST_DEVICES:]
