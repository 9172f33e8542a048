"""The user in the body of an outgoing call, as the first version of User.com's API shows it."""

from __future__ import annotations

from typing import Any

from hub.accounts.system import system_of
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.doors.api.usercom.users import shown
from hub.people.records import RecordRef, read_record
from hub.people.vocabulary import vocabulary
from hub.webhooks.bodies import Faces
from storage.engine import Scope


async def user_of(hub: Hub, scope: Scope, contact: int) -> dict[str, Any] | None:
    """Return the user, or None where it is gone."""
    try:
        found = await read_record(hub, system_of(scope), RecordRef(contact))
    except NotFound:
        return None
    return shown(found.document, await vocabulary(hub, scope), found.companies, 1)


def teach(hub: Hub) -> None:
    """Tell the webhooks how a user looks."""
    hub.part(Faces).user = user_of
