"""Files: attachments and what is made from them. A local folder; an S3-compatible store can stand behind the same calls."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from storage.engine import Unavailable


class TooLarge(Exception):
    """More bytes came than were announced."""


class Files(Protocol):
    """Named blobs. Names are made by us (`12/345/original`), never by users."""

    async def write(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> int:
        """Store what comes, whole or not at all; return its size. Raises TooLarge, Unavailable, the sender's ConnectionError."""

    async def read(self, name: str) -> bytes:
        """Return a small blob. Raises FileNotFoundError."""

    def path(self, name: str) -> Path | None:
        """Return the local file behind the name, where there is one, so that a door can send it efficiently."""

    async def delete(self, name: str) -> None:
        """Remove it; one that is gone is no error."""

    async def clear(self, owner: str) -> None:
        """Remove all whose name has this as its second part, as in `attachments/12/345`. Raises Unavailable."""


class FolderFiles:
    """Files in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> int:
        target = self._at(name)
        part = target.with_suffix(f".{secrets.token_hex(4)}.part")  # the same file may come twice at once
        size = 0
        try:
            await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
            with part.open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(_flush, file.fileno(), file)
            await asyncio.to_thread(part.replace, target)
        except ConnectionError:
            raise  # of whoever sends the file: the disk is fine
        except OSError as error:
            raise Unavailable(f"The file can't be stored: {error.strerror}. Free some space on the disk.") from error
        finally:
            part.unlink(missing_ok=True)
        return size

    async def read(self, name: str) -> bytes:
        return await asyncio.to_thread(self._at(name).read_bytes)

    def path(self, name: str) -> Path | None:
        path = self._at(name)
        return path if path.is_file() else None

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._at(name).unlink, missing_ok=True)

    async def clear(self, owner: str) -> None:
        await asyncio.to_thread(self._clear, owner)

    def _clear(self, owner: str) -> None:
        for kind in self._folder.glob("*"):
            folder = self._at(f"{kind.name}/{owner}")
            try:
                if folder.is_dir():
                    shutil.rmtree(folder)
            except FileNotFoundError:
                pass  # somebody else removed a part of it meanwhile: the next look finds the rest
            except OSError as error:
                raise Unavailable(f"Files can't be removed: {error.strerror}.") from error

    def _at(self, name: str) -> Path:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise ValueError(f"{name!r} leads out of the folder of files.")
        return path


def _flush(descriptor: int, file: object) -> None:
    file.flush()  # type: ignore[attr-defined]
    os.fsync(descriptor)
