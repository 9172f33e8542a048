"""What people answered to a form as a file: a line each, a column for each question."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec
from msgspec import Struct

from hub.accounts.grants import CONTACTS_EXPORT
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS, SUBMISSIONS
from hub.people.editing import name_of
from hub.people.exporting.files import Format, Rows, Value, file_of
from hub.people.forms.fields import Field, Language, said
from hub.people.forms.forms import Id, stored_form
from storage.engine import Document, Scope
from storage.filters import Eq

_ABOUT: dict[Language, tuple[str, ...]] = {
    "en": ("Number", "When", "State", "Contact", "Who", "E-mail", "Page"),
    "pl": ("Numer", "Kiedy", "Stan", "Kontakt", "Kto", "E-mail", "Strona"),
}
_OTHER: dict[Language, str] = {"en": "Earlier questions", "pl": "Wcześniejsze pytania"}


class ExportSubmissions(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which form, as what, and in which language the line of names is."""

    form: Id
    format: Format = "csv"
    language: Language = "en"


@verb(CONTACTS_EXPORT)
async def export_submissions(hub: Hub, actor: Actor, wanted: ExportSubmissions) -> AsyncIterator[bytes]:
    """Return what people answered as a file in pieces, oldest first. Raises NotFound.

    Questions that the form asks no more stand in a column behind the others, each with its answer.
    """
    scope, language = Scope(actor.scope.app), wanted.language
    fields = msgspec.convert((await stored_form(hub, scope, wanted.form))["fields"], list[Field])
    names = [*_ABOUT[language], *(said(field.label, language) or field.key for field in fields), _OTHER[language]]
    keys = [field.key for field in fields]
    return file_of(wanted.format, names, _read(hub, scope, wanted.form, keys))


async def _read(hub: Hub, scope: Scope, form: int, keys: list[str]) -> Rows:
    async for documents in hub.store.export(scope, SUBMISSIONS, Eq("form", form)):
        contacts = await hub.store.get_many(scope, CONTACTS, {each["contact"] for each in documents})
        yield _rows(documents, contacts, keys)


def _rows(documents: list[Document], contacts: dict[int, Document], keys: list[str]) -> Iterator[list[Value]]:
    for document in documents:
        contact = contacts.get(document["contact"]) or {}
        answers = {each["key"]: each for each in document["answers"]}
        asked = [answers.pop(key)["value"] if key in answers else None for key in keys]
        yield [
            document["id"], rfc3339(document["at"]), document["status"], document["contact"],
            name_of(contact) if contact else None, contact.get("email"), document["page"], *asked,
            "; ".join(f"{each['label']}: {each['value']}" for each in answers.values()) or None,
        ]  # fmt: skip
