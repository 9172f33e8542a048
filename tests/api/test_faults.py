"""A fault is reported from the panel, and the operator answers, repairs and closes it within the deadlines."""

from __future__ import annotations

import base64
import io
from typing import Any

import aiohttp
import msgspec
import pytest

from hub.accounts.collections import APPLICATIONS
from hub.accounts.opening import Holiday
from hub.accounts.operators import OperatorOrder, order_operators
from hub.core.collections import JOBS
from hub.core.log import _remember, recent_lines
from hub.support import telling
from hub.support.collections import FAULTS
from hub.support.deadlines import Terms, due, worked
from storage.engine import INSTALLATION, Batch
from tests.support.faults import FAULT
from tests.support.house import eventually

pytestmark = pytest.mark.annex("L2", "L4")
HOUR = 3_600_000
MONDAY = 1_795_420_800_000
"""Monday, 23 November 2026, 08:00 UTC: 09:00 in Warsaw."""


async def call(url: str, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, f"{url}/api/app/{path}", json=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json() if answer.status != 204 else None


def report(**more: Any) -> dict[str, Any]:
    return msgspec.to_builtins(FAULT) | more


def picture() -> str:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


async def test_a_report_has_every_field_and_the_operator_sees_it_with_the_servers_diagnostics(house, acme, globex):
    ada, gus = await acme.token(), await globex.token()  # Acme was first: Ada operates the installation
    status, made = await call(house.url, gus, "POST", "faults", report(screenshot=picture()))
    assert status == 201 and made["report"] == report() and made["screenshot"] and made["diagnostics"] is None
    again = await call(house.url, gus, "POST", "faults", report())
    assert again[1]["id"] == made["id"], "sent twice, it is one report"
    status, found = await call(house.url, ada, "GET", "operator/faults?open=true")
    for path in ("faults", "operator/faults?open=true"):
        wrong = await call(house.url, ada, "GET", f"{path}{'&' if '?' in path else '?'}cursor=nonsense")
        assert wrong[0] == 400 and "cursor" in wrong[1]["detail"]
    (seen,) = found["faults"]
    assert (seen["application_name"], seen["state"], seen["category"]) == ("Globex", "new", "critical")
    told = seen["diagnostics"]
    assert told["store"]["answers"] and told["store"]["queues"].keys() == {"jobs", "bulk_jobs", "dead_jobs"}
    assert {"version", "uptime_seconds", "loop_lag_ms", "memory_mb", "bus", "log", "services"} <= told.keys()
    shot = (await call(house.url, ada, "GET", f"faults/{made['id']}/screenshot"))[1]["image"]
    assert shot == picture()
    assert (await call(house.url, gus, "GET", "operator/faults?open=true"))[0] == 404, (
        "for everybody else it is not there"
    )
    assert (await call(house.url, gus, "GET", "operator/terms"))[0] == 404
    _, bad = await call(
        house.url, gus, "POST", "faults", report(client_id="f2", screenshot="data:image/png;base64,eA==")
    )
    assert bad["details"]["reason"] == "screenshot"


async def test_a_report_goes_its_way_and_closes_only_with_cause_function_effects_and_data(house, acme, globex):
    ada, gus = await acme.token(), await globex.agent()
    token = await globex.token()
    id = (await call(house.url, token, "POST", "faults", report()))[1]["id"]
    await gus.hears("fault", fault=id, state="new")
    operating, mine = f"operator/faults/{id}", f"faults/{id}"
    _, answer = await call(house.url, ada, "PATCH", operating, {"state": "accepted", "text": "We look at it."})
    assert answer["response"]["state"] == "kept" and answer["history"][-1]["text"] == "We look at it."
    heard = await gus.hears("fault", fault=id, state="accepted")
    assert heard["reporter"] == gus.session["agent"]["id"]
    assert (await call(house.url, ada, "PATCH", operating, {"state": "waiting", "text": "Which browser?"}))[0] == 200
    _, seen = await call(house.url, token, "GET", mine)
    assert seen["waiting"] and seen["diagnostics"] is None
    _, seen = await call(house.url, token, "POST", f"{mine}/comments", {"text": "Firefox 140"})
    assert seen["state"] == "working", "what waited for its reporter goes on"
    _, seen = await call(house.url, ada, "PATCH", operating, {"state": "resolved"})
    assert seen["repair"]["state"] == "kept"
    _, seen = await call(house.url, token, "POST", f"{mine}/comments", {"text": "It still happens"})
    assert seen["state"] == "working" and seen["repair"]["done"] is None
    words = {
        "cause": "A full disk",
        "function": "Sending",
        "effects": "40 messages sent again",
        "data": "None was touched",
    }
    true = {"cause_removed": True, "function_restored": True, "effects_removed": True}
    for missing in true:
        refused = await call(house.url, ada, "POST", f"{operating}/close", words | true | {missing: False})
        assert refused[1]["details"]["reason"] == "fault_unsettled"
    assert (await call(house.url, token, "POST", f"{operating}/close", words | true))[0] == 404
    _, seen = await call(house.url, ada, "POST", f"{operating}/close", words | true)
    assert (seen["state"], seen["closing"]) == ("closed", words)
    assert (await call(house.url, token, "POST", f"{mine}/comments", {"text": "?"}))[1]["details"][
        "reason"
    ] == "fault_closed"
    assert [each["what"] for each in seen["history"]] == [
        "reported", "accepted", "waiting", "commented", "resolved", "reopened", "closed",
    ]  # fmt: skip


async def test_deadlines_follow_category_and_plan_and_missed_ones_are_shown_and_told(house, acme, globex, monkeypatch):
    ada, token = await acme.token(), await globex.token()
    _, terms = await call(house.url, ada, "GET", "operator/terms")
    assert {each["name"]: each["plan"] for each in terms["customers"]} == {"Acme": "basic", "Globex": "basic"}
    _, basic = await call(house.url, token, "POST", "faults", report())
    own = msgspec.to_builtins(Terms().premium) | {"critical": {"response": 30, "repair": 90, "business": False}}
    put = await call(house.url, ada, "PUT", f"operator/customers/{globex.id}", {"plan": "premium", "times": own})
    assert put[0] == 200
    _, premium = await call(house.url, token, "POST", "faults", report(client_id="f2"))
    assert span(premium, "response") == 30 and span(premium, "repair") == 90
    assert span(basic, "response") == 240 and span(basic, "repair") == 1440 and basic["plan"] == "basic"
    _, judged = await call(house.url, ada, "PATCH", f"operator/faults/{premium['id']}", {"category": "minor"})
    assert judged["category"] == "minor" and span(judged, "repair") > 90
    wrong = await call(house.url, ada, "PUT", "operator/terms", msgspec.to_builtins(Terms()) | {"basic": own | {
        "minor": {"response": 90, "repair": 30}}})  # fmt: skip
    assert wrong[1]["details"]["reason"] == "repair_first"

    real = house.hub.clock.now
    for passed, state in ((200, "soon"), (300, "missed")):
        monkeypatch.setattr(house.hub.clock, "now", lambda passed=passed: real() + passed * 60_000)
        kept = await house.hub.store.get(INSTALLATION, FAULTS, basic["id"])
        await telling.watch_deadlines(house.hub, INSTALLATION, {"fault": basic["id"], "due": kept["due"]})
        _, seen = await call(house.url, token, "GET", f"faults/{basic['id']}")
        assert seen["response"]["state"] == state and seen["history"][-1]["what"] == f"response_{state}"
    kept = await house.hub.store.get(INSTALLATION, FAULTS, basic["id"])
    assert kept["warned"] == ["response_soon", "response_missed"], "each is told once"


async def watches(house: Any, fault: int) -> list[int]:
    jobs = (await house.hub.store.find(INSTALLATION, JOBS, limit=500)).items
    return [job["payload"]["due"] for job in jobs if job["kind"] == telling.WATCH and job["payload"]["fault"] == fault]


async def test_a_deadline_is_watched_once_however_often_its_report_changes(house, acme, globex, monkeypatch):
    ada, token = await acme.token(), await globex.token()
    _, fault = await call(house.url, token, "POST", "faults", report())
    kept = await house.hub.store.get(INSTALLATION, FAULTS, fault["id"])
    for number in range(5):
        answer = await call(house.url, token, "POST", f"faults/{fault['id']}/comments", {"text": f"Still {number}"})
        assert answer[0] < 300, answer
    assert await watches(house, fault["id"]) == [kept["due"]]
    assert (await call(house.url, ada, "PATCH", f"operator/faults/{fault['id']}", {"category": "minor"}))[0] == 200
    moved = await house.hub.store.get(INSTALLATION, FAULTS, fault["id"])
    assert moved["due"] != kept["due"] and sorted(await watches(house, fault["id"])) == sorted(
        [kept["due"], moved["due"]]
    )
    real = house.hub.clock.now
    monkeypatch.setattr(house.hub.clock, "now", lambda: real() + 10 * 86_400_000)
    await telling.watch_deadlines(house.hub, INSTALLATION, {"fault": fault["id"], "due": kept["due"]})
    assert await house.hub.store.get(INSTALLATION, FAULTS, fault["id"]) == moved, "the look at the old one does nothing"


async def test_an_operator_sees_every_customer(house, acme, globex):
    batch = Batch(INSTALLATION)
    acme_itself = await house.hub.store.get(INSTALLATION, APPLICATIONS, acme.id)
    for number in range(120):
        batch.insert(
            APPLICATIONS, acme_itself | {"id": 5_000 + number, "name": f"Customer {number}", "key": f"K{number}"}
        )
    await house.hub.store.commit(batch)
    ada = await acme.token()
    _, terms = await call(house.url, ada, "GET", "operator/terms")
    assert len(terms["customers"]) == 122
    status, terms = await call(house.url, ada, "PUT", "operator/customers/5119", {"plan": "premium"})
    assert status == 200 and next(each["plan"] for each in terms["customers"] if each["id"] == 5_119) == "premium"
    assert (await call(house.url, ada, "PUT", "operator/customers/5120", {"plan": "premium"}))[0] == 404


def span(fault: dict[str, Any], name: str) -> int:
    from datetime import datetime

    at = [datetime.fromisoformat(each) for each in (fault["created"], fault[name]["due"])]
    return round((at[1] - at[0]).total_seconds() / 60)


def test_business_minutes_skip_nights_weekends_and_holidays():
    rules = msgspec.convert({"holidays": [{"date": "2026-11-24"}]}, Terms)  # Tuesday; open 08:00 to 16:00 in Warsaw
    assert due(rules, 60, True, MONDAY) == MONDAY + HOUR
    assert due(rules, 480, True, MONDAY) == MONDAY + 48 * HOUR, "7 hours on Monday, then the first one of Wednesday"
    assert due(rules, 480, False, MONDAY) == MONDAY + 8 * HOUR
    assert worked(rules, True, MONDAY, MONDAY + 48 * HOUR) == 480
    assert worked(rules, False, MONDAY, MONDAY + HOUR) == 60
    yearly = msgspec.convert({"holidays": [{"date": "2020-11-24", "yearly": True}]}, Terms)
    assert due(yearly, 480, True, MONDAY) == MONDAY + 48 * HOUR, "a holiday of every year"
    assert worked(yearly, True, MONDAY, MONDAY + 48 * HOUR) == 480
    rarely = msgspec.convert({"week": [{"days": [0], "begins": "09:00", "ends": "10:00"}]}, Terms)
    assert worked(rarely, True, MONDAY, due(rarely, 100 * 60, True, MONDAY)) == 100 * 60, (
        "a hundred weeks, and no holiday"
    )
    days = tuple(Holiday(f"2020-{month:02}-{day:02}", yearly=True) for month in range(1, 13) for day in range(1, 32))
    never = Terms(week=rarely.week, holidays=days)
    assert due(never, 60, True, MONDAY) == MONDAY + HOUR, "nothing that could be promised"


async def test_operators_are_named_on_the_command_line_and_the_first_owner_is_one(house, acme, globex):
    assert [each.email for each in await order_operators(house.hub, OperatorOrder())] == ["ada@acme.example"]
    await order_operators(house.hub, OperatorOrder(add="gus@globex.example", remove="ada@acme.example"))
    assert (await call(house.url, await globex.token(), "GET", "operator/faults"))[0] == 200
    assert (await call(house.url, await acme.token(), "GET", "operator/faults"))[0] == 404
    with pytest.raises(Exception, match="nobody@"):
        await order_operators(house.hub, OperatorOrder(add="nobody@acme.example"))


async def test_the_reporter_and_the_operator_get_mails(house, acme, globex):
    from hub.core.collections import JOBS

    token, ada = await globex.token(), await acme.token()
    id = (await call(house.url, token, "POST", "faults", report()))[1]["id"]
    await call(house.url, ada, "PATCH", f"operator/faults/{id}", {"text": "Hello Gus"})
    found: dict[str, str] = {}

    async def look() -> None:
        async for rows in house.hub.store.export(INSTALLATION, JOBS):
            found.update(
                {row["payload"]["to"]: row["payload"]["text"] for row in rows if row["kind"] == "outreach.letter"}
            )

    for _ in range(100):
        await look()
        if len(found) == 2:
            break
        import asyncio

        await asyncio.sleep(0.05)
    assert "Hello Gus" in found["gus@globex.example"] and "Globex" in found["ada@acme.example"]
    await eventually(lambda: True)


def test_what_is_kept_of_the_log_has_no_secret():
    _remember(None, "", {"level": "error", "event": "it failed", "token": "abc", "why": "smtp://a:pw@mail.example no ada@x.org",
                         "key": "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6"})  # fmt: skip
    line = recent_lines()[-1]
    assert "it failed" in line
    assert not [secret for secret in ("abc", "pw@", "ada@x.", "Zm9v") if secret in line], line
