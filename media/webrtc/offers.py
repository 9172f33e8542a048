"""Offers are looked at before aiortc sees them: what would make it work for nothing, or look up names, is refused or left out."""

from __future__ import annotations

import ipaddress
import re

from aiortc.sdp import SessionDescription

from media.errors import bad_sdp

LONGEST = 64 * 1024
"""Browsers' offers with sound, picture and screen stay below 20 KB."""
MOST_SECTIONS, MOST_CANDIDATES = 12, 60
_CANDIDATE = re.compile(r"^a=candidate:\S+ \d+ \S+ \d+ (\S+) \d+ typ ", re.IGNORECASE)


def checked(sdp: object) -> str:
    """Return the offer without candidates that are names (`….local` hides a browser's address; its checks reach us anyway).

    Raises bad_sdp for what is no description, has no sound to talk with, or is larger than any browser's.
    """
    if not isinstance(sdp, str) or not sdp.startswith("v=0"):
        raise bad_sdp("sdp must be the text of an offer, beginning with v=0.")
    if len(sdp) > LONGEST:
        raise bad_sdp(f"The offer has {len(sdp)} characters, at most {LONGEST} are read.")
    lines = [line for line in sdp.splitlines() if not _is_named(line)]
    if sum(line.startswith("a=candidate:") for line in lines) > MOST_CANDIDATES:
        raise bad_sdp(f"The offer has more than {MOST_CANDIDATES} candidates.")
    text = "\r\n".join(lines) + "\r\n"
    try:
        description = SessionDescription.parse(text)
    except Exception as error:  # the parser raises whatever the text leads it to
        raise bad_sdp(f"The offer cannot be read: {type(error).__name__}.") from error
    if len(description.media) > MOST_SECTIONS:
        raise bad_sdp(f"The offer has more than {MOST_SECTIONS} sections.")
    audio = [media for media in description.media if media.kind == "audio"]
    if not audio or not any(codec.name.lower() == "opus" for codec in audio[0].rtp.codecs):
        raise bad_sdp("The offer has no sound in Opus: add an audio track before making it.")
    if any(media.kind == "application" for media in description.media):
        raise bad_sdp("The offer has a data channel: make it without, this side only talks.")
    if not audio[0].dtls or not audio[0].dtls.fingerprints:
        raise bad_sdp("The offer names no fingerprint: only encrypted sound is taken.")
    return text


def is_address(host: str) -> bool:
    """Tell whether a candidate's host is an address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_named(line: str) -> bool:
    found = _CANDIDATE.match(line)
    return bool(found) and not is_address(found[1])  # type: ignore[index]
