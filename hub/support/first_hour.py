"""The first hour of an application: what is done of it, noticed by the server where it can be.

Each thing is written once. Until then a message or a visitor costs a look into a set; afterwards too.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from hub.accounts.applications import members
from hub.accounts.grants import APPLICATION_MANAGE
from hub.chat.events import MessageSent
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.outreach.mail.sending import can_mail
from hub.support.collections import FIRST_HOURS
from hub.support.events import FirstHourChanged
from storage.engine import Batch, Duplicate, Missing, Scope

Step = Literal["snippet", "look", "invite", "chat", "mail", "push"]
_KINDS = {"contact": "arrived", "agent": "answered"}


class StepDone(Struct, frozen=True, forbid_unknown_fields=True):
    """A step that somebody ticks, or takes the tick from, by hand."""

    step: Step
    done: bool = True


class Dismissal(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the checklist is put away; help brings it back."""

    dismissed: bool


class FirstHourSteps(Struct, frozen=True):
    """What is done of the first hour. `origin` is the website on which the snippet was seen, `arrived` that a visitor wrote."""

    snippet: bool
    look: bool
    invite: bool
    chat: bool
    mail: bool
    push: bool
    origin: str | None
    seen: str | None
    arrived: bool
    answered: bool
    dismissed: bool


@verb(APPLICATION_MANAGE)
async def get_first_hour(hub: Hub, actor: Actor) -> FirstHourSteps:
    """Return what is done of the first hour of the application."""
    return await _shown(hub, Scope(actor.scope.app))


@verb(APPLICATION_MANAGE)
async def tick_first_hour(hub: Hub, actor: Actor, given: StepDone) -> FirstHourSteps:
    """Say that a step is done, or that it is not after all."""
    scope = Scope(actor.scope.app)
    await _write(hub, scope, {f"ticks.{given.step}": given.done})
    return await _shown(hub, scope)


@verb(APPLICATION_MANAGE)
async def dismiss_first_hour(hub: Hub, actor: Actor, given: Dismissal) -> FirstHourSteps:
    """Put the checklist away, or bring it back."""
    scope = Scope(actor.scope.app)
    await _write(hub, scope, {"dismissed": given.dismissed})
    return await _shown(hub, scope)


class Beginnings:
    """Notices the first visitor on a website, the first message and the first answer; a part of the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._known: set[tuple[int, str]] = set()
        hub.listen(MessageSent, self._said)

    def seen(self, app: int, origin: str) -> None:
        """Note that a browser on a website has loaded the widget."""
        self._note(app, "origin", origin)

    def _said(self, event: Any) -> None:
        name = _KINDS.get(event.message.author.kind)
        if name is not None:
            self._note(event.app, name, True)

    def _note(self, app: int, name: str, value: Any) -> None:
        if (app, name) not in self._known:
            self._known.add((app, name))
            self._hub.spawn("first hour", self._keep(app, name, value))

    async def _keep(self, app: int, name: str, value: Any) -> None:
        known = await self._hub.store.get(Scope(app), FIRST_HOURS, app)
        if known is not None and known.get(name):
            return
        await _write(self._hub, Scope(app), {name: value, f"{name}_at": self._hub.clock.now()})


async def _write(hub: Hub, scope: Scope, changes: dict[str, Any]) -> None:
    for _ in range(3):
        batch = Batch(scope)
        if await hub.store.get(scope, FIRST_HOURS, scope.app) is None:
            batch.insert(FIRST_HOURS, {"id": scope.app, "ticks": {}})
        batch.patch(FIRST_HOURS, scope.app, set=changes)
        try:
            await hub.commit(batch)
        except (Duplicate, Missing):
            continue
        hub.publish(FirstHourChanged(app=scope.app))
        return


async def _shown(hub: Hub, scope: Scope) -> FirstHourSteps:
    kept = await hub.store.get(scope, FIRST_HOURS, scope.app) or {}
    ticks = kept.get("ticks", {})
    arrived, answered = bool(kept.get("arrived")), bool(kept.get("answered"))
    found = {
        "snippet": bool(kept.get("origin")), "chat": arrived and answered, "mail": await can_mail(hub, scope.app),
        "invite": len(await members(hub, scope.app)) > 1,
    }  # fmt: skip
    steps = {name: ticks.get(name, found.get(name, False)) or found.get(name, False)
             for name in ("snippet", "look", "invite", "chat", "mail", "push")}  # fmt: skip
    at = kept.get("origin_at")
    return FirstHourSteps(
        **steps, origin=kept.get("origin"), seen=None if at is None else rfc3339(at), arrived=arrived, answered=answered,
        dismissed=bool(kept.get("dismissed")),
    )  # fmt: skip
