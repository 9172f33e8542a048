"""Whether agents see what a visitor is writing before it is sent: set for the whole application."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.applications import application, patch_application
from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.verb import verb
from storage.engine import Scope


class TypingPreview(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether agents see what is being written."""

    on: bool


class TypingPreviews(Kept[bool]):
    """The setting of each application: every sign of typing asks for it."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "accounts.typing_preview", _stored)


async def _stored(hub: Hub, scope: Scope) -> bool:
    return (await application(hub, scope.app)).typing_preview


@verb(CONTACTS_PRIVACY)
async def get_typing_preview(hub: Hub, actor: Actor) -> TypingPreview:
    """Return whether agents see what a visitor is writing before it is sent."""
    return TypingPreview(await _stored(hub, actor.scope))


@verb(CONTACTS_PRIVACY)
async def set_typing_preview(hub: Hub, actor: Actor, given: TypingPreview) -> TypingPreview:
    """Say whether agents see what a visitor is writing before it is sent; it counts at once."""
    await patch_application(hub, actor.scope.app, typing_preview=given.on)
    hub.part(TypingPreviews).changed(actor.scope.app)
    return given
