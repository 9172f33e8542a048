"""The tags and lists that an import gives to everybody in its file: looked up for a dry run, made for a real one."""

from __future__ import annotations

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.defining import checked_name
from hub.people.labels.tags import tag_named
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope
from storage.filters import fold

MOST = 20
"""Tags and lists, of each: more is a mistake."""
_COMING = 0
"""Stands in a dry run for a tag that only the real one makes: nobody carries it yet."""


async def marks_of(hub: Hub, scope: Scope, tags: list[str], lists: list[int], *, make: bool) -> Document:
    """Return the ids by the field of contacts that holds them; unknown tags are made with `make`. Raises InvalidPayload."""
    if max(len(tags), len(lists)) > MOST:
        raise InvalidPayload(f"An import gives at most {MOST} tags and {MOST} lists.")
    words = await vocabulary(hub, scope)
    names = {fold(name): name for name in (checked_name(tag) for tag in tags)}
    if missing := [id for id in lists if id not in words.lists]:
        raise InvalidPayload(f"There is no list by the id {missing[0]}.")
    known = {key: words.tags[key].id for key in names if key in words.tags}
    if make:
        for key, name in names.items():
            known[key] = (await tag_named(hub, scope, name)).tag.id
    marks: Document = {"tags": [known.get(key, _COMING) for key in names], "lists": list(dict.fromkeys(lists))}
    return {field: ids for field, ids in marks.items() if ids}
