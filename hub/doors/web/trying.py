"""/try/KEY: a bare page with the widget of an application, so that a team can talk to itself before its website does."""

from __future__ import annotations

import json
import secrets
from html import escape

from aiohttp import web

from hub.accounts.applications import application_of_widget
from hub.core.errors import HubError
from hub.doors.keys import HUB
from hub.doors.web.pages import language_of

_WORDS = {
    "en": (
        "Try the chat of {name}",
        "Write in the corner as a visitor would, and answer in the panel. Only your team sees it.",
    ),
    "pl": ("Wypróbuj czat: {name}", "Napisz w rogu jak odwiedzający i odpowiedz w panelu. Widzi to tylko Twój zespół."),
}
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>{title}</title>
<link rel="icon" href="data:,"><style nonce="{nonce}">body{{margin:0;min-height:100vh;display:grid;place-items:center;\
font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}}main{{padding:24px;max-width:36rem}}h1{{font-size:22px}}\
</style></head><body><main><h1>{title}</h1><p>{text}</p></main>
<script nonce="{nonce}">window.civchat = {settings}</script><script nonce="{nonce}" src="/widget.js" async></script></body></html>
"""


def add_routes(app: web.Application) -> None:
    """Serve the page."""
    app.router.add_get("/try/{key:[A-Za-z0-9]{1,20}}", _show)


async def _show(request: web.Request) -> web.Response:
    try:
        app = await application_of_widget(request.app[HUB], request.match_info["key"])
    except HubError:
        raise web.HTTPNotFound(text="No application has this key.\n") from None
    language, nonce = language_of(request), secrets.token_urlsafe(16)
    title, text = (each.format(name=app.name) for each in _WORDS[language])
    settings = json.dumps({"apiKey": app.key}).replace("<", "\\u003c")
    html = _PAGE.format(language=language, title=escape(title), text=escape(text), settings=settings, nonce=nonce)
    return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})
