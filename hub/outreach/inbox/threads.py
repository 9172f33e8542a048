"""The thread of a conversation in mail programs, as far as it came in by mail."""

from __future__ import annotations

from msgspec import Struct

from hub.chat.threads import threads_of
from hub.core.hub import Hub
from hub.outreach.collections import MAILS
from hub.outreach.inbox.headers import bare_start
from storage.engine import Scope, Sort
from storage.filters import one_of

_MOST = 20


class MailThread(Struct, frozen=True):
    """The subject of the mail that began a conversation, empty where none did, and the ids of those that came in."""

    subject: str
    ids: list[str]


async def mail_thread(hub: Hub, scope: Scope, conversation: int, until: int) -> MailThread:
    """Return the mails of a conversation that had come by a moment (UTC milliseconds), the oldest first."""
    threads = one_of("conversation", await threads_of(hub, scope, conversation))
    page = await hub.store.find(scope, MAILS, threads, sort=Sort(descending=True), limit=100)
    came = [each for each in reversed(page.items) if each["became"] == "message" and each["at"] <= until]
    begins = came[0] if came and came[0]["how"] == "new" else None
    ids = [each["message_id"] for each in came if each["message_id"]]
    return MailThread(bare_start(begins["subject"]) if begins else "", ids[-_MOST:])
