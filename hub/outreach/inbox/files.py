"""Keeps the files of a mail as attachments, and says which ones it could not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hub.accounts.system import system_of
from hub.chat.attachments import NewAttachment, keep_file
from hub.core.errors import AttachmentTooLarge, AttachmentTypeRefused, HubError
from hub.core.hub import Hub
from hub.outreach.inbox.parts import File
from storage.engine import Scope

MOST = 10
"""Files of one message."""
_SPECK = 512
"""Bytes of a picture in the text that is there to be counted and not to be seen."""


async def keep_files(hub: Hub, scope: Scope, files: list[File]) -> tuple[list[int], list[str]]:
    """Return the ids of the files that were kept, and of each other one its name with the reason."""
    kept: list[int] = []
    left_out: list[str] = []
    for file in files:
        if file.shown and len(file.data) < _SPECK:
            continue
        if len(kept) >= MOST:
            left_out.append(file.name)
            continue
        new = NewAttachment(file.name[:255] or "file", len(file.data), file.type[:127])
        try:
            kept.append((await keep_file(hub, system_of(scope), new, _pieces(file.data))).id)
        except (AttachmentTooLarge, AttachmentTypeRefused) as error:
            left_out.append(f"{file.name}: {_reason(error)}")
    return kept, left_out


def _reason(error: HubError) -> str:
    return error.message


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for first in range(0, len(data), 262_144):
        yield data[first : first + 262_144]
        await asyncio.sleep(0)
