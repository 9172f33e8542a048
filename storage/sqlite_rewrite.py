"""Changes many documents on the writing thread: read, changed and written in one transaction, a slice of time long."""

from __future__ import annotations

from collections.abc import Callable

import apsw

from storage.change import Row
from storage.engine import Document, Rewritten, Unstorable
from storage.paging import Place
from storage.sqlite_group import Lines, put
from storage.sqlite_reader import Query, find_part

PART = 250
"""Documents in one transaction: some 8 ms of work, so that others are not kept waiting."""


def rewrite(
    connection: apsw.Connection, query: Query, after: Place, change: Callable[[Document], Document | None]
) -> Rewritten:
    """Rewrite the next documents of a query; what their time does not suffice for is left to the next call."""
    part = find_part(connection, query, after)
    lines, changed = Lines(), 0
    for (_, id), document in part.found:
        new = change(document)
        if new is None or new is document:
            continue
        if new["id"] != id:
            raise Unstorable("The id of a document does not change.")
        put(connection, lines, query.table, id, Row(query.app, document), Row(query.app, new))
        changed += 1
    lines.write(connection)
    return Rewritten(changed, None if part.rest is None else part.rest[1])
