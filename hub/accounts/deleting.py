"""Deleting an application: ordered by an owner with name and password, done days later, taken back by any owner until then."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.application_settings import ApplicationProfile, announced, profile_of
from hub.accounts.applications import application
from hub.accounts.collections import AGENTS, APPLICATIONS
from hub.accounts.deletion_letters import letters
from hub.accounts.events import DeletionTold
from hub.accounts.grants import APPLICATION_MANAGE
from hub.accounts.second import Proof, proven
from hub.core.actor import Actor
from hub.core.errors import Conflict, Forbidden, InvalidPayload, NotFound, UnknownApplication
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, GuardFailed, Scope
from storage.filters import Eq

DELETE = "application.delete"
WARN = "application.warn"
DAY = 86_400_000


class DeletionOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The name of the application, typed by hand, and the password of whoever orders its deletion; empty for who has none."""

    name: Annotated[str, Meta(max_length=500)]
    password: Annotated[str, Meta(max_length=1000)]


@verb(APPLICATION_MANAGE)
async def order_deletion(hub: Hub, actor: Actor, order: DeletionOrder) -> ApplicationProfile:
    """Order the deletion of the application; every owner is told by mail, and any of them may take it back.

    Raises InvalidPayload for another name, WrongSignIn for a wrong password, Conflict where it is ordered already.
    """
    await _require_owner(hub, actor)
    app = await application(hub, actor.scope.app)
    if " ".join(order.name.split()) != " ".join(app.name.split()):
        raise InvalidPayload("This is not the name of the application.", reason="other_name")
    await proven(hub, actor, Proof(order.password))
    now = hub.clock.now()
    at = now + int(hub.settings.deletion_days * DAY)
    deletion = {"at": at, "ordered": now, "by": actor.name}
    batch = Batch(Scope(app.id))
    batch.guard(APPLICATIONS, app.id, Eq("deletion", None))
    batch.patch(APPLICATIONS, app.id, set={"deletion": deletion})
    payload = {"app": app.id, "ordered": now}
    await hub.jobs.add(batch, DELETE, payload, after=at - now)
    if at - now > DAY:
        await hub.jobs.add(batch, WARN, payload, after=at - now - DAY)
    await _tell(hub, batch, app.id, "ordered", at)
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict("The deletion is ordered already.") from None
    return profile_of(hub, await announced(hub, app.id))


@verb(APPLICATION_MANAGE)
async def keep_application(hub: Hub, actor: Actor) -> ApplicationProfile:
    """Take the order to delete the application back. Raises NotFound where there is none."""
    await _require_owner(hub, actor)
    app = await application(hub, actor.scope.app)
    if app.deletion is None:
        raise NotFound("The application is not to be deleted.")
    batch = Batch(Scope(app.id))
    batch.guard(APPLICATIONS, app.id, Eq("deletion.ordered", app.deletion["ordered"]))
    batch.guard(APPLICATIONS, app.id, Eq("erasing", None))
    batch.patch(APPLICATIONS, app.id, unset=("deletion",))
    await _tell(hub, batch, app.id, "kept", app.deletion["at"], by=actor.name)
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    return profile_of(hub, await announced(hub, app.id))


async def warn_owners(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Tell the owners that the application goes tomorrow (a job); nothing where the order was taken back."""
    document = await hub.store.get(INSTALLATION, APPLICATIONS, payload["app"])
    deletion = document and document.get("deletion")
    if document is None or not deletion or deletion["ordered"] != payload["ordered"] or deletion.get("warned"):
        return
    batch = Batch(Scope(payload["app"]))
    batch.guard(APPLICATIONS, payload["app"], Eq("deletion.ordered", payload["ordered"]))
    batch.patch(APPLICATIONS, payload["app"], set={"deletion.warned": True})
    try:
        await _tell(hub, batch, payload["app"], "tomorrow", deletion["at"])
        await hub.commit(batch)
    except (GuardFailed, UnknownApplication):  # taken back meanwhile, or gone
        return


async def _tell(hub: Hub, batch: Batch, app: int, what: str, at: int, by: str = "") -> None:
    for letter in await letters(hub, app, what, at, by):
        await hub.follow_up(batch, DeletionTold, letter)


async def _require_owner(hub: Hub, actor: Actor) -> None:
    """Raise Forbidden for whoever may change the application by a role, and does not own it."""
    agent = await hub.store.get(INSTALLATION, AGENTS, actor.id) if actor.kind == "agent" else None
    if agent is None or agent["role"] != "owner":
        raise Forbidden
