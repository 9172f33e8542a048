"""Addresses of attachments: signed, and good for a while."""

from __future__ import annotations

from urllib.parse import quote

from hub.chat.records import Attachment
from hub.core.hub import Hub
from storage.engine import Document

_DAY = 86_400_000


def attachment_of(hub: Hub, app: int, file: Document) -> Attachment:
    """Return a stored attachment with its addresses."""
    return Attachment(
        id=file["id"], name=file["name"], size=file["size"], type=file["type"],
        url=file_url(hub, app, file["id"], "original", file["name"]),
        thumbnail=file_url(hub, app, file["id"], "thumbnail", "thumbnail.webp") if file.get("thumbnail") else None,
        width=file.get("width"), height=file.get("height"),
    )  # fmt: skip


def file_url(hub: Hub, app: int, id: int, variant: str, name: str) -> str:
    """Return the path of a file. It stays the same for a day, so that browsers can cache what is behind it."""
    now = hub.clock.now()
    expires = (now // _DAY + 1) * _DAY + hub.settings.link_hours * 3_600_000
    signature = hub.signer.sign("file", app, id, variant, expires)
    return f"/files/{app}/{id}/{variant}/{quote(name, safe='')}?e={expires}&s={signature}"


def file_url_holds(hub: Hub, app: int, id: int, variant: str, expires: int, signature: str) -> bool:
    """Tell whether the address was made by us and has not expired."""
    return expires > hub.clock.now() and hub.signer.holds(signature, "file", app, id, variant, expires)


def upload_url(hub: Hub, app: int, id: int) -> str:
    """Return the path to which the bytes of a started attachment are put, within an hour."""
    expires = hub.clock.now() + 3_600_000
    return f"/files/{app}/{id}?e={expires}&s={hub.signer.sign('upload', app, id, expires)}"


def upload_url_holds(hub: Hub, app: int, id: int, expires: int, signature: str) -> bool:
    """Tell whether the upload address was made by us and has not expired."""
    return expires > hub.clock.now() and hub.signer.holds(signature, "upload", app, id, expires)
