"""What conditions ask about talking: who has an open conversation, who waits for an answer, who is here now.

Kept on the contact as it changes, and only then: a contact that writes ten messages in a row waits from the first on.
Worked out from the conversations themselves, so after a crash it is simply worked out again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from hub.accounts.applications import application_ids
from hub.chat.collections import CONVERSATIONS
from hub.chat.events import ContactPresenceChanged, ConversationChanged, MessageSent
from hub.chat.presence import Presence
from hub.chat.routing import let_follow
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.marks import Marks
from hub.people.segments.needs import needs_of
from hub.people.tracking.occurrences import conversations_kept, keep_presence, kept_as_present, occur
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope, Sort, StorageError
from storage.filters import Eq, Gte

_REMEMBERED = 50_000
_MOST = 500
"""Conversations of one contact that are looked at; the newest ones."""
_RECONCILE = 5.0
"""Seconds until a condition on presence that is new knows those who were here before."""
_SLACK = 10_000

Who = tuple[int, int]
"""(application, contact)."""


class Dealings:
    """Follows conversations and presence on this node."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: OrderedDict[Who, bool] = OrderedDict()
        self._changed: dict[Who, None] = {}
        self._working = False
        self._presence: dict[Who, bool] = {}
        self._reconciled: set[int] = set()
        self._woken = asyncio.Event()
        hub.listen(MessageSent, self._said)
        hub.listen(ConversationChanged, self._turned)
        hub.listen(ContactPresenceChanged, self._moved)

    @property
    def idle(self) -> bool:
        """Whether everything that this node saw has been kept."""
        return not self._changed and not self._presence and not self._working

    def _said(self, event: Any) -> None:
        who = (event.app, event.contact)
        waits = event.message.author.kind == "contact"
        if self._waiting.get(who) is not waits:
            self._note(who)
            self._waiting[who] = waits
            if len(self._waiting) > _REMEMBERED:
                self._waiting.popitem(last=False)

    def _turned(self, event: Any) -> None:
        who = (event.app, event.contact)
        self._waiting.pop(who, None)
        self._note(who)

    def _moved(self, event: Any) -> None:
        self._presence[event.app, event.id] = event.online
        self._woken.set()

    def _note(self, who: Who) -> None:
        self._changed[who] = None
        self._woken.set()

    async def run(self) -> None:
        """Keep what changes, until cancelled; first what an earlier process left."""
        marks = Marks(self._hub, "dealings")
        self._hub.spawn("conversations left behind", self._take_over(marks))
        self._hub.spawn("presence of contacts", self._reconcile())
        while True:
            await self._woken.wait()
            self._woken.clear()
            began = self._hub.clock.now()
            self._working = True
            try:
                while self._changed or self._presence:
                    await self._follow()
                await marks.keep(began)
            except (StorageError, HubError) as error:
                self._hub.log.warning("what is known of conversations waits for the store", error=str(error))
                await asyncio.sleep(0.5)
                self._woken.set()
            finally:
                self._working = False

    async def _follow(self) -> None:
        some = list(self._changed)[:100]
        moved = list(self._presence.items())[:100]
        await asyncio.gather(*(self._settle(*who) for who in some))
        for who, online in moved:
            await self._keep_presence(*who, online)
            if self._presence.get(who) is online:
                del self._presence[who]

    async def _settle(self, app: int, contact: int) -> None:
        """Work out what there is to know of a contact's conversations, and keep it where it is new."""
        scope = Scope(app)
        self._changed.pop((app, contact), None)
        now, known, unclosed = await _dealings_with(self._hub, scope, contact)
        before = await conversations_kept(self._hub, scope, contact)
        if before is not None and before != now:
            await self._keep(scope, contact, before, now, known)
        # Behind what is kept of the contact: a change of its group either saw this conversation there, or is seen here.
        if (await vocabulary(self._hub, scope)).rules:
            await let_follow(self._hub, scope, unclosed)

    async def _keep(
        self, scope: Scope, contact: int, before: Document, now: Document, conversations: list[Document]
    ) -> None:
        waits = now["waiting"]
        waited = bool(before.get("waiting"))
        newest = max(conversations, key=lambda each: each["updated"], default=None)
        answered = waited and not waits and newest is not None and _last_author(newest) == "agent"
        keys = ["wrote"] if waits and not waited else ["answered"] if answered else []
        at = self._hub.clock.now()
        await occur(self._hub, scope, contact, lambda _: [(key, at) for key in keys], lambda *_: {"conversations": now})

    async def _keep_presence(self, app: int, contact: int, online: bool) -> None:
        scope = Scope(app)
        if not needs_of(await vocabulary(self._hub, scope)).presence:
            return
        await keep_presence(self._hub, scope, contact, online)

    async def _reconcile(self) -> None:
        """Bring presence up to date where a condition begins to ask for it, and after a start."""
        while True:
            try:
                for app in await application_ids(self._hub):
                    needed = needs_of(await vocabulary(self._hub, Scope(app))).presence
                    if needed and app not in self._reconciled:
                        await self._reconcile_one(app)
                        self._reconciled.add(app)
                    elif not needed:
                        self._reconciled.discard(app)
            except (StorageError, HubError) as error:
                self._hub.log.warning("presence of contacts waits for the store", error=str(error))
            await asyncio.sleep(_RECONCILE)

    async def _reconcile_one(self, app: int) -> None:
        presence = self._hub.part(Presence)
        for contact in await kept_as_present(self._hub, Scope(app)):
            if not presence.online(app, "contact", contact):
                self._presence[app, contact] = False
        for contact in presence.contacts(app):
            self._presence[app, contact] = True
        self._woken.set()

    async def _take_over(self, marks: Marks) -> None:
        """Look again at conversations that changed shortly before other processes ended."""
        try:
            since, ended = await marks.left_behind()
            if since is not None:
                for app in await application_ids(self._hub):
                    for field in ("updated", "touched"):
                        changed = Gte(field, since - _SLACK)
                        page = await self._hub.store.find(
                            Scope(app), CONVERSATIONS, changed, sort=Sort(field), limit=10_000
                        )
                        for document in page.items:
                            self._note((app, document["contact"]))
            await marks.forget(ended)
        except StorageError as error:
            self._hub.log.warning("what is known of conversations waits for the store", error=str(error))


async def _dealings_with(hub: Hub, scope: Scope, contact: int) -> tuple[Document, list[Document], list[Document]]:
    """Return what there is to know of a contact's conversations, the newest of them, and those that are not closed."""
    page = await hub.store.find(scope, CONVERSATIONS, Eq("contact", contact), sort=Sort(descending=True), limit=_MOST)
    unclosed = [each for each in page.items if each["status"] not in ("closed", "merged")]
    waits = any(_last_author(each) == "contact" for each in unclosed)
    return {"open": len(unclosed), "begun": len(page.items), "waiting": waits}, page.items, unclosed


async def keep_dealings(hub: Hub, scope: Scope, contact: int) -> None:
    """Keep what there is to know of a contact's conversations where they came in with their past: nobody wrote just now."""
    now, _, _ = await _dealings_with(hub, scope, contact)
    if await conversations_kept(hub, scope, contact) not in (None, now):
        await occur(hub, scope, contact, lambda _: [], lambda *_: {"conversations": now})


def _last_author(conversation: Document) -> str | None:
    last = conversation.get("last")
    return last["author"]["kind"] if last else None
