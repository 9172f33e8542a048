"""Whoever hangs up in the middle of a question is no fault of the server."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.annex("U2")


async def hang_up(house: Any, method: str, path: str, *headers: str) -> None:
    """Send the beginning of a body and go, some times; then nothing in the log calls for the operator."""
    address = urlsplit(house.url)
    head = [f"{method} {path} HTTP/1.1", f"Host: {address.netloc}", "Content-Length: 100", *headers]
    for _ in range(5):
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(("\r\n".join(head) + "\r\n\r\n{").encode())
        await writer.drain()
        await asyncio.sleep(0.05)  # by then the server reads the body
        writer.transport.abort()
    await asyncio.sleep(0.1)
    assert house.log.tracebacks == []
    assert not [line for line in house.log.lines if line[0] == "error"]


JSON = "Content-Type: application/json"


async def test_who_hangs_up_while_their_body_is_read_leaves_no_traceback(acme: Any) -> None:
    bearer = f"Authorization: Bearer {await acme.token()}"
    await hang_up(acme.house, "POST", "/api/app/contacts/find", bearer, JSON)


@pytest.mark.parametrize("path", ["/api/public/message/", "/api/public/users/", "/api/v2/public/users/"])
async def test_a_client_of_the_public_api_that_hangs_up_leaves_no_traceback(acme: Any, path: str) -> None:
    await hang_up(acme.house, "POST", path, f"Authorization: Token {acme.api_key}", JSON)


async def test_an_upload_that_breaks_off_leaves_no_traceback_and_may_be_tried_again(acme: Any, web: Any) -> None:
    vera = await acme.visitor()
    begun = await vera.call("attachment.start", name="notes.txt", size=100, type="text/plain")
    await hang_up(acme.house, "PUT", begun["url"], "Content-Type: text/plain")
    again = await web("PUT", begun["url"], data=b"x" * 100, headers={"Content-Type": "text/plain"})
    assert again.status == 200, again.body


async def test_an_answer_to_a_form_that_breaks_off_leaves_no_traceback(acme: Any) -> None:
    await hang_up(acme.house, "POST", f"/forms/{acme.key}/1", JSON)
