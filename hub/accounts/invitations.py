"""Invitations to the team: by mail, and by a link to copy. Each is taken up once, within a week.

What is kept of a link is a keyed hash. Whether the address signs in somewhere else already is told to nobody: not to who
invites, and not by the page of the link, which asks the same of everybody.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.applications import application, check_email
from hub.accounts.collections import AGENTS, INVITATIONS
from hub.accounts.events import LetterOrdered
from hub.accounts.grants import AGENTS_INVITE, AGENTS_READ
from hub.accounts.groups import expect_group, groups_of
from hub.accounts.mailing import MailOut, letter
from hub.accounts.roles import give_role
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound, RateLimited, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq, fold

GOOD_FOR = 7 * 86_400_000
"""Milliseconds for which an invitation can be taken up."""
MOST = 200
_BETWEEN = 60_000
"""Milliseconds between two mails of the same invitation."""
_NAME = 100
_MOST_AGENTS = 1000
Id = Annotated[int, Meta(ge=1, le=2**53)]


class NewInvitation(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite: with which role, into which groups. Without `mail` only the link is made."""

    email: str
    role: Annotated[str, Meta(max_length=32)] = "agent"
    name: Annotated[str, Meta(max_length=_NAME)] = ""
    groups: Annotated[list[Id], Meta(max_length=100)] = []
    mail: bool = True
    language: Literal["en", "pl"] = "en"


class InvitationRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which invitation."""

    invitation: Id


class Invitation(Struct, frozen=True):
    """An invitation that nobody has taken up; `by` is who invited, `mailed` when a mail was ordered last."""

    id: int
    email: str
    name: str
    role: str
    groups: list[int]
    by: str
    created: str
    expires: str
    expired: bool
    mailed: str | None


class Invitations(Struct, frozen=True):
    """The open invitations, newest first; `mail` says whether mails of the application have a way out."""

    invitations: list[Invitation]
    mail: bool


class Invited(Struct, frozen=True):
    """An invitation with its link, for the only time."""

    invitation: Invitation
    link: str


@verb(AGENTS_READ)
async def list_invitations(hub: Hub, actor: Actor) -> Invitations:
    """Return the invitations that nobody has taken up yet."""
    found = sorted(await _stored_of(hub, actor.scope.app), key=lambda each: each["id"], reverse=True)
    open_ = await hub.part(MailOut).is_open(hub, actor.scope.app)
    return Invitations([_shown(hub, each) for each in found], open_)


@verb(AGENTS_INVITE)
async def invite(hub: Hub, actor: Actor, new: NewInvitation) -> Invited:
    """Invite somebody; return the link, which nobody can see again.

    Raises InvalidPayload; Taken for who is in the team or invited already; Forbidden for a role that may more than oneself.
    """
    app, email = actor.scope.app, check_email(new.email)
    team = (await hub.store.find(INSTALLATION, AGENTS, Eq("app", app), limit=_MOST_AGENTS)).items
    if any(fold(agent["email"]) == fold(email) for agent in team):
        raise Taken("Somebody with this address is in the team already.", reason="in_team")
    if len(await _stored_of(hub, app)) >= MOST:
        raise InvalidPayload(f"There are at most {MOST} open invitations. Revoke some.")
    batch = Batch(Scope(app))
    await give_role(hub, batch, actor, new.role)
    known = {group.id for group in await groups_of(hub, app)}
    groups = sorted(set(new.groups) & known)
    for group in groups:
        expect_group(batch, app, group)
    now = hub.clock.now()
    document: Document = {
        "id": await hub.ids.next("invitation"), "app": app, "email": email, "name": check_text(new.name.strip(), "name"),
        "role": new.role, "groups": groups, "by": actor.name, "agent": actor.id, "language": new.language, "created": now,
        "mailed": None,
    }  # fmt: skip
    batch.claim("invitation.email", fold(email), document["id"])
    link = await _renew(hub, batch, document, new.mail)
    batch.insert(INVITATIONS, document)
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        raise Conflict from None
    if outcome.existing:
        raise Taken("This address is invited already.", reason="invited")
    return Invited(_shown(hub, document), link)


@verb(AGENTS_INVITE)
async def renew_invitation(hub: Hub, actor: Actor, which: InvitationRef) -> Invited:
    """Make a new link for an invitation, for another week, and mail it where that is possible; the old link is dead.

    Raises NotFound, RateLimited, and Forbidden for a role that may more than oneself.
    """
    invitation = await _stored(hub, actor.scope.app, which.invitation)
    if invitation["mailed"] is not None and hub.clock.now() - invitation["mailed"] < _BETWEEN:
        raise RateLimited("This invitation was mailed just now. Wait a minute.", retry_after=_BETWEEN / 1000)
    batch = Batch(Scope(actor.scope.app))
    await give_role(hub, batch, actor, invitation["role"])
    batch.guard(INVITATIONS, invitation["id"], Eq("hash", invitation["hash"]))
    after = dict(invitation)
    link = await _renew(hub, batch, after, mail=True)
    changed = {name: after[name] for name in ("hash", "expires", "mailed")}
    batch.patch(INVITATIONS, invitation["id"], set=changed)
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        raise Conflict from None
    return Invited(_shown(hub, after), link)


@verb(AGENTS_INVITE)
async def revoke_invitation(hub: Hub, actor: Actor, which: InvitationRef) -> None:
    """Take an invitation back: its link opens nothing any more. Raises NotFound."""
    invitation = await _stored(hub, actor.scope.app, which.invitation)
    batch = Batch(Scope(actor.scope.app))
    batch.guard(INVITATIONS, invitation["id"])
    drop_invitation(batch, invitation)
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise NotFound("There is no invitation by that id.") from None


def drop_invitation(batch: Batch, invitation: Document) -> None:
    """Let a batch of the application forget an invitation."""
    batch.release("invitation.email", fold(invitation["email"]))
    batch.delete(INVITATIONS, invitation["id"])


async def _renew(hub: Hub, batch: Batch, invitation: Document, mail: bool) -> str:
    """Give an invitation a new secret and another week; order its mail. Return the link."""
    app, now, secret = await application(hub, invitation["app"]), hub.clock.now(), hub.ids.token()
    link = f"{hub.settings.base_url()}/panel/join#{invitation['id']}.{secret}"
    invitation |= {"hash": hub.signer.hash(secret), "expires": now + GOOD_FOR}
    if mail and await hub.part(MailOut).is_open(hub, app.id):
        invitation["mailed"] = now
        ordered = letter(
            app.name, invitation["email"], invitation["language"], "invited", link, now, now + GOOD_FOR,
            company=app.name, who=invitation["by"],
        )  # fmt: skip
        ordered["id"] = f"invitation-{invitation['id']}-{now}"
        await hub.follow_up(batch, LetterOrdered, ordered)
    return link


async def _stored(hub: Hub, app: int, id: int) -> Document:
    invitation = await hub.store.get(INSTALLATION, INVITATIONS, id)
    if invitation is None or invitation["app"] != app:
        raise NotFound("There is no invitation by that id.")
    return invitation


async def _stored_of(hub: Hub, app: int) -> list[Document]:
    return (await hub.store.find(INSTALLATION, INVITATIONS, Eq("app", app), limit=2 * MOST)).items


def _shown(hub: Hub, each: Document) -> Invitation:
    mailed = None if each["mailed"] is None else rfc3339(each["mailed"])
    return Invitation(
        each["id"], each["email"], each["name"], each["role"], each["groups"], each["by"], rfc3339(each["created"]),
        rfc3339(each["expires"]), each["expires"] <= hub.clock.now(), mailed,
    )  # fmt: skip
