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
    """The size in pixels, as it is shown, and a WebP thumbnail of at most 640 pixels a side, or of as many as were asked for."""

    width: int
    height: int
    thumbnail: bytes


async def read_picture(data: bytes, type: str | None, side: int = _SIDE) -> Picture | None:
    """Return what the bytes show, or None where they are no picture of that type or too large to decode.

    Without a type they may be of any that is known. `side` is the longest that a side of the thumbnail may be, in pixels.
    """
    async with _turns:
        return await asyncio.to_thread(_read, data, type, side)


def _read(data: bytes, type: str | None, side: int) -> Picture | None:
    from PIL import Image, ImageOps  # 15 MB that a process without pictures does not need

    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[type]] if type else list(_FORMATS.values())) as image:
            if image.width * image.height > _PIXELS:
                return None
            width, height = image.size
            if image.getexif().get(_ORIENTATION, 1) >= _TURNED:
                width, height = height, width
            image.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(image)
            small = upright.convert("RGBA" if _has_alpha(upright) else "RGB")
            small.thumbnail((side, side))
            out = io.BytesIO()
            small.save(out, "WEBP", quality=80)
            return Picture(width, height, out.getvalue())
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _has_alpha(image: object) -> bool:
    mode = getattr(image, "mode", "")
    return mode in ("RGBA", "LA", "PA") or (mode == "P" and "transparency" in getattr(image, "info", {}))
