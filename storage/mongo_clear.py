"""Deletes what an application has, a few hundred things at a time: what belongs to a row goes before the row.

No transaction: whoever is cut off in between finds the row again, and with it what is left of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from storage.mongo_schema import Rows, Table


async def clear(
    database: AsyncDatabase[dict[str, Any]], tables: Iterable[Table], streams: Iterable[str], app: int, limit: int
) -> int:
    """Delete at most so many documents, records and keys of an application; return how many. 0 where none is left."""
    for name in streams:
        if done := await _some(database[name], {"app": app}, limit):
            return done
    for table in tables:
        ids = await _ids(table.rows, {"app": app}, limit)
        if ids:
            for entries in (table.values, table.words):
                await entries.delete_many({"app": app, "id": {"$in": ids}})
            await table.rows.delete_many({"_id": {"$in": ids}, "app": app})
            return len(ids)
    # Both have no index but their `_id`, which begins with the application.
    heads = {"_id": {"$gte": f"{app}:", "$lt": f"{app};"}, "app": app}
    if done := await _some(database["hub.heads"], heads, limit):
        return done
    return await _some(database["hub.keys"], {"_id": {"$gte": f"[{app},", "$lt": f"[{app}-"}, "app": app}, limit)


async def _some(rows: Rows, where: dict[str, Any], limit: int) -> int:
    ids = await _ids(rows, where, limit)
    if ids:
        await rows.delete_many({"_id": {"$in": ids}})
    return len(ids)


async def _ids(rows: Rows, where: dict[str, Any], limit: int) -> list[Any]:
    return [row["_id"] async for row in rows.find(where, {"_id": 1}).limit(limit)]
