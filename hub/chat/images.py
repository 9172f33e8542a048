"""Pictures: checked, measured and drawn anew as thumbnails, in a thread, with limits before anything is decoded."""

from __future__ import annotations

import asyncio
import io

from msgspec import Struct

_PIXELS = 40_000_000
"""A picture of 1 MB can unpack to gigabytes; larger ones than this are refused before they are decoded."""
_SIDE = 640
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
_ORIENTATION, _TURNED = 0x0112, 5
"""The EXIF tag of how a camera was held, and the value from which on width and height change places."""
_turns = asyncio.Semaphore(2)


class Picture(Struct, frozen=True):
    """The size in pixels, as it is shown, and a WebP thumbnail of at most 640 pixels a side."""

    width: int
    height: int
    thumbnail: bytes


async def read_picture(data: bytes, type: str) -> Picture | None:
    """Return what the bytes show, or None where they are no picture of that type or too large to decode."""
    async with _turns:
        return await asyncio.to_thread(_read, data, type)


def _read(data: bytes, type: str) -> Picture | None:
    from PIL import Image, ImageOps  # 15 MB that a process without pictures does not need

    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[type]]) as image:
            if image.width * image.height > _PIXELS:
                return None
            width, height = image.size
            if image.getexif().get(_ORIENTATION, 1) >= _TURNED:
                width, height = height, width
            image.draft("RGB", (_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(image)
            small = upright.convert("RGBA" if _has_alpha(upright) else "RGB")
            small.thumbnail((_SIDE, _SIDE))
            out = io.BytesIO()
            small.save(out, "WEBP", quality=80)
            return Picture(width, height, out.getvalue())
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _has_alpha(image: object) -> bool:
    mode = getattr(image, "mode", "")
    return mode in ("RGBA", "LA", "PA") or (mode == "P" and "transparency" in getattr(image, "info", {}))
