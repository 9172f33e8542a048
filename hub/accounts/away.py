"""What becomes of messages to whoever is away: set for the whole application."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.applications import application, patch_application
from hub.accounts.grants import EMAILS_SEND
from hub.accounts.notice_rules import Seconds
from hub.accounts.team import Team
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.verb import verb
from storage.engine import Scope

MOST_EARLIER = 20


class AwayRule(Struct, frozen=True, forbid_unknown_fields=True):
    """By which channels they are told, after how many seconds (null takes the installation's), and with what.

    `both` sends a mail also to whom a push message has reached; `earlier` is how many messages from before are repeated
    below a mail.
    """

    mail: bool = True
    push: bool = True
    both: bool = False
    delay: Seconds = None
    earlier: Annotated[int, Meta(ge=0, le=MOST_EARLIER)] = 0

    def allows(self, channel: str) -> bool:
        """Tell whether a channel may be used."""
        return {"email": self.mail, "push": self.push}.get(channel, True)


class Away(AwayRule, frozen=True, kw_only=True):
    """The rule, and the seconds that the installation takes where it says none."""

    usual: float


@verb(EMAILS_SEND)
async def get_away(hub: Hub, actor: Actor) -> Away:
    """Return what becomes of messages to whoever is away."""
    return _shown(hub, await away_rule(hub, actor.scope))


@verb(EMAILS_SEND)
async def set_away(hub: Hub, actor: Actor, rule: AwayRule) -> Away:
    """Say what becomes of messages to whoever is away, from the next one on."""
    await patch_application(
        hub, actor.scope.app, away_mail=rule.mail, away_push=rule.push, away_both=rule.both, away_delay=rule.delay,
        away_earlier=rule.earlier,
    )  # fmt: skip
    hub.part(Team).changed(actor.scope.app)
    hub.part(AwayRules).changed(actor.scope.app)
    return _shown(hub, rule)


class AwayRules(Kept[AwayRule]):
    """The rules that this node was asked for: every message of a company asks."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "away", _read)


async def _read(hub: Hub, scope: Scope) -> AwayRule:
    app = await application(hub, scope.app)
    return AwayRule(app.away_mail, app.away_push, app.away_both, app.away_delay, app.away_earlier)


async def away_rule(hub: Hub, scope: Scope) -> AwayRule:
    """Return the rule of an application."""
    return await hub.part(AwayRules).of(scope.app)


def seconds_of(hub: Hub, rule: AwayRule) -> float:
    """Return after how many seconds a message is told another way."""
    return hub.settings.offline_delay if rule.delay is None else float(rule.delay)


def _shown(hub: Hub, rule: AwayRule) -> Away:
    return Away(rule.mail, rule.push, rule.both, rule.delay, rule.earlier, usual=hub.settings.offline_delay)
