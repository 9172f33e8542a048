"""The audit log as a CSV file."""

from __future__ import annotations

import csv
import io
import json

from aiohttp import web

from hub.accounts.audit import AuditRow, FindAudit, export_audit
from hub.doors.api.panel import actor_of, input_of, refused
from hub.doors.keys import HUB
from hub.people.exporting.harmless import harmless

_HEAD = ("at", "by", "name", "area", "what", "address", "changes")


async def download_audit(request: web.Request) -> web.StreamResponse:
    """Answer with the log as CSV, with cells that no spreadsheet runs."""
    hub = request.app[HUB]
    try:
        actor = await actor_of(hub, request)
        rows = await export_audit(hub, actor, await input_of(request, FindAudit, with_body=False))
    except Exception as error:
        return refused(hub, request, error)
    response = web.StreamResponse(headers={
        "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="audit-log.csv"',
        "Cache-Control": "no-store",
    })  # fmt: skip
    await response.prepare(request)
    await response.write("\ufeff".encode() + _line(_HEAD))
    async for row in rows:
        await response.write(_line(_cells(row)))
    await response.write_eof()
    return response


def _cells(row: AuditRow) -> tuple[str, ...]:
    changes = [
        {"what": one.what, "id": one.id, "how": one.how, "before": one.before, "after": one.after}
        for one in row.changes
    ]
    told = json.dumps(changes, ensure_ascii=False) if changes else ""
    return row.at, row.by, row.name, row.area, row.verb, row.address, told


def _line(cells: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode()
