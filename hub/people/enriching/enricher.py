"""What a provider of enrichment is asked, what it answers, and how it fails."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct


class PersonAsked(Struct, frozen=True):
    """What is known of a person that may be told to a provider, to find it by."""

    email: str | None = None
    phone: str | None = None
    linkedin: str | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to find anybody by."""
        return not (self.email or self.phone or self.linkedin)


class Found(Struct, frozen=True):
    """Somebody was found: values by the names of attributes; names that no attribute has become attributes."""

    values: dict[str, Any]


class NothingKnown(Struct, frozen=True):
    """The provider knows nobody by this."""


class Later(Struct, frozen=True):
    """The provider has begun to look: ask again after so many seconds."""

    after: int


Reply = Found | NothingKnown | Later


class EnricherError(Exception):
    """The provider gave no answer; the message tells people why, and holds nothing of what was asked."""


class KeyRefused(EnricherError):
    """The key is wrong, or what was bought with it is used up. Nothing is to be asked with it for a while."""


class TooMany(EnricherError):
    """Too much was asked at once: wait for `after` seconds."""

    def __init__(self, message: str, after: int) -> None:
        super().__init__(message)
        self.after = after


class NotUnderstood(EnricherError):
    """The provider refuses this question; asking it again won't help."""


class Unreachable(EnricherError):
    """The provider can't be reached or is broken: try again later."""


class Enricher(Protocol):
    """A provider. All methods raise EnricherError."""

    title: str

    async def person(self, key: str, asked: PersonAsked) -> Reply:
        """Ask for a person."""

    async def company(self, key: str, domain: str) -> Reply:
        """Ask for a company by its domain."""

    async def check(self, key: str) -> None:
        """Return when the key works, else raise KeyRefused or why that can't be told."""
