"""The page that the link of a confirmation mail opens: one button. Opening it changes nothing, pressing it does."""

from __future__ import annotations

import msgspec
from aiohttp import web

from hub.accounts.system import system_of
from hub.core.errors import NotFound
from hub.core.words import words_in
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.doors.web.pages import button, language_of, page
from hub.people.forms.confirming import PATH, Confirmation, ConfirmSubmission, Link, confirm_submission, read_link
from storage.engine import Scope


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
            system = system_of(Scope(link.a))
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
    title, text = {
        "asked": ("confirmTitle", "confirmAsk"), "confirmed": ("confirmedTitle", "confirmedText"),
        "expired": ("expiredTitle", "expiredText"), "gone": ("goneTitle", "goneText"),
    }[found.status]  # fmt: skip
    said = found.text if found.status == "confirmed" and found.text else words(text, **holes)
    status = {"expired": 410, "gone": 410}.get(found.status, 200)
    pressed = button(words("confirmButton")) if found.status == "asked" else ""
    return page(found.language, found.company, words(title), said, pressed, status)


def _wrong(request: web.Request) -> web.Response:
    language = language_of(request)
    words = words_in(language, "pages")
    return page(language, "", words("wrongTitle"), words("wrongText"), status=404)
