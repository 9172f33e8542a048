"""The audit log: every change of settings and of access, by whom, when, from where, before and after. It only grows.

What a verb that manages something commits first carries the row about it, so there is no change without a row and no row
without a change. Values of secrets are never in it, nor what people entered about contacts.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from hub.core.actor import Actor
from hub.core.collections import AUDIT
from storage.engine import (
    INSTALLATION,
    Batch,
    Collection,
    Delete,
    Document,
    Insert,
    Outcome,
    Page,
    Patch,
    Scope,
    Sort,
    Unstorable,
)
from storage.filters import All, Eq, Filter, Lt
from storage.patch import patched

if TYPE_CHECKING:
    from hub.core.hub import Hub

DAY = 86_400_000
KEPT_DAYS = 730
_DAILY = {"conversations.manage", "availability.manage"}
"""Permissions that end like those of settings, and are work of every minute."""
_ALSO = {"emails.send", "contacts.privacy", "contacts.export", "agents.invite", "profile.own"}
_SINGLE = {"chat.combining.merge_conversations"}
"""Daily work that can't be taken back."""
_NO_DEEDS = {
    "outreach.emails.send_email": "writes to people; emails are listed with them",
    "outreach.emails.preview_template": "changes nothing",
    "outreach.mail.checking.check_mail": "changes nothing",
    "accounts.availability.say_idle": "said by an open panel, not by anybody",
    "accounts.availability.set_availability": "the daily coming and going of an agent",
}
_READS = {"contacts.export", "people.privacy.dossier.open_dossier", "accounts.audit.export_audit"}
"""What takes data out leaves a row, too, though it changes nothing."""
_SHOWN = {
    "agents", "roles", "groups", "invitations", "applications", "keys", "passkeys", "webhooks", "mail_senders", "mailboxes",
    "push_settings", "email_templates", "attributes", "segments", "tags", "lists", "forms", "pipelines", "loss_reasons",
    "activity_types", "retention", "group_rules", "enrichment", "conversation_labels", "inbox_views", "modals", "widgets",
    "rating_rules", "phone_accounts", "phone_numbers", "call_sounds",
}  # fmt: skip
"""Collections whose values stand in a row; of all others only which document it was."""
_OF_INSTALLATION = {"agents", "roles", "groups", "invitations", "applications", "keys", "passkeys"}
_SECRET = re.compile(
    r"password|secret|hash|token|private|credential|totp|recovery|dkim|^keys?$|api_key|authorization|headers"
)
_HIDDEN = "•••"
_COUNTERS = {"app", "revision", "given"}
"""What changes by itself, and says nothing to anybody."""
_MOST_CHANGES, _LONGEST_TEXT, _MOST_ITEMS = 20, 300, 20

ROWS = AUDIT
"""The collection of the log, for whoever erases an application."""

ADDRESS: ContextVar[str] = ContextVar("address", default="")
"""From where the call comes that is answered right now."""


def _reads(name: str, permission: str) -> bool:
    """Tell whether a row is kept although nothing changes."""
    return permission in _READS or name in _READS


def is_deed(name: str, permission: str) -> bool:
    """Tell whether what a verb changes is kept in the audit log."""
    if _reads(name, permission):
        return True
    managing = permission.endswith(".manage") and permission not in _DAILY
    return name in _SINGLE or ((managing or permission in _ALSO) and name not in _NO_DEEDS)


class Deed:
    """What an actor is doing at this moment; the first batch that is committed under it carries its row."""

    def __init__(self, name: str, permission: str, actor: Actor) -> None:
        self.name, self.permission, self.actor = name, permission, actor
        self.done = False

    @property
    def reads(self) -> bool:
        """Whether a row is kept although nothing changes."""
        return _reads(self.name, self.permission)

    async def commit(self, hub: Hub, batch: Batch) -> Outcome:
        """Commit a batch with the row about it."""
        changes = await _changes_of(hub, batch)
        marked = Batch(batch.scope, batch.guards, batch.claims, list(batch.steps))
        area = self.permission.partition(".")[0]
        marked.insert(AUDIT, await row_of(hub, self.actor, self.name, area, changes))
        outcome = await hub.commit_plainly(marked)
        self.done = self.done or outcome.existing is None
        return outcome


DEED: ContextVar[Deed | None] = ContextVar("deed", default=None)


async def row_of(hub: Hub, actor: Actor, name: str, area: str, changes: list[Document], address: str = "") -> Document:
    """Return a row of the log."""
    app = actor.scope.app
    hub.part(Forgetting).soon(app)
    return {
        "id": await hub.ids.next("audit"), "app": app, "at": hub.clock.now(), "by": f"{actor.kind}:{actor.id}",
        "name": actor.name, "verb": name, "area": area, "address": address or ADDRESS.get(), "changes": changes,
    }  # fmt: skip


