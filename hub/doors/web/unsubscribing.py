"""The page that the unsubscribe link of a mail opens, and the one click of mail programs (RFC 8058).

Opening it changes nothing, as programs that look for malware open every link; a POST does, with or without a body.
"""

from __future__ import annotations

import msgspec
from aiohttp import web

from hub.accounts.system import system_of
from hub.core.errors import NotFound
from hub.core.words import words_in
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.doors.web.pages import button, language_of, page
from hub.people.unsubscribing import (
    PATH,
    Unsubscribe,
    UnsubscribeLink,
    Unsubscribing,
    read_unsubscribe_link,
    unsubscribe,
)
from storage.engine import Scope


def add_routes(app: web.Application) -> None:
    """Serve the page."""
    app.router.add_get(PATH, _look)
    app.router.add_post(PATH, _press)


async def _look(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        link = _link(request)
        return _page(link, await read_unsubscribe_link(hub, link))
    except NotFound:
        return _wrong(request)
    except Exception as error:
        refusal = as_hub_error(hub, error, "unsubscribing")
        return web.Response(text=refusal.message, status=refusal.status, content_type="text/plain")


async def _press(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        link = _link(request)
        found = await read_unsubscribe_link(hub, link)
        system = system_of(Scope(link.a))
        await unsubscribe(hub, system, Unsubscribe(found.contact))
        return _page(link, msgspec.structs.replace(found, done=True))
    except NotFound:
        return _wrong(request)
    except Exception as error:
        refusal = as_hub_error(hub, error, "unsubscribing")
        return web.Response(text=refusal.message, status=refusal.status, content_type="text/plain")


def _link(request: web.Request) -> UnsubscribeLink:
    try:
        return msgspec.convert(dict(request.query), UnsubscribeLink, strict=False)
    except msgspec.ValidationError:
        raise NotFound from None


def _page(link: UnsubscribeLink, found: Unsubscribing) -> web.Response:
    words = words_in(link.l, "pages")
    if found.done:
        text = words("unsubscribedText", company=found.company)
        return page(link.l, found.company, words("unsubscribedTitle"), text)
    text = words("unsubscribeText", company=found.company)
    return page(link.l, found.company, words("unsubscribeTitle"), text, button(words("unsubscribeButton")))


def _wrong(request: web.Request) -> web.Response:
    language = language_of(request)
    words = words_in(language, "pages")
    return page(language, "", words("wrongTitle"), words("wrongText"), status=404)
