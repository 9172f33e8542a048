"""A row of the table of REST calls, and how one is made of a verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from msgspec import Struct

from hub.core.verb import VERBS
from hub.doors.api.panel import answering, without
from hub.doors.api.usercom.told.versioned import Versions

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


JSON = "application/json"
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

BOTH = ("agent", "key")


class Route(Struct, frozen=True):
    """A row of the table, with what the documentation needs to know. Paths serve with and without the final slash.

    body, answer  the types; an answer may be one of each version
    input         the struct that path, query and body fill together, where a verb reads it
    takes, gives  what the body and the answer are, where they are no JSON
    by            whose key or token it wants: `key`, `agent`
    """

    method: str
    path: str
    handler: Handler
    summary: str
    body: Any = None
    answer: Any = None
    status: int = 200
    query: dict[str, str] = {}
    input: Any = None
    takes: str = ""
    gives: tuple[str, ...] = ()
    by: tuple[str, ...] = ("key",)

    @property
    def places(self) -> tuple[str, ...]:
        """Return the names of what stands in the path."""
        return _places(self.path)

    @property
    def single(self) -> bool:
        """Tell whether it reads a single object, which has an ETag."""
        return hasattr(self.handler, "reads_one")

    @property
    def versioned(self) -> bool:
        """Tell whether the Accept header chooses what it takes or answers with."""
        return isinstance(self.answer, Versions) or isinstance(self.body, Versions)


def _places(path: str) -> tuple[str, ...]:
    return tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))


def panel_row(method: str, path: str, call: Any, status: int = 200, name: str = "", largest: int = 0) -> Route:
    """A row whose handler, documentation and types all come from the verb; `name` tells two rows of one verb apart."""
    verb = VERBS[f"{call.__module__.removeprefix('hub.')}.{call.__name__}"]
    answer = None if verb.result in (None, type(None)) else verb.result
    body = without(verb.input, _places(path)) if method in ("POST", "PUT", "PATCH") else None
    handler = answering(verb, status, single=method == "GET" and path.endswith("}"), largest=largest)
    handler.__name__ = name or call.__name__
    return Route(
        method,
        f"/api/app/{path}",
        handler,
        verb.sentence.partition(" Raises ")[0].rstrip("."),
        body,
        answer,
        status if answer else 204,
        input=verb.input,
        by=BOTH,
    )
