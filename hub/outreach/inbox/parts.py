"""Walks through the parts of a mail: which of them is what somebody wrote, and which are files."""

from __future__ import annotations

import email
import re
from email.message import Message
from email.policy import compat32

from msgspec import Struct

from hub.outreach.inbox.headers import bytes_as_text, children, clean, decoded
from hub.outreach.inbox.html import read_html

_SILENT = (
    "application/ms-tnef", "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
    "application/vnd.ms-tnef",
)  # fmt: skip
"""What programs add for each other and nobody reads: winmail.dat, signatures."""
_NAMES = {"image/png": "picture.png", "image/jpeg": "picture.jpg", "image/gif": "picture.gif", "image/webp": "picture.webp",
          "message/rfc822": "mail.eml", "text/calendar": "invitation.ics", "text/html": "text.html",
          "text/plain": "text.txt", "application/pdf": "document.pdf"}  # fmt: skip
_MOST_PARTS, _DEEP = 300, 30


class File(Struct, frozen=True):
    """A file of a mail; `shown` where the text shows it."""

    name: str
    type: str
    data: bytes
    shown: bool = False


class Parts(Struct):
    """What was found: pieces of text with what they quote, files, and the names of those that were cut off."""

    texts: list[tuple[str, str, bool]] = []
    """What was written, what it quotes, and whether the quote was found already (in HTML)."""
    files: list[File] = []
    seen: int = 0


def walk(message: Message) -> Parts:
    """Return the texts and the files of a mail."""
    parts = Parts()
    _walk(message, parts, 0)
    return parts


def _walk(part: Message, parts: Parts, depth: int) -> None:
    parts.seen += 1
    if parts.seen > _MOST_PARTS or depth > _DEEP:
        return
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _keep_file(part, parts, "message/rfc822")
    elif kind.startswith("multipart/") and not part.is_multipart():
        _walk_broken(part, parts, depth)
    elif part.is_multipart():
        if kind == "multipart/alternative":
            _walk_alternative(children(part), parts, depth)
        else:
            for child in children(part):
                _walk(child, parts, depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_file(part):
        parts.texts.append(_read(part, kind))
    else:
        _keep_file(part, parts, kind)


def _walk_broken(part: Message, parts: Parts, depth: int) -> None:
    """Read a mail of parts that are not where it says: where they begin in another way, as that says, else as text."""
    text = bytes_as_text(_bytes(part), None)
    begins = re.match(r"\s*--([^\s\"]{1,70})\s*\n", text)
    if begins is None:
        parts.texts.append((text, "", False))
    else:
        mended = f'Content-Type: multipart/mixed; boundary="{begins[1]}"\n\n{text}'
        _walk(email.message_from_bytes(mended.encode("utf-8", "replace"), policy=compat32), parts, depth + 1)


def _walk_alternative(kinds: list[Message], parts: Parts, depth: int) -> None:
    """Take the text where there is one, else the HTML; of the others only what they bring along."""
    found = []
    for child in kinds:
        own = Parts(seen=parts.seen)
        _walk(child, own, depth + 1)
        parts.seen = own.seen
        found.append((child.get_content_type(), own))
    written = [own for kind, own in found if kind == "text/plain" and any(text.strip() for text, _, _ in own.texts)]
    chosen = written[0] if written else next((own for _, own in reversed(found) if own.texts), None)
    for _, own in found:
        if own is chosen:
            parts.texts += own.texts
        parts.files += own.files


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_given_name(part))


def _read(part: Message, kind: str) -> tuple[str, str, bool]:
    text = bytes_as_text(_bytes(part), part.get_content_charset())
    if kind == "text/html":
        said, quoted = read_html(text)
        return said, quoted, True
    if str(part.get_param("format") or "").lower() == "flowed":
        text = _unflowed(text, str(part.get_param("delsp") or "").lower() == "yes")
    return text.replace("\r\n", "\n").replace("\r", "\n"), "", False


def _unflowed(text: str, joined: bool) -> str:
    """Return text whose lines were broken by its program as it was typed (RFC 3676)."""
    lines: list[str] = []
    open_depth: int | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content[1:] if content.startswith(" ") else content
        soft = content.endswith(" ") and content != "-- "
        content = content[:-1] if soft and joined else content
        if open_depth == depth and lines:
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        open_depth = depth if soft else None
    return "\n".join(lines)


def _keep_file(part: Message, parts: Parts, kind: str) -> None:
    if kind in _SILENT or _given_name(part).lower() == "winmail.dat":
        return
    data = _bytes(part)
    if not data:
        return
    name = _given_name(part) or _NAMES.get(kind, "file")
    shown = bool(part.get("Content-ID")) and part.get_content_disposition() != "attachment"
    parts.files.append(
        File(name, kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) else "application/octet-stream", data, shown)
    )


def _given_name(part: Message) -> str:
    try:
        return clean(decoded(part.get_filename() or ""))[:200]
    except Exception:  # parameters of other programs' making
        return "file"


def _bytes(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = children(part)
        try:
            return inner[0].as_bytes() if inner else b""
        except Exception:  # what came ugly can't always be written again
            return str(inner[0].get_payload()).encode("utf-8", "replace")
    try:
        data = part.get_payload(decode=True)
    except Exception:
        data = None
    if isinstance(data, bytes):
        return data
    raw = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""
