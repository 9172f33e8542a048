"""A service worker as Chromium's own tools reach it: what is pushed to it, and what it shows."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from playwright.async_api import CDPSession, Page, Worker

_SHOWN = """async () => (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }))"""
_CLICK = """async () => {
    const [notification] = await registration.getNotifications()
    const event = new NotificationEvent('notificationclick', { notification })
    const waits = []
    event.waitUntil = (promise) => waits.push(promise)
    dispatchEvent(event)
    await Promise.all(waits)
}"""


class Pushed:
    """The worker of one scope of a page's site."""

    def __init__(self, page: Page, script: str) -> None:
        self.page, self.script = page, script
        self.origin = "/".join(page.url.split("/")[:3])
        self.cdp: CDPSession
        self.registrations: list[dict[str, Any]] = []

    async def ready(self, scope: str) -> Pushed:
        """Wait until the worker of a scope (a path) stands."""
        self.scope = f"{self.origin}{scope}"
        self.cdp = await self.page.context.new_cdp_session(self.page)
        self.cdp.on(
            "ServiceWorker.workerRegistrationUpdated", lambda told: self.registrations.extend(told["registrations"])
        )
        await self.cdp.send("ServiceWorker.enable")
        for _ in range(200):
            if self._known() and self._workers():
                return self
            await asyncio.sleep(0.05)
        raise AssertionError(f"no worker of {self.scope}: {self.registrations}")

    async def push(self, message: Any) -> None:
        """Deliver a message, as a push service does."""
        await self.cdp.send("ServiceWorker.deliverPushMessage", {
            "origin": self.origin, "registrationId": self._known()[-1]["registrationId"], "data": json.dumps(message),
        })  # fmt: skip

    async def shows(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait until so many notifications are on the screen; return them."""
        shown: list[dict[str, Any]] = []
        for _ in range(200):
            shown = await self._workers()[-1].evaluate(_SHOWN)
            if len(shown) == count:
                return shown
            await asyncio.sleep(0.05)
        raise AssertionError(shown)

    async def click(self) -> None:
        """Click the notification, and wait until the worker is done with it."""
        await self._workers()[-1].evaluate(_CLICK)

    def _known(self) -> list[dict[str, Any]]:
        return [each for each in self.registrations if each["scopeURL"] == self.scope]

    def _workers(self) -> list[Worker]:
        return [each for each in self.page.context.service_workers if each.url == f"{self.origin}{self.script}"]
