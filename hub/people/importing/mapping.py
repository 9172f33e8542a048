"""The columns of a file as attributes of contacts: by name, whatever its case, in English and Polish; unknown ones become
attributes of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from hub.accounts.applications import check_email
from hub.core.errors import InvalidPayload
from hub.people.attributes import MOST, provisional
from hub.people.standard import Attribute, KeptType, ValueType
from hub.people.values import checked_value
from hub.people.vocabulary import Vocabulary, std_of
from storage.engine import Document
from storage.filters import fold

_SPELLINGS = {
    "email": ("e-mail", "mail", "email address", "e-mail address", "adres e-mail", "adres email", "poczta"),
    "custom_id": ("custom id", "customer id", "external id", "user id", "user_id", "identyfikator", "id klienta"),
    "first_name": ("first name", "firstname", "given name", "imie"),
    "last_name": ("last name", "lastname", "surname", "family name", "nazwisko"),
    "name": ("full name", "fullname", "imie i nazwisko"),
    "phone_number": ("phone", "phone number", "telephone", "mobile", "telefon", "numer telefonu", "komorka"),
    "city": ("town", "miasto", "miejscowosc"),
    "region": ("state", "province", "wojewodztwo"),
    "country": ("kraj", "panstwo"),
    "gender": ("sex", "plec"),
    "timezone": ("time zone", "strefa czasowa"),
}
_BY_SPELLING = {fold(word): std for std, spellings in _SPELLINGS.items() for word in spellings}
_NEVER = {"id", "key", "tags", "lists", "segments", "group", "companies", "import_row", "import_reason"}
"""Columns of our own exports and of files of refused rows that are no attributes."""
_SEPARATORS = re.compile(r"[;,|]")
_GUARDED = re.compile(r"^'[=+\-@\t\r]")
"""A cell that an export made harmless; the quote before it is no part of the value."""

Read = Callable[[str], Any]


class Column(Struct, frozen=True):
    """A column of the file, the attribute that it goes to (None leaves it out), and whether that is a new one."""

    header: str
    attribute: str | None
    type: KeptType | None = None
    new: bool = False


def guess(words: Vocabulary, headers: Sequence[str], types: Sequence[ValueType]) -> list[Column]:
    """Return what the names of the columns say: those without a name, or that can't be set, are left out."""
    columns = []
    for header, type in zip(headers, types, strict=True):
        known = words.attribute("contact", _BY_SPELLING.get(fold(header), header))
        if not header or fold(header) in _NEVER or (known is not None and not known.writable):
            columns.append(Column(header, None))
        elif known is not None:
            columns.append(Column(header, known.std, known.type))
        else:
            columns.append(Column(header, header, type, True))
    return columns


def choose(
    words: Vocabulary, headers: Sequence[str], types: Sequence[ValueType], chosen: Sequence[str | None]
) -> list[Column]:
    """Return the columns by the names that somebody chose for them. Raises InvalidPayload."""
    if len(chosen) != len(headers):
        raise InvalidPayload(f"`mapping` has {len(chosen)} names for {len(headers)} columns; null leaves one out.")
    columns = []
    for header, type, name in zip(headers, types, chosen, strict=True):
        if name is None:
            columns.append(Column(header, None))
            continue
        known = words.attribute("contact", name)
        if known is None:
            columns.append(Column(header, name, type, True))
        elif known.writable:
            columns.append(Column(header, known.std, known.type))
        else:
            raise InvalidPayload(f"`{known.std}` follows from what happens and can't be set.")
    return columns


def check(words: Vocabulary, columns: Sequence[Column]) -> None:
    """Raise InvalidPayload where columns go to the same attribute, to none at all, or make too many new ones."""
    seen: dict[str, int] = {}
    for place, column in enumerate(columns, 1):
        if column.attribute is None:
            continue
        if column.new:
            provisional("contact", column.attribute, "")
        std = std_of(column.attribute)
        if std in seen:
            raise InvalidPayload(
                f"Columns {seen[std]} and {place} are both `{column.attribute[:64]}`. Leave one of them out."
            )
        seen[std] = place
    if not seen:
        raise InvalidPayload("No column goes to an attribute, so there is nothing to import.")
    if len(words.own_attributes("contact")) + sum(column.new for column in columns) > MOST:
        raise InvalidPayload(f"With the new columns there would be more than {MOST} attributes.")


class Fields:
    """Reads the fields of a contact from a row."""

    def __init__(self, words: Vocabulary, columns: Sequence[Column]) -> None:
        self._width = len(columns)
        self._reads: list[tuple[int, str, Read]] = []
        for place, column in enumerate(columns):
            if column.attribute is None:
                continue
            attribute = words.attribute("contact", column.attribute)
            if attribute is None:  # a dry run makes none
                kind = column.type or "string"
                attribute = Attribute(
                    0, "contact", column.attribute, std_of(column.attribute), kind, f"attrs.{column.attribute}"
                )
            self._reads.append((place, attribute.path, _reader(attribute)))

    def of(self, cells: list[str]) -> Document:
        """Return the fields that a row sets; an empty cell sets none. Raises InvalidPayload."""
        width = len(cells)
        if width > self._width and any(cell.strip() for cell in cells[self._width :]):
            raise InvalidPayload(f"The row has {width} cells where the header has {self._width}.")
        fields: Document = {}
        for place, path, read in self._reads:
            if place < width:
                text = cells[place].strip()
                if text:
                    if text[0] == "'" and _GUARDED.match(text):
                        text = text[1:]
                    fields[path] = read(text)
        return fields


def _reader(attribute: Attribute) -> Read:
    if attribute.path == "email":
        return check_email
    if attribute.type == "string":
        longest, std = attribute.longest, attribute.std

        def read(text: str) -> str:
            if len(text) > longest:
                raise InvalidPayload(f"`{std}` is longer than {longest:,} characters.")
            return text

        return read
    if attribute.type == "fixed" and attribute.multiple:
        return lambda text: checked_value(attribute, [part.strip() for part in _SEPARATORS.split(text)])
    if attribute.type == "json":
        return lambda text: checked_value(attribute, _json(attribute, text))
    return lambda text: checked_value(attribute, text)


def _json(attribute: Attribute, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise InvalidPayload(f"`{attribute.std}` takes JSON.") from None
