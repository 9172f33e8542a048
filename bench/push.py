"""Push messages: how many a second are handed to Firebase and to the push services of browsers.

Firebase is an imitation in a process of its own on this machine, over HTTP/1.1 (Google's speaks HTTP/2). Beside the 500
that the hub hands over together, the same 500 go out by plain httpx at once, and 50 of them one after the other.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import time
from typing import Any

from bench import machine
from bench.table import Row
from mobile_push.fcm import DataMessage, Fcm
from mobile_push.outcomes import Taken
from mobile_push.web_push import Reply, Subscription, WebPush, new_keys

MANY = 500
GOAL = 1.0
"""Seconds for 500 messages, as the issue says."""


def run(runs: int, quick: bool) -> list[Row]:
    """Measure; return the rows."""
    there, here = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_firebase, args=(there,), daemon=True)
    process.start()
    url, account = here.recv()
    try:
        return asyncio.run(_measure(url, account, 1 if quick else runs))
    finally:
        process.terminate()
        process.join()


async def _measure(url: str, account: dict[str, str], runs: int) -> list[Row]:
    import httpx

    fcm = Fcm(account, time.time, url)
    await fcm.send(_messages(1))  # the library is loaded, and a token fetched
    ours = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        outcomes = await fcm.send(_messages(MANY))
        ours.append(time.perf_counter() - began)
        assert all(isinstance(each, Taken) for each in outcomes)
    began = time.perf_counter()
    for message in _messages(50):
        await fcm.send([message])
    single = (time.perf_counter() - began) * 10
    await fcm.close()
    plain = []
    headers = {"Authorization": "Bearer access-1"}
    async with httpx.AsyncClient(headers=headers) as http:
        for _ in range(runs + 1):
            began = time.perf_counter()
            target = f"{url}/v1/projects/acme-teas/messages:send"
            bodies = [{"message": {"token": each.to, "data": each.data}} for each in _messages(MANY)]
            await asyncio.gather(*(http.post(target, json=body) for body in bodies))
            plain.append(time.perf_counter() - began)
    return [
        Row("500 messages to Firebase together (stock: plain httpx)", statistics.median(ours[1:]) * 1000, "ms", GOAL * 1000,
            statistics.median(plain[1:]) * 1000),
        Row("500 messages to Firebase one after the other", single * 1000, "ms"),
        Row("encrypted and signed for a browser", await _encrypted(), "/s", more_is_better=True),
    ]  # fmt: skip


async def _encrypted() -> float:
    async def post(*_: Any) -> Reply:
        return Reply(201, {}, b"")

    keys = new_keys()
    sender = WebPush(post, keys, "mailto:hello@acme.example", time.time)
    browser = Subscription("https://push.example/1", keys.public, "A" * 22)
    began = time.perf_counter()
    for _ in range(MANY):
        await sender.send(browser, b"x" * 400, seconds=60)
    return MANY / (time.perf_counter() - began)


def _messages(number: int) -> list[DataMessage]:
    data = {"user_com_notification": "user_com_notification", "type": "1", "title": "Ada · Acme", "message": "Yes" * 30}
    return [
        DataMessage(f"token-{each}:APA91b" + "x" * 140, "token", data | {"id": str(each)}, "c1-7", 86_400)
        for each in range(number)
    ]


def _firebase(there: Any) -> None:
    """Be Firebase, until killed."""
    from tests.support.push import running_firebase

    machine.stay_on(machine.SERVER_CORE)

    async def serve() -> None:
        async with running_firebase() as firebase:
            there.send((firebase.url, firebase.account()))
            await asyncio.Event().wait()

    asyncio.run(serve())
