"""What the other tenant calls the verbs of agents and their access with, for the matrix of all verbs."""

from __future__ import annotations

from typing import Any

from hub.accounts import agents, roles
from hub.accounts.grants import OWNER
from hub.core.actor import Actor
from hub.core.hub import Hub


async def access_of_acme(hub: Hub, actor: Actor) -> dict[str, int]:
    """Make a role by the verb; return the ids that Globex tries."""
    owner = Actor("agent", actor.id, actor.name, actor.scope, OWNER)
    role = await roles.create_role(hub, owner, roles.NewRole("Acme's secret role", ["contacts.read"]))
    return {"role": int(role.id)}


ACCESS_INPUTS: dict[str, Any] = {
    "accounts.agents.list_agents": None,
    "accounts.agents.change_agent": lambda ids: agents.AgentChange(ids["agent"], name="Theirs"),
    "accounts.agents.remove_agent": lambda ids: agents.AgentRef(ids["agent"]),
    "accounts.roles.list_roles": None,
    "accounts.roles.create_role": lambda ids: roles.NewRole("Globex's own", ["contacts.read"]),
    "accounts.roles.change_role": lambda ids: roles.RoleChange(ids["role"], name="Theirs"),
    "accounts.roles.delete_role": lambda ids: roles.RoleRef(ids["role"]),
}
ACCESS_HARMLESS = {"list_agents", "list_roles", "create_role"}
ACCESS_EMPTY: set[str] = set()
