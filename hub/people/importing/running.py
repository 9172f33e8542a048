"""Works through the rows of an import: a durable job in turns of some seconds, a batch for each chunk of rows.

The batch that writes what rows do also moves the import's `offset`, and expects it where the rows begin. So whatever
dies or is done twice, no row is lost and none counts twice.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Awaitable, Iterator
from itertools import islice
from typing import Any

import msgspec

from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.people.collections import IMPORT_CHUNKS, IMPORTS
from hub.people.editing import new_contact
from hub.people.importing.mapping import Column, Fields
from hub.people.importing.planning import Numbered, Plan, plan_rows, tell_plan, unique_refs, went_in, write_plan
from hub.people.importing.reading import Form, rows
from hub.people.segments.membership import Membership
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Outcome, Scope
from storage.filters import Eq, Filter, all_of

RUN = "imports.run"
ERRORS_SHOWN = 20
_ROWS, _CELLS, _LETTERS = 100, 1_200, 60_000
"""At most so much in one batch: it is one transaction, which has to stay well below 20 ms."""
_READ_AHEAD = 10
"""Chunks that the reading thread brings at once."""
_TURN = 20.0
"""Seconds of one job; then it hands over to the next, well within its lease."""
_TRIES = 20
_DRY_RUNS = _LEFT_OPEN = 4
_WAITING = 2_000
"""Contacts that may wait for their segments before the import waits too, so that memory stays flat."""


Writing = tuple[list[Numbered], Plan, Awaitable[Outcome]]
"""A chunk on its way into the store, with what it does."""


async def run(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with an import (a job)."""
    if await take_turn(hub, scope, payload["import"], payload["run"], time.monotonic() + _TURN):
        batch = Batch(scope)
        batch.guard(IMPORTS, payload["import"], is_run(payload["run"]))
        await hub.jobs.add(batch, RUN, payload)
        try:
            await hub.commit(batch)
        except GuardFailed:
            return  # paused or started anew just now


def is_run(run: str) -> Filter:
    """What an import is while this run of it goes on."""
    return all_of(Eq("state", "running"), Eq("run", run))


async def take_turn(hub: Hub, scope: Scope, id: int, run: str, until: float) -> bool:
    """Work through rows of an import until a moment (`time.monotonic`); return whether there is more to do."""
    document = await hub.store.get(scope, IMPORTS, id)
    if document is None or document["state"] != "running" or document["run"] != run:
        return False
    path = hub.files.path(document["file"])
    if path is None:
        await _end(hub, scope, document, {"state": "failed", "problem": "The uploaded file is gone. Upload it again."})
        return False
    work = (_DryTurn if document["dry"] else _Turn)(hub, scope, document)
    try:
        await work.prepare()
    except _Over:
        return False
    place = (id, run, document["offset"])
    chunks = hub.part(_Opened).take(place) or _Chunks(
        rows(path, Form(document["charset"], document["delimiter"]), document["offset"])
    )
    more = False
    try:
        while (chunk := await chunks.next()) is not None:
            await work.take(chunk)
            if time.monotonic() > until:
                break
        await work.settle()
        more = not chunks.ended
    except _Over:
        return False
    except InvalidPayload as error:  # the file was whole when it came
        await _end(hub, scope, document, {"state": "failed", "problem": error.message})
        return False
    finally:
        await work.let_go()
        if more:
            hub.part(_Opened).keep((id, run, work.offset), chunks)
        else:
            await chunks.close()
    if more:
        return True
    hub.part(_DryRuns).seen.pop(id, None)
    await _end(hub, scope, document, {"state": "checked" if document["dry"] else "done"})
    return False


async def _end(hub: Hub, scope: Scope, document: Document, changes: Document) -> None:
    batch = Batch(scope)
    batch.guard(IMPORTS, document["id"], is_run(document["run"]))
    batch.patch(IMPORTS, document["id"], set={**changes, "finished": hub.clock.now()})
    try:
        await hub.commit(batch)
    except GuardFailed:
        return  # paused just now: it ends when it is resumed
    if changes["state"] == "done":
        await hub.files.delete(document["file"])  # what was refused is kept with the chunks


class _Over(Exception):
    """The import is not ours to go on with: it was paused, or another run took over."""


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Chunks:
    """The rows of a file in chunks, read by a thread while the chunks before are worked on."""

    def __init__(self, source: Iterator[Numbered]) -> None:
        self._source = source
        self._ready: list[list[Numbered]] = []
        self._coming: asyncio.Future[list[list[Numbered]]] | None = None
        self.ended = False

    async def next(self) -> list[Numbered] | None:
        """Return the next chunk, or None behind the last one. Raises InvalidPayload."""
        if not self._ready and not self.ended:
            coming, self._coming = self._coming or self._read(), None
            self._ready = (await coming)[::-1]
            self.ended = not self._ready
            if not self.ended:
                self._coming = self._read()
        return self._ready.pop() if self._ready else None

    def _read(self) -> asyncio.Future[list[list[Numbered]]]:
        return asyncio.get_running_loop().run_in_executor(None, _some, self._source)

    def leave(self) -> None:
        """Let the thread end by itself: what it still brings, or complains of, is nobody's any more."""
        if self._coming is not None:
            self._coming.add_done_callback(lambda brought: brought.exception())

    async def close(self) -> None:
        """Wait for the thread."""
        if self._coming is not None:
            await asyncio.gather(self._coming, return_exceptions=True)


