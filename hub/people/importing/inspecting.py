"""What a file holds: its header, how many rows, and of which type the values of each column are. Reads all of it once,
so that whatever is broken is known before the first contact is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from hub.core.errors import InvalidPayload
from hub.people.editing import MOST_AT_ONCE
from hub.people.importing.reading import Form, rows
from hub.people.standard import ValueType

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
_FLOAT = re.compile(r"-?(0|[1-9]\d{0,17})[.,]\d{1,17}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_WORDS = {"true", "false", "yes", "no", "tak", "nie"}
_LONGEST_HEADER = 200
_SHOWN = 5


class Inspection(Struct, frozen=True):
    """The header of a file, the type of each column by its values, how many rows there are, and the first ones."""

    headers: list[str]
    types: list[ValueType]
    rows: int
    first: list[list[str]]


def inspect(path: Path, form: Form) -> Inspection:
    """Read a whole file. Raises InvalidPayload where something in it can't be read."""
    found = rows(path, form)
    headers = _header(found)
    kinds: list[ValueType | None] = [None] * len(headers)
    open_ones = list(range(len(headers)))
    count = 0
    first: list[list[str]] = []
    for _, cells in found:
        count += 1
        if len(first) < _SHOWN:
            first.append([cell[:_LONGEST_HEADER] for cell in cells[: len(headers)]])
        width = len(cells)
        decided = False
        for place in open_ones:
            text = cells[place].strip() if place < width else ""
            if text:
                kinds[place] = kind = _both(kinds[place], _kind_of(text))
                decided = decided or kind == "string"
        if decided:
            open_ones = [place for place in open_ones if kinds[place] != "string"]
    if not count:
        raise InvalidPayload("The file has a header and no rows.")
    return Inspection(headers, [kind or "string" for kind in kinds], count, first)


def _header(found: Iterator[tuple[int, list[str]]]) -> list[str]:
    _, cells = next(found, (0, []))
    headers = [cell.strip() for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise InvalidPayload("The first row has to name the columns.")
    if len(headers) > MOST_AT_ONCE:
        raise InvalidPayload(f"The file has {len(headers):,} columns; at most {MOST_AT_ONCE} can be imported at once.")
    for place, header in enumerate(headers, 1):
        if len(header) > _LONGEST_HEADER:
            raise InvalidPayload(f"The name of column {place} is longer than {_LONGEST_HEADER} characters.")
        if "@" in header and "." in header.rpartition("@")[2]:
            raise InvalidPayload(f"The first row has to name the columns; {header[:60]!r} looks like a value.")
    return headers


def _kind_of(text: str) -> ValueType:
    if text[0].isdigit() or text[0] == "-":
        if _INTEGER.fullmatch(text):
            return "integer"
        if _FLOAT.fullmatch(text):
            return "float"
        try:
            if _DATE.fullmatch(text):
                date.fromisoformat(text)
                return "date"
            if _DATE.match(text):
                datetime.fromisoformat(text)
                return "datetime"
        except ValueError:
            pass
    return "boolean" if text.lower() in _WORDS else "string"


def _both(one: ValueType | None, other: ValueType) -> ValueType:
    """Return the type that holds values of both."""
    if one is None or one == other:
        return other
    if {one, other} == {"integer", "float"}:
        return "float"
    return "datetime" if {one, other} == {"date", "datetime"} else "string"
