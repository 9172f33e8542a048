"""An invitation is taken up: by somebody new, who chooses a password, or by somebody who signs in here already."""

from __future__ import annotations

import hmac

from msgspec import Struct

from hub.accounts import passwords
from hub.accounts.agents import checked_name
from hub.accounts.applications import application
from hub.accounts.collections import AGENTS, GROUPS, INVITATIONS, PEOPLE, ROLES
from hub.accounts.events import AccessChanged, GroupsChanged
from hub.accounts.grants import BUILT_IN
from hub.accounts.groups import groups_of
from hub.accounts.guessing import Guesses
from hub.accounts.invitations import drop_invitation
from hub.accounts.sessions import Visit
from hub.accounts.sign_in import Entered, choose_and_enter, person_of
from hub.core.errors import Conflict, NotFound, WrongSignIn
from hub.core.hub import Hub
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq, fold


class InvitationLink(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the link of an invitation."""

    token: str


class Joining(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody takes an invitation up: with the password that they have here, or the one from now on."""

    token: str
    name: str
    password: str


class OpenInvitation(Struct, frozen=True):
    """What the page of a link shows."""

    application: str
    email: str
    name: str
    by: str


async def look_at_invitation(hub: Hub, given: InvitationLink) -> OpenInvitation:
    """Return what a link leads to. Raises NotFound for one that is used up, taken back, too old or none."""
    invitation = await _open(hub, given.token)
    app = await application(hub, invitation["app"])
    return OpenInvitation(app.name, invitation["email"], invitation["name"], invitation["by"])


async def join(hub: Hub, given: Joining, visit: Visit) -> Entered:
    """Make an agent of whoever holds a link, and sign them in. Raises NotFound, InvalidPayload, WrongSignIn, Conflict."""
    invitation = await _open(hub, given.token)
    name = checked_name(given.name)
    person = await person_of(hub, invitation["email"])
    new = person is None
    if person is None:
        hash = await passwords.hash_password(given.password, invitation["email"], name)
        person = {"id": await hub.ids.next("person"), "email": invitation["email"], "password": hash}
        await _make_person(hub, invitation, person)
    else:
        async with hub.part(Guesses).of_person(person["id"]):
            if not await passwords.password_holds(person["password"], given.password):
                raise WrongSignIn
    await _make_agent(hub, invitation, person, name)
    app = invitation["app"]
    hub.publish(AccessChanged(app=app))
    hub.publish(GroupsChanged(app=app, groups=await groups_of(hub, app)))
    return await choose_and_enter(hub, person, app, visit, "invitation" if new else "password")


async def _make_person(hub: Hub, invitation: Document, person: Document) -> None:
    batch = Batch(INSTALLATION)  # keys of people belong to the installation, those of invitations to the application
    batch.guard(INVITATIONS, invitation["id"], Eq("hash", invitation["hash"]))
    batch.claim("person.email", fold(person["email"]), person["id"])
    batch.insert(PEOPLE, person)
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        raise _gone() from None
    if outcome.existing:
        raise Conflict


async def _make_agent(hub: Hub, invitation: Document, person: Document, name: str) -> None:
    app, role = invitation["app"], invitation["role"]
    agent = {
        "id": await hub.ids.next("agent"), "app": app, "person": person["id"], "role": role,
        "email": person["email"], "name": name,
    }  # fmt: skip
    batch = Batch(Scope(app))
    batch.guard(INVITATIONS, invitation["id"], Eq("hash", invitation["hash"]))  # taken up once, whoever is quicker
    if role not in BUILT_IN:
        batch.guard(ROLES, int(role), Eq("app", app))
    drop_invitation(batch, invitation)
    batch.insert(AGENTS, agent)
    still = {group.id for group in await groups_of(hub, app)}
    for group in still & set(invitation["groups"]):
        batch.patch(GROUPS, group, add={"agents": agent["id"]})
    try:
        await hub.commit(batch)
    except Missing:  # a group was deleted just now
        raise Conflict from None
    except GuardFailed:
        raise _gone() from None


async def _open(hub: Hub, token: str) -> Document:
    id, _, secret = token.partition(".")
    invitation = None
    if id.isascii() and id.isdecimal() and len(id) < 17:
        invitation = await hub.store.get(INSTALLATION, INVITATIONS, int(id))
    known = hmac.compare_digest((invitation or {}).get("hash", ""), hub.signer.hash(secret))
    if invitation is None or not known or invitation["expires"] <= hub.clock.now():
        raise _gone()
    return invitation


def _gone() -> NotFound:
    return NotFound("This invitation is used up, taken back or too old. Ask for a new one.", reason="link")
