"""The inbox with 50,000 conversations, in Chromium: until it is usable, what that loads, and from one conversation to the next.

The store is the embedded one. Every third conversation is open. The panel's cache and service worker are off, so that all
of it comes from the server each time; times are read in the page, and end when the browser has painted.
"""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import statistics
import tempfile
from typing import Any

from playwright.async_api import Page, async_playwright

from bench import machine
from bench.people import Api
from bench.server import Server
from bench.table import Row
from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.chat.inbox.indexing import MADE
from hub.core.settings import Settings
from hub.people.editing import insert_contact, new_contact
from server import open_hub
from storage.engine import Batch, Document, Scope

CONVERSATIONS_HELD = 50_000
MESSAGES_EACH = 6
SWITCHES = 24
SITTINGS = 5
"""So often the list is opened anew, and its conversations for the first time: a slowest twentieth needs many of them."""
_TOGETHER = 100

WATCH = """() => {
    window.usable = new Promise((done) => {
        const look = () => {
            const there = document.querySelector('[data-phase="online"]') && document.querySelectorAll('a[data-row]').length >= 10
            if (there) requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))
            else requestAnimationFrame(look)
        }
        look()
    })
}"""

LAUNCH = ["--no-sandbox", "--disable-gpu"]
HOVER = 150
"""Milliseconds between the pointer's coming to a row and its click: a quick hand. So long its page may be on its way."""
BREATH = 200
"""Milliseconds between two touches: quicker is nobody who reads, and after 300 the panel fetches the neighbours."""

SWITCH = """(number) => new Promise((done) => {
    const row = document.querySelectorAll('a[data-row]')[number]
    const id = row.dataset.row, start = performance.now()
    row.click()
    const look = () => {
        const said = [...document.querySelectorAll('main [class*="_bubble_"]')].some((e) => e.textContent.startsWith(`In ${id}:`))
        if (said && document.querySelector('main textarea')) requestAnimationFrame(() => done(performance.now() - start))
        else requestAnimationFrame(look)
    }
    look()
})"""

WEIGHT = """(until) => performance.getEntriesByType('resource')
    .filter(({ name, startTime }) => startTime < until && /\\.(js|css|woff2)(\\?|$)/.test(name))
    .map(({ name, encodedBodySize }) => [name.split('/').pop(), encodedBodySize])"""


def run(runs: int, quick: bool) -> list[Row]:
    """Measure with one seeded store; the rounds are reloads."""
    machine.on_all_cores()()  # the browser is what is measured: it gets all that a person's would
    return asyncio.run(_run(3 if quick else max(runs, 10), 2_000 if quick else CONVERSATIONS_HELD))


async def _run(rounds: int, count: int) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        server = Server(folder)
        await seed(f"{folder}/data", server.made["application"]["id"], count)
        server.start()
        try:
            _views(Api(server))
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
                context = await browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
                return await _measure(await context.new_page(), server, rounds, count)
        finally:
            server.stop()


async def _measure(page: Page, server: Server, rounds: int, count: int) -> list[Row]:
    home = f"http://127.0.0.1:{server.port}/panel/"
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await page.add_init_script(f"({WATCH})()")
    await sign_in(page, server)
    times: list[float] = []
    first: list[tuple[str, int]] = []
    for _ in range(rounds):
        await page.goto(f"{home}inbox/open")
        times.append(await page.evaluate("window.usable"))
        first = await page.evaluate(WEIGHT, times[-1])
    await page.wait_for_timeout(1_500)  # what comes behind the first screen has come
    files: list[tuple[str, int]] = await page.evaluate(WEIGHT, 1e9)
    rows = await page.locator("a[data-row]").count()
    switches: list[float] = []
    for _ in range(SITTINGS):
        await _sit_down(page, home)
        switches += [await _switch(page, number) for number in range(0, min(SWITCHES, rows), 2)]  # not the neighbours
    # A finger points at nothing before: no conversation could be fetched ahead.
    await _sit_down(page, home)
    touched = []
    for number in range(0, min(SWITCHES, rows), 2):
        touched.append(float(await page.evaluate(SWITCH, number)))
        await page.wait_for_timeout(BREATH)
    # The same without a pause, so that what is drawn behind the one before is in the way.
    await _sit_down(page, home)
    at_once = [await page.evaluate(SWITCH, number) for number in range(0, min(SWITCHES, rows), 2)]
    again = [await page.evaluate(SWITCH, number) for number in reversed(range(0, min(SWITCHES, rows) - 2, 2))]
    print("    usable: " + ", ".join(f"{each:.0f}" for each in times) + " ms")
    print("    switches: " + ", ".join(f"{each:.0f}" for each in switches) + " ms")
    print("    nothing fetched ahead: " + ", ".join(f"{each:.0f}" for each in touched) + " ms")
    print("    and no pause between: " + ", ".join(f"{each:.0f}" for each in at_once) + " ms")
    print(f"    {len(files)} files; opened again: {statistics.median(again):.0f} ms")
    what = f"{count:,} conversations"
    return [
        Row(f"{what}: from navigation to a usable inbox, median", statistics.median(times), "ms", 1_000),
        Row(f"{what}: the slowest of them", max(times), "ms", 1_000),
        Row(
            "first screen: scripts, styles and fonts until it is usable",
            sum(size for _, size in first) / 1_024,
            "KB",
            300,
        ),
        Row(
            "the same with what is fetched behind it, for what is opened next",
            sum(size for _, size in files) / 1_024,
            "KB",
        ),
        Row("from one conversation to the next, median", statistics.median(switches), "ms", 100),
        Row("from one conversation to the next, p95", statistics.quantiles(switches, n=20)[-1], "ms", 100),
        Row("the same with nothing fetched ahead, median", statistics.median(touched), "ms", 100),
        Row("and without any pause between, median", statistics.median(at_once), "ms"),
    ]