class _Opened:
    """Files that turns of this process have left open for the next one, which would read them from the first row again."""

    def __init__(self, hub: Hub) -> None:
        self._chunks: dict[tuple[int, str, int], _Chunks] = {}

    def take(self, place: tuple[int, str, int]) -> _Chunks | None:
        """Return what stands behind a row of an import's run, if it was left open."""
        return self._chunks.pop(place, None)

    def keep(self, place: tuple[int, str, int], chunks: _Chunks) -> None:
        """Leave a file open; of the newest runs only, as one that was paused may never go on."""
        self._chunks[place] = chunks
        while len(self._chunks) > _LEFT_OPEN:
            self._chunks.pop(next(iter(self._chunks))).leave()


def _some(source: Iterator[Numbered]) -> list[list[Numbered]]:
    found = []
    for _ in range(_READ_AHEAD):
        chunk: list[Numbered] = []
        cells = letters = 0
        for row in islice(source, _ROWS):
            chunk.append(row)
            cells += len(row[1])
            letters += sum(map(len, row[1]))
            if cells >= _CELLS or letters >= _LETTERS:
                break
        if not chunk:
            break
        found.append(chunk)
    return found


# ── working ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Turn:
    """Plans a chunk while the one before is being written, so that the writer never waits for the next one."""

    def __init__(self, hub: Hub, scope: Scope, document: Document) -> None:
        self.hub, self.scope, self.document = hub, scope, document
        self.id, self.run = document["id"], document["run"]
        self.offset: int = document["offset"]
        self.errors: list[Any] = list(document["errors"])
        self._writing: Writing | None = None
        self._since = time.monotonic()
        self.fields: Fields

    async def prepare(self) -> None:
        """Learn what the columns are."""
        columns = msgspec.convert(self.document["columns"], list[Column])
        self.fields = Fields(await vocabulary(self.hub, self.scope), columns)

    async def plan(self, chunk: list[Numbered]) -> Plan:
        """Return what the chunk does."""
        match, marks = self.document["match"], self.document.get("marks") or {}
        plan = await plan_rows(self.hub.store, self.scope, self.fields, chunk, match, self.make, marks)
        plan.id = 0 if self.document["dry"] else await self.hub.ids.next("import_chunk")
        return plan

    async def make(self, fields: Document) -> Document:
        """Return the document of a new contact."""
        return await new_contact(self.hub, fields)

    async def take(self, chunk: list[Numbered]) -> None:
        """Work on a chunk; it is written for certain when the next one was taken, or `settle` has returned."""
        plan = await self.plan(chunk)
        before = self._writing
        if before is not None and plan.meets(before[1]):
            await self.settle()
            before, plan = None, await self.plan(chunk)
        # Right behind the one before, which the writer may still be at: where that does not go in, neither does this.
        self._writing = (chunk, plan, self._commit(chunk, plan, before))
        if before is not None and await self._settled(*before):
            await self.let_go()
            plan = await self.plan(chunk)
            self._writing = (chunk, plan, self._commit(chunk, plan))
        waiting = self.hub.part(Membership)
        while waiting.behind > _WAITING:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)

    async def settle(self) -> bool:
        """Return when what was taken is written; whether it had to be planned again. Raises _Over, Conflict."""
        if self._writing is None:
            return False
        written, self._writing = self._writing, None
        return await self._settled(*written)

    async def _settled(self, chunk: list[Numbered], plan: Plan, writing: Awaitable[Outcome]) -> bool:
        for tries in range(_TRIES):
            if await went_in(writing):
                self.offset = chunk[-1][0]
                self.errors = _more_errors(self.errors, plan)
                await self._tell(plan)
                return tries > 0
            await self._still_ours()
            plan = await self.plan(chunk)
            writing = self._commit(chunk, plan)
        await went_in(writing)
        raise Conflict

    async def let_go(self) -> None:
        """Wait for what is being written, whatever becomes of it."""
        if self._writing is not None:
            await asyncio.gather(self._writing[2], return_exceptions=True)

    async def _still_ours(self) -> None:
        document = await self.hub.store.get(self.scope, IMPORTS, self.id)
        if (
            document is None
            or (document["state"], document["run"]) != ("running", self.run)
            or document["offset"] != self.offset
        ):
            raise _Over

    def _commit(self, chunk: list[Numbered], plan: Plan, before: Writing | None = None) -> Awaitable[Outcome]:
        batch = Batch(self.scope)
        now = self.hub.clock.now()
        kept = write_plan(batch, plan, now, self.id)
        self.count(batch, chunk, plan, before)
        if kept or plan.refused:
            refused = [[each.row, each.reason, each.cells] for each in plan.refused]
            record = {"id": plan.id, "import": self.id, "offset": chunk[-1][0], "refused": refused}
            batch.insert(IMPORT_CHUNKS, record | (kept or {"created": [], "changed": []}))
        return self.hub.commit(batch)

    def count(self, batch: Batch, chunk: list[Numbered], plan: Plan, before: Writing | None) -> None:
        """Move the offset behind the chunk and count what became of it; `before` is what is being written in front."""
        offset, errors = self.offset, self.errors
        if before is not None:
            offset, errors = before[0][-1][0], _more_errors(errors, before[1])
        batch.guard(IMPORTS, self.id, all_of(is_run(self.run), Eq("offset", offset)))
        changes: Document = {"offset": chunk[-1][0]}
        if plan.refused and len(errors) < ERRORS_SHOWN:
            changes["errors"] = _more_errors(errors, plan)
        now = time.monotonic()
        counts = {
            "created": plan.created, "updated": plan.updated, "unchanged": plan.unchanged, "refused": len(plan.refused),
            "worked": int((now - self._since) * 1000),
        }  # fmt: skip
        self._since = now
        batch.patch(IMPORTS, self.id, set=changes, inc={name: count for name, count in counts.items() if count})

    async def _tell(self, plan: Plan) -> None:
        await tell_plan(self.hub, self.scope, plan)


