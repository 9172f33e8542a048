"""Mails with one thing to do: about access, or a question. Another area sends them; `hub/subscribers.py` says which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hub.core.hub import Hub
from hub.core.words import words_in


class MailOut:
    """Asked whether mails of an application have a way out. `hub.part(MailOut)` returns it."""

    def __init__(self, hub: Hub) -> None:
        self.is_open: Callable[[Hub, int], Awaitable[bool]] = _closed


async def _closed(hub: Hub, app: int) -> bool:
    return False


def letter(
    sender: str, to: str, language: str, what: str, link: str, at: int, until: int, **holes: Any
) -> dict[str, Any]:  # fmt: skip
    """Return a mail as the payload of `LetterOrdered`; its words stand under `what` in the catalogue of pages."""
    words = words_in(language, "pages")
    return {
        "contact": 0, "to": to, "from": sender, "language": language, "link": link, "at": at, "until": until,
        "subject": words(f"{what}Subject", **holes), "text": words(f"{what}Text", **holes),
        "button": words(f"{what}Button", **holes), "after": words(f"{what}After", **holes),
    }  # fmt: skip
