"""What agents may do: their role's permissions, held in memory for each application, because every call asks."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts import grants
from hub.accounts.collections import APPLICATIONS, ROLES
from hub.accounts.events import AccessChanged
from hub.core.hub import Hub
from hub.core.kept import Kept
from storage.engine import INSTALLATION, Document, Scope
from storage.filters import Eq

MOST_ROLES = 100
NOTHING_BUT_ONESELF = frozenset({grants.PROFILE})


class Rules(Struct, frozen=True):
    """The own roles of an application, by their id as text; `second` says that everybody needs a second factor."""

    roles: dict[str, frozenset[str]]
    second: bool = False
    sso_only: bool = False

    def of_role(self, role: str) -> frozenset[str]:
        """Return what an agent of a role may do; of one that is gone, only what concerns the agent itself."""
        built_in = grants.BUILT_IN.get(role)
        return built_in if built_in is not None else self.roles.get(role, NOTHING_BUT_ONESELF)


class Access(Kept[Rules]):
    """The rules that this node was asked for."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "access", _read)


async def _read(hub: Hub, scope: Scope) -> Rules:
    found = (await hub.store.find(INSTALLATION, ROLES, Eq("app", scope.app), limit=2 * MOST_ROLES)).items
    app = await hub.store.get(INSTALLATION, APPLICATIONS, scope.app)
    return Rules({str(role["id"]): may(role) for role in found}, bool(app and app.get("second")), _is_sso_only(app))


def _is_sso_only(app: Document | None) -> bool:
    sso = (app or {}).get("sso") or {}
    return bool(sso.get("on") and sso.get("enforce"))


def may(role: Document) -> frozenset[str]:
    """Return what a stored role allows."""
    return frozenset(role["permissions"]) & grants.ASSIGNABLE | NOTHING_BUT_ONESELF


async def grants_of(hub: Hub, agent: Document) -> frozenset[str]:
    """Return what an agent may do at this moment."""
    return (await hub.part(Access).of(agent["app"])).of_role(agent["role"])


def access_changed(hub: Hub, app: int) -> None:
    """Let what agents of an application may do count at once: for calls, and for the sockets that are open."""
    hub.part(Access).changed(app)
    hub.publish(AccessChanged(app=app))
