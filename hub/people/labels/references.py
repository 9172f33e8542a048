"""Who asks for a tag or a list: segments, views and work under way keep meaning the same when its name or id changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, Literal

from msgspec import Struct

from hub.core.errors import Conflict
from hub.core.hub import Hub
from hub.people.collections import SEGMENTS, VIEWS
from hub.people.operations.working import DO
from hub.people.segments.building import order_build
from hub.people.vocabulary import Vocabulary, everything
from storage.engine import Batch, Document, GuardFailed, Outcome, Scope
from storage.filters import Eq, fold

Kind = Literal["tag", "list"]
Word = str | int
"""What a condition calls it: a tag by its name (folded here), a list by its id."""
Tree = dict[str, Any]


class Label(Struct, frozen=True):
    """A tag or a list."""

    kind: Kind
    id: int
    name: str

    @property
    def word(self) -> Word:
        """What conditions call it, to compare."""
        return fold(self.name) if self.kind == "tag" else self.id

    @property
    def said(self) -> Word:
        """What conditions call it, to write."""
        return self.name if self.kind == "tag" else self.id


def asks_for(where: Any, kind: Kind, words: Set[Word]) -> bool:
    """Tell whether a tree of conditions, as JSON, asks for one of these labels."""
    found = False

    def note(word: Word) -> Word:
        nonlocal found
        found = found or _compared(kind, word) in words
        return word

    _rewritten(where, kind, note)
    return found


def segments_asking(vocabulary: Vocabulary, kind: Kind, words: Set[Word]) -> list[Document]:
    """Return the segments whose conditions ask for one of these labels."""
    return [each for each in vocabulary.segments.values() if asks_for(each["where"], kind, words)]


def following(where: Tree, kind: Kind, now: Mapping[Word, Word]) -> Tree:
    """Return the tree with other words for labels."""
    tree: Tree = _rewritten(where, kind, lambda word: now.get(_compared(kind, word), word))
    return tree


async def follow(
    hub: Hub,
    batch: Batch,
    vocabulary: Vocabulary,
    kind: Kind,
    now: Mapping[Word, Word],
    build: Set[Word] = frozenset(),
) -> None:
    """Put into the batch that segments and views say it with other words, and that those asking for `build` are built."""
    for segment in segments_asking(vocabulary, kind, set(now) | build):
        batch.guard(SEGMENTS, segment["id"], Eq("generation", segment["generation"]))
        changes: Document = {"where": following(segment["where"], kind, now)}
        if asks_for(segment["where"], kind, build):
            changes |= {"status": "building", "generation": segment["generation"] + 1}
            await order_build(hub, batch, segment["id"], changes["generation"])
        batch.patch(SEGMENTS, segment["id"], set=changes)
    for view in await everything(hub, batch.scope, VIEWS):
        if view["where"] is not None and asks_for(view["where"], kind, set(now)):
            batch.guard(VIEWS, view["id"], Eq("updated", view["updated"]))
            batch.patch(VIEWS, view["id"], set={"where": following(view["where"], kind, now)})


async def follow_work(hub: Hub, scope: Scope, kind: Kind, now: Mapping[Word, Word]) -> None:
    """Let operations under way ask with the other words."""

    def rest(job: str, payload: dict[str, Any]) -> dict[str, Any]:
        if job != DO or not payload.get("where"):
            return payload
        return {**payload, "where": following(payload["where"], kind, now)}

    await hub.jobs.redact(scope.app, rest)


async def committed(hub: Hub, batch: Batch) -> Outcome:
    """Commit a change that others follow. Raises Conflict where one of them was changed at the same moment."""
    try:
        return await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None


def _compared(kind: Kind, word: Word) -> Word:
    return fold(word.strip()) if kind == "tag" and isinstance(word, str) else word


def _rewritten(part: Any, kind: Kind, change: Callable[[Word], Word]) -> Any:
    if isinstance(part, list):
        return [_rewritten(each, kind, change) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == kind:
        return {**part, kind: change(part[kind])}
    return {name: _rewritten(each, kind, change) if isinstance(each, list) else each for name, each in part.items()}
