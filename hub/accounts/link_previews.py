"""Whether agents see beside a link where it leads: set for the whole application, and off until somebody wants it."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.applications import application, patch_application
from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb


class LinkPreviewRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether this server reads the pages that links in conversations lead to."""

    on: bool


@verb(CONTACTS_PRIVACY)
async def get_link_preview_rule(hub: Hub, actor: Actor) -> LinkPreviewRule:
    """Return whether agents see previews of links."""
    return LinkPreviewRule((await application(hub, actor.scope.app)).link_previews)


@verb(CONTACTS_PRIVACY)
async def set_link_preview_rule(hub: Hub, actor: Actor, given: LinkPreviewRule) -> LinkPreviewRule:
    """Say whether agents see previews of links; it counts at once."""
    await patch_application(hub, actor.scope.app, link_previews=given.on)
    return given
