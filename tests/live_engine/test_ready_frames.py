"""A packet that is encoded once may be sent to rooms as it is, also from a frame that another server made."""

from __future__ import annotations

import pytest

from hub.doors.live.engine import SocketServer
from hub.doors.live.engine.frames import Outgoing


@pytest.mark.annex("H6")
@pytest.mark.parametrize("length", [0, 1, 90, 125, 126, 4_000, 65_535, 70_000])
def test_a_frame_from_another_server_is_the_same_packet_on_both_transports(length):
    made = SocketServer().encode("message", {"text": "ż" * length}, "/visitor")
    taken = Outgoing.from_frame(made.frame)
    assert (taken.frame, taken.text, taken.payload) == (made.frame, made.text, made.payload)
    assert made.payload.startswith('42/visitor,["message",{"text":"')


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x81",
        b"\x81\x05abc",
        b"\x81\x02abc",
        b"\x82\x03abc",
        b"\x01\x03abc",
        b"\x81\xfe\x00\x03abc",
        b"\x81\x83abcdefg",
    ],
)
def test_anything_but_one_whole_text_frame_is_refused(frame):
    with pytest.raises(ValueError):
        Outgoing.from_frame(frame)
