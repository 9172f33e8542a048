"""/setup: the page of the first start, which makes the first application. Without scripts; closed for ever afterwards."""

from __future__ import annotations

from html import escape

from aiohttp import web

from hub.accounts.passwords import SHORTEST
from hub.accounts.setting_up import SetUp, is_empty, may_set_up, set_up
from hub.core.errors import HubError
from hub.doors.keys import HUB
from hub.doors.web.pages import language_of, page

_WORDS = {
    "en": {
        "title": "Welcome to Switchboard", "text": "Make your first application and its owner. You can change all of it later.",
        "name": "Name of the company or website", "agent_name": "Your name", "email": "Your e-mail address",
        "password": f"Password, at least {SHORTEST} characters", "go": "Begin",
        "closed": "This page is closed", "why": "The first start is done, or the address is not the one that the server printed "
        "when it started. Look into its output, or sign in.",
        "done": "All is set up", "next": "Sign in with your address and password. The panel leads you through the first hour.",
        "panel": "Open the panel",
    },
    "pl": {
        "title": "Witaj w Switchboard", "text": "Utwórz pierwszą aplikację i jej właściciela. Wszystko można później zmienić.",
        "name": "Nazwa firmy lub strony", "agent_name": "Twoje imię i nazwisko", "email": "Twój adres e-mail",
        "password": f"Hasło, co najmniej {SHORTEST} znaków", "go": "Zaczynamy",
        "closed": "Ta strona jest zamknięta", "why": "Pierwsze uruchomienie już się odbyło albo to nie jest adres, który serwer "
        "wypisał przy starcie. Zajrzyj do jego komunikatów albo zaloguj się.",
        "done": "Gotowe", "next": "Zaloguj się swoim adresem i hasłem. Panel poprowadzi Cię przez pierwszą godzinę.",
        "panel": "Otwórz panel",
    },
}  # fmt: skip
_FIELDS = (("name", "text", "organization"), ("agent_name", "text", "name"), ("email", "email", "email"),
           ("password", "password", "new-password"))  # fmt: skip


def add_routes(app: web.Application) -> None:
    """Serve the page."""
    app.router.add_get("/setup", _show)
    app.router.add_post("/setup", _make)


async def front_door(request: web.Request) -> web.Response:
    """Lead to the panel; to the page of the first start where there is nothing yet."""
    raise web.HTTPFound("/setup" if await is_empty(request.app[HUB]) else "/panel/")


async def _show(request: web.Request) -> web.Response:
    words = _WORDS[language_of(request)]
    token = request.query.get("token", "")
    if not await may_set_up(request.app[HUB], token):
        return page(language_of(request), "Switchboard", words["closed"], words["why"], _link(words["panel"]), 403)
    return _form(request, token, {})


async def _make(request: web.Request) -> web.Response:
    words, language = _WORDS[language_of(request)], language_of(request)
    form = {name: str(value) for name, value in (await request.post()).items()}
    token = form.get("token", "")
    try:
        name, agent, email, password = (form.get(name, "") for name, _, _ in _FIELDS)
        given = SetUp(name, agent, email, password, "pl" if language == "pl" else "en")
        await set_up(request.app[HUB], token, given)
    except HubError as error:
        if error.code == "forbidden":
            return page(language, "Switchboard", words["closed"], words["why"], _link(words["panel"]), 403)
        return _form(request, token, form, error.message)
    return page(language, "Switchboard", words["done"], words["next"], _link(words["panel"]))


def _form(request: web.Request, token: str, given: dict[str, str], wrong: str = "") -> web.Response:
    words = _WORDS[language_of(request)]
    least = f'minlength="{SHORTEST}"'
    rows = "".join(
        f'<label>{escape(words[name])}<input name="{name}" type="{type}" autocomplete="{fills}" required maxlength="254" '
        f'{least if type == "password" else ""} value="{escape(given.get(name, "") if type != "password" else "")}"></label>'
        for name, type, fills in _FIELDS
    )
    problem = f'<p role="alert">{escape(wrong)}</p>' if wrong else ""
    form = (
        f'<form method="post" action="/setup"><input type="hidden" name="token" value="{escape(token)}">{rows}{problem}'
        f"<button>{escape(words['go'])}</button></form>"
    )
    return page(language_of(request), "Switchboard", words["title"], words["text"], form, 400 if wrong else 200)


def _link(label: str) -> str:
    return f'<a href="/panel/settings/start">{escape(label)}</a>'
