"""Whoever hangs up in the middle of a question is no fault of the server."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.annex("U2")


async def test_a_client_that_hangs_up_while_its_body_is_read_leaves_no_traceback(acme: Any) -> None:
    token, address = await acme.token(), urlsplit(acme.house.url)
    for _ in range(5):
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(
            f"POST /api/app/contacts/find HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        await writer.drain()
        await asyncio.sleep(0.05)  # by then the server reads the body
        writer.transport.abort()
    await asyncio.sleep(0.1)
    assert acme.house.log.tracebacks == []
    assert not [line for line in acme.house.log.lines if line[0] == "error"]
