"""Ada at our own API, to fill Acme with people, and what the tests of the people area look at."""

from __future__ import annotations

from typing import Any

import aiohttp
from playwright.async_api import Page, expect


class Api:
    """Ada at our own API, to fill Acme with people."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def __call__(self, method: str, path: str, **body: Any) -> Any:
        async with self._http.request(method, f"/api/app/{path}", **({"json": body} if body else {})) as response:
            answer = await response.json(content_type=None) if response.status != 204 else None
            assert response.status < 400, answer
            return answer

    async def contact(self, **attributes: Any) -> int:
        return int((await self("POST", "contacts", attributes=attributes))["id"])

    async def crowd(self, size: int) -> list[int]:
        """Make contacts named Person 000, Person 001 …; return their ids."""
        return [
            await self.contact(first_name="Person", last_name=f"{number:03}", email=f"p{number:03}@acme.example")
            for number in range(size)
        ]


async def go(page: Page, path: str) -> None:
    """Open a page of the panel by its address."""
    await page.goto(page.url.split("/panel/")[0] + "/panel" + path)
    await expect(page.locator('[data-phase="online"]')).to_be_attached()
