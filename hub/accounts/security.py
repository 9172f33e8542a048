"""How agents of an application have to sign in."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.access import access_changed
from hub.accounts.applications import application, patch_application
from hub.accounts.grants import SECURITY_MANAGE
from hub.accounts.second import has_second, person_of_actor
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb


class SecurityRule(Struct, frozen=True, forbid_unknown_fields=True):
    """`second`: everybody needs a second factor; who has none sets one up before anything else."""

    second: bool = False


@verb(SECURITY_MANAGE)
async def get_security(hub: Hub, actor: Actor) -> SecurityRule:
    """Return how agents have to sign in."""
    return SecurityRule(bool((await application(hub, actor.scope.app)).second))


@verb(SECURITY_MANAGE)
async def set_security(hub: Hub, actor: Actor, rule: SecurityRule) -> SecurityRule:
    """Say how agents have to sign in; it counts at once. Raises InvalidPayload for who would lock themselves out."""
    if rule.second and actor.kind == "agent" and not await has_second(hub, await person_of_actor(hub, actor)):
        raise InvalidPayload("Set up a second factor for yourself first.", reason="own_second_first")
    await patch_application(hub, actor.scope.app, second=rule.second)
    access_changed(hub, actor.scope.app)
    return rule
