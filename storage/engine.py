"""What every storage engine promises, and the words to ask it with.

Two engines stand behind this interface: `storage.sqlite` (embedded, the default) and `storage.mongo` (many nodes).
One contract suite (tests/storage) runs over both, so whoever writes a repository writes it once.

Reading order: `Scope` (whose data), `Collection` and `Stream` (what is kept), `Batch` (how it changes),
`Engine` (the promises).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec import Raw, Struct, msgpack

from storage.filters import EVERYTHING, Filter

Document = dict[str, Any]
"""JSON-like: str, 64-bit int, finite float, bool, None, lists and dicts with text keys. Always has an int `id`."""


class Scope(Struct, frozen=True, array_like=True):
    """Whose data: an application, and inside it the contact (and the browser of an unsigned one) that may see it.

    Engines look at `app` only. The rest narrows what verbs let the actor see.
    """

    app: int
    contact: int | None = None
    browser: int | None = None


INSTALLATION = Scope(app=0)
"""The scope of installation collections: applications, people, sessions, jobs, migrations."""


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Index:
    """Fields (dotted paths to scalars) that a query may narrow or sort by, after the application.

    It serves a query whose equalities cover its first fields and whose sort is by the next one.
    """

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents of one kind, found by id, by the declared indexes and by nothing else.

    tenant   belongs to one application; a foreign id is not found
    values   paths to arrays (`tags`) or to open maps (`attrs.*`), served by the engine's one generic index
    words    text fields, or open maps of them (`attrs.*`), that `Engine.search` looks through
    folded   text fields that compare case- and accent-folded (see `storage.filters.fold`)
    marks    arrays of short texts that lie anywhere in their order, as hashes do, found by `Engine.marked` alone. They stand
             with the words: in an index of values each of them would dirty a page of its own, which made an import of
             contacts half as fast
    """

    name: str
    tenant: bool = True
    indexes: tuple[Index, ...] = ()
    values: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stream:
    """Lists of records, one per key, that only grow; positions are 1, 2, 3 … without a hole. Always tenant data.

    What is erased goes from the front, so that behind the first record that is left there is no hole either.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Sort:
    """By one field, ties by id in the same direction."""

    field: str = "id"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Documents in order, and an opaque cursor for the ones behind them (None at the end)."""

    items: list[Document]
    cursor: str | None = None


# ── how it changes ───────────────────────────────────────────────────────────────────────────────────────────────────


class Result:
    """Stands for what a step of the batch gives: the position of an append, a document after a patch, a value looked up.

    May be used as a value in later steps (`set={"last": position}`), and to read the outcome: `outcome[position]`.
    """

    __slots__ = ("step",)

    def __init__(self, step: int):
        self.step = step


# Arrays with a number for the kind: this is also how a batch reaches the process that writes it.


class Guard(Struct, frozen=True, array_like=True):
    collection: str
    id: int
    filter: Filter


class Claim(Struct, frozen=True, array_like=True):
    kind: str
    value: str
    holds: Any


class Insert(Struct, frozen=True, array_like=True, tag=1):
    collection: str
    document: Document


class Patch(Struct, frozen=True, array_like=True, tag=2):
    collection: str
    id: int
    set: Document
    unset: tuple[str, ...]
    inc: dict[str, Any]
    add: dict[str, Any]
    remove: dict[str, Any]
    max: dict[str, Any]


class Delete(Struct, frozen=True, array_like=True, tag=3):
    collection: str
    id: int


class Look(Struct, frozen=True, array_like=True, tag=7):
    collection: str
    id: int
    field: str
    otherwise: Any


class Append(Struct, frozen=True, array_like=True, tag=4):
    stream: str
    key: int
    record: Document


class Release(Struct, frozen=True, array_like=True, tag=5):
    kind: str
    value: str


class Hold(Struct, frozen=True, array_like=True, tag=6):
    kind: str
    value: str
    holds: Any


Step = Insert | Patch | Delete | Append | Release | Hold | Look


