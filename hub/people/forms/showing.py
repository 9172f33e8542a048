"""A form as a page gets it: in one language, without what is nobody's business but the company's."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from hub.accounts.grants import FORMS_FILL
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.forms.fields import Field, Kind, Language, Text, said
from hub.people.forms.forms import Display, Id, Look, Popup, Shown
from hub.people.forms.tallies import Tallies
from hub.people.forms.traps import LEAST, form_token
from storage.engine import Document, Scope


class OpenForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Which form, and in which language."""

    form: Id
    language: Language = "en"


class ShownChoice(Struct, frozen=True):
    """An answer to choose from."""

    value: str
    label: str


class ShownField(Struct, frozen=True):
    """A question as people see it."""

    key: str
    kind: Kind
    label: str
    help: str
    placeholder: str
    required: bool
    longest: int | None
    least: float | None
    most: float | None
    pattern: str
    choices: list[ShownChoice]
    parameter: str


class ShownForm(Struct, frozen=True):
    """A form as a page shows it. `token` goes back with the answers, and not before `wait` milliseconds are over."""

    id: int
    title: str
    intro: str
    button: str
    fields: list[ShownField]
    display: Display
    look: Look
    token: str
    wait: int


class PopupRule(Struct, frozen=True):
    """A form that shows itself, and when."""

    form: int
    rules: Popup


@verb(FORMS_FILL)
async def open_form(hub: Hub, actor: Actor, asked: OpenForm) -> ShownForm:
    """Return a form to fill in, and count that it was shown. Raises NotFound, also for one that is switched off."""
    document = await form_that_is_on(hub, actor.scope, asked.form)
    hub.part(Tallies).count(actor.scope.app, asked.form, "views")
    return shown_form(hub, actor.scope.app, document, asked.language)


async def form_that_is_on(hub: Hub, scope: Scope, id: int) -> Document:
    """Return the stored form. Raises NotFound."""
    for document in await hub.part(Shown).of(scope):
        if document["id"] == id:
            return document
    raise NotFound("There is no form by that id, or it is switched off.")


async def popups(hub: Hub, app: int) -> list[PopupRule]:
    """Return the forms of an application that show themselves."""
    found = await hub.part(Shown).of(Scope(app))
    return [
        PopupRule(each["id"], msgspec.convert(each["popup"], Popup)) for each in found if each["display"] == "popup"
    ]


def shown_form(hub: Hub, app: int, document: Document, language: Language) -> ShownForm:
    """Return a stored form as a page shows it."""

    def words(text: Text) -> str:
        return said(text, language)

    return ShownForm(
        id=document["id"], title=words(document["title"]), intro=words(document["intro"]),
        button=words(document["button"]), fields=[_field(each, language) for each in fields_of(document)],
        display=document["display"], look=msgspec.convert(document["look"], Look),
        token=form_token(hub, app, document["id"]), wait=LEAST,
    )  # fmt: skip


def fields_of(document: dict[str, Any]) -> list[Field]:
    """Return the fields of a stored form."""
    return msgspec.convert(document["fields"], list[Field])


def _field(field: Field, language: Language) -> ShownField:
    return ShownField(
        key=field.key, kind=field.kind, label=said(field.label, language), help=said(field.help, language),
        placeholder=said(field.placeholder, language), required=field.required, longest=field.longest,
        least=field.least, most=field.most, pattern=field.pattern,
        choices=[ShownChoice(each.value, said(each.label, language) or each.value) for each in field.choices],
        parameter="" if field.value else field.parameter,
    )  # fmt: skip
