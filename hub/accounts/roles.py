"""Roles: what an agent may do. Three are built in; an application makes its own ones out of single permissions.

Nobody gives away more than they hold: a role that may more than oneself can neither be made, nor changed, nor given.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts import grants
from hub.accounts.access import MOST_ROLES, access_changed, may
from hub.accounts.collections import AGENTS, INVITATIONS, ROLES
from hub.accounts.grants import AGENTS_READ, ROLES_MANAGE
from hub.core.actor import Actor
from hub.core.errors import Conflict, Forbidden, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing
from storage.filters import Eq, fold

_LONGEST = 64
_MOST_AGENTS = 1000
Id = Annotated[int, Meta(ge=1, le=2**53)]


class NewRole(Struct, frozen=True, forbid_unknown_fields=True):
    """A role to be made."""

    name: str
    permissions: list[str]


class RoleChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a role; what is absent stays as it is."""

    role: Id
    name: str | UnsetType = UNSET
    permissions: list[str] | UnsetType = UNSET


class RoleRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which role of the application."""

    role: Id


class Role(Struct, frozen=True):
    """A role: `id` is `owner`, `admin`, `agent`, or the number of an own one as text. `name` is empty for built-in ones.

    `agents` is how many have it; `yours` says that whoever asks may do all of it, and so may give it.
    """

    id: str
    name: str
    built_in: bool
    permissions: list[str]
    agents: int
    yours: bool


class PermissionTold(Struct, frozen=True):
    """Something that a role can allow; `yours` says that whoever asks may do it."""

    name: str
    area: str
    sentence: str
    yours: bool


class Roles(Struct, frozen=True):
    """All roles of the application, the built-in ones first, and what they are made of."""

    roles: list[Role]
    permissions: list[PermissionTold]


@verb(AGENTS_READ)
async def list_roles(hub: Hub, actor: Actor) -> Roles:
    """Return the roles of the application, and the permissions that they are made of."""
    app = actor.scope.app
    counts: dict[str, int] = {}
    for agent in (await hub.store.find(INSTALLATION, AGENTS, Eq("app", app), limit=_MOST_AGENTS)).items:
        counts[agent["role"]] = counts.get(agent["role"], 0) + 1
    built_in = [_shown(actor, id, "", held, counts, True) for id, held in grants.BUILT_IN.items()]
    own = sorted(await _stored_of(hub, app), key=lambda role: (fold(role["name"]), role["id"]))
    told = [
        PermissionTold(name, grants.area_of(name), sentence, name in actor.grants)
        for name, sentence in grants.PERMISSIONS.items()
        if name in grants.ASSIGNABLE
    ]
    return Roles(
        built_in + [_shown(actor, str(role["id"]), role["name"], may(role), counts, False) for role in own], told
    )


@verb(ROLES_MANAGE)
async def create_role(hub: Hub, actor: Actor, new: NewRole) -> Role:
    """Make a role. Raises InvalidPayload, Taken, and Forbidden for a permission that one does not hold."""
    app = actor.scope.app
    if len(await _stored_of(hub, app)) >= MOST_ROLES:
        raise InvalidPayload(f"There are at most {MOST_ROLES} roles. Delete one first.")
    name, permissions = _checked_name(new.name), _checked(actor, new.permissions)
    document: Document = {
        "id": await hub.ids.next("role"), "app": app, "name": name, "permissions": permissions, "given": 0,
    }  # fmt: skip
    batch = Batch(INSTALLATION)
    batch.claim("role.name", _name_key(app, name), document["id"])
    batch.insert(ROLES, document)
    if (await hub.commit(batch)).existing:
        raise Taken("Another role has this name.")
    access_changed(hub, app)
    return _shown(actor, str(document["id"]), name, may(document), {}, False)


@verb(ROLES_MANAGE)
async def change_role(hub: Hub, actor: Actor, change: RoleChange) -> Role:
    """Rename a role, or say what it allows; it counts at once, also for who is signed in.

    Raises NotFound, InvalidPayload, Taken, Conflict, and Forbidden for a role that may more than oneself.
    """
    app = actor.scope.app
    role = await _stored(hub, app, change.role)
    expect_held(actor, may(role))
    batch = Batch(INSTALLATION)
    batch.guard(ROLES, role["id"], Eq("name", role["name"]))
    changes: Document = {}
    if change.name is not UNSET:
        changes["name"] = _checked_name(change.name)
        if fold(changes["name"]) != fold(role["name"]):
            batch.claim("role.name", _name_key(app, changes["name"]), role["id"])
            batch.release("role.name", _name_key(app, role["name"]))
    if change.permissions is not UNSET:
        changes["permissions"] = _checked(actor, change.permissions)
    changed = batch.patch(ROLES, role["id"], set=changes)
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        raise Conflict from None
    if outcome.existing:
        raise Taken("Another role has this name.")
    access_changed(hub, app)
    after = outcome[changed]
    return _shown(actor, str(after["id"]), after["name"], may(after), {}, False)


@verb(ROLES_MANAGE)
async def delete_role(hub: Hub, actor: Actor, which: RoleRef) -> None:
    """Delete a role that nobody has. Raises NotFound, Conflict, InvalidPayload where an agent has it, Forbidden."""
    app = actor.scope.app
    role = await _stored(hub, app, which.role)
    expect_held(actor, may(role))
    holders = (await hub.store.find(INSTALLATION, AGENTS, Eq("app", app), limit=_MOST_AGENTS)).items
    holders += (await hub.store.find(INSTALLATION, INVITATIONS, Eq("app", app), limit=_MOST_AGENTS)).items
    if any(each["role"] == str(role["id"]) for each in holders):
        raise InvalidPayload(
            "Agents have this role, or are invited with it. Give them another one first.", reason="role_used"
        )
    batch = Batch(INSTALLATION)
    batch.guard(ROLES, role["id"], Eq("name", role["name"]))
    batch.guard(ROLES, role["id"], Eq("given", role["given"]))  # to nobody meanwhile
    batch.release("role.name", _name_key(app, role["name"]))
    batch.delete(ROLES, role["id"])
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None
    access_changed(hub, app)


async def give_role(hub: Hub, batch: Batch, actor: Actor, role: str) -> None:
    """Let a batch give a role to somebody: `commit` raises `GuardFailed` or `Missing` where it is deleted just now.

    Raises InvalidPayload for a role that is none, Forbidden for one that may more than oneself.
    """
    held = grants.BUILT_IN.get(role)
    if held is None:
        stored = await _role_of(hub, actor.scope.app, role)
        held = may(stored)
        batch.guard(ROLES, stored["id"])
        batch.patch(ROLES, stored["id"], inc={"given": 1})
    expect_held(actor, held)


async def _role_of(hub: Hub, app: int, role: str) -> Document:
    stored = None
    if role.isascii() and role.isdecimal() and len(role) < 17:
        stored = await hub.store.get(INSTALLATION, ROLES, int(role))
    if stored is None or stored["app"] != app:
        raise InvalidPayload("There is no role by that id.", reason="no_role")
    return stored


def expect_held(actor: Actor, held: frozenset[str]) -> None:
    """Return where the actor may do all of this. Raises Forbidden."""
    if not held <= actor.grants:
        raise Forbidden("This may more than you do, so it is not yours to give or to change.", reason="more_than_own")


def _checked(actor: Actor, permissions: list[str]) -> list[str]:
    unknown = sorted(set(permissions) - grants.ASSIGNABLE)
    if unknown:
        raise InvalidPayload(f"`permissions`: there is no permission `{unknown[0][:64]}` for roles.")
    expect_held(actor, frozenset(permissions))
    return sorted(set(permissions))


def _checked_name(name: str) -> str:
    name = check_text(name, "name").strip()
    if not name:
        raise InvalidPayload("The role needs a name.")
    if len(name) > _LONGEST:
        raise InvalidPayload(f"A name has at most {_LONGEST} characters.")
    return name


def _name_key(app: int, name: str) -> str:
    return f"{app}:{fold(name)}"


async def _stored(hub: Hub, app: int, id: int) -> Document:
    role = await hub.store.get(INSTALLATION, ROLES, id)
    if role is None or role["app"] != app:
        raise NotFound("There is no role by that id.")
    return role


async def _stored_of(hub: Hub, app: int) -> list[Document]:
    return (await hub.store.find(INSTALLATION, ROLES, Eq("app", app), limit=2 * MOST_ROLES)).items


def _shown(
    actor: Actor, id: str, name: str, held: frozenset[str], counts: dict[str, int], built_in: bool
) -> Role:  # fmt: skip
    return Role(id, name, built_in, sorted(held - {grants.PROFILE}), counts.get(id, 0), held <= actor.grants)