class Batch(Struct, array_like=True, tag=1):
    """One declarative, atomic change: expectations first, then writes in order. All of it happens, or nothing.

    A verb makes one batch. Steps name their collection, so one batch may span tenant and installation collections
    (an outbox row beside a message); the scope applies to the tenant ones, to keys and to streams.
    """

    scope: Scope
    guards: list[Guard] = []
    claims: list[Claim] = []
    steps: list[Step] = []

    def guard(self, collection: Collection, id: int, filter: Filter = EVERYTHING) -> None:
        """Expect that the document exists and matches; otherwise `commit` raises `GuardFailed` and writes nothing."""
        self.guards.append(Guard(collection.name, id, filter))

    def claim(self, kind: str, value: str, holds: Any) -> None:
        """Insert the unique key (application, kind, value), or make `commit` return what the existing one holds.

        This is how optional values are unique (an e-mail) and how sending twice is one message (a client id).
        """
        self.claims.append(Claim(kind, value, holds))

    def release(self, kind: str, value: str) -> None:
        """Free a unique key; one that nobody holds is no error."""
        self.steps.append(Release(kind, value))

    def hold(self, kind: str, value: str, holds: Any) -> None:
        """Let a unique key hold something else, whatever it holds now; one that nobody holds is claimed."""
        self.steps.append(Hold(kind, value, holds))

    def insert(self, collection: Collection, document: Document) -> Result:
        """Add a document under its own `id`. An id that exists makes `commit` raise `Duplicate`."""
        return self._step(Insert(collection.name, document))

    def patch(
        self,
        collection: Collection,
        id: int,
        *,
        set: Document | None = None,
        unset: Iterable[str] = (),
        inc: dict[str, int | float] | None = None,
        add: dict[str, Any] | None = None,
        remove: dict[str, Any] | None = None,
        max: dict[str, Any] | None = None,
    ) -> Result:
        """Change fields (dotted paths) of one document; its outcome is the document afterwards.

        `inc` counts from 0; `max` keeps the larger one, a missing field loses; `add` puts one value into an array as
        into a set; `remove` takes every equal one out. A missing document makes `commit` raise `Missing`.
        """
        return self._step(
            Patch(collection.name, id, set or {}, tuple(unset), inc or {}, add or {}, remove or {}, max or {})
        )

    def delete(self, collection: Collection, id: int) -> None:
        """Remove a document; one that is already gone is no error."""
        self.steps.append(Delete(collection.name, id))

    def look(self, collection: Collection, id: int, field: str, otherwise: Any = None) -> Result:
        """Read a field (dotted path) of a document as it is at this step; its outcome is the value.

        `otherwise` stands for a value that is null or missing, and for a document that does not exist.
        """
        return self._step(Look(collection.name, id, field, otherwise))

    def append(self, stream: Stream, key: int, record: Document) -> Result:
        """Add a record (with its own `id`) to a list; its outcome is the position, also stored as `position`."""
        return self._step(Append(stream.name, key, record))

    def _step(self, step: Step) -> Result:
        self.steps.append(step)
        return Result(len(self.steps) - 1)


class Existing(Struct, frozen=True, array_like=True):
    """A claimed key was taken: nothing was written, and this is what the key holds."""

    kind: str
    value: str
    holds: Any


class Outcome(Struct, frozen=True, array_like=True, tag=1):
    """What a committed batch gave, by step; or the existing key that made it unnecessary.

    A result that came from another process is `Raw`: most are never looked at.
    """

    results: list[Any]
    existing: Existing | None = None

    def __getitem__(self, result: Result) -> Any:
        """Return what the step gave; a document as a copy that its reader may change."""
        value = self.results[result.step]
        return msgpack.decode(value) if type(value) is Raw else _copy(value)


def _copy(value: Any) -> Any:
    if type(value) is dict:
        return {name: _copy(each) for name, each in value.items()}
    return [_copy(each) for each in value] if type(value) is list else value


class Rewritten(Struct, frozen=True):
    """How many documents changed, and the id to go on behind; None where nothing is left."""

    changed: int
    after: int | None


# ── errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class StorageError(Exception):
    """Base of what an engine raises; the message tells an operator what happened and what to do."""


class Missing(StorageError):
    """A patched document does not exist (in this scope)."""


class Duplicate(StorageError):
    """An inserted id exists."""


class GuardFailed(StorageError):
    """A guarded document is missing or does not match."""


class Unindexed(StorageError):
    """The query would sort or scan without an index and did not say that it means it (`scan=True`)."""


class Unstorable(StorageError):
    """A value that no engine keeps: NaN, infinity, an integer beyond 64 bits, NUL, a lone surrogate."""


class Unavailable(StorageError):
    """The store can't take writes now (disk full, server away). Nothing was written; trying again is safe."""


class Locked(StorageError):
    """Another process owns the data folder."""


