"""A fault report: what is told, what is kept, and what is shown of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, convert, field

from hub.core.clock import rfc3339
from hub.support.deadlines import Category, Plan
from storage.engine import Document

State = Literal["new", "accepted", "working", "waiting", "resolved", "closed"]
SERVICES = ("widget", "panel", "api", "email", "push", "webhooks", "imports", "other")
Service = Literal["widget", "panel", "api", "email", "push", "webhooks", "imports", "other"]
Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=10_000)]
Told = Annotated[str, Meta(min_length=1, max_length=10_000)]
Picture = Annotated[str, Meta(max_length=700_000)]
Id = Annotated[int, Meta(ge=1, le=2**53)]


class FaultDevice(Struct, frozen=True, forbid_unknown_fields=True):
    """What the fault was seen on, at that moment."""

    device: Line = ""
    system: Line = ""
    version: Line = ""
    browser: Annotated[str, Meta(max_length=500)] = ""
    screen: Line = ""
    language: Line = ""
    zone: Line = ""


class FaultTrace(Struct, frozen=True, forbid_unknown_fields=True):
    """What the panel knew by itself: where it was, its connection, its last errors and calls."""

    url: Annotated[str, Meta(max_length=2_000)] = ""
    panel: Line = ""
    connection: Line = ""
    errors: Annotated[list[Annotated[str, Meta(max_length=2_000)]], Meta(max_length=30)] = []
    requests: Annotated[list[Line], Meta(max_length=30)] = []


class NewFault(Struct, frozen=True, forbid_unknown_fields=True):
    """A fault as it is reported. The same `client_id` twice is one report."""

    client_id: Annotated[str, Meta(min_length=1, max_length=64)]
    first_name: Annotated[str, Meta(min_length=1, max_length=100)]
    last_name: Annotated[str, Meta(max_length=100)]
    category: Category
    services: Annotated[list[Service], Meta(min_length=1, max_length=8)]
    noticed: Annotated[str, Meta(max_length=40)]
    expected: Told
    actual: Told
    appears: Text = ""
    absent: Text = ""
    details: Text = ""
    data: Text = ""
    device: FaultDevice = field(default_factory=FaultDevice)
    trace: FaultTrace = field(default_factory=FaultTrace)
    screenshot: Picture = ""


class FaultClock(Struct, frozen=True):
    """A deadline: when it is, when it was kept (null while it is open), and how it stands."""

    due: str
    done: str | None
    state: Literal["open", "soon", "missed", "kept"]


class FaultEntry(Struct, frozen=True):
    """A line of a report's history."""

    at: str
    by: str
    side: Literal["reporter", "operator", "system"]
    what: str
    text: str = ""


class FaultEnding(Struct, frozen=True):
    """How it ended: the cause and how it was removed, the function that is restored, and the data."""

    cause: str
    function: str
    effects: str
    data: str


class Fault(Struct, frozen=True):
    """A report as those who may see it read it; `diagnostics` are for the operator alone."""

    id: int
    application: int
    application_name: str
    state: State
    category: Category
    plan: Plan
    created: str
    reporter: str
    email: str
    report: NewFault
    screenshot: bool
    response: FaultClock
    repair: FaultClock
    waiting: bool
    history: list[FaultEntry]
    closing: FaultEnding | None
    diagnostics: dict[str, Any] | None = None


SOON = 0.25
"""The last part of a deadline, in which it is shown as near."""


def clock_of(since: int, due: int, done: int | None, now: int, paused: bool) -> FaultClock:
    """Return how a deadline stands; one that is paused runs on nobody."""
    if done is not None:
        state: Any = "kept" if done <= due else "missed"
    elif paused:
        state = "open"
    else:
        state = "missed" if now > due else "soon" if now > due - (due - since) * SOON else "open"
    return FaultClock(rfc3339(due), None if done is None else rfc3339(done), state)


def shown(document: Document, now: int, *, operator: bool) -> Fault:
    """Return a stored report."""
    paused = document["state"] == "waiting"
    since = document["created"]
    return Fault(
        id=document["id"], application=document["app"], application_name=document["app_name"], state=document["state"],
        category=document["category"], plan=document["plan"], created=rfc3339(since),
        reporter=document["reporter"]["name"], email=document["reporter"]["email"],
        report=convert(document["report"], NewFault), screenshot=document["screenshot"],
        response=clock_of(since, document["response_due"], document["responded"], now, False),
        repair=clock_of(since, document["repair_due"], document["repaired"], now, paused),
        waiting=paused, history=[_entry(each) for each in document["history"]],
        closing=convert(document["closing"], FaultEnding | None),
        diagnostics=document["diagnostics"] if operator else None,
    )  # fmt: skip


def _entry(kept: Document) -> FaultEntry:
    return FaultEntry(rfc3339(kept["at"]), kept["by"], kept["side"], kept["what"], kept["text"])
