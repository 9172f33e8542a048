"""The application of a key, as it comes out; the same in both versions."""

from __future__ import annotations

from msgspec import Struct

from hub.doors.api.usercom.told.versioned import Id


class AgentItem(Struct, forbid_unknown_fields=True):
    """An agent."""

    id: Id
    name: str
    email: str


class AgentOfApplication(AgentItem, forbid_unknown_fields=True):
    """An agent; `group_id` is null, for `assigned_to` of deals and activities is the `id`."""

    group_id: None


class ApplicationItem(Struct, forbid_unknown_fields=True):
    """The application of the key; `owner` is the first of those who own it."""

    id: Id
    name: str
    owner: AgentItem | None
    agents: list[AgentOfApplication]
