"""A conversation as a file, sent while it is written."""

from __future__ import annotations

import contextlib

from aiohttp import web

from hub.chat.transcripts.exporting import Transcript, TranscriptOf, export_transcript
from hub.doors.api.panel import actor_of, input_of, refused
from hub.doors.keys import HUB

_ENOUGH = 64 * 1024


async def download_transcript(request: web.Request) -> web.StreamResponse:
    """Answer with a conversation as a text, a page or JSON."""
    hub = request.app[HUB]
    try:
        actor = await actor_of(hub, request)
        found = await export_transcript(hub, actor, await input_of(request, TranscriptOf, with_body=False))
    except Exception as error:
        return refused(hub, request, error)
    return await send_transcript(request, found)


async def send_transcript(request: web.Request, found: Transcript) -> web.StreamResponse:
    """Answer with a file; as it is none of ours, no browser runs anything in it."""
    response = web.StreamResponse(headers={
        "Content-Type": f"{found.type}; charset=utf-8", "Content-Disposition": f'attachment; filename="{found.name}"',
        "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    })  # fmt: skip
    await response.prepare(request)
    waiting: list[str] = []
    size = 0
    with contextlib.suppress(ConnectionResetError):  # whoever asked has gone: nobody else is waiting
        async for piece in found.pieces:
            waiting.append(piece)
            size += len(piece)
            if size >= _ENOUGH:
                await response.write("".join(waiting).encode())
                waiting, size = [], 0
        await response.write("".join(waiting).encode())
        await response.write_eof()
    return response
