"""A conversation of 10,000 messages, scrolled in Chromium: the time between two frames, beside the same words as plain DOM.

First from its end upwards while earlier pages come in, as an agent does who looks for something; then, when all of it is
held, over its whole length. The peer is a page with nothing but the same texts in as many boxes, scrolled by the same
steps. The limit is a screen of 60 Hz: a frame each 16.7 ms.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
from typing import Any

from playwright.async_api import Page, async_playwright

from bench import machine
from bench.inbox import LAUNCH, chromium, conversation_of, sign_in
from bench.server import Server
from bench.table import Row
from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.core.settings import Settings
from hub.people.editing import insert_contact, new_contact
from server import open_hub
from storage.engine import Batch, Scope

MESSAGES_HELD = 10_000
FRAMES = 600
STEP = 60
FRAME = 16.7
_TOGETHER = 200
_PATIENCE = 600.0
_WORDS = ("tea", "parcel", "when", "blue", "thanks", "Monday")

FIND = "document.querySelector('main [role=region][tabindex]') ?? document.querySelector('#peer')"

SCROLL = f"""([frames, step]) => new Promise((done) => {{
    const box = {FIND}, times = []
    let last
    const frame = (now) => {{
        if (last !== undefined) times.push(now - last)
        last = now
        if (times.length >= frames) return done(times)
        box.scrollTop += step
        requestAnimationFrame(frame)
    }}
    requestAnimationFrame(frame)
}})"""

HELD = f"""() => [({FIND}).querySelectorAll('[data-position]').length,
    !!document.querySelector('[data-position="1"]')]"""

PEER = """(texts) => {
    document.body.innerHTML = '<div id="peer" style="height:640px;width:640px;overflow:auto;font:15px/1.5 sans-serif"></div>'
    const peer = document.querySelector('#peer')
    for (const [index, text] of texts.entries()) {
        const one = document.createElement('div')
        one.style.cssText = 'margin:8px;padding:8px 12px;border-radius:16px;width:60%;background:#eee'
        if (index % 2) one.style.marginInlineStart = '35%'
        one.textContent = text
        peer.append(one)
    }
    peer.scrollTop = peer.scrollHeight
}"""


def run(runs: int, quick: bool) -> list[Row]:
    """Measure once: the frames are the rounds."""
    machine.on_all_cores()()
    return asyncio.run(_run(1_000 if quick else MESSAGES_HELD, 120 if quick else FRAMES))


async def _run(count: int, frames: int) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        server = Server(folder)
        texts = await seed(f"{folder}/data", server.made["application"]["id"], count)
        server.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
                window: Any = {"viewport": {"width": 1280, "height": 800}, "service_workers": "block"}
                page = await (await browser.new_context(**window)).new_page()
                await sign_in(page, server)
                await page.locator("a[data-row]").click()
                await page.wait_for_selector("[data-position]")
                await page.wait_for_timeout(1_000)
                loading = await page.evaluate(SCROLL, [frames, -STEP])
                await _hold_all(page)
                held = await _through(page, frames)
                peer = await (await browser.new_context(**window)).new_page()
                await peer.evaluate(PEER, texts)
                plain = await _through(peer, frames)
        finally:
            server.stop()
    what = f"{count:,} messages"
    return [
        *_rows(f"{what}: a frame while earlier pages come in", loading, None),
        *_rows(f"{what}: a frame over all of them, plain DOM beside", held, plain),
        Row(f"{what}: frames that were late (over 25 ms)", _late(held), "%", None, _late(plain)),
    ]


async def _through(page: Page, frames: int) -> list[float]:
    """Scroll up and down again."""
    up: list[float] = await page.evaluate(SCROLL, [frames, -STEP])
    down: list[float] = await page.evaluate(SCROLL, [frames, STEP])
    return up + down


async def _hold_all(page: Page) -> None:
    """Go to the beginning, page by page; then back to the end."""
    began, held = time.perf_counter(), 0
    while True:
        held, whole = await page.evaluate(HELD)
        if whole:
            break
        if time.perf_counter() - began > _PATIENCE:
            raise RuntimeError(f"only {held} messages were held after {_PATIENCE:.0f} s")
        # Now up, now a little down: only a movement asks for the page before.
        await page.evaluate(f"() => {{ const box = {FIND}; box.scrollTop = box.scrollTop < 100 ? 200 : 0 }}")
        await page.wait_for_timeout(20)
    print(f"    {held:,} messages are held after {time.perf_counter() - began:.0f} s")
    await page.evaluate(f"() => {{ const box = {FIND}; box.scrollTop = box.scrollHeight }}")
    await page.wait_for_timeout(500)


def _rows(what: str, times: list[float], plain: list[float] | None) -> list[Row]:
    return [
        Row(f"{what}, median", statistics.median(times), "ms", FRAME, plain and statistics.median(plain)),
        Row(f"{what}, p95", _p95(times), "ms", FRAME, plain and _p95(plain)),
    ]


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _late(times: list[float]) -> float:
    return 100 * sum(each > 1.5 * FRAME for each in times) / len(times)


async def seed(folder: str, app: int, count: int) -> list[str]:
    """Write one conversation of so many messages; return their texts."""
    chance, texts = random.Random(7), list[str]()
    async with open_hub(Settings(data=folder, log_level="error")) as hub:
        scope, now = Scope(app), hub.clock.now()
        contact = await new_contact(hub, {"email": "vera@shop.example", "first_name": "Vera"})
        id = await hub.ids.next("conversation")
        record: Any = None
        for start in range(0, count, _TOGETHER):
            batch = Batch(scope)
            if not start:
                insert_contact(batch, contact)
            for number in range(start, min(count, start + _TOGETHER)):
                kind, who = ("contact", contact["id"]) if number % 2 == 0 else ("agent", 1)
                words = " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(3, 40)))
                texts.append(f"{number}: {words}")
                record = {
                    "id": await hub.ids.next("message"), "client_id": f"s{number}", "kind": "text", "attachments": [],
                    "text": texts[-1], "author": {"kind": kind, "id": who, "name": "Vera"}, "at": now - (count - number) * 45_000,
                }  # fmt: skip
                batch.append(MESSAGES, id, record)
            await hub.commit(batch)
        batch = Batch(scope)
        batch.insert(CONVERSATIONS, conversation_of(id, contact["id"], record, count, "open"))
        await hub.commit(batch)
    return texts


if __name__ == "__main__":
    machine.raise_file_limit()
    print(json.dumps([each._asdict() for each in run(1, quick=True)], indent=1))
