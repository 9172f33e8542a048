"""Deals: a hundred thousand of them on a board, in lists and on the move.

They are made by the verb that REST calls, so their totals and their history are what a live server would have. The store
is the embedded one. User.com names no figures; the goals are what people take for at once.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from typing import Any

from bench.people import Api
from bench.rivals import Figures, medians
from bench.server import Server
from bench.table import Row
from hub.accounts.grants import KEY
from hub.core.actor import Actor
from hub.core.settings import Settings
from hub.crm.activities.activities import NewActivity, create_activity
from hub.crm.deals.deals import NewDeal, create_deal
from hub.crm.pipelines.pipelines import list_pipelines
from hub.people.managing import NewContact, create_contact
from server import open_hub
from storage.engine import Scope

DEALS = 100_000
CONTACTS = 2_000
ACTIVITIES = 10_000
_AT_ONCE = 128
STATUSES = ("in_progress",) * 6 + ("won", "lost", "lost", "abandoned")


def fill(folder: str, app: int, agent: int, count: int) -> float:
    """Make so many deals, and a tenth as many activities, where no server is running; return deals a second."""
    return asyncio.run(_fill(folder, app, agent, count))


async def _fill(folder: str, app: int, agent: int, count: int) -> float:
    chance = random.Random(4)
    async with open_hub(Settings(data=folder, log_level="error")) as hub:
        actor = Actor("key", 1, "Bench", Scope(app), KEY)
        contacts: list[int] = []

        async def contact(number: int) -> None:
            contacts.append((await create_contact(hub, actor, NewContact({"email": f"p{number}@example.com"}))).id)

        await _many(contact, min(CONTACTS, count // 5))
        stages = [each.id for each in (await list_pipelines(hub, actor)).pipelines[0].stages]

        async def deal(number: int) -> None:
            await create_deal(hub, actor, NewDeal(
                name=f"Deal {number}", custom_id=f"d-{number}", value=f"{number % 9_999}.{number % 100:02}", currency="PLN",
                stage=chance.choice(stages), status=chance.choice(STATUSES), contact=chance.choice(contacts),
                assignee=agent, attributes={"source": ("fair", "web", "call")[number % 3], "seats": number % 100},
            ))  # fmt: skip

        async def activity(number: int) -> None:
            due = hub.clock.now() + chance.randrange(-10, 90) * 86_400_000
            await create_activity(
                hub, actor, NewActivity(name=f"Call {number}", due=due, assignee=agent, remind_before=None)
            )

        start = time.perf_counter()
        await _many(deal, count)
        rate = count / (time.perf_counter() - start)
        await _many(activity, count // 10)
        return rate


async def _many(work: Any, count: int) -> None:
    """Do it so many times, some at once."""
    numbers = iter(range(count))

    async def one_after_the_other() -> None:
        for number in numbers:
            await work(number)

    await asyncio.gather(*(one_after_the_other() for _ in range(_AT_ONCE)))


def took(api: Api, method: str, path: str, body: Any = None, times: int = 15) -> float:
    """Return the milliseconds of a call over REST, the median of some."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        api(method, path, body)
        found.append(time.perf_counter() - start)
    return statistics.median(found) * 1000


async def moves(api: Api, count: int, stages: list[int], seconds: float) -> tuple[float, float]:
    """Return moves a second over REST by eight agents at once, and how long one takes (p99, milliseconds)."""
    chance, lasted = random.Random(5), []
    until = time.perf_counter() + seconds

    async def move() -> None:
        while time.perf_counter() < until:
            start = time.perf_counter()
            await api.later("POST", f"deals/{chance.randrange(1, count)}/move", {"stage": chance.choice(stages)})
            lasted.append(time.perf_counter() - start)

    await asyncio.gather(*(move() for _ in range(8)))
    return len(lasted) / seconds, sorted(lasted)[int(len(lasted) * 0.99)] * 1000


def one_round(count: int, seconds: float) -> Figures:
    """Measure all of it on a fresh store."""
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        server = Server(folder)
        agent = server.made["agent"]["id"]
        made = fill(f"{folder}/data", server.made["application"]["id"], agent, count)
        print(f"    {count:,} deals made, {made:,.0f} a second", flush=True)
        server.start()
        try:
            api = Api(server)
            start = time.perf_counter()
            board = api("GET", "deals/board")
            cold = (time.perf_counter() - start) * 1000
            stages = [each["stage"]["id"] for each in board["columns"]]
            assert sum(each["totals"]["deals"] for each in board["columns"]) == count
            where = {"all": [{"type": "attribute", "attribute": "seats", "op": "equals", "value": 7},
                             {"type": "attribute", "attribute": "value", "op": "gt", "value": 5_000}]}  # fmt: skip
            rate, p99 = asyncio.run(moves(api, count, stages, seconds))
            return {
                "made/s": made, "board, first ms": cold, "board ms": took(api, "GET", "deals/board"),
                "stage page ms": took(api, "GET", f"deals?stage={stages[2]}&status=won"),
                "conditions ms": took(api, "POST", "deals/find", {"where": where}),
                "of a contact ms": took(api, "GET", "deals?contact=7"),
                "overdue ms": took(api, "GET", f"activities?assignee={agent}&overdue=true"),
                "search ms": took(api, "GET", "deals?search=deal%2077"), "moves/s": rate, "move p99 ms": p99,
            }  # fmt: skip
        finally:
            server.kill()


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    rounds = []
    for number in range(1 if quick else min(runs, 3)):
        rounds.append(one_round(2_000, 1.0) if quick else one_round(DEALS, 8.0))
        shown = "  ".join(f"{name} {value:,.1f}" for name, value in rounds[-1].items())
        print(f"    {number + 1} {shown}", flush=True)
    found = medians(rounds)
    return [
        Row("board of 100,000 deals, counts, sums and 100 cards, first time", found["board, first ms"], "ms", 300),
        Row("the same, again", found["board ms"], "ms", 100),
        Row("a page of a stage by status", found["stage page ms"], "ms", 100),
        Row("a page by two conditions", found["conditions ms"], "ms", 200),
        Row("the deals of a contact", found["of a contact ms"], "ms", 100),
        Row("an agent's overdue activities, of 10,000", found["overdue ms"], "ms", 100),
        Row("deals moved over REST, eight at once", found["moves/s"], "/s", more_is_better=True),
        Row("a move, p99", found["move p99 ms"], "ms", 100),
        Row("deals made by the verb", found["made/s"], "/s", more_is_better=True),
    ]
