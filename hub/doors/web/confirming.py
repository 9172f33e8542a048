"""The page that the link of a confirmation mail opens: one button. Opening it changes nothing, pressing it does."""

from __future__ import annotations

import base64
import hashlib
from html import escape

import msgspec
from aiohttp import web

from hub.accounts.grants import SYSTEM
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.words import words_in
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.people.forms.confirming import PATH, Confirmation, ConfirmSubmission, Link, confirm_submission, read_link
from storage.engine import Scope

_STYLE = """
:root{color-scheme:light dark;--text:#181c26;--muted:#5f6778;--ground:#f5f6f8;--paper:#fff;--line:#e0e3ea;\
--accent:#4f46e5;--on:#fff}
@media(prefers-color-scheme:dark){:root{--text:#eceef3;--muted:#a3abbb;--ground:#10131a;--paper:#1f2430;--line:#2e3545;\
--accent:#8b8cf8;--on:#10131a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:20px;background:var(--ground);color:var(--text);\
font:16px/1.5 system-ui,sans-serif}
main{width:min(440px,100%);padding:32px;background:var(--paper);border:1px solid var(--line);border-radius:16px}
small{color:var(--muted);font-size:14px}
h1{font-size:22px;line-height:1.3;margin:4px 0 8px}
p{margin:0 0 24px;overflow-wrap:anywhere}
p:last-child{margin:0}
button{font:inherit;font-weight:600;min-height:44px;padding:0 20px;border:0;border-radius:8px;background:var(--accent);\
color:var(--on);cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
"""
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer"><title>{title}</title>
<style>{style}</style></head>
<body><main><small>{company}</small><h1>{title}</h1><p>{text}</p>{button}</main></body></html>
"""


def add_routes(app: web.Application) -> None:
    """Serve the page."""
    app.router.add_get(PATH, _look)
    app.router.add_post(PATH, _press)


async def _look(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        found, _ = await read_link(hub, _link(request))
    except Exception as error:
        as_hub_error(hub, error, "confirmation")
        return _wrong(request)
    return _page(found)


async def _press(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        link = _link(request)
        found, submission = await read_link(hub, link)
        if found.status == "asked" and submission is not None:
            system = Actor("system", 0, "Switchboard", Scope(link.a), SYSTEM)
            await confirm_submission(hub, system, ConfirmSubmission(submission["id"]))
            found = msgspec.structs.replace(found, status="confirmed")
    except NotFound:
        return _wrong(request)
    except Exception as error:
        refusal = as_hub_error(hub, error, "confirmation")
        return web.Response(text=refusal.message, status=refusal.status, content_type="text/plain")
    if found.status == "confirmed" and found.redirect:
        raise web.HTTPSeeOther(found.redirect, headers={"Referrer-Policy": "no-referrer"})
    return _page(found)


def _link(request: web.Request) -> Link:
    """Return the address as a link. Raises NotFound for anything that is none."""
    try:
        return msgspec.convert(dict(request.query), Link, strict=False)
    except msgspec.ValidationError:
        raise NotFound from None


def _page(found: Confirmation) -> web.Response:
    words = words_in(found.language, "pages")
    holes = {"company": found.company, "form": found.form}
    button = f'<form method="post"><button>{escape(words("confirmButton"))}</button></form>'
    title, text = {
        "asked": ("confirmTitle", "confirmAsk"), "confirmed": ("confirmedTitle", "confirmedText"),
        "expired": ("expiredTitle", "expiredText"), "gone": ("goneTitle", "goneText"),
    }[found.status]  # fmt: skip
    said = found.text if found.status == "confirmed" and found.text else words(text, **holes)
    status = {"expired": 410, "gone": 410}.get(found.status, 200)
    return _html(found.language, found.company, words(title), said, button if found.status == "asked" else "", status)


def _wrong(request: web.Request) -> web.Response:
    language = "pl" if request.headers.get("Accept-Language", "").lower().startswith("pl") else "en"
    words = words_in(language, "pages")
    return _html(language, "", words("wrongTitle"), words("wrongText"), "", 404)


def _html(language: str, company: str, title: str, text: str, button: str, status: int) -> web.Response:
    body = _PAGE.format(
        language=language, company=escape(company), title=escape(title), text=escape(text).replace("\n", "<br>"),
        style=_STYLE, button=button,
    )  # fmt: skip
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(text=body, status=status, content_type="text/html", headers=headers)
