"""Turns of the event loop stay short, however many sockets have something to say in one moment."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket

import pytest

from hub.doors.live.engine.turns import BoundedSelector

from .conftest import Hall, soon

pytestmark = pytest.mark.annex("H1", "X5")


async def test_a_callback_gets_its_turn_between_very_many_ready_sockets(hall: Hall) -> None:
    await hall.raw()  # with its first client the server bounds the loop
    loop = asyncio.get_running_loop()
    assert isinstance(loop._selector, BoundedSelector)  # type: ignore[attr-defined]
    heard: list[int] = []
    turns: list[int] = []

    def turn() -> None:
        turns.append(len(heard))
        if len(heard) < 400:
            loop.call_soon(turn)

    with contextlib.ExitStack() as stack:
        for number in range(400):
            ours, theirs = (stack.enter_context(one) for one in socket.socketpair())
            loop.add_reader(ours, lambda ours=ours, number=number: (ours.recv(1), heard.append(number)))
            stack.callback(loop.remove_reader, ours)
            theirs.send(b"x")
        loop.call_soon(turn)
        await soon(lambda: len(heard) == 400)
        assert sorted(heard) == list(range(400)), "each is heard once, and none starves"
    assert max(after - before for before, after in itertools.pairwise(turns)) <= 128
