"""Whether visitors may take their conversation along, as a file or by mail: set for the whole application."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.applications import application, patch_application
from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb


class TranscriptRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the chat offers it."""

    on: bool


@verb(CONTACTS_PRIVACY)
async def get_transcript_rule(hub: Hub, actor: Actor) -> TranscriptRule:
    """Return whether visitors may download their conversation and have it mailed."""
    return TranscriptRule((await application(hub, actor.scope.app)).transcripts)


@verb(CONTACTS_PRIVACY)
async def set_transcript_rule(hub: Hub, actor: Actor, given: TranscriptRule) -> TranscriptRule:
    """Say whether visitors may download their conversation and have it mailed; pages that are open keep what they know."""
    await patch_application(hub, actor.scope.app, transcripts=given.on)
    return given
