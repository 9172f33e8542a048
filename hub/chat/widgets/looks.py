"""What a page gets of the widgets: all that it needs to show the right one at once, and nothing that is not for everybody.

Conditions on contacts are not told. A widget that has some says so (`asks`), and the session names those that the contact
may see.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from hub.accounts.team import Team
from hub.chat.collections import ATTACHMENTS, WIDGETS
from hub.chat.links import attachment_of
from hub.chat.widgets.settings import USUAL, WidgetSettings, WidgetWords
from hub.chat.widgets.variables import DARK, kind_of
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.people.among import holds_for
from hub.people.contacts import get_contact
from storage.engine import Document, Scope

DEFAULT = "default"
_ICONS = {
    "question": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M12 16.5v.1",
    "hand": "M8 13V5.5a1.5 1.5 0 0 1 3 0V12m0-6.500v-2a1.5 1.500 0 0 1 3 0V12m0-6.500a1.5 1.5 0 0 1 3 0V12m0-4.500a1.5 "
    "1.5 0 0 1 3 0V16a6 6 0 0 1-6 6h-2a6 6 0 0 1-5-2.700C6.700 18.800 5.300 16.300 3 12.200a1.500 1.500 0 0 1 2.600-1.500L8 14",
    "mail": "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1ZM3.500 7.500 12 13l8.500-5.500",
}


class LookRules(Struct, frozen=True, omit_defaults=True):
    """Where and when, as far as a page can tell by itself. `open`: whether it shows now, until `turns` (milliseconds)."""

    urls: list[str] = []
    not_on: list[str] = []
    device: str = "all"
    delay: int = 0
    scroll: int = 0
    open: bool = True
    turns: int | None = None
    asks: bool = False


class Look(Struct, frozen=True, omit_defaults=True):
    """A widget as a page gets it. `css` and `classes` are composed here, of checked values alone.

    path       what is drawn on the launcher
    selector   the element of the page that it stands in
    """

    key: str
    css: str = ""
    classes: str = ""
    texts: dict[str, dict[str, str]] = {}
    path: str = ""
    hidden: bool = False
    logo: str = ""
    selector: str = ""
    form: int | None = None
    rules: LookRules | None = None


class LookList(Struct, frozen=True):
    """The widgets of an application that are switched on, in the order in which they are tried."""

    widgets: list[Look]


class Widgets(Kept[list[Document]]):
    """The widgets of the applications whose visitors this node serves, the default one last: every page asks for them."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "widgets", _read)


async def _read(hub: Hub, scope: Scope) -> list[Document]:
    found = (await hub.store.find(scope, WIDGETS, limit=1000)).items
    return sorted(found, key=lambda each: (each["key"] == DEFAULT, each["id"]))


def settings_of(document: Document | None) -> WidgetSettings:
    """Return what is stored of a widget; the usual where nothing is."""
    if document is None:
        return USUAL
    given = {name: document[name] for name in WidgetSettings.__struct_fields__ if name in document}
    return msgspec.convert(given, WidgetSettings)


async def looks_of(hub: Hub, app: int) -> LookList:
    """Return what pages of an application show."""
    stored = await hub.part(Widgets).of(app)
    found = [
        await look_of(hub, app, each["key"], settings_of(each))
        for each in stored
        if each["on"] or each["key"] == DEFAULT
    ]
    if not stored or stored[-1]["key"] != DEFAULT:
        found.append(Look(DEFAULT))
    return LookList(found)


async def look_of(hub: Hub, app: int, key: str, settings: WidgetSettings) -> Look:
    """Return a widget as a page gets it."""
    has_launcher = settings.launcher != "none" and settings.on
    classes = [*([settings.side] if settings.side == "left" else []), *([settings.mode] if settings.mode != "window" else []),
               *([settings.theme] if settings.theme != "auto" else [])]  # fmt: skip
    return Look(
        key=key, css=css_of(settings), classes=" ".join(classes), path=_ICONS.get(settings.launcher, ""),
        texts={name: said for name in ("en", "pl") if (said := _texts(getattr(settings.texts, name)))},
        hidden=not has_launcher, logo=await logo_url(hub, app, settings.logo),
        selector=settings.place if settings.mode == "inline" else "", form=settings.form,
        rules=await _rules(hub, app, settings),
    )  # fmt: skip


_PHRASES = {
    "title": "title", "greeting": "welcome", "intro": "welcomeMore", "placeholder": "placeholder", "offline": "offlineIntro",
    "launcher": "launcher",
}  # fmt: skip
"""By which name of its catalogue the widget says each text."""


def _texts(words: WidgetWords) -> dict[str, str]:
    return {phrase: said for name, phrase in _PHRASES.items() if (said := getattr(words, name).strip())}


def css_of(settings: WidgetSettings) -> str:
    """Return the variables as CSS: a page's own accent still wins."""
    light, dark = {}, {}
    if settings.accent:
        light["accent"] = f"var(--switchboard-accent,{settings.accent})"
    if settings.accent_dark or settings.accent:
        dark["accent"] = f"var(--switchboard-accent,{settings.accent_dark or settings.accent})"
    if (settings.x, settings.y) != (20, 20):
        light |= {"x": f"{settings.x}px", "y": f"{settings.y}px"}
    for name, value in sorted(settings.variables.items()):
        if kind_of(name) is None:
            continue  # of an older version
        if name.endswith(DARK):
            dark[name.removesuffix(DARK)] = value
        else:
            light[name] = value
    if settings.theme == "dark":
        return _block(light | dark)
    day = _block(light)
    return (
        day if settings.theme == "light" or not dark else day + f"@media(prefers-color-scheme:dark){{{_block(dark)}}}"
    )


def _block(variables: dict[str, str]) -> str:
    body = "".join(f"--{name}:{value};" for name, value in variables.items())
    return f".root.root.root{{{body}}}" if body else ""


async def logo_url(hub: Hub, app: int, id: int | None) -> str:
    """Return the path of a logo; an empty one where there is none."""
    document = await hub.store.get(Scope(app), ATTACHMENTS, id) if id is not None else None
    if document is None or not document["ready"]:
        return ""
    file = attachment_of(hub, app, document)
    return file.thumbnail or file.url


async def _rules(hub: Hub, app: int, settings: WidgetSettings) -> LookRules | None:
    rules = settings.rules
    is_open, turns = True, None
    if rules.hours == "open":
        hours, now = (await hub.part(Team).of(app)).hours, hub.clock.now()
        is_open = hours.open_at(now)
        if hours.on:
            turns = hours.closes(now) if is_open else hours.opens(now)
    found = LookRules(
        rules.urls, rules.not_on, rules.device, rules.delay, rules.scroll, is_open, turns, asks=rules.where is not None
    )
    return None if found == LookRules() else found


async def widgets_for(hub: Hub, app: int, contact: int | None) -> list[str] | None:
    """Return the keys of the widgets whose conditions a contact fulfils; None where no widget has any.

    Of somebody who only says who they are, nothing is told: they fulfil none.
    """
    asking = [each for each in await hub.part(Widgets).of(app) if each["rules"].get("where") is not None]
    if not asking:
        return None
    if contact is None:
        return []
    scope = Scope(app)
    document = await get_contact(hub, scope, contact)
    return [each["key"] for each in asking if await holds_for(hub, scope, each["rules"]["where"], document)]
