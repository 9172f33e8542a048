"""What a page says of itself in its head: Open Graph (ogp.me), else the title and description of plain HTML."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

from msgspec import Struct

TITLE, TEXT = 200, 300
"""Letters of a title and of a description."""
_HEAD = 512 * 1024
"""Bytes of a page that are looked at: what it says of itself stands at its beginning."""
_CHARSET = re.compile(rb"charset=[\"']?([a-zA-Z0-9_-]{1,40})")
_TITLES = ("og:title", "twitter:title", "")
_TEXTS = ("og:description", "twitter:description", "description")
_PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image")


class Said(Struct, frozen=True):
    """A page in its own words; each may be empty. `picture` is an address as it stands there."""

    title: str
    text: str
    picture: str


def read_page(body: bytes, content_type: str) -> Said:
    """Return what HTML says of itself. What can't be read as text is replaced, not refused."""
    head = body[:_HEAD]
    parser = _Head()
    parser.feed(head.decode(_charset(head, content_type), "replace"))
    found = parser.found
    return Said(_first(found, _TITLES, TITLE), _first(found, _TEXTS, TEXT), _first(found, _PICTURES, 2_000))


def plain(text: str, most: int) -> str:
    """Return a text in one line, without what is invisible or turns the direction of what follows."""
    kept = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)
    kept = " ".join(kept.split())
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def _first(found: dict[str, str], names: tuple[str, ...], most: int) -> str:
    return next((text for name in names if (text := plain(found.get(name, ""), most))), "")


def _charset(head: bytes, content_type: str) -> str:
    named = _CHARSET.search(content_type.encode("ascii", "replace")) or _CHARSET.search(head[:2048])
    name = named[1].decode("ascii") if named else "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


class _Head(HTMLParser):
    """Gathers <title> (under the empty name) and the first <meta> of each name, until the body begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self._in_title = self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._over = True
        if self._over:
            return
        self._in_title = tag == "title" and "" not in self.found
        if tag == "meta":
            given = dict(attrs)
            name = (given.get("property") or given.get("name") or "").strip().lower()
            if name and given.get("content"):
                self.found.setdefault(name, given["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and not self._over:
            self.found[""] = self.found.get("", "") + data