async def _sit_down(page: Page, home: str) -> None:
    """Open the list anew, and look at it for a moment."""
    await page.goto(f"{home}inbox/open")
    await page.evaluate("window.usable")
    await page.wait_for_timeout(1_500)


async def _switch(page: Page, number: int) -> float:
    """Come with the pointer, then click; return the milliseconds from the click until the messages are painted."""
    await page.locator("a[data-row]").nth(number).hover()
    await page.wait_for_timeout(HOVER)
    return float(await page.evaluate(SWITCH, number))


def chromium() -> str | None:
    """Return where the system's browser is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


async def sign_in(page: Page, server: Server) -> None:
    """Open the panel as Ada, and wait for the list."""
    await page.goto(f"http://127.0.0.1:{server.port}/panel/")
    await page.locator("input[type=email]").fill("ada@acme.example")
    await page.locator("input[type=password]").fill("a good password")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("a[data-row]")


def _views(api: Api) -> None:
    """Give the sidebar what a team has: labels and eight views."""
    api("POST", "conversation-labels", {"name": "Bug"})
    for number, where in enumerate((
        {"status": ["open"], "assignee": "me"}, {"status": ["open"], "unread": True}, {"status": ["open"], "waiting": True},
        {"status": ["open"], "priority": ["urgent"]}, {"status": ["open"], "priority": ["urgent", "high"]},
        {"status": ["open"], "labels": [1]}, {"labels": [1]}, {"status": ["pending", "snoozed"]},
    )):  # fmt: skip
        api("POST", "inbox-views", {"name": f"View {number}", "where": where, "shared": True})


async def seed(folder: str, app: int, count: int) -> None:
    """Write conversations with a contact and some messages each, as they would be after months of talk."""
    chance = random.Random(7)
    async with open_hub(Settings(data=folder, log_level="error")) as hub:
        scope, now, pending = Scope(app), hub.clock.now(), set[Any]()
        for start in range(0, count, _TOGETHER):
            batch = Batch(scope)
            for number in range(start, min(count, start + _TOGETHER)):
                fields = {
                    "email": f"p{number}@shop{number % 900}.example",
                    "first_name": f"Person{number}",
                    "page_views": 3,
                }
                contact = await new_contact(hub, fields)
                insert_contact(batch, contact)
                await _talk(hub, batch, contact["id"], now - (count - number) * 60_000, chance)
            pending.add(asyncio.ensure_future(hub.commit(batch)))
            if len(pending) >= 8:
                _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        if pending:
            await asyncio.wait(pending)
        # What was said months ago is in the index of the search; the server would make it now, on the browser's cores.
        batch = Batch(scope)
        batch.hold("said.through", str(MADE), -1)
        await hub.commit(batch)


async def _talk(hub: Any, batch: Batch, contact: int, at: int, chance: random.Random) -> None:
    id = await hub.ids.next("conversation")
    them, us = {"kind": "contact", "id": contact, "name": "Somebody"}, {"kind": "agent", "id": 1, "name": "Ada"}
    for number in range(MESSAGES_EACH):
        author = them if number % 2 == 0 else us
        record = {
            "id": await hub.ids.next("message"), "client_id": f"s{id}-{number}", "kind": "text", "attachments": [],
            "text": f"In {id}: where is parcel {chance.randrange(10**9)}, and when will it be here?", "author": author,
            "at": at - (MESSAGES_EACH - number) * 5_000,
        }  # fmt: skip
        batch.append(MESSAGES, id, record)
    waits = chance.random() < 0.3
    status = chance.choices(("open", "pending", "snoozed", "closed"), (33, 3, 1, 63))[0]
    batch.insert(CONVERSATIONS, conversation_of(id, contact, record, MESSAGES_EACH, status) | {
        "assignee": 1 if chance.random() < 0.3 else None, "updated": at,
        "read": {"contact": 6, "agent": 4 if waits else 6},
        "unread": {"contact": 0, "agent": 1 if waits else 0}, "waits": -at if waits and status == "open" else None,
        "rank": chance.choices((None, 2, 3, 4), (80, 10, 7, 3))[0], "labels": [1] if chance.random() < 0.1 else [],
    })  # fmt: skip


def conversation_of(id: int, contact: int, last: Document, count: int, status: str) -> Document:
    """Return a conversation whose messages are all read, `last` being the newest of them."""
    return {
        "id": id, "contact": contact, "browser": None, "claimed": False, "begin": None, "status": status,
        "assignee": None, "assignee_name": "Ada", "group": None,
        "read": {"contact": count, "agent": count}, "delivered": {"contact": count, "agent": count},
        "unread": {"contact": 0, "agent": 0}, "waits": None, "rank": None, "labels": [],
        "last": {"text": last["text"], "kind": "text", "author": last["author"], "at": last["at"]},
        "notes": 0, "revision": 3, "created": last["at"] - 60_000, "updated": last["at"], "position": count,
    }  # fmt: skip


if __name__ == "__main__":
    machine.raise_file_limit()
    print(json.dumps([each._asdict() for each in run(5, quick=True)], indent=1))