# ── the promises ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Engine(Protocol):
    """Keeps documents, streams and unique keys. All times are UTC integer milliseconds.

    Every read sees every batch whose `commit` has returned, on the same engine object.
    """

    async def open(self, collections: Iterable[Collection], streams: Iterable[Stream]) -> None:
        """Take the store and make the declared collections, streams and indexes, also on data of an older version.

        Raises `Locked` or `Unavailable`.
        """

    async def close(self) -> None:
        """Finish what was queued, then let go of the store."""

    async def ping(self) -> None:
        """Return when the store answers a read and would take a write, else raise `Unavailable`."""

    @property
    def holds(self) -> list[bytes]:
        """Tokens of what this process may leave locked when it is killed in the middle of a write; few, and short."""

    def on_hold(self, handler: Callable[[], None]) -> None:
        """Call the handler as soon as `holds` names something new, which is before it is locked."""

    async def release(self, holds: list[bytes]) -> None:
        """Unlock what a process that was killed held by these tokens. One that lives after all tries its write again."""

    async def reserve(self, kind: str, count: int) -> int:
        """Return the first of `count` ids that nobody else gets, starting at 1 for a new kind. Durable, not in a batch."""

    def commit(self, batch: Batch) -> Awaitable[Outcome]:
        """Apply the batch durably; when it returns, a killed process or a lost node does not undo it.

        Batches of one engine object on the same stream commit in the order of the calls.
        Raises `GuardFailed`, `Missing`, `Duplicate`, `Unstorable`, `Unavailable`; then nothing of it was written.
        """

    async def get(self, scope: Scope, collection: Collection, id: int) -> Document | None:
        """Return the document, or None where it does not exist in this scope."""

    async def get_many(self, scope: Scope, collection: Collection, ids: Iterable[int]) -> dict[int, Document]:
        """Return the documents that exist in this scope, by id, in one round trip."""

    async def find(
        self,
        scope: Scope,
        collection: Collection,
        filter: Filter = EVERYTHING,
        *,
        sort: Sort = Sort(),
        limit: int = 100,
        cursor: str | None = None,
        scan: bool = False,
    ) -> Page:
        """Return the matching documents in order. Raises `Unindexed`, and ValueError for a cursor it did not make.

        Following cursors gives every document that matched all the while once, whatever is written meanwhile.
        """

    async def count(
        self, scope: Scope, collection: Collection, filter: Filter = EVERYTHING, *, scan: bool = False
    ) -> int:
        """Return how many documents match. Raises `Unindexed`."""

    async def search(
        self, scope: Scope, collection: Collection, text: str, *, limit: int = 20, below: int | None = None
    ) -> list[Document]:
        """Return the documents whose `words` fields hold every word of the text as a prefix, newest (highest id) first.

        `below` an id gives the ones behind it: the last id of one part asks for the next.
        """

    async def marked(self, scope: Scope, collection: Collection, mark: str, *, limit: int = 20) -> list[Document]:
        """Return the documents that have this very text in one of their `marks` fields, lowest id first."""

    def export(
        self, scope: Scope, collection: Collection, filter: Filter = EVERYTHING
    ) -> AsyncIterator[list[Document]]:
        """Yield all matching documents by id in chunks of at most 500, holding no transaction between chunks."""

    async def rewrite(
        self,
        scope: Scope,
        collection: Collection,
        filter: Filter,
        change: Callable[[Document], Document | None],
        *,
        after: int = 0,
    ) -> Rewritten:
        """Replace matching documents behind an id, in the order of ids, by what a function makes of them; a part of them.

        What changes between being read and being written is read again, so no change of others is lost. The function
        gets a document of its own, returns a new one made of storable values and with the same id, or None to leave it;
        it runs on another thread and may be called again for the same document. The filter needs no index. Call it
        again with `after`.
        """

    async def key(self, scope: Scope, kind: str, value: str) -> Any | None:
        """Return what a unique key holds, or None."""

    async def keys(self, scope: Scope, refs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
        """Return what unique keys (kind, value) hold, those that somebody holds, in one round trip."""

    async def read(
        self, scope: Scope, stream: Stream, key: int, *, after: int = 0, limit: int = 100, newest: bool = False
    ) -> list[Document]:
        """Return records behind a position, oldest first; with `newest`, the last `limit` of them (still oldest first)."""

    async def heads(self, scope: Scope, stream: Stream, keys: Iterable[int]) -> dict[int, int]:
        """Return the last position of each list that has records."""

    async def erase(
        self, scope: Scope, stream: Stream, key: int, *, through: int | None = None, limit: int = 500
    ) -> int:
        """Delete the oldest records of a list, at most `limit`, up to a position; return how many were there.

        Less than `limit` means that none are left. Positions go on; those of a list that was emptied begin at 1 again.
        """

    async def record(self, scope: Scope, stream: Stream, id: int) -> Document | None:
        """Return one record by its id, or None."""

    async def clear(self, scope: Scope, *, limit: int = 200) -> int:
        """Delete some of all that an application has: documents, lists and unique keys, at most `limit` of them.

        Returns how many were there; 0 means that nothing is left. Broken off or called by several, no half of anything
        stays. Raises ValueError for the installation, whose documents are not an application's.
        """

    async def claim_jobs(
        self, collection: Collection, *, now: int, lease_until: int, owner: str, limit: int = 50
    ) -> list[Document]:
        """Take due jobs (`due` <= now, earliest first) by moving `due` to `lease_until` and counting `tries` up.

        Sets `owner`; no two callers get the same job before its lease has run out. The collection has an index on `due`.
        """
