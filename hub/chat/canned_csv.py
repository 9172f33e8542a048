"""Canned answers as a table: shortcut, title, text, its translations, and whose each is."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Annotated, cast

from msgspec import Meta, Struct

from hub.accounts.grants import ANSWERS_SHARE, CONVERSATIONS_MANAGE
from hub.chat.belonging import For, visible
from hub.chat.canned import MOST, NewCannedAnswer, document_of
from hub.chat.collections import CANNED
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.defining import at_most
from hub.people.exporting.harmless import harmless
from hub.people.vocabulary import everything
from storage.engine import Batch, Document, Scope
from storage.filters import fold

_COLUMNS = ("shortcut", "title", "text", "text_en", "text_pl", "for")
_CHUNK = 200
_IN_A_ROW = 50
"""Answers that are checked before everybody else has a turn."""


class CannedTable(Struct, frozen=True, forbid_unknown_fields=True):
    """A table in CSV, with the columns shortcut, title, text, text_en, text_pl and for (me, all); title and text are enough."""

    csv: Annotated[str, Meta(max_length=5_000_000)]


class CannedTaken(Struct, frozen=True):
    """How many answers were made of a table, and how many were there already: the same title and text."""

    made: int
    known: int


@verb(CONVERSATIONS_MANAGE)
async def export_canned(hub: Hub, actor: Actor) -> CannedTable:
    """Return the answers that somebody sees as CSV; no cell of it runs as a formula."""
    found = io.StringIO()
    rows = csv.writer(found)
    rows.writerow(_COLUMNS)
    for each, _ in await visible(hub, actor, CANNED):
        texts = each["texts"]
        cells = (each["shortcut"], each["title"], each["text"], texts.get("en", ""), texts.get("pl", ""), each["for"])
        rows.writerow([harmless(cell) for cell in cells])
    return CannedTable(found.getvalue())


@verb(CONVERSATIONS_MANAGE)
async def import_canned(hub: Hub, actor: Actor, table: CannedTable) -> CannedTaken:
    """Make canned answers of a table; what is there with the same title and text is left out.

    Raises InvalidPayload, which names the line; then none was made.
    """
    count = len(await everything(hub, actor.scope, CANNED))
    new = _answers(table.csv, ANSWERS_SHARE in actor.grants)
    there = {(fold(each["title"]), each["text"]) for each, _ in await visible(hub, actor, CANNED)}
    documents: list[Document] = []
    for number, (line, answer) in enumerate(new):
        if number % _IN_A_ROW == 0:
            await asyncio.sleep(0)
        try:
            document = await document_of(hub, actor, answer)
        except InvalidPayload as error:
            raise InvalidPayload(f"Line {line}: {error.message}", reason="line", line=line) from None
        if (key := (fold(document["title"]), document["text"])) not in there:
            at_most(count + len(documents), MOST, "canned answers")
            there.add(key)
            documents.append(document)
    for start in range(0, len(documents), _CHUNK):
        batch = Batch(Scope(actor.scope.app))
        for document in documents[start : start + _CHUNK]:
            batch.insert(CANNED, document)
        await hub.commit(batch)
    return CannedTaken(len(documents), len(new) - len(documents))


def _answers(text: str, shares: bool) -> list[tuple[int, NewCannedAnswer]]:
    """Return the answers of a table with their lines; spreadsheets write a mark before the first name, or semicolons."""
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=None), delimiter=delimiter)
    found: list[tuple[int, NewCannedAnswer]] = []
    try:
        names = {name: name.strip().lower() for name in rows.fieldnames or ()}
        if not {"title", "text"} <= set(names.values()):
            raise InvalidPayload("The first line has to name the columns `title` and `text`.", reason="columns")
        for row in rows:
            cells = {names[name]: (value or "").strip() for name, value in row.items() if name in names}
            if any(cells.values()):
                at_most(len(found), MOST, "canned answers")
                found.append((rows.line_num, _answer(cells, shares)))
    except csv.Error as error:
        raise InvalidPayload(f"Line {rows.line_num}: {error}.", reason="line", line=rows.line_num) from None
    return found


def _answer(cells: dict[str, str], shares: bool) -> NewCannedAnswer:
    """A group is named by nothing that would be the same elsewhere, so its answers become everybody's."""
    whose = cast(For, "all" if shares and cells.get("for") in ("all", "group") else "me")
    plain = {name: _unquoted(value) for name, value in cells.items()}
    texts = {language: text for language in ("en", "pl") if (text := plain.get(f"text_{language}", ""))}
    return NewCannedAnswer(plain["title"], plain["text"], plain.get("shortcut", "")[:32], texts, whose)  # type: ignore[arg-type]


def _unquoted(cell: str) -> str:
    """Undo what `harmless` did to the file that we wrote."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell
