"""When a webhook is switched off by itself: its receiver says that it is gone, or has failed for days."""

from __future__ import annotations

from typing import Literal

from hub.accounts.applications import application, owners
from hub.core.hub import Hub
from hub.core.words import words_in
from hub.outreach.letters import LETTER
from hub.webhooks.collections import WEBHOOKS
from hub.webhooks.outbox import Outbox
from storage.engine import Batch, Document, Scope

Reason = Literal["gone", "failing"]

DAY = 86_400_000
PATIENCE = 3 * DAY
"""Milliseconds without one success after which a webhook is switched off."""
_FAILURES = 10
"""Attempts that must have failed meanwhile: one that is hardly ever used is not switched off for two of them."""
_WORTH = 7 * DAY
_GONE = 410


def ends(status: int | None, queue: Document, now: int) -> Reason | None:
    """Return why a webhook is to be switched off after a failure, or None."""
    if status == _GONE:
        return "gone"
    return "failing" if queue["failures"] >= _FAILURES and now - queue["failing"] >= PATIENCE else None


async def switch_off(hub: Hub, batch: Batch, webhook: Document, reason: Reason, now: int) -> None:
    """Put into the batch that a webhook is off, and that the owners of the application get a mail about it."""
    batch.patch(WEBHOOKS, webhook["id"], set={"on": False, "off": reason, "off_at": now}, inc={"revision": 1})
    scope = Scope(batch.scope.app)
    company = (await application(hub, scope.app)).name
    settings = hub.settings
    base = settings.public_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    for owner in await owners(hub, scope.app):
        words = words_in("en", "pages")
        await hub.jobs.add(batch, LETTER, {
            "id": hub.ids.token(24).lower(), "contact": None, "to": owner.email, "from": company, "at": now,
            "until": now + _WORTH, "language": "en", "subject": words("webhookOffSubject", name=webhook["name"]),
            "text": words("webhookOffGone" if reason == "gone" else "webhookOffFailing", url=webhook["url"]),
            "button": words("webhookOffButton"), "link": f"{base}/panel/settings/webhooks",
            "after": words("webhookOffAfter", company=company),
        })  # fmt: skip
    hub.part(Outbox).changed(scope.app)
    hub.log.warning("a webhook was switched off", webhook=webhook["id"], why=reason)
