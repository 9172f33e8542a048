"""Groups of agents: who takes care of which conversations. A group routes, it hides nothing: every agent still sees all."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.collections import AGENTS, GROUPS
from hub.accounts.events import GroupRemoved, GroupsChanged
from hub.accounts.grants import CONVERSATIONS_MANAGE, GROUPS_MANAGE
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing, Result, Scope
from storage.filters import Eq, fold

MOST = 100
_MOST_AGENTS = 1000
_LONGEST = 64
Id = Annotated[int, Meta(ge=1, le=2**53)]
Agents = Annotated[list[Id], Meta(max_length=_MOST_AGENTS)]


class NewGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """A group to be made, with the agents in it."""

    name: str
    agents: Agents = []


class GroupChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a group; what is absent stays as it is."""

    group: Id
    name: str | UnsetType = UNSET
    agents: Agents | UnsetType = UNSET


class GroupRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which group."""

    group: Id


class GroupAgent(Struct, frozen=True, forbid_unknown_fields=True):
    """Which agent of which group."""

    group: Id
    agent: Id


class Group(Struct, frozen=True):
    """A group as agents see it; `agents` are the ids of its members."""

    id: int
    name: str
    agents: list[int]


class Groups(Struct, frozen=True):
    """All groups of an application."""

    groups: list[Group]


@verb(CONVERSATIONS_MANAGE)
async def list_groups(hub: Hub, actor: Actor) -> Groups:
    """Return all groups by name."""
    return Groups(await groups_of(hub, actor.scope.app))


@verb(GROUPS_MANAGE)
async def create_group(hub: Hub, actor: Actor, new: NewGroup) -> Group:
    """Make a group. Raises InvalidPayload, Taken, and NotFound for an agent of another application."""
    app = actor.scope.app
    if len(await _stored_of(hub, app)) >= MOST:
        raise InvalidPayload(f"There are at most {MOST} groups. Delete one first.")
    name, agents = _checked_name(new.name), sorted(set(new.agents))
    document: Document = {"id": await hub.ids.next("group"), "app": app, "name": name, "agents": agents}
    batch = Batch(INSTALLATION)
    batch.claim("group.name", name_key(app, name), document["id"])
    _expect_agents(batch, app, agents)
    await _commit(hub, app, batch, batch.insert(GROUPS, document))
    return _shown(document)


@verb(GROUPS_MANAGE)
async def change_group(hub: Hub, actor: Actor, change: GroupChange) -> Group:
    """Rename a group, or say who is in it. Raises NotFound, InvalidPayload, Taken."""
    app = actor.scope.app
    document = await _stored(hub, app, change.group)
    batch = Batch(INSTALLATION)
    changes: Document = {}
    if change.name is not UNSET:
        changes["name"] = _checked_name(change.name)
        if fold(changes["name"]) != fold(document["name"]):
            batch.claim("group.name", name_key(app, changes["name"]), document["id"])
            batch.release("group.name", name_key(app, document["name"]))
            batch.guard(GROUPS, document["id"], Eq("name", document["name"]))
    if change.agents is not UNSET:
        changes["agents"] = sorted(set(change.agents))
        _expect_agents(batch, app, changes["agents"])
    return _shown(await _commit(hub, app, batch, batch.patch(GROUPS, document["id"], set=changes)))


@verb(GROUPS_MANAGE)
async def add_agent(hub: Hub, actor: Actor, given: GroupAgent) -> Group:
    """Put an agent into a group; one who is in it stays. Raises NotFound."""
    app = actor.scope.app
    await _stored(hub, app, given.group)
    batch = Batch(INSTALLATION)
    _expect_agents(batch, app, [given.agent])
    return _shown(await _commit(hub, app, batch, batch.patch(GROUPS, given.group, add={"agents": given.agent})))


@verb(GROUPS_MANAGE)
async def drop_agent(hub: Hub, actor: Actor, given: GroupAgent) -> Group:
    """Take an agent out of a group; one who is not in it stays out. Raises NotFound."""
    app = actor.scope.app
    await _stored(hub, app, given.group)
    batch = Batch(INSTALLATION)
    return _shown(await _commit(hub, app, batch, batch.patch(GROUPS, given.group, remove={"agents": given.agent})))


@verb(GROUPS_MANAGE)
async def delete_group(hub: Hub, actor: Actor, which: GroupRef) -> None:
    """Delete a group: its conversations are no group's, and the rules that named it are gone. Raises NotFound."""
    app = actor.scope.app
    document = await _stored(hub, app, which.group)
    batch = Batch(INSTALLATION)
    batch.guard(GROUPS, document["id"], Eq("name", document["name"]))
    batch.release("group.name", name_key(app, document["name"]))
    batch.delete(GROUPS, document["id"])
    await hub.follow_up(batch, GroupRemoved, {"app": app, "group": document["id"]})
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    await _announce(hub, app)


async def groups_of(hub: Hub, app: int) -> list[Group]:
    """Return the groups of an application by name."""
    found = await _stored_of(hub, app)
    return [_shown(each) for each in sorted(found, key=lambda each: (fold(each["name"]), each["id"]))]


def expect_group(batch: Batch, app: int, group: int) -> None:
    """Let a batch expect that the application has this group: else `commit` raises `GuardFailed`."""
    batch.guard(GROUPS, group, Eq("app", app))


async def leave_groups(hub: Hub, batch: Batch, app: int, agent: int) -> None:
    """Take an agent out of all groups, in a batch that removes the agent."""
    for document in await _stored_of(hub, app):
        batch.patch(GROUPS, document["id"], remove={"agents": agent})


LEAVE = "groups.leave"


async def leave_late_groups(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Take a removed agent out of groups that were made at that very moment (a job); afterwards none takes it."""
    app, agent = payload["app"], payload["agent"]
    batch = Batch(INSTALLATION)
    for document in await _stored_of(hub, app):
        if agent in document["agents"]:
            batch.guard(GROUPS, document["id"])
            batch.patch(GROUPS, document["id"], remove={"agents": agent})
    if batch.steps:
        await hub.commit(batch)
    await _announce(hub, app)


def _expect_agents(batch: Batch, app: int, agents: list[int]) -> None:
    for agent in agents:
        batch.guard(AGENTS, agent, Eq("app", app))


async def _commit(hub: Hub, app: int, batch: Batch, changed: Result) -> Document:
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        raise NotFound("One of these agents is gone, or the group was changed just now. Look again.") from None
    if outcome.existing:
        raise Taken("Another group has this name.")
    document: Document = outcome[changed]
    await _announce(hub, app)
    return document


async def _announce(hub: Hub, app: int) -> None:
    hub.publish(GroupsChanged(app=app, groups=await groups_of(hub, app)))


async def _stored(hub: Hub, app: int, id: int) -> Document:
    document = await hub.store.get(INSTALLATION, GROUPS, id)
    if document is None or document["app"] != app:
        raise NotFound("There is no group by that id.")
    return document


async def _stored_of(hub: Hub, app: int) -> list[Document]:
    return (await hub.store.find(INSTALLATION, GROUPS, Eq("app", app), limit=2 * MOST)).items


def _checked_name(name: str) -> str:
    name = check_text(name, "name").strip()
    if not name:
        raise InvalidPayload("The group needs a name.")
    if len(name) > _LONGEST:
        raise InvalidPayload(f"A name has at most {_LONGEST} characters.")
    return name


def name_key(app: int, name: str) -> str:
    """Return the unique key of a group's name, which stands under the installation's."""
    return f"{app}:{fold(name)}"


def _shown(document: Document) -> Group:
    return Group(document["id"], document["name"], document["agents"])
