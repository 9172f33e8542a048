"""What is asked for, and what is told of it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

RESOURCES = (
    "attributes", "tags", "lists", "companies", "users", "segments", "products", "pipelines", "conversations", "deals",
    "activities",
)  # fmt: skip
"""In the order in which they come, for each refers to those before it."""
PARTS = ("events", "notes")
"""What comes with the users (notes also with companies and deals), a call for each of them."""
CHOICES = (*RESOURCES, *PARTS)

Outcome = Literal["created", "updated", "unchanged", "left_out"]


class MoveOrder(Struct, frozen=True):
    """An account to be moved in.

    host         `https://acme.user.com`; `token` is its REST API key, which is kept nowhere
    application  the id of the application here, where there are several
    since        UTC milliseconds: only what changed or happened since then
    leave_out    resources that stay there
    agents       id of an agent there → e-mail address of the one here
    dry_run      only count
    again        from the beginning, also where an earlier run was cut off
    """

    host: str
    token: str
    application: int | None = None
    since: int | None = None
    leave_out: list[str] = []
    agents: dict[str, str] = {}
    connections: Annotated[int, Meta(ge=1, le=20)] = 4
    dry_run: bool = False
    again: bool = False


class Tally(Struct):
    """How far one resource has come; `total` is how many there are over there, where that is told."""

    state: Literal["waiting", "running", "done", "not_offered"] = "waiting"
    total: int | None = None
    seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: int = 0
    next: str | None = None
    """The address of the page that comes next."""

    def count(self, outcome: str, times: int = 1) -> None:
        """Count what became of one; what is gone here since is left out."""
        outcome = "left_out" if outcome == "gone" else outcome
        self.seen += times
        setattr(self, outcome, getattr(self, outcome) + times)


class Problem(Struct, frozen=True):
    """Why something was not taken, or not all of it; `example` is the id of the first one over there."""

    resource: str
    reason: str
    example: str
    count: int


class Move(Struct, frozen=True):
    """How far a move has come. `problem` says why it was cut off; then the same command goes on."""

    source: str
    state: Literal["running", "done", "counted", "cut_off"]
    dry_run: bool
    resources: dict[str, Tally]
    problems: list[Problem]
    rows_per_second: int
    waited: int
    """Seconds that the account over there asked to wait."""
    problem: str | None = None
