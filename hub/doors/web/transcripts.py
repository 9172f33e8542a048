"""The file of a visitor's own conversation, from an address that the chat was given: signed, for an hour."""

from __future__ import annotations

import msgspec
from aiohttp import web

from hub.chat.transcripts.exporting import PATH, LinkedTranscript, linked_transcript
from hub.core.errors import NotFound
from hub.core.words import words_in
from hub.doors.api.transcript import send_transcript
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.doors.web.pages import language_of, page


def add_routes(app: web.Application) -> None:
    """Serve the file."""
    app.router.add_get(PATH, _download)


async def _download(request: web.Request) -> web.StreamResponse:
    hub = request.app[HUB]
    try:
        link = msgspec.convert(dict(request.query), LinkedTranscript, strict=False)
        found = await linked_transcript(hub, link)
    except (NotFound, msgspec.ValidationError):
        language = language_of(request)
        words = words_in(language, "pages")
        return page(language, "", words("transcriptGoneTitle"), words("transcriptGoneText"), status=404)
    except Exception as error:
        refusal = as_hub_error(hub, error, "transcript")
        return web.Response(text=refusal.message, status=refusal.status, content_type="text/plain")
    return await send_transcript(request, found)
