"""The words of HTML: chat shows no markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


def plain_text(content: str) -> str:
    """Return content as text: chat shows no markup, so that of an HTML message is dropped, its words kept."""
    if "<" not in content:
        return content
    parser = _Words()
    parser.feed(content)
    parser.close()
    return "".join(parser.parts).strip()


class _Words(HTMLParser):
    """Collects the text of HTML; blocks and line breaks become lines, scripts and styles nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        if tag == "br" or (tag in ("p", "div", "li", "tr") and self.parts and not self.parts[-1].endswith("\n")):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
