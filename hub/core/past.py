"""What was elsewhere before it came here: when it was made there and by whom, and that it comes in once.

Everything that is brought in claims the key of its id there, in the batch that makes it. The key holds the id that it
has here and a digest of what was said of it: so a crash doubles nothing, what is said again changes nothing, and what
changed there since is changed here. What was deleted here meanwhile is not brought back.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, msgpack

from hub.core.errors import Conflict, NotFound, Taken
from storage.engine import Batch, Document, Scope

if TYPE_CHECKING:
    from hub.core.hub import Hub

QUIET: ContextVar[bool] = ContextVar("quiet", default=False)
"""Whether what is done here is history: then no job follows from its events (`Hub.follow_up`)."""
_TRIES = 3


class Past(Struct, frozen=True):
    """Where something was, under which id, and since when (UTC milliseconds). `author` is who made it there."""

    source: str
    id: str
    created: int | None = None
    updated: int | None = None
    author: Document | None = None

    @property
    def key(self) -> str:
        """What the unique key is called."""
        return f"{self.source}:{self.id}"


class Brought(Struct, frozen=True):
    """What became of something that was brought in, and its id here. One that is gone was deleted here before."""

    id: int
    outcome: Literal["created", "updated", "unchanged", "gone"]


class Arrival(Struct, frozen=True):
    """Something that is being made of what was elsewhere."""

    kind: str
    past: Past
    digest: str

    def claim(self, batch: Batch, id: int) -> None:
        """Claim its key in the batch that makes it."""
        batch.claim(f"moved.{self.kind}", self.past.key, [id, self.digest])


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Let nothing follow from what is done inside: no automation, no mail, no webhook."""
    token = QUIET.set(True)
    try:
        yield
    finally:
        QUIET.reset(token)


async def bring(
    hub: Hub,
    scope: Scope,
    arrival: Arrival,
    make: Callable[[Arrival], Awaitable[tuple[int, bool]]],
    change: Callable[[int], Awaitable[Any]],
    find: Callable[[int], Awaitable[Any]] | None = None,
) -> Brought:
    """Make something of what was elsewhere, or change what was made of it before.

    `make` returns the id and whether it is new; its batch claims the key of the arrival. `change` gets the id that it
    has here, and so does `find`, which gives None for what was deleted here. Raises what they do.
    """
    for tries in range(1, _TRIES + 1):  # another run, or another one of the same name, may come in at this moment
        held = await hub.store.key(scope, f"moved.{arrival.kind}", arrival.past.key)
        with quietly():
            if held is None:
                try:
                    id, is_new = await make(arrival)
                except Taken:
                    if tries == _TRIES:
                        raise
                    continue
                return Brought(id, "created" if is_new else "updated")
            id, digest = held
            if digest == arrival.digest:
                is_gone = find is not None and await find(id) is None
                return Brought(id, "gone" if is_gone else "unchanged")
            try:
                await change(id)
            except NotFound:
                return Brought(id, "gone")
        await keep(hub, scope, arrival, id)
        return Brought(id, "updated")
    raise Conflict


async def keep(hub: Hub, scope: Scope, arrival: Arrival, id: int) -> None:
    """Keep that something which was elsewhere is the one of this id here."""
    batch = Batch(Scope(scope.app))
    batch.hold(f"moved.{arrival.kind}", arrival.past.key, [id, arrival.digest])
    await hub.commit(batch)


async def here(hub: Hub, scope: Scope, kind: str, source: str, ids: Iterable[Any]) -> dict[str, int]:
    """Return the ids here of what was elsewhere under these ids; those that did not come in are missing."""
    refs = {(f"moved.{kind}", f"{source}:{id}"): str(id) for id in ids}
    found = await hub.store.keys(scope, refs) if refs else {}
    return {refs[ref]: held[0] for ref, held in found.items()}


def digest_of(*content: Any) -> str:
    """Return a short text that is the same as long as the content is."""
    return hashlib.blake2s(msgpack.encode(content, order="deterministic"), digest_size=10).hexdigest()
