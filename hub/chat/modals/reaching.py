"""Shows a modal to one visitor, or to all who are meant and on the website at this moment.

Who is here, presence knows; whom of them the conditions mean is asked in a read for each thousand; and all get the same
frame, which is made once (hub/doors/live/chosen.py finds their sockets). Only words that are filled in for each contact
make a frame for each.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

import msgspec
from msgspec import Struct

from hub.accounts.grants import CONTACTS_READ, MODALS_MANAGE, MODALS_SHOW
from hub.chat.automatic.texts import is_for_each, saying_for
from hub.chat.events import ModalShown
from hub.chat.modals.modals import ModalRef, stored_modal
from hub.chat.modals.rules import may_again, on_page, rules_of
from hub.chat.modals.showing import ShownModal, shown_modal
from hub.chat.modals.tallies import ModalTallies
from hub.chat.presence import Presence
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.among import among
from hub.people.contacts import get_contact
from hub.people.forms.forms import Id
from storage.engine import Document, Scope

_IN_A_ROW = 10
"""Contacts for whom words are filled in before everybody else has a turn: some milliseconds."""
_IN_ONE = 10_000
"""Contacts that one event names: what travels between nodes stays below what their bus carries."""


class ShowModal(Struct, frozen=True, forbid_unknown_fields=True):
    """Which modal is shown to which contact."""

    modal: Id
    contact: Id


class Reach(Struct, frozen=True):
    """How many it is shown to, and how many are on the website at this moment."""

    count: int
    online: int


@verb(CONTACTS_READ)
async def count_reach(hub: Hub, actor: Actor, which: ModalRef) -> Reach:
    """Return to how many a modal would be shown now. Raises NotFound, InvalidPayload."""
    scope = Scope(actor.scope.app)
    document = await stored_modal(hub, scope, which.modal)
    here = hub.part(Presence).contacts(scope.app)
    return Reach(len([each async for each in _meant(hub, scope, document, here)]), len(here))


@verb(MODALS_SHOW)
async def show_modal(hub: Hub, actor: Actor, asked: ShowModal) -> Reach:
    """Show a modal to one contact, whatever its rules say, where it is on the website now. Raises NotFound."""
    scope = Scope(actor.scope.app)
    document = await stored_modal(hub, scope, asked.modal)
    contact = await get_contact(hub, scope, asked.contact)
    online = hub.part(Presence).online(scope.app, "contact", contact["id"])
    if online:
        await _show(hub, scope, document, [contact])
    return Reach(int(online), int(online))


@verb(MODALS_MANAGE)
async def show_modal_to_all(hub: Hub, actor: Actor, which: ModalRef) -> Reach:
    """Show a modal to all who are on the website now, whom it means, and who may see it once more.

    Raises NotFound, and InvalidPayload where it asks for what is not counted yet.
    """
    scope = Scope(actor.scope.app)
    document = await stored_modal(hub, scope, which.modal)
    here = hub.part(Presence).contacts(scope.app)
    meant = [each async for each in _meant(hub, scope, document, here)]
    await _show(hub, scope, document, meant)
    return Reach(len(meant), len(here))


async def _meant(hub: Hub, scope: Scope, document: Document, here: Iterable[int]) -> AsyncIterator[Document]:
    """Yield the contacts among those who are here whom a modal means."""
    rules, now = rules_of(document), hub.clock.now()
    async for some in among(hub, scope, rules.where, sorted(here)):
        for contact in some:
            if on_page(rules, contact) and may_again(rules, document["id"], contact, now):
                yield contact


async def _show(hub: Hub, scope: Scope, document: Document, contacts: list[Document]) -> None:
    """Tell the sockets of some contacts to show a modal, with as few frames as its words allow."""
    if not is_for_each(document):
        everybody = await shown_modal(hub, scope, document, await saying_for(hub, scope, None))
        _publish(hub, scope, everybody, [each["id"] for each in contacts])
    else:
        alike: dict[bytes, tuple[ShownModal, list[int]]] = {}
        for number, contact in enumerate(contacts):
            if number % _IN_A_ROW == 0:
                await asyncio.sleep(0)
            shown = await shown_modal(hub, scope, document, await saying_for(hub, scope, contact))
            alike.setdefault(msgspec.json.encode(shown.blocks), (shown, []))[1].append(contact["id"])
        for shown, ids in alike.values():
            _publish(hub, scope, shown, ids, own=True)
    if contacts:
        hub.part(ModalTallies).count(scope.app, document["id"], "shown", len(contacts))


def _publish(hub: Hub, scope: Scope, shown: ShownModal, contacts: list[int], own: bool = False) -> None:
    for start in range(0, len(contacts), _IN_ONE):
        some = contacts[start : start + _IN_ONE]
        hub.publish(ModalShown(app=scope.app, contacts=some, modal=shown, own=own))
