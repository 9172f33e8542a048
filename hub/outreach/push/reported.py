"""What a browser says it did with a message: by an address that came inside it, signed, so that nobody signs in for that."""

from __future__ import annotations

from hub.chat.seen import Deed, mark_seen
from hub.core.errors import NotFound
from hub.core.hub import Hub
from storage.engine import Scope

_PURPOSE = "push"


def report_path(hub: Hub, scope: Scope, delivery: int) -> str:
    """Return where a browser reports; what it did follows behind: `/displayed`, `/clicked` or `/dismissed`."""
    return f"/push/{scope.app}/{delivery}/{hub.signer.sign(_PURPOSE, scope.app, delivery)}"


async def report(hub: Hub, app: int, delivery: int, signature: str, deed: Deed) -> None:
    """Keep what a browser did with a message. Raises NotFound for an address that is none of ours."""
    if not hub.signer.holds(signature, _PURPOSE, app, delivery) or not await mark_seen(hub, Scope(app), delivery, deed):
        raise NotFound
