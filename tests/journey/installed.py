"""The panel's service worker, as Chromium's own tools reach it: what is pushed to it, what it shows, what is clicked."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from playwright.async_api import CDPSession, Page, Worker

SHOWN = """async () => (await registration.getNotifications()).map(({ title, body, tag, silent, data, actions }) =>
    ({ title, body, tag, silent, data, actions: actions.map(({ action, title }) => [action, title]) }))"""
CLICK = """async ([action, reply]) => {
    const [notification] = await registration.getNotifications()
    const event = new NotificationEvent('notificationclick', { notification, action, reply })
    const waits = []
    event.waitUntil = (promise) => waits.push(promise)
    dispatchEvent(event)
    await Promise.all(waits)
}"""
KEPT = """(table) => new Promise((resolve, reject) => {
    const opening = indexedDB.open('switchboard-panel')
    opening.onsuccess = () => {
        const asking = opening.result.transaction(table).objectStore(table).getAll()
        asking.onsuccess = () => { opening.result.close(); resolve(JSON.parse(JSON.stringify(asking.result))) }
        asking.onerror = () => reject(asking.error)
    }
})"""


class Installed:
    """The worker of one browser window's panel."""

    def __init__(self, page: Page) -> None:
        self.page, self.context = page, page.context
        self.origin = "/".join(page.url.split("/")[:3])
        self.cdp: CDPSession
        self.registrations: list[dict[str, Any]] = []

    async def ready(self) -> Installed:
        """Wait until the worker serves the window."""
        await self.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        self.cdp = await self.context.new_cdp_session(self.page)
        self.cdp.on(
            "ServiceWorker.workerRegistrationUpdated", lambda told: self.registrations.extend(told["registrations"])
        )
        await self.cdp.send("ServiceWorker.enable")
        await until(lambda: self.registrations)
        return self

    @property
    def registration(self) -> str:
        mine = (each for each in self.registrations if each["scopeURL"] == f"{self.origin}/panel/")
        return next(each["registrationId"] for each in mine)  # those of other windows' profiles come later

    async def push(self, **message: Any) -> None:
        """Deliver a push, as a push service does."""
        await self.cdp.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.origin, "registrationId": self.registration, "data": json.dumps(message)},
        )

    async def sync(self) -> None:
        """The network is back: the browser keeps its promise to wake the worker."""
        await self.cdp.send(
            "ServiceWorker.dispatchSyncEvent",
            {"origin": self.origin, "registrationId": self.registration, "tag": "outbox", "lastChance": False},
        )

    @property
    def worker(self) -> Worker:
        return [each for each in self.context.service_workers if each.url.startswith(self.origin)][-1]

    async def shown(self) -> list[dict[str, Any]]:
        """Return the notifications that are on the screen."""
        return await self.worker.evaluate(SHOWN)

    async def shows(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many notifications are on the screen; return them."""
        shown: list[dict[str, Any]] = []

        async def enough() -> bool:
            shown[:] = await self.shown()
            return len(shown) == count

        await until(enough)
        return shown

    async def clicks(self, action: str = "", reply: str | None = None) -> None:
        """Click the notification, or one of its buttons, and wait until the worker is done with it."""
        await self.worker.evaluate(CLICK, [action, reply])

    async def kept(self, table: str) -> list[Any]:
        """Return what the panel keeps in a table of its database."""
        return await self.worker.evaluate(KEPT, table)


async def until(holds: Any, within: float = 10.0) -> None:
    """Wait until a condition holds, which may have to ask the browser."""
    deadline = time.monotonic() + within
    while True:
        held = holds()
        if await held if asyncio.iscoroutine(held) else held:
            return
        assert time.monotonic() < deadline, "it did not become true in time"
        await asyncio.sleep(0.03)
