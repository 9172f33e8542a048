"""The verbs: widgets are listed, made, changed, tried and deleted. There is always a default one, also before anybody said so."""

from __future__ import annotations

from collections.abc import Set
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from hub.accounts.grants import WIDGETS_MANAGE
from hub.chat.attachments import erase_attachments, take_attachments
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
from hub.people.among import checked_where
from hub.people.defining import at_most, checked_name
from hub.people.forms.forms import stored_form
from hub.people.vocabulary import everything
from storage.engine import Batch, Document, GuardFailed, Missing, Outcome, Scope
from storage.filters import Eq

FORGET_LOGO = "widgets.logo"
MOST = 50
UNSTORED = 0
"""The id of the default widget until it is changed for the first time."""
Id = Annotated[int, Meta(ge=0, le=2**53)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
_ALL = frozenset(WidgetSettings.__struct_fields__)
_TOGETHER = {"mode", "place"}
_TURNS = 5
_DAY = 86_400_000


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
    """Make a widget. Raises InvalidPayload, naming what does not fit, NotFound for a form and AttachmentMissing for a logo."""
    scope = Scope(actor.scope.app)
    at_most(len(await everything(hub, scope, WIDGETS)), MOST, "widgets")
    document = {
        **await _checked(hub, actor, new.settings), "id": await hub.ids.next("widget"), "key": hub.ids.token(6),
        "name": checked_name(new.name), "updated": hub.clock.now(),
    }  # fmt: skip
    batch = Batch(scope)
    batch.insert(WIDGETS, document)
    await _turn_logo(hub, batch, None, document["logo"])
    await _commit(hub, batch)
    return await _shown(hub, actor, document)


@verb(WIDGETS_MANAGE)
async def change_widget(hub: Hub, actor: Actor, change: WidgetChange) -> Widget:
    """Change a widget; pages know it within a minute. Raises NotFound, AttachmentMissing, InvalidPayload, Conflict."""
    for _ in range(_TURNS):
        after = await _change(hub, actor, change)
        if after is not None:
            return await _shown(hub, actor, after)
    raise Conflict


async def _change(hub: Hub, actor: Actor, change: WidgetChange) -> Document | None:
    """Write what was given, and nothing else; return the widget, or None where somebody else was quicker."""
    scope = Scope(actor.scope.app)
    before = await _stored(hub, scope, change.widget)
    fields: Document = {"updated": hub.clock.now()}
    if change.name is not UNSET:
        fields["name"] = checked_name(change.name)
    if change.settings is not UNSET:
        whole = msgspec.convert(msgspec.to_builtins(settings_of(before)) | change.settings, WidgetSettings)
        new = {name for name in change.settings if name != "logo" or whole.logo != before["logo"]}
        checked = await _checked(hub, actor, whole, new)
        fields |= {name: checked[name] for name in new}
    batch = Batch(scope)
    if before["id"] == UNSTORED:
        whole_document = before | fields | {"id": await hub.ids.next("widget")}
        batch.claim("widget.default", DEFAULT, whole_document["id"])
        changed = batch.insert(WIDGETS, whole_document)
    else:
        # What was checked together, and what is let go of, is still as it was read.
        for name in ("mode", "place", "logo"):
            if name in fields or (name in _TOGETHER and fields.keys() & _TOGETHER):
                batch.guard(WIDGETS, before["id"], Eq(name, before[name]))
        changed = batch.patch(WIDGETS, before["id"], set=fields)
    if "logo" in fields:
        await _turn_logo(hub, batch, before["logo"], fields["logo"])
    try:
        outcome = await _commit(hub, batch)
    except GuardFailed:
        return None
    except Missing:
        raise NotFound from None
    document: Document | None = None if outcome.existing else outcome[changed]
    return document


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
    await _turn_logo(hub, batch, before["logo"], None)
    await _commit(hub, batch)


@verb(WIDGETS_MANAGE)
async def try_widget(hub: Hub, actor: Actor, tried: WidgetTry) -> TriedWidget:
    """Return how settings would look, without keeping them. Raises what making one does."""
    await _checked(hub, actor, tried.settings)
    look = await look_of(hub, actor.scope.app, "tried", tried.settings)
    return TriedWidget(look, contrast_of(tried.settings, "light"), contrast_of(tried.settings, "dark"))


async def forget_logo(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Erase a picture that was a logo, unless a widget shows it again (a job, a day after it was changed)."""
    logo = payload["attachment"]
    if all(each["logo"] != logo for each in await everything(hub, scope, WIDGETS)):
        await erase_attachments(hub, scope, [logo])


async def _checked(hub: Hub, actor: Actor, settings: WidgetSettings, new: Set[str] = _ALL) -> Document:
    """Return settings as they are stored, those checked that are `new`: what is gone meanwhile is in nobody's way.

    Raises InvalidPayload, NotFound, AttachmentMissing.
    """
    scope = Scope(actor.scope.app)
    if "texts" in new:
        for language in (settings.texts.en, settings.texts.pl):
            for name in language.__struct_fields__:
                check_text(getattr(language, name), f"texts.{name}")
    if "variables" in new:
        check_variables(settings.variables)
    if new & _TOGETHER:
        _check_place(settings)
    if "rules" in new:
        settings = replace(settings, rules=await _checked_rules(hub, scope, settings.rules))
    if "form" in new and settings.form is not None:
        await stored_form(hub, scope, settings.form)
    if "logo" in new and settings.logo is not None:
        await _check_logo(hub, actor, settings.logo)
    document: Document = msgspec.to_builtins(settings)
    return document


def _check_place(settings: WidgetSettings) -> None:
    check_text(settings.place, "place")
    if settings.mode == "inline" and not settings.place.strip():
        raise InvalidPayload("A chat in the page needs the element that it stands in.", reason="widget_place")


async def _checked_rules(hub: Hub, scope: Scope, rules: WidgetRules) -> WidgetRules:
    for glob in (*rules.urls, *rules.not_on):
        check_text(glob, "rules.urls")
    return replace(rules, where=await checked_where(hub, scope, rules.where))


async def _check_logo(hub: Hub, actor: Actor, id: int) -> None:
    """Raise AttachmentMissing for a file of somebody or something else; what was a logo may be one again."""
    file = await hub.store.get(Scope(actor.scope.app), ATTACHMENTS, id)
    if file is None or not _was_logo(file):
        (file,) = await take_attachments(hub, actor, [id], own=True)
    if not file.get("thumbnail"):
        raise InvalidPayload("A logo is a picture: PNG, JPEG, GIF or WebP.", reason="widget_logo")


def _was_logo(file: Document) -> bool:
    """A picture without a message is one of a modal, which says so, or a logo."""
    return file["message"] == 0 and "modal" not in file


async def _turn_logo(hub: Hub, batch: Batch, before: int | None, after: int | None) -> None:
    """Let one logo follow another: the new one is no leftover of a message, the old one stays for a day, to be taken back."""
    if after is not None:
        batch.patch(ATTACHMENTS, after, set={"message": 0})
    if before is not None and before != after:
        await hub.jobs.add(batch, FORGET_LOGO, {"attachment": before}, after=_DAY)


async def _commit(hub: Hub, batch: Batch) -> Outcome:
    outcome = await hub.commit(batch)
    hub.part(Widgets).changed(batch.scope.app)
    return outcome


async def _stored(hub: Hub, scope: Scope, id: int) -> Document:
    """Return a widget as the store has it now. Raises NotFound."""
    if id == UNSTORED:
        id = await hub.store.key(scope, "widget.default", DEFAULT) or UNSTORED
    if id == UNSTORED:
        return _default()
    document = await hub.store.get(scope, WIDGETS, id)
    if document is None:
        raise NotFound("There is no widget by that id.")
    return document


def _default() -> Document:
    settings: Document = msgspec.to_builtins(settings_of(None))
    return settings | {"id": UNSTORED, "key": DEFAULT, "name": "Default", "updated": None}


async def _shown(hub: Hub, actor: Actor, document: Document) -> Widget:
    return Widget(
        document["id"], document["key"], document["name"], settings_of(document),
        await logo_url(hub, actor.scope.app, document["logo"]),
        rfc3339(document["updated"]) if document["updated"] else None,
    )  # fmt: skip
