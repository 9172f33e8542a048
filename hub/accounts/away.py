"""What becomes of messages to whoever is away: set for the whole application."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.applications import application
from hub.accounts.collections import APPLICATIONS
from hub.accounts.grants import EMAILS_SEND
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Scope

Seconds = Annotated[int, Meta(ge=0, le=86_400)] | None


class AwayRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether they are mailed, and after how many seconds; null takes the installation's."""

    mail: bool = True
    delay: Seconds = None


class Away(Struct, frozen=True):
    """The rule, and the seconds that the installation takes where it says none."""

    mail: bool
    delay: int | None
    usual: float


@verb(EMAILS_SEND)
async def get_away(hub: Hub, actor: Actor) -> Away:
    """Return what becomes of messages to whoever is away."""
    app = await application(hub, actor.scope.app)
    return Away(app.away_mail, app.away_delay, hub.settings.offline_delay)


@verb(EMAILS_SEND)
async def set_away(hub: Hub, actor: Actor, rule: AwayRule) -> Away:
    """Say what becomes of messages to whoever is away, from the next one on."""
    batch = Batch(INSTALLATION)
    batch.patch(APPLICATIONS, actor.scope.app, set={"away_mail": rule.mail, "away_delay": rule.delay})
    await hub.commit(batch)
    return Away(rule.mail, rule.delay, hub.settings.offline_delay)


async def away_delay(hub: Hub, scope: Scope) -> float | None:
    """Return after how many seconds a message to whoever is away goes out another way; None where it does not."""
    app = await application(hub, scope.app)
    if not app.away_mail:
        return None
    return hub.settings.offline_delay if app.away_delay is None else float(app.away_delay)
