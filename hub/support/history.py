"""The lines of a report's history, and which deadlines are to be warned of."""

from __future__ import annotations

from collections.abc import Iterator

from storage.engine import Document


def line(at: int, by: str, side: str, what: str, text: str = "") -> Document:
    """Return a line of a history."""
    return {"at": at, "by": by, "side": side, "what": what, "text": text}


def next_warning(document: Document) -> int | None:
    """Return when the operator is to be warned next: before a deadline, and when it is missed; None for no more."""
    if document["state"] in ("resolved", "closed"):
        return None
    return min((at for _, at in _ahead(document)), default=None)


def reached(document: Document, now: int) -> list[str]:
    """Return the warnings whose time has come."""
    return [what for what, at in _ahead(document) if at <= now]


def _ahead(document: Document) -> Iterator[tuple[str, int]]:
    """Yield the warnings that were not given yet; a report that waits for its reporter is not late with its repair."""
    for name, done, paused in (
        ("response", document["responded"], False),
        ("repair", document["repaired"], document["state"] == "waiting"),
    ):
        if done is None and not paused:
            end = document[f"{name}_due"]
            near = end - (end - document["created"]) // 4
            for what, at in ((f"{name}_soon", near), (f"{name}_missed", end)):
                if what not in document["warned"]:
                    yield what, at