def _more_errors(errors: list[Any], plan: Plan) -> list[Any]:
    return [*errors, *({"row": each.row, "reason": each.reason} for each in plan.refused)][:ERRORS_SHOWN]


# ── a dry run ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _DryTurn(_Turn):
    """Counts what rows would do and writes only that. Remembers whom rows before would have made."""

    async def prepare(self) -> None:
        """Begin with the first row where this process does not remember those before."""
        await super().prepare()
        runs = self.hub.part(_DryRuns)
        known = runs.seen.get(self.id)
        if known is None or known[0] != (self.run, self.offset):
            batch = Batch(self.scope)
            batch.guard(IMPORTS, self.id, is_run(self.run))
            zero = dict.fromkeys(("created", "updated", "unchanged", "refused", "worked"), 0)
            batch.patch(IMPORTS, self.id, set={"offset": 1, "errors": [], **zero})
            try:
                await self.hub.commit(batch)
            except GuardFailed:
                raise _Over from None  # stopped just now
            self.offset, self.errors = 1, []
            self.document["offset"] = 1
            known = ((self.run, 1), _Seen(2 * self.document["rows"]))
        self._seen = known[1]
        self._made = 0

    async def make(self, fields: Document) -> Document:
        """Return a contact that takes no id away."""
        self._made += 1
        return {"id": -self._made, **fields}

    def _commit(self, chunk: list[Numbered], plan: Plan, before: Writing | None = None) -> Awaitable[Outcome]:
        for person in plan.new:
            if sum(map(self._seen.add, unique_refs(person.after).values())):  # a row before would have made it
                plan.created -= 1
                plan.updated += 1
        batch = Batch(self.scope)
        self.count(batch, chunk, plan, before)
        return self.hub.commit(batch)

    async def _tell(self, plan: Plan) -> None:
        self.hub.part(_DryRuns).remember(self.id, self.run, self.offset, self._seen)


class _DryRuns:
    """What dry runs of this process have seen, for their next turn."""

    def __init__(self, hub: Hub) -> None:
        self.seen: dict[int, tuple[tuple[str, int], _Seen]] = {}

    def remember(self, id: int, run: str, offset: int, seen: _Seen) -> None:
        """Keep what a run has seen up to a row; of the newest runs only."""
        self.seen.pop(id, None)
        self.seen[id] = ((run, offset), seen)
        while len(self.seen) > _DRY_RUNS:
            del self.seen[next(iter(self.seen))]


class _Seen:
    """A set of hashes with eight bytes for each: a million rows take some megabytes."""

    def __init__(self, most: int) -> None:
        size = 1 << max(10, (2 * most).bit_length())
        self._mask = size - 1
        self._slots = array("q", bytes(8 * size))

    def add(self, ref: tuple[str, str]) -> bool:
        """Remember a unique value; return whether it was there."""
        wanted = hash(ref) or 1
        place = wanted & self._mask
        while (found := self._slots[place]) != 0:
            if found == wanted:
                return True
            place = (place + 1) & self._mask
        self._slots[place] = wanted
        return False
