"""One way to register things under a name: verbs, jobs, later conditions, triggers, actions, widgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Names and things, each name once, listed in order."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._things: dict[str, T] = {}

    def add(self, name: str, thing: T) -> T:
        """Register a thing. Raises ValueError where the name is taken, naming both."""
        if name in self._things:
            raise ValueError(f"The {self.kind} {name!r} is registered twice: {self._things[name]!r} and {thing!r}.")
        self._things[name] = thing
        return thing

    def __getitem__(self, name: str) -> T:
        try:
            return self._things[name]
        except KeyError:
            raise LookupError(f"There is no {self.kind} named {name!r}.") from None

    def __contains__(self, name: str) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(sorted(self._things.items()))
