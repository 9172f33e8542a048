"""Everything of one person as a ZIP file, written while it is read: neither is ever whole in memory."""

from __future__ import annotations

import asyncio
import contextlib
import io
import zipfile
from collections.abc import AsyncIterator
from typing import IO, Any

import msgspec
from aiohttp import web

from hub.core.hub import Hub
from hub.doors.api.account import problem
from hub.doors.api.panel import actor_of, input_of
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.people.privacy.dossier import Dossier, DossierOf, open_dossier
from hub.people.privacy.keepers import Item

_ENOUGH = 64 * 1024
_SINGLE = {"contact"}
"""Kinds of which there is one; all others become lists."""


async def send_dossier(request: web.Request) -> web.StreamResponse:
    """Answer with everything that is kept of a contact."""
    hub = request.app[HUB]
    try:
        actor = await actor_of(hub, request)
        dossier = await open_dossier(hub, actor, await input_of(request, DossierOf))
    except Exception as error:
        return problem(as_hub_error(hub, error, f"{request.method} {request.path}"))
    name = f"contact-{dossier.contact}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    response.content_type = "application/zip"
    await response.prepare(request)
    with contextlib.suppress(ConnectionResetError):  # whoever asked has gone: nobody else is waiting
        async for piece in zipped(hub, dossier):
            await response.write(piece)
        await response.write_eof()
    return response


class _Out(io.RawIOBase):
    """What the ZIP writes and nobody has sent yet; it can't be wound back, so sizes stand behind each file."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """Return what has come since the last time."""
        whole, self._pieces, self.size = b"".join(self._pieces), [], 0
        return whole


async def zipped(hub: Hub, dossier: Dossier) -> AsyncIterator[bytes]:
    """Yield a ZIP file: one JSON file for each kind of item, then the attachments."""
    out = _Out()
    files: list[Item] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        writer = _Kinds(archive)
        async for item in dossier.items:
            if item.file:
                files.append(item)
            else:
                writer.add(item.kind, item.data)
            if out.size > _ENOUGH:
                yield out.take()
        for item in files:
            writer.add(item.kind, item.data)
        writer.close()
        for item in files:
            await _add_file(hub, archive, item)
            yield out.take()
    yield out.take()


async def _add_file(hub: Hub, archive: zipfile.ZipFile, item: Item) -> None:
    try:
        data = await hub.files.read(item.file)
    except FileNotFoundError:  # its document stands in the list all the same
        return
    await asyncio.to_thread(archive.writestr, f"{item.kind}/{item.name}", data)


class _Kinds:
    """Writes items of one kind into one file, as long as they come one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._kind = ""
        self._file: IO[bytes] | None = None

    def add(self, kind: str, data: Any) -> None:
        """Write an item; another kind than before begins the next file."""
        body = msgspec.json.format(msgspec.json.encode(data), indent=1)
        if kind == self._kind and self._file:
            self._file.write(b",\n" + body)
            return
        self.close()
        self._kind = kind
        self._file = self._archive.open(f"{kind}.json", "w")
        self._file.write((b"" if kind in _SINGLE else b"[") + body)

    def close(self) -> None:
        """End the file that is being written."""
        if self._file:
            self._file.write(b"" if self._kind in _SINGLE else b"]")
            self._file.close()
            self._file = None