async def note_deed(hub: Hub, actor: Actor, name: str, area: str, address: str = "", **facts: Any) -> None:
    """Keep something that is no change of a document: a sign-in, one that failed, data that was taken out."""
    changes = [{"what": area, "id": actor.id, "how": "said", "before": {}, "after": facts}] if facts else []
    batch = Batch(INSTALLATION)
    batch.insert(AUDIT, await row_of(hub, actor, name, area, changes, address))
    await hub.store.commit(batch)


def add_row(batch: Batch, row: Document) -> None:
    """Let a batch carry a row."""
    batch.insert(AUDIT, row)


async def find_rows(hub: Hub, filter: Filter, cursor: str | None, limit: int) -> Page:
    """Return rows of the log, the newest first. Raises ValueError for a cursor that is none."""
    newest = Sort("at", descending=True)
    return await hub.store.find(INSTALLATION, AUDIT, filter, sort=newest, limit=limit, cursor=cursor)


class Forgetting:
    """Forgets what is older than it is kept, once a day and application, when something new is written."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._done: dict[int, int] = {}
        self.days: Callable[[Hub, int], Awaitable[int]] = _usual_days
        """For how many days an application keeps its log: another area knows; `hub/subscribers.py` says which."""

    def soon(self, app: int) -> None:
        """Forget old rows of an application in the background, unless that was done today."""
        today = self._hub.clock.now() // DAY
        if self._done.get(app) != today:
            self._done[app] = today
            self._hub.spawn("old audit rows", forget_old(self._hub, app))


async def _usual_days(hub: Hub, app: int) -> int:
    return KEPT_DAYS


async def forget_old(hub: Hub, app: int) -> None:
    """Delete the rows of an application that are older than it keeps them."""
    until = hub.clock.now() - await hub.part(Forgetting).days(hub, app) * DAY
    while True:
        older = All((Eq("app", app), Lt("at", until)))
        old = (await hub.store.find(INSTALLATION, AUDIT, older, sort=Sort("at"), limit=500)).items
        batch = Batch(INSTALLATION)
        for row in old:
            batch.delete(AUDIT, row["id"])
        if old:
            await hub.store.commit(batch)
        if len(old) < 500:
            return


async def _changes_of(hub: Hub, batch: Batch) -> list[Document]:
    changes: list[Document] = []
    for step in batch.steps:
        if not isinstance(step, Insert | Patch | Delete) or step.collection in _OWN or len(changes) == _MOST_CHANGES:
            continue
        id = step.document["id"] if isinstance(step, Insert) else step.id
        how = "made" if isinstance(step, Insert) else "changed" if isinstance(step, Patch) else "deleted"
        change: Document = {"what": step.collection, "id": id, "how": how, "before": {}, "after": {}}
        if step.collection in _SHOWN:
            change["before"], change["after"] = await _values(hub, batch.scope, step)
        changes.append(change)
    return changes


_OWN = {"jobs", "bulk_jobs", "calls", "audit"}


async def _values(hub: Hub, scope: Scope, step: Insert | Patch | Delete) -> tuple[Document, Document]:
    if isinstance(step, Insert):
        return {}, _shown(step.document)
    # Reading it a moment before the commit is good enough for people who look back; the batch has guards of its own.
    kept = Collection(step.collection, tenant=step.collection not in _OF_INSTALLATION)
    before = await hub.store.get(scope, kept, step.id) or {"id": step.id}
    if isinstance(step, Delete):
        return _shown(before), {}
    try:
        after = patched(before, step, [])
    except Unstorable:
        return {}, {}  # the commit says so
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return _shown({name: before.get(name) for name in names}), _shown({name: after.get(name) for name in names})


def _shown(document: Document) -> Document:
    return {name: _plain(name, value, 0) for name, value in document.items() if name not in _COUNTERS}


def _plain(name: str, value: Any, depth: int) -> Any:
    """Return a value as it may be shown: no secret, and nothing endless."""
    if _SECRET.search(name):
        return None if value in (None, "", [], {}) else _HIDDEN
    if isinstance(value, dict):
        return (
            {each: _plain(each, inner, depth + 1) for each, inner in list(value.items())[:_MOST_ITEMS]}
            if depth < 4
            else "…"
        )
    if isinstance(value, list | tuple):
        return [_plain(name, inner, depth + 1) for inner in value[:_MOST_ITEMS]] if depth < 4 else "…"
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else value[:_LONGEST_TEXT] + "…"
    return value if isinstance(value, int | float | bool | None) else str(value)
