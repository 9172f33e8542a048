"""The verbs: widgets are listed, made, changed, tried and deleted. There is always a default one, also before anybody said so."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import WIDGETS_MANAGE
from hub.chat.attachments import erase_attachments, stored_attachment
from hub.chat.collections import ATTACHMENTS, WIDGETS
from hub.chat.widgets.contrast import WidgetContrast, contrast_of
from hub.chat.widgets.looks import DEFAULT, Look, Widgets, logo_url, look_of, settings_of
from hub.chat.widgets.settings import WidgetRules, WidgetSettings
from hub.chat.widgets.variables import check_variables
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree
from hub.people.forms.forms import stored_form
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, Missing, Scope

MOST = 50
UNSTORED = 0
"""The id of the default widget until it is changed for the first time."""
Id = Annotated[int, Meta(ge=0, le=2**53)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]


class NewWidget(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A widget to be made."""

    name: Name
    settings: WidgetSettings = WidgetSettings()


class WidgetChange(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of a widget; what is absent stays as it is. `settings` are given as a whole or in part."""

    widget: Id
    name: Name | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET


class WidgetRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which widget."""

    widget: Id


class WidgetTry(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings that nobody has saved yet."""

    settings: WidgetSettings


class Widget(Struct, frozen=True):
    """A widget as the panel shows it. `key` is what a snippet names; `logo_url` is a path on this server."""

    id: int
    key: str
    name: str
    settings: WidgetSettings
    logo_url: str
    updated: str | None


class WidgetList(Struct, frozen=True):
    """All widgets, in the order in which a page tries them: the default one last."""

    widgets: list[Widget]


class TriedWidget(Struct, frozen=True):
    """How a page would get it, and whether people could read it in light and in dark."""

    look: Look
    light: WidgetContrast
    dark: WidgetContrast


@verb(WIDGETS_MANAGE)
async def list_widgets(hub: Hub, actor: Actor) -> WidgetList:
    """Return all widgets."""
    stored = await hub.part(Widgets).of(actor.scope.app)
    found = [await _shown(hub, actor, each) for each in stored]
    if not stored or stored[-1]["key"] != DEFAULT:
        found.append(await _shown(hub, actor, _default()))
    return WidgetList(found)


@verb(WIDGETS_MANAGE)
async def get_widget(hub: Hub, actor: Actor, which: WidgetRef) -> Widget:
    """Return a widget. Raises NotFound."""
    return await _shown(hub, actor, await _stored(hub, actor.scope, which.widget))


@verb(WIDGETS_MANAGE)
async def create_widget(hub: Hub, actor: Actor, new: NewWidget) -> Widget:
    """Make a widget. Raises InvalidPayload, naming what does not fit, and NotFound for a form or a logo that is not there."""
    scope = Scope(actor.scope.app)
    if len(await hub.part(Widgets).of(scope.app)) >= MOST:
        raise InvalidPayload(f"There are at most {MOST} widgets. Delete one first.")
    document = {
        **await _checked(hub, scope, new.settings), "id": await hub.ids.next("widget"), "key": hub.ids.token(6),
        "name": _name(new.name), "updated": hub.clock.now(),
    }  # fmt: skip
    batch = Batch(scope)
    batch.insert(WIDGETS, document)
    _keep_logo(batch, document, None)
    await hub.commit(batch)
    hub.part(Widgets).changed(scope.app)
    return await _shown(hub, actor, document)


@verb(WIDGETS_MANAGE)
async def change_widget(hub: Hub, actor: Actor, change: WidgetChange) -> Widget:
    """Change a widget; pages know it within a minute. Raises NotFound, InvalidPayload, Conflict."""
    scope = Scope(actor.scope.app)
    before = await _stored(hub, scope, change.widget)
    fields: Document = {"updated": hub.clock.now()}
    if change.name is not UNSET:
        fields["name"] = _name(change.name)
    if change.settings is not UNSET:
        whole = msgspec.to_builtins(settings_of(before)) | change.settings
        fields |= await _checked(hub, scope, msgspec.convert(whole, WidgetSettings))
    batch = Batch(scope)
    if before["id"] == UNSTORED:
        after = before | fields | {"id": await hub.ids.next("widget")}
        batch.claim("widget.default", DEFAULT, after["id"])
        batch.insert(WIDGETS, after)
    else:
        batch.patch(WIDGETS, before["id"], set=fields)
        after = before | fields
    _keep_logo(batch, after, before)
    try:
        outcome = await hub.commit(batch)
    except Missing:
        raise NotFound from None
    hub.part(Widgets).changed(scope.app)
    if outcome.existing:  # somebody else changed the default for the first time at this very moment
        raise Conflict
    await _drop_logo(hub, scope, before, after)
    return await _shown(hub, actor, after)


@verb(WIDGETS_MANAGE)
async def delete_widget(hub: Hub, actor: Actor, which: WidgetRef) -> None:
    """Delete a widget: pages that name it show the one that fits. Raises NotFound, and InvalidPayload for the default one."""
    scope = Scope(actor.scope.app)
    before = await _stored(hub, scope, which.widget)
    if before["key"] == DEFAULT:
        raise InvalidPayload(
            "The default widget stays: switch it off where it should not show.", reason="widget_default"
        )
    batch = Batch(scope)
    batch.delete(WIDGETS, before["id"])
    await hub.commit(batch)
    hub.part(Widgets).changed(scope.app)
    await _drop_logo(hub, scope, before, {})


@verb(WIDGETS_MANAGE)
async def try_widget(hub: Hub, actor: Actor, tried: WidgetTry) -> TriedWidget:
    """Return how settings would look, without keeping them. Raises InvalidPayload and NotFound as making one does."""
    await _checked(hub, Scope(actor.scope.app), tried.settings)
    look = await look_of(hub, actor.scope.app, "tried", tried.settings)
    return TriedWidget(look, contrast_of(tried.settings, "light"), contrast_of(tried.settings, "dark"))


async def _checked(hub: Hub, scope: Scope, settings: WidgetSettings) -> Document:
    """Return settings as they are stored. Raises InvalidPayload, NotFound."""
    for language in (settings.texts.en, settings.texts.pl):
        for name in language.__struct_fields__:
            check_text(getattr(language, name), f"texts.{name}")
    check_variables(settings.variables)
    _check_place(settings)
    await _check_rules(hub, scope, settings.rules)
    if settings.form is not None:
        await stored_form(hub, scope, settings.form)
    if settings.logo is not None:
        logo = await stored_attachment(hub, scope.app, settings.logo)
        if not logo.get("thumbnail"):
            raise InvalidPayload("A logo is a picture: PNG, JPEG, GIF or WebP.", reason="widget_logo")
    document: Document = msgspec.to_builtins(settings)
    return document


def _check_place(settings: WidgetSettings) -> None:
    check_text(settings.place, "place")
    if settings.mode == "inline" and not settings.place.strip():
        raise InvalidPayload("A chat in the page needs the element that it stands in.", reason="widget_place")


async def _check_rules(hub: Hub, scope: Scope, rules: WidgetRules) -> None:
    for glob in (*rules.urls, *rules.not_on):
        check_text(glob, "rules.urls")
    if rules.where is not None:
        read_tree(rules.where).check(World(await vocabulary(hub, scope), hub.clock.now()))


def _name(name: str) -> str:
    name = check_text(name, "name").strip()
    if not name:
        raise InvalidPayload("The widget needs a name.")
    return name


def _keep_logo(batch: Batch, after: Document, before: Document | None) -> None:
    """A file that is named here is no leftover of a message that was never sent."""
    if after["logo"] is not None and (before is None or before["logo"] != after["logo"]):
        batch.patch(ATTACHMENTS, after["logo"], set={"message": 0})


async def _drop_logo(hub: Hub, scope: Scope, before: Document, after: Document) -> None:
    old = before["logo"]
    others = await hub.part(Widgets).of(scope.app)
    if old is not None and old != after.get("logo") and all(each["logo"] != old for each in others):
        await erase_attachments(hub, scope, [old])


async def _stored(hub: Hub, scope: Scope, id: int) -> Document:
    for each in await hub.part(Widgets).of(scope.app):
        if each["id"] == id or (id == UNSTORED and each["key"] == DEFAULT):
            return each
    if id == UNSTORED:
        return _default()
    raise NotFound("There is no widget by that id.")


def _default() -> Document:
    settings: Document = msgspec.to_builtins(settings_of(None))
    return settings | {"id": UNSTORED, "key": DEFAULT, "name": "Default", "updated": None}


async def _shown(hub: Hub, actor: Actor, document: Document) -> Widget:
    return Widget(
        document["id"], document["key"], document["name"], settings_of(document),
        await logo_url(hub, actor.scope.app, document["logo"]),
        rfc3339(document["updated"]) if document["updated"] else None,
    )  # fmt: skip
