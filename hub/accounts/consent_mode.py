"""Whether visitors are followed where a page says nothing about their consent: set for the whole application."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hub.accounts.applications import application, patch_application
from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb

Mode = Literal["given", "required", "denied"]


class ConsentMode(Struct, frozen=True, forbid_unknown_fields=True):
    """What holds where a page sets no `consent`: visitors are followed, asked first, or not followed at all."""

    mode: Mode


@verb(CONTACTS_PRIVACY)
async def get_consent_mode(hub: Hub, actor: Actor) -> ConsentMode:
    """Return what holds for pages that set no `consent`."""
    return ConsentMode((await application(hub, actor.scope.app)).consent)


@verb(CONTACTS_PRIVACY)
async def set_consent_mode(hub: Hub, actor: Actor, given: ConsentMode) -> ConsentMode:
    """Say what holds for pages that set no `consent`; browsers know it within five minutes."""
    await patch_application(hub, actor.scope.app, consent=given.mode)
    return given
