"""A browser arrives: which contact is it, and what may it see?

* nothing but the widget key: a new contact, and a token that this browser keeps;
* the token: the contact of that browser, and the conversations that the browser began;
* a signed identity: the contact of that id, and all its conversations;
* an unsigned identity: tracking and attributes go to the contact of that id or e-mail address, but only the
  conversations that this browser began are shown, and nothing of what is known about the contact.

Who has not agreed to be followed (`consent` false) chats, and nothing is kept but that. A bot is turned away before it
becomes a contact, unless it comes in the same way: to chat.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hub.accounts import grants
from hub.accounts.applications import Application
from hub.accounts.identity import Identity, read_identity
from hub.core.actor import Actor
from hub.core.errors import Conflict, Forbidden, IdentityExpired, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.people.collections import BROWSERS
from hub.people.contacts import ContactRef, get_contact, reference
from hub.people.editing import touched
from hub.people.identifying import attach_identity, begin_contact, contact_of, may_take, see_again
from hub.people.merging.merges import is_anonymous, merge_anonymous
from hub.people.merging.replacing import standing_contact
from hub.people.names import friendly_name
from hub.people.passes import identity_of_pass
from hub.people.tracking.browsers import browser_facts, is_bot, told_facts
from hub.people.tracking.pages import PageView
from hub.people.tracking.places import Places
from storage.engine import Batch, Document, Missing, Scope

_TOKEN_LENGTHS = range(20, 129)


class Hello(Struct, frozen=True, forbid_unknown_fields=True):
    """What a visitor's socket brings in its connect auth. Without `consent` it may chat and is not followed."""

    key: str
    visitor_token: str | None = None
    identity: str | dict[str, Any] | None = None
    page: PageView | None = None
    browser: dict[str, Any] | None = None
    consent: bool = True


class Arrival(Struct, frozen=True):
    """Who arrived, and what its page may know."""

    actor: Actor
    user_key: str
    visitor_token: str
    shown: ContactRef
    own: bool


async def arrive(hub: Hub, app: Application, hello: Hello, user_agent: str, address: str) -> Arrival:
    """Return who this is, making a contact where nobody is known yet.

    Raises IdentityInvalid, IdentityExpired, and Forbidden for a bot that does not come to chat.
    """
    identity = identity_of_pass(hub, app.id, hello.identity) or read_identity(app, hello.identity)
    if identity and not identity.signed and not hello.consent:
        identity = None  # it would only say whom to follow
    facts: Document = {}
    if hello.consent:
        if is_bot(user_agent, address):
            raise Forbidden("A bot is not followed. To chat all the same, it connects with `consent` false.")
        facts = browser_facts(user_agent) | told_facts(hello.browser or {}) | hub.part(Places).facts_of(address)
    for _ in range(3):  # two tabs that open at once may claim the same id: the second one finds it on its next turn
        arrival = await _arrive(hub, app, hello, identity, facts)
        if arrival:
            return arrival
    raise Conflict


async def _arrive(
    hub: Hub, app: Application, hello: Hello, identity: Identity | None, facts: Document
) -> Arrival | None:
    scope, token = app.scope, hello.visitor_token
    browser = await _browser_of(hub, scope, token)
    own = await standing_contact(hub, scope, browser["contact"]) if browser and browser["contact"] else None
    named = await contact_of(hub, scope, identity)
    if identity is not None and identity.contact is not None and named is None:
        raise IdentityExpired  # its contact was erased
    batch = Batch(scope)
    if named is not None:
        contact = named
    elif own is not None and may_take(own, identity):
        contact = own
    else:
        contact = await begin_contact(hub, batch, facts)
    if contact is named or contact is own:
        see_again(hub, batch, contact, facts)
    if identity is not None and (named is None or identity.signed):
        await attach_identity(hub, batch, contact, identity)
    # A browser's own contact is one that it made. Whoever only names a contact must not become its owner.
    made_here = None if named is not None else contact["id"]
    if browser is None or token is None:
        token = hub.ids.token()
        known_by = hub.signer.hash(token)
        browser = {
            "id": await hub.ids.next("browser"),
            "contact": made_here,
            "token": known_by,
            "created": hub.clock.now(),
        }
        batch.claim("browser.token", known_by, browser["id"])
        batch.insert(BROWSERS, browser)
    elif own is None and made_here is not None:
        batch.patch(BROWSERS, browser["id"], set={"contact": made_here})
        browser["contact"] = made_here
    if batch.claims or batch.steps:
        try:
            outcome = await hub.commit(batch)
        except Missing:  # merged or erased at this moment: on the next turn it is somebody else
            return None
        if outcome.existing:
            return None
        touched(hub, scope, contact["id"])
    if (
        identity is not None
        and identity.signed
        and own is not None
        and own["id"] != contact["id"]
        and is_anonymous(own)
    ):
        contact, browser = await _recognised(hub, scope, contact, own, browser)
    return _arrival(scope, contact, browser, token, identity, grants.CONTACT if hello.consent else grants.UNTRACKED)


async def _recognised(
    hub: Hub, scope: Scope, contact: Document, anonymous: Document, browser: Document
) -> tuple[Document, Document]:
    """Let whom nobody knew on this browser be the contact that it has proven to be; return contact and browser as they are now."""
    try:
        await merge_anonymous(hub, scope, contact["id"], anonymous["id"])
    except (Conflict, InvalidPayload, NotFound):  # another tab did it, or it is no time to: the next arrival will
        return contact, browser
    stands = await standing_contact(hub, scope, contact["id"])
    return stands or contact, await hub.store.get(scope, BROWSERS, browser["id"]) or browser


def _arrival(
    scope: Scope, contact: Document, browser: Document, token: str, identity: Identity | None, may: frozenset[str]
) -> Arrival:
    signed = identity is not None and identity.signed
    own = signed or browser["contact"] == contact["id"]
    shown = reference(contact)
    if not own:
        shown = ContactRef(contact["id"], friendly_name(contact["id"]), identity.email if identity else None)
    seen = Scope(scope.app, contact["id"], None if signed else browser["id"])
    return Arrival(Actor("contact", contact["id"], shown.name, seen, may), contact["key"], token, shown, own)


async def shown_to_itself(hub: Hub, actor: Actor, own: bool) -> tuple[str, ContactRef]:
    """Return the key of an actor's contact and what its page may know of it. Raises NotFound."""
    assert actor.scope.contact is not None
    contact = await get_contact(hub, actor.scope, actor.scope.contact)
    shown = reference(contact) if own else ContactRef(contact["id"], friendly_name(contact["id"]), None)
    return contact["key"], shown


async def recall(hub: Hub, app: Application, token: str | None, may: frozenset[str]) -> Actor | None:
    """Return the contact of a browser that comes without a socket, or None where nobody knows the token."""
    browser = await _browser_of(hub, app.scope, token)
    contact = await standing_contact(hub, app.scope, browser["contact"]) if browser and browser["contact"] else None
    if browser is None or contact is None:
        return None
    return Actor("contact", contact["id"], reference(contact).name, Scope(app.id, contact["id"], browser["id"]), may)


async def _browser_of(hub: Hub, scope: Scope, token: str | None) -> Document | None:
    if token is None or len(token) not in _TOKEN_LENGTHS:
        return None
    id = await hub.store.key(scope, "browser.token", hub.signer.hash(token))
    return await hub.store.get(scope, BROWSERS, id) if id is not None else None
