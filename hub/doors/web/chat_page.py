"""The page that the link of a chat mail opens: the chat alone, signed in as the person the mail was sent to.

What proves them does not stay in the address, where agents would read it as the page that somebody is on: the browser's
tab keeps it, so that the page can be loaded again.
"""

from __future__ import annotations

import json
from html import escape

from aiohttp import web

from hub.accounts.applications import application
from hub.core.errors import HubError
from hub.core.words import words_in
from hub.doors.keys import HUB
from hub.doors.web.pages import language_of
from hub.people.passes import PATH, read_pass

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark"><title>Switchboard</title><link rel="icon" href="data:,">
<style nonce="{nonce}">body{{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;\
background:Canvas;color:CanvasText}}main{{padding:24px;max-width:36rem}}h1{{font-size:22px;margin:0 0 8px}}</style></head>
<body><main><h1>{gone}</h1><p>{gone_text}</p></main>
<script nonce="{nonce}">{script}</script></body></html>
"""
_SCRIPT = """
const given = {given}, shelf = 'switchboard:chat'
if (given) sessionStorage.setItem(shelf, JSON.stringify(given))
const kept = given ?? ({good} ? JSON.parse(sessionStorage.getItem(shelf) ?? 'null') : null)
history.replaceState(null, '', {path})
if (kept) {{
  document.title = kept.title
  document.querySelector('h1').textContent = kept.title
  document.querySelector('p').textContent = kept.text
  window.civchat = kept.chat
  document.body.append(Object.assign(document.createElement('script'), {{ src: '/widget.js', async: true }}))
}}
"""


def add_routes(app: web.Application) -> None:
    """Serve the page."""
    app.router.add_get(PATH + "/{pass:[A-Za-z0-9._-]{1,200}}", _open)
    app.router.add_get(PATH, _again)


async def _open(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    given = request.match_info["pass"]
    try:
        found = read_pass(hub, given)
        app = await application(hub, found[0]) if found else None
    except HubError:
        app = None
    if app is None:
        return _page(request, None, 404)
    words = words_in(language_of(request), "pages")
    return _page(request, {
        "title": words("chatTitle", company=app.name), "text": words("chatText"),
        "chat": {"apiKey": app.key, "identity": given, "state": "expanded"},
    })  # fmt: skip


async def _again(request: web.Request) -> web.Response:
    return _page(request, None)


def _page(request: web.Request, given: dict[str, object] | None, status: int = 200) -> web.Response:
    language = language_of(request)
    words = words_in(language, "pages")
    nonce = request.app[HUB].ids.token(16)
    told = json.dumps(given).replace("<", "\\u003c")
    script = _SCRIPT.format(given=told, good=json.dumps(status == 200), path=json.dumps(PATH))
    body = _PAGE.format(
        language=language, nonce=nonce, script=script, gone=escape(words("chatGoneTitle")),
        gone_text=escape(words("chatGoneText")),
    )  # fmt: skip
    policy = (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "connect-src 'self' ws: wss:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(text=body, status=status, content_type="text/html", headers=headers)
