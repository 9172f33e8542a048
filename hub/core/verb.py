"""Verbs: the only functions that change data, and the only way a door reads it.

A verb is guarded here, once, whichever door it is called from; the doors only find out who is asking.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, get_type_hints

from msgspec import Struct

from hub.core.deeds import DEED, Deed, is_deed, note_deed
from hub.core.registry import Registry

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])


class Verb(Struct, frozen=True):
    """What doors, documentation and tests know about a verb."""

    name: str
    permission: str
    input: Any
    result: Any
    sentence: str
    call: Callable[..., Awaitable[Any]]


VERBS: Registry[Verb] = Registry("verb")


def verb(permission: str) -> Callable[[F], F]:
    """Guard an `async def (hub, actor, input) -> result` with a permission and register it as `area.module.name`."""

    def wrap(body: F) -> F:
        name = f"{body.__module__.removeprefix('hub.')}.{body.__name__}"

        async def plain(hub: Any, actor: Any, *input: Any) -> Any:
            actor.require(permission)
            return await body(hub, actor, *input)

        async def audited(hub: Any, actor: Any, *input: Any) -> Any:
            actor.require(permission)
            if actor.kind not in ("agent", "key") or DEED.get() is not None:
                return await body(hub, actor, *input)
            return await _as_deed(Deed(name, permission, actor), hub, body(hub, actor, *input))

        guarded = functools.wraps(body)(audited if is_deed(name, permission) else plain)
        guarded.permission = permission  # type: ignore[attr-defined]
        VERBS.add(name, _Lazy(name, permission, body, guarded))  # type: ignore[arg-type]
        return guarded  # type: ignore[return-value]

    return wrap


async def _as_deed(deed: Deed, hub: Any, work: Awaitable[Any]) -> Any:
    """Do what changes settings or access, so that its first batch carries a row of the audit log."""
    before = DEED.set(deed)
    try:
        result = await work
    finally:
        DEED.reset(before)
    if deed.reads and not deed.done:
        await note_deed(hub, deed.actor, deed.name, deed.permission.partition(".")[0])
    return result


class _Lazy:
    """A verb whose types are resolved when first asked for: at import time they may name what is defined below it."""

    def __init__(self, name: str, permission: str, body: Callable[..., Any], call: Callable[..., Any]) -> None:
        self.name, self.permission, self.call = name, permission, call
        self._body = body

    @functools.cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self._body)

    @functools.cached_property
    def input(self) -> Any:
        names = list(inspect.signature(self._body).parameters)
        return self._hints[names[2]] if len(names) > 2 else None

    @functools.cached_property
    def result(self) -> Any:
        return self._hints.get("return")

    @property
    def sentence(self) -> str:
        return (self._body.__doc__ or "").strip().split("\n")[0]
