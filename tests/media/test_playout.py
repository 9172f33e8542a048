"""The buffer between the network and the mixer, packet by packet: order, loss, stalls, and numbers that begin anew."""

from __future__ import annotations

import numpy as np

from media.sound.playout import CALM, FADES, FIRST, LEAST, SOON, WINDOW, Playout


def decode(payload: bytes) -> np.ndarray:
    """A frame that is the payload's number all over."""
    return np.full(960, int.from_bytes(payload, "big"), np.int16)


def heard(playout: Playout, frames: int) -> list[int]:
    """Return what is in each of the next frames; 0 is silence."""
    return [0 if (pcm := playout.take()) is None else int(pcm[0]) for _ in range(frames)]


def put(playout: Playout, *numbers: int, loud: int = 1000) -> None:
    for number in numbers:
        playout.put(number & 0xFFFF, (loud + number).to_bytes(2, "big"))


def test_packets_that_overtook_each_other_are_heard_in_order_also_where_numbers_begin_anew():
    playout = Playout(decode)
    order = [65534, 65536, 65535, 65538, 65537]
    for number in order:
        playout.put(number & 0xFFFF, (number - 65533).to_bytes(2, "big"))
    assert heard(playout, 5) == [1, 2, 3, 4, 5] and playout.lost == 0


def test_a_lost_packet_is_the_one_before_it_more_quietly_and_a_lost_speaker_fades_out():
    playout = Playout(decode)
    put(playout, 0, 1, 3, 4)
    assert heard(playout, 5) == [1000, 1001, 500, 1003, 1004]
    assert playout.lost == 1
    assert heard(playout, FADES + 2) == [502, 251, 125, 0, 0]


def test_it_waits_for_two_packets_and_for_more_where_they_come_late():
    playout = Playout(decode)
    put(playout, 0)
    assert heard(playout, 2) == [0, 0]
    put(playout, 1)
    assert heard(playout, 2) == [1000, 1001]
    put(playout, 3, 5)
    heard(playout, 3)  # packet 4 is not there when its turn is: one more is waited for
    put(playout, 4)
    heard(playout, FADES + 1)  # nothing is there: and one more, as soon as it is clear that the speaker had not paused
    put(playout, 6, 7, 8)
    assert heard(playout, 1) == [0]
    put(playout, 9)
    assert heard(playout, 1) == [1006]


def test_after_a_pause_of_the_speaker_no_more_is_waited_for_than_before():
    playout = Playout(decode)
    put(playout, 0, 1)
    heard(playout, 2 + SOON + 5)
    put(playout, 2)
    assert heard(playout, 1) == [0]
    put(playout, 3)
    assert heard(playout, 2) == [1002, 1003]


def test_where_the_network_is_even_one_packet_is_enough():
    playout = Playout(decode)
    put(playout, 0, 1)
    for number in range(2, 2 + CALM + 2 * WINDOW):
        put(playout, number)
        assert playout.take() is not None
    assert len(playout) == LEAST - 1  # the one that came is the one that is heard


def test_after_a_stall_the_delay_is_soon_what_it_was():
    playout = Playout(decode)
    put(playout, *range(7))
    for number in range(7, 207):
        put(playout, number)
        playout.take()
    assert len(playout) <= FIRST + 1


def test_a_buffer_that_nobody_takes_from_stays_short_and_has_the_newest():
    playout = Playout(decode)
    put(playout, *range(20_000))
    assert len(playout) <= FIRST + 8
    assert heard(playout, 1)[0] >= 1000 + 20_000 - FIRST - 8


def test_a_stream_that_begins_anew_elsewhere_is_heard_at_once():
    playout = Playout(decode)
    put(playout, 0, 1, 2)
    heard(playout, 3)
    put(playout, 30_000, 30_001, loud=-29_000)
    assert 1000 in heard(playout, 2)
