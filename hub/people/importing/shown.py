"""An import as people and keys see it."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from hub.core.clock import rfc3339
from hub.people.importing.mapping import Column
from hub.people.importing.planning import Match
from hub.people.standard import ValueType
from storage.engine import Document

State = Literal[
    "ready", "running", "checked", "paused", "stopped", "done", "failed", "undoing", "undone", "deleting"
]  # fmt: skip
COUNTS = ("created", "updated", "unchanged", "refused")


class RowError(Struct, frozen=True):
    """Why a row was refused; row 1 is the header."""

    row: int
    reason: str


class Import(Struct, frozen=True):
    """An import and how far it has come. `dry_run` tells whether the counts are of a dry run.

    types   of the columns, by their values
    sheets  of a workbook; `sheet` is the one that was read. Both are empty for a text file
    """

    id: int
    name: str
    size: int
    state: State
    dry_run: bool
    charset: str
    delimiter: str
    columns: list[Column]
    types: list[ValueType]
    first: list[list[str]]
    sheets: list[str]
    sheet: str
    match: Match
    tags: list[str]
    lists: list[int]
    rows: int
    done: int
    created: int
    updated: int
    unchanged: int
    refused: int
    rows_per_second: int
    seconds_left: int | None
    errors: list[RowError]
    problem: str | None
    deleted: int
    restored: int
    kept: int
    by: str
    created_at: str
    finished_at: str | None


def shown_import(document: Document) -> Import:
    """Return an import as it is shown."""
    done = sum(document[name] for name in COUNTS)
    rate = done * 1000 / document["worked"] if document["worked"] else 0.0
    left = document["rows"] - done
    plain = ("id", "name", "size", "state", "charset", "delimiter", "types", "first", "match", "rows", "problem", "by")
    return Import(
        **{name: document[name] for name in (*plain, *COUNTS, "deleted", "restored", "kept")},
        tags=document.get("tags") or [], lists=document.get("lists") or [], sheets=document.get("sheets") or [],
        sheet=document.get("sheet") or "", dry_run=document["dry"],
        columns=msgspec.convert(document["columns"], list[Column]), done=done,
        rows_per_second=round(rate), seconds_left=round(left / rate) if rate and document["state"] == "running" else None,
        errors=msgspec.convert(document["errors"], list[RowError]), created_at=rfc3339(document["created_at"]),
        finished_at=rfc3339(document["finished"]) if document["finished"] else None,
    )  # fmt: skip
