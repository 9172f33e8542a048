"""Previews of links in messages: the server reads the page once, so nobody's browser has to ask a stranger.

Opted into by the application. The page is fetched like everything that a tenant may name (hub/core/fetch.py), its picture
is drawn anew, and what is shown first is the host to which the link led in the end, which a page cannot make up.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from urllib.parse import urljoin, urlsplit
from weakref import WeakValueDictionary

from msgspec import Struct

from hub.accounts.applications import application
from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.collections import LINK_PREVIEWS, MESSAGES
from hub.chat.conversations import get_conversation
from hub.chat.edited import as_now, stands_in
from hub.chat.edits import MessageRef
from hub.chat.images import read_picture
from hub.chat.previews.reading import Said, plain, read_page
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.fetch import Answer, Fetch, FetchError
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Document, Duplicate, Missing, Scope, Sort
from storage.filters import Lt

MOST = 3
"""Links of one message that are looked at."""
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_TAIL = ".,;:!?)]}»”’"
"""What ends a sentence rather than an address; the panel cuts the same."""
_LONGEST = 2_000
_PAGE, _PICTURE, _SIDE = 3 * 1024 * 1024, 3 * 1024 * 1024, 320
_TIME, _AT_ONCE = 5.0, 4
_HOUR = 3_600_000
_KNOWN, _FAILED, _KEPT = 7 * 24 * _HOUR, _HOUR, 30 * 24 * _HOUR
"""For so long a preview is as good as new, a page that could not be read is left alone, and any of them is kept."""
_SWEPT = 20


class LinkPreview(Struct, frozen=True):
    """What a page says of itself. `host` is where the link led in the end; `picture` a WebP as a data URL, or null."""

    address: str
    host: str
    title: str
    text: str
    picture: str | None


class LinkPreviews(Struct, frozen=True):
    """What is known of the links of a message, in their order; `on` says whether the application wants to know."""

    on: bool
    links: list[LinkPreview]


@verb(CONVERSATIONS_MANAGE)
async def link_previews(hub: Hub, actor: Actor, which: MessageRef) -> LinkPreviews:
    """Return previews of the links in a message, read now where they are not known yet. Raises NotFound.

    A page that can't be read, or says nothing of itself, has none.
    """
    await get_conversation(hub, actor, which.conversation)
    record = await hub.store.record(actor.scope, MESSAGES, which.message)
    if record is None or not await stands_in(hub, actor.scope, which.conversation, record):
        raise NotFound("There is no message by that id in this conversation.")
    if not (await application(hub, actor.scope.app)).link_previews:
        return LinkPreviews(False, [])
    (now,) = await as_now(hub, actor.scope, [record])
    previews = hub.part(Previews)
    scope = Scope(actor.scope.app)
    found = await asyncio.gather(*[previews.of(scope, address) for address in addresses(now["text"])])
    return LinkPreviews(True, [each for each in found if each is not None])


def addresses(text: str) -> list[str]:
    """Return the first web addresses of a text, each once."""
    found = (each.rstrip(_TAIL) for each in _LINK.findall(text))
    return list(dict.fromkeys(each for each in found if len(each) <= _LONGEST))[:MOST]


class Previews:
    """Reads pages, few at once, and each once however many ask for it at the same time."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._reading: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    async def of(self, scope: Scope, address: str) -> LinkPreview | None:
        """Return the preview of an address, or None where there is none."""
        if urlsplit(address).netloc.lower() == urlsplit(self._hub.settings.base_url()).netloc.lower():
            return None  # our own links sign people in, or out of mails: they are not for looking
        proof = hashlib.sha256(address.encode()).hexdigest()
        id = int(proof[:12], 16)
        lock = self._reading.setdefault((scope.app, id), asyncio.Lock())
        async with lock:
            known = await self._hub.store.get(scope, LINK_PREVIEWS, id)
            if known is None or self._hub.clock.now() - known["at"] > (_KNOWN if known["host"] else _FAILED):
                known = await self._read_anew(scope, id, proof, address, known is not None)
        if not known["host"] or known["proof"] != proof:
            return None
        return LinkPreview(address, known["host"], known["title"], known["text"], known["picture"])

    async def _read_anew(self, scope: Scope, id: int, proof: str, address: str, again: bool) -> Document:
        async with self._turns:
            document = {"id": id, "proof": proof, "at": self._hub.clock.now(), **await self._read(address)}
        await self._keep(scope, document, again)
        return document

    async def _read(self, address: str) -> Document:
        """Return what a page says of itself; without a host where it could not be read, or says nothing."""
        nothing: Document = {"host": "", "title": "", "text": "", "picture": None}
        try:
            answer = await self._get(address, "text/html,application/xhtml+xml,image/*;q=0.8", _PAGE)
        except FetchError:
            return nothing
        kind = answer.headers.get("content-type", "").lower()
        if answer.status != 200:
            return nothing
        host = plain(urlsplit(answer.url).hostname or "", 255)
        if kind.startswith("image/"):
            picture = await _drawn(answer)
            return nothing | {"host": host, "picture": picture} if picture else nothing
        if "html" not in kind:
            return nothing
        said = await asyncio.to_thread(read_page, answer.body, kind)
        if not said.title and not said.text:
            return nothing
        return {"host": host, "title": said.title, "text": said.text, "picture": await self._picture(answer.url, said)}

    async def _picture(self, page: str, said: Said) -> str | None:
        if not said.picture:
            return None
        try:
            answer = await self._get(urljoin(page, said.picture), "image/*", _PICTURE)
        except (FetchError, ValueError):
            return None
        return await _drawn(answer) if answer.status == 200 else None

    async def _get(self, address: str, accept: str, limit: int) -> Answer:
        return await self._hub.part(Fetch).request("GET", address, headers={"Accept": accept}, limit=limit, time=_TIME)

    async def _keep(self, scope: Scope, document: Document, again: bool) -> None:
        """Keep what was read, and let go of what is old."""
        old = Lt("at", document["at"] - _KEPT)
        batch = Batch(scope)
        for each in (await self._hub.store.find(scope, LINK_PREVIEWS, old, sort=Sort("at"), limit=_SWEPT)).items:
            if each["id"] != document["id"]:
                batch.delete(LINK_PREVIEWS, each["id"])
        if again:
            batch.patch(LINK_PREVIEWS, document["id"], set={name: document[name] for name in document if name != "id"})
        else:
            batch.insert(LINK_PREVIEWS, document)
        try:
            await self._hub.commit(batch)
        except (Duplicate, Missing):
            pass  # another node read it, too, or swept it: what was read here is as good


async def _drawn(answer: Answer) -> str | None:
    """Return a picture drawn anew as a data URL: not a byte of what came is handed on."""
    picture = await read_picture(answer.body, None, _SIDE)  # many hosts name another type than they send
    return f"data:image/webp;base64,{base64.b64encode(picture.thumbnail).decode()}" if picture else None
