"""The account over there: its API asked politely. What fails for a moment is asked again, what it does not offer is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from yarl import URL

from hub.core.errors import InvalidPayload
from hub.core.fetch import Answer, Fetch, FetchError, FetchFailed, FetchRefused
from hub.core.hub import Hub

_API = "/api/public"
_LIMIT = 64 * 1_048_576
"""Bytes of one answer: a page of a hundred users with all their attributes, or one long conversation."""
_TIME = 60.0
_TRIES = 7
_PAUSE = 0.5
"""Seconds before the second try; each pause after is twice as long."""
_LONGEST_PAUSE = 300.0
_NOT_OFFERED = {403, 404, 405, 410}


class NotOffered(Exception):
    """The account does not have this, or the key may not see it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class CutOff(Exception):
    """It is of no use to go on now; the message tells why, and what to do."""


class Page(Struct, frozen=True):
    """Some items, where the next ones are, and how many there are in all."""

    items: list[Any]
    next: str | None
    total: int | None


class Source:
    """Asks one account, so many requests at once."""

    def __init__(self, hub: Hub, host: str, token: str, at_once: int) -> None:
        self._hub, self._token = hub, token
        self.base = base_of(host)
        self._turns = asyncio.Semaphore(at_once)
        self._not_before = 0.0
        self.waited = 0.0

    async def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a path below the API. Raises NotOffered, CutOff."""
        return await self._ask(f"{_API}{path}" + (f"?{urlencode(query)}" if query else ""))

    async def pages(self, path: str, start: str | None = None, **query: Any) -> AsyncIterator[Page]:
        """Give the pages of a list, from an address that an earlier run came to. Raises NotOffered, CutOff."""
        first = f"{_API}{path}" + (f"?{urlencode(query)}" if query else "")
        address: str | None = start or first
        begun = False
        while address is not None:
            try:
                page = _page(await self._ask(address))
            except NotOffered as error:
                if start is not None and not begun:  # its cursor has expired since
                    address, start = first, None
                    continue
                if begun and error.status == 404:  # this is how a list may end over there
                    return
                raise
            begun = True
            following = self._following(page.next)
            yield Page(page.items, following if following != address else None, page.total)
            address = following if following != address else None

    def _following(self, next: str | None) -> str | None:
        """Return the address of a next page on the host that was named, whatever name it gives itself."""
        if not next:
            return None
        try:
            return URL(next).raw_path_qs
        except (ValueError, TypeError):
            return None

    async def _ask(self, path: str) -> Any:
        headers = {"Authorization": f"Token {self._token}", "Accept": "*/*; version=2"}
        for tries in range(_TRIES):
            async with self._turns:
                await self._let_pass()
                try:
                    answer = await self._hub.part(Fetch).request(
                        "GET", f"{self.base}{path}", headers=headers, limit=_LIMIT, time=_TIME
                    )
                    found, why = self._read(answer)
                except FetchRefused as error:
                    raise CutOff(str(error)) from None
                except FetchError as error:
                    found, why, answer = None, str(error), None
            if not why:
                return found
            await self._wait(answer, tries)
        raise CutOff(f"{path.partition('?')[0]}: {why} Run the same command again; it goes on from here.")

    def _read(self, answer: Answer) -> tuple[Any, str]:
        """Return what was answered, or why to ask again. Raises NotOffered, CutOff."""
        if answer.status in (200, 201):
            try:
                return answer.json(), ""
            except FetchFailed as error:
                return None, str(error)
        if answer.status == 401:
            raise CutOff("The account refuses the token. Copy the REST API key from its settings (Advanced).")
        if answer.status in _NOT_OFFERED:
            raise NotOffered(answer.status)
        if answer.status == 429 or answer.status >= 500 or answer.status == 408:
            return None, f"The account answers {answer.status}."
        raise NotOffered(answer.status)

    async def _wait(self, answer: Answer | None, tries: int) -> None:
        """Let everybody wait: as long as it was asked for, else longer with each try."""
        pause = min(_PAUSE * 2**tries, _LONGEST_PAUSE)
        asked = answer.headers.get("retry-after", "") if answer else ""
        if asked.strip().isdecimal():
            pause = min(max(float(asked), 0.1), _LONGEST_PAUSE)
        self._not_before = max(self._not_before, time.monotonic() + pause)
        self.waited += pause

    async def _let_pass(self) -> None:
        while (left := self._not_before - time.monotonic()) > 0:  # noqa: ASYNC110 - others may prolong it meanwhile
            await asyncio.sleep(left)


def base_of(host: str) -> str:
    """Return scheme and host of an account as it was named. Raises InvalidPayload."""
    text = host.strip() if "://" in host else f"https://{host.strip()}"
    try:
        url = URL(text)
        if url.scheme not in ("http", "https") or not url.host or url.user or url.password:
            raise ValueError
        return str(url.origin())
    except ValueError:
        raise InvalidPayload("`--host` is the address of the account, for example https://acme.user.com.") from None


def _page(found: Any) -> Page:
    """Return a page; a bare list, or one object in the place of a list, is one too."""
    if isinstance(found, list):
        return Page(found, None, len(found))
    if not isinstance(found, dict):
        return Page([], None, None)
    results = found.get("results", [found] if "id" in found else [])
    items = results if isinstance(results, list) else [results]
    next, total = found.get("next"), found.get("count")
    return Page(
        [each for each in items if isinstance(each, dict)], next if isinstance(next, str) else None,
        total if type(total) is int else None,
    )  # fmt: skip
