"""What agents do about themselves: their name, their password, and a new one where it is forgotten."""

from __future__ import annotations

import hmac
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from hub.accounts import passwords
from hub.accounts.access import access_changed
from hub.accounts.agents import checked_name
from hub.accounts.applications import application
from hub.accounts.collections import AGENTS, PEOPLE
from hub.accounts.events import LetterOrdered
from hub.accounts.grants import PROFILE
from hub.accounts.guessing import Guesses
from hub.accounts.mailing import MailOut, letter
from hub.accounts.sessions import end_sign_ins_of_person, tell_ended
from hub.accounts.sign_in import person_of
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound, TokenInvalid, WrongSignIn
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Scope
from storage.filters import Eq

GOOD_FOR = 3_600_000
"""Milliseconds for which the link of a mail lets somebody choose a new password."""
_BETWEEN = 60_000
"""Milliseconds between two such mails to the same person."""


class ProfileChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of oneself; what is absent stays as it is."""

    name: str | UnsetType = UNSET


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The password of now, and the one from now on."""

    current: str
    password: str


class Forgotten(Struct, frozen=True, forbid_unknown_fields=True):
    """Who has forgotten the password, and in which language the mail is."""

    email: str
    language: Literal["en", "pl"] = "en"


class NewPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The word of a mail's link, and the password from now on."""

    token: str
    password: str


class AgentProfile(Struct, frozen=True):
    """An agent, as it sees itself."""

    id: int
    name: str
    email: str
    role: str


@verb(PROFILE)
async def get_profile(hub: Hub, actor: Actor) -> AgentProfile:
    """Return who one is."""
    return _shown(await _agent(hub, actor))


@verb(PROFILE)
async def change_profile(hub: Hub, actor: Actor, change: ProfileChange) -> AgentProfile:
    """Change one's own name, in this application. Raises InvalidPayload."""
    agent = await _agent(hub, actor)
    changes = {} if change.name is UNSET else {"name": checked_name(change.name)}
    batch = Batch(INSTALLATION)
    changed = batch.patch(AGENTS, agent["id"], set=changes)
    after = (await hub.commit(batch))[changed]
    access_changed(hub, actor.scope.app)
    return _shown(after)


@verb(PROFILE)
async def change_password(hub: Hub, actor: Actor, change: PasswordChange) -> None:
    """Change one's own password: all other sign-ins end, in every application. Raises WrongSignIn, InvalidPayload."""
    agent = await _agent(hub, actor)
    person = await hub.store.get(INSTALLATION, PEOPLE, agent["person"])
    assert person is not None
    async with hub.part(Guesses).of_person(person["id"]):
        if not await passwords.password_holds(person["password"], change.current):
            raise WrongSignIn("The password of now is another one.", reason="current")
    await _set_password(hub, person, change.password, agent["name"], but=actor.sign_in)


async def forgot(hub: Hub, given: Forgotten) -> None:
    """Mail a link to whoever signs in with an address. Nothing says whether anybody does: it is done in the background."""
    hub.spawn("forgotten password", _mail_link(hub, given))


async def _mail_link(hub: Hub, given: Forgotten) -> None:
    person = await person_of(hub, given.email)
    if person is None or hub.clock.now() - (person.get("reset") or {}).get("asked", 0) < _BETWEEN:
        return
    for agent in (await hub.store.find(INSTALLATION, AGENTS, Eq("person", person["id"]))).items:
        if await hub.part(MailOut).is_open(hub, agent["app"]):
            break
    else:
        hub.log.warning("a forgotten password can't be mailed: there is no mail server", person=person["id"])
        return
    app, secret, now = await application(hub, agent["app"]), hub.ids.token(), hub.clock.now()
    batch = Batch(Scope(app.id))
    batch.guard(PEOPLE, person["id"], Eq("password", person["password"]))
    kept = {"hash": hub.signer.hash(secret), "asked": now, "until": now + GOOD_FOR}
    batch.patch(PEOPLE, person["id"], set={"reset": kept})
    link = f"{hub.settings.base_url()}/panel/reset#{person['id']}.{secret}"
    ordered = letter(
        app.name, person["email"], given.language, "forgotten", link, now, now + GOOD_FOR, company=app.name
    )
    ordered["id"] = f"forgotten-{person['id']}-{now}"
    await hub.follow_up(batch, LetterOrdered, ordered)
    await hub.commit(batch)


async def choose_password(hub: Hub, given: NewPassword) -> None:
    """Set the password of whom a mail's link belongs to, once; all sign-ins end. Raises NotFound, InvalidPayload."""
    id, _, secret = given.token.partition(".")
    person = (
        await hub.store.get(INSTALLATION, PEOPLE, int(id)) if id.isascii() and id.isdecimal() and len(id) < 17 else None
    )
    reset = (person or {}).get("reset") or {}
    known = hmac.compare_digest(reset.get("hash", ""), hub.signer.hash(secret))
    if person is None or not known or reset["until"] <= hub.clock.now():
        raise NotFound("This link is used up or too old. Ask for a new one.", reason="link")
    await _set_password(hub, person, given.password)


async def _set_password(hub: Hub, person: Document, password: str, name: str = "", but: int = 0) -> None:
    hash = await passwords.hash_password(password, person["email"], name)
    batch = Batch(INSTALLATION)
    batch.guard(PEOPLE, person["id"], Eq("password", person["password"]))
    batch.patch(PEOPLE, person["id"], set={"password": hash, "reset": None})
    ended = await end_sign_ins_of_person(hub, batch, person["id"], but)
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    tell_ended(hub, ended)


async def _agent(hub: Hub, actor: Actor) -> Document:
    agent = await hub.store.get(INSTALLATION, AGENTS, actor.id) if actor.kind == "agent" else None
    if agent is None:
        raise TokenInvalid
    return agent


def _shown(agent: Document) -> AgentProfile:
    return AgentProfile(agent["id"], agent["name"], agent["email"], agent["role"])
