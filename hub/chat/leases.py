"""What other nodes said about who is with them, and how long it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field

Kind = Literal["contact", "agent"]
Person = tuple[Kind, int]
Says = Literal["came", "went", "with me", "that is all", "moving", "who is with you"]


class Word(Struct, array_like=True, forbid_unknown_fields=True):
    """What a node says about its people: a few bytes for each.

    "came" and "went" are changes. "with me" is everybody of an application, and renews the lease as "came" does. "that
    is all" follows with the applications (`apps`) that it has anybody of. `node` names one run of one process: what a
    node said before it was started again is another node's word, and it ends with that one's lease.
    """

    node: str
    says: Says
    app: int = 0
    agents: list[int] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)
    apps: list[int] = field(default_factory=list)

    @property
    def people(self) -> set[Person]:
        """Whom it is about."""
        return {*(("agent", id) for id in self.agents), *(("contact", id) for id in self.contacts)}  # type: ignore[misc]


class Lease:
    """The people of one application with one node."""

    __slots__ = ("good_for", "people", "renewed")

    def __init__(self, now: float, good_for: float) -> None:
        self.people: dict[Kind, set[int]] = {"agent": set(), "contact": set()}
        self.renewed, self.good_for = now, good_for

    def everybody(self) -> set[Person]:
        """All of them."""
        return {(kind, id) for kind, ids in self.people.items() for id in ids}

    def change(self, came: set[Person], went: set[Person]) -> None:
        """Note who came and who went."""
        for kind, id in came:
            self.people[kind].add(id)
        for kind, id in went:
            self.people[kind].discard(id)


class Leases:
    """The leases of all other nodes."""

    def __init__(self) -> None:
        self._of: dict[int, dict[str, Lease]] = {}

    def has(self, app: int, kind: Kind, id: int) -> bool:
        """Tell whether the person is with another node."""
        return any(id in lease.people[kind] for lease in self._of.get(app, {}).values())

    def people(self, app: int) -> set[Person]:
        """Return the people who are with other nodes."""
        leases = self._of.get(app, {}).values()
        return {(kind, id) for lease in leases for kind, ids in lease.people.items() for id in ids}

    def get(self, app: int, node: str) -> Lease | None:
        """Return what a node said about an application."""
        return self._of.get(app, {}).get(node)

    def make(self, app: int, node: str, now: float, good_for: float) -> Lease:
        """Return a node's lease for an application, a new one where there is none."""
        return self._of.setdefault(app, {}).setdefault(node, Lease(now, good_for))

    def drop(self, app: int, node: str) -> None:
        """Forget a lease."""
        nodes = self._of.get(app, {})
        nodes.pop(node, None)
        if not nodes:
            self._of.pop(app, None)

    def of(self, node: str) -> list[tuple[int, Lease]]:
        """Return a node's leases with their applications."""
        return [(app, nodes[node]) for app, nodes in self._of.items() if node in nodes]

    def expired(self, now: float, steady_since: float) -> list[tuple[int, str, Lease]]:
        """Return the leases that have run out. While nothing is heard of any node, no time counts."""
        return [
            (app, node, lease)
            for app, node, lease in self._all()
            if now - max(lease.renewed, steady_since) > lease.good_for
        ]

    def _all(self) -> Iterator[tuple[int, str, Lease]]:
        for app, nodes in self._of.items():
            for node, lease in nodes.items():
                yield app, node, lease
