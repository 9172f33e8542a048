"""The rows that an import refused, as a CSV with the reason of each: mended, the file can be imported again."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator

from hub.core.hub import Hub
from hub.people.collections import IMPORT_CHUNKS
from hub.people.exporting.harmless import harmless
from storage.engine import Document, Scope, Sort
from storage.filters import Eq

_AT_ONCE = 50


async def refused_rows(hub: Hub, scope: Scope, document: Document) -> AsyncIterator[bytes]:
    """Yield the file in pieces, in UTF-8 with the delimiter of the source."""
    yield b"\xef\xbb\xbf" + _lines(document, [["import_row", "import_reason", *document["headers"]]])
    cursor: str | None = None
    while True:
        page = await hub.store.find(
            scope, IMPORT_CHUNKS, Eq("import", document["id"]), sort=Sort("offset"), limit=_AT_ONCE, cursor=cursor
        )
        rows = [[str(row), reason, *cells] for chunk in page.items for row, reason, cells in chunk["refused"]]
        if rows:
            yield _lines(document, rows)
        cursor = page.cursor
        if cursor is None:
            return


def _lines(document: Document, rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=document["delimiter"], lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()
