"""Opening hours of single groups: a group that has none of its own keeps those of the application."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, to_builtins

from hub.accounts.collections import GROUPS
from hub.accounts.grants import CONVERSATIONS_MANAGE, HOURS_MANAGE
from hub.accounts.opening import Holiday, check_hours, hours_of
from hub.accounts.team import Team
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.core.weeks import Stretch
from storage.engine import INSTALLATION, Batch, GuardFailed, Missing
from storage.filters import Eq

Id = Annotated[int, Meta(ge=1, le=2**53)]


class Hours(Struct, frozen=True, forbid_unknown_fields=True):
    """When the agents of a group are there."""

    zone: Annotated[str, Meta(min_length=1, max_length=64)] = "UTC"
    week: Annotated[tuple[Stretch, ...], Meta(max_length=42)] = (Stretch((0, 1, 2, 3, 4), "09:00", "17:00"),)
    holidays: Annotated[tuple[Holiday, ...], Meta(max_length=200)] = ()


class GroupHours(Struct, frozen=True, forbid_unknown_fields=True):
    """The hours of a group; null for those of the application."""

    group: Id
    hours: Hours | None


class AllGroupHours(Struct, frozen=True):
    """The groups that have hours of their own."""

    groups: list[GroupHours]


@verb(CONVERSATIONS_MANAGE)
async def list_group_hours(hub: Hub, actor: Actor) -> AllGroupHours:
    """Return the hours of the groups that have hours of their own."""
    team = await hub.part(Team).of(actor.scope.app)
    found = [GroupHours(id, Hours(each.zone, each.week, each.holidays)) for id, each in team.group_hours.items()]
    return AllGroupHours(found)


@verb(HOURS_MANAGE)
async def set_group_hours(hub: Hub, actor: Actor, given: GroupHours) -> GroupHours:
    """Say when the agents of a group are there, or that the application's hours hold. Raises NotFound, InvalidPayload."""
    if given.hours is not None:
        check_hours(hours_of({"on": True, **to_builtins(given.hours)}))
    batch = Batch(INSTALLATION)
    batch.guard(GROUPS, given.group, Eq("app", actor.scope.app))
    batch.patch(GROUPS, given.group, set={"hours": to_builtins(given.hours)})
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        raise NotFound("There is no group by that id.") from None
    hub.part(Team).changed(actor.scope.app)
    return given
