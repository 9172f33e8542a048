"""What is too much is refused and waits, for the one who does it and for nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.settings import Settings
from hub.doors.live import buckets
from hub.doors.live.buckets import Buckets
from hub.doors.live.limits import address_of
from tests.conftest import Company
from tests.support.cast import Agent, Client, ConnectRefused, Visitor
from tests.support.house import House, eventually, open_house
from tests.support.raw import RawSocket

OFFICE, HOME = "203.0.113.5", "198.51.100.9"
Town = tuple[Company, Company]
OpenTown = Callable[..., contextlib.AbstractAsyncContextManager[Town]]


@pytest.fixture
def town(tmp_path: Path) -> OpenTown:
    """Return a function that opens a hub with these limits, and Acme and Globex in it, behind a proxy of its own."""

    @contextlib.asynccontextmanager
    async def open_town(**limits: Any) -> AsyncIterator[Town]:
        async with open_house(tmp_path / "data", presence_grace=0.2, trusted_proxies="127.0.0.1", **limits) as house:
            acme = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
            globex = Company(house, await house.application("Globex", "gus@globex.example"))
            yield acme, globex
            await acme.go_home()
            await globex.go_home()
        assert house.log.tracebacks == []

    return open_town


async def visitor(company: Company, address: str, token: str | None = None) -> Visitor:
    """Let somebody come from an address."""
    somebody = Visitor(company.house.url, company.key, token, headers={"X-Forwarded-For": address})
    return await company._come(somebody)


async def agent(company: Company, address: str, token: str) -> Agent:
    """Let an agent come from an address."""
    return await company._come(Agent(company.house.url, token, headers={"X-Forwarded-For": address}))


async def ask(client: Client) -> dict[str, Any]:
    """Send a command that costs one token and changes nothing; return its ack."""
    return await client.ack("resume", {"streams": {}})


async def is_free(client: Client) -> bool:
    return (await ask(client))["ok"]


async def spend(*clients: Client, within: int = 100) -> int:
    """Ask, one after the other in turn, until the first is refused; return how many were answered."""
    for number in range(within):
        answer = await ask(clients[number % len(clients)])
        if not answer["ok"]:
            assert answer["error"]["code"] == "rate_limited" and answer["error"]["retryable"] is True
            assert answer["error"]["message"].endswith(".")
            assert answer["error"]["retry_after"] >= 1
            return number
    raise AssertionError("nothing was refused")


async def refused(connecting: Any) -> dict[str, Any]:
    """Wait for a connection that has to be refused because of a limit; return the CONNECT_ERROR's data."""
    with pytest.raises(ConnectRefused) as refusal:
        await connecting
    error = refusal.value.error
    assert error["code"] == "rate_limited" and error["retryable"] is True and error["retry_after"] >= 1
    return error


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("H1")
async def test_a_socket_over_its_limit_is_told_when_to_come_back_and_nobody_else_notices(town: OpenTown) -> None:
    async with town(rate_socket=0.5, burst_socket=4) as (acme, globex):
        vera = await visitor(acme, OFFICE)
        others = [await visitor(acme, OFFICE, vera.token), await visitor(acme, OFFICE), await visitor(globex, OFFICE)]
        for number in range(4):
            await vera.says(f"message {number}")
        answer = await vera.ack("message.send", {"client_id": "fifth", "text": "message 4"})
        assert answer["error"]["code"] == "rate_limited"
        assert not await is_free(vera)
        for other in others:
            assert await is_free(other), "another tab, another visitor and another tenant go on"

        wait = answer["error"]["retry_after"]
        await asyncio.sleep(wait)
        stored = (await vera.call("message.send", client_id="fifth", text="message 4"))["message"]
        assert stored["position"] == 5, "what was refused was not stored; what was sent again is there once"
        assert 1 <= wait <= 2.1
        assert not await is_free(vera), "one token had come back, and no more"


@pytest.mark.annex("H1")
async def test_an_agent_may_say_five_times_as_much(town: OpenTown) -> None:
    async with town(rate_socket=0.1, burst_socket=4) as (acme, _):
        ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
        assert await spend(ada) == 20
        assert await is_free(ben)


@pytest.mark.annex("H1")
async def test_all_tabs_of_a_contact_share_its_limit(town: OpenTown) -> None:
    async with town(rate_contact=0.1, burst_contact=6) as (acme, globex):
        vera = await visitor(acme, OFFICE)
        tab = await visitor(acme, HOME, vera.token)
        walt, stranger = await visitor(acme, OFFICE), await visitor(globex, OFFICE)
        assert await spend(vera, tab) == 6
        assert not await is_free(vera) and not await is_free(tab)
        again = await visitor(acme, HOME, vera.token)
        assert not await is_free(again), "a new socket is no new start"
        assert await is_free(walt) and await is_free(stranger)

        token = await acme.token()
        ada, second = await agent(acme, OFFICE, token), await agent(acme, HOME, token)
        assert await spend(ada, second) == 30
        assert await is_free(await acme.agent("ben@acme.example"))


@pytest.mark.annex("H1")
async def test_who_only_claims_to_be_a_contact_does_not_use_up_its_limit(town: OpenTown) -> None:
    async with town(rate_contact=0.1, burst_contact=4) as (acme, _):
        vera = await acme.visitor(identity={"user_id": "vera"})
        liar = await acme.visitor(identity={"user_id": "vera"})
        assert liar.token != vera.token
        assert await spend(liar) == 4
        assert await is_free(vera)


@pytest.mark.annex("H1")
async def test_everybody_behind_an_address_shares_its_limit(town: OpenTown) -> None:
    async with town(rate_address=0.1, burst_address=8) as (acme, globex):
        vera, gus = await visitor(acme, OFFICE), await visitor(globex, OFFICE)
        walt = await visitor(acme, HOME)
        local = await acme.visitor()
        assert await spend(vera, gus) == 8
        assert not await is_free(vera) and not await is_free(gus)
        assert await is_free(walt)
        for _ in range(20):
            assert await is_free(local), "this machine and its proxies speak for everybody, so they are not limited"


@pytest.mark.annex("H1")
async def test_the_visitors_of_an_application_share_its_limit_and_its_agents_can_still_answer(town: OpenTown) -> None:
    async with town(rate_application=0.1, burst_application=8) as (acme, globex):
        vera, walt = await visitor(acme, OFFICE), await visitor(acme, HOME)
        ada, stranger = await acme.agent(), await visitor(globex, OFFICE)
        conversation = (await vera.says("Help!"))["conversation"]
        assert await spend(vera, walt) == 7
        assert not await is_free(walt)
        assert await is_free(stranger)
        await ada.says("We are under attack, one moment", conversation)
        assert (await vera.hears("message", text="We are under attack, one moment"))["position"] == 2


@pytest.mark.annex("H3")
@pytest.mark.parametrize("limit", ["socket", "contact", "address", "application"])
async def test_a_flood_of_typing_and_receipts_does_not_use_up_the_right_to_write(town: OpenTown, limit: str) -> None:
    async with town(**{f"rate_{limit}": 0.1, f"burst_{limit}": 3}) as (acme, _):
        vera = await visitor(acme, OFFICE)
        number = (await vera.says("Hello"))["conversation"]
        signs = [
            ("typing", {"conversation": number, "on": True}),
            ("conversation.read", {"conversation": number, "position": 1}),
            ("conversation.delivered", {"conversation": number, "position": 1}),
        ]
        answers = [await vera.ack(*signs[turn % 3]) for turn in range(15)]
        assert [answer["ok"] for answer in answers] == [True] * 12 + [False] * 3, "four signs count as one command"
        assert {answer["error"]["code"] for answer in answers[12:]} == {"rate_limited"}
        await vera.says("I can still write", number)
        await vera.says("And again", number)
        assert (await vera.ack("typing", {"conversation": number, "on": False}))["ok"] is False
        assert (await vera.ack("message.send", {"client_id": "x", "text": "Too much"}))["ok"] is False


@pytest.mark.annex("H1")
async def test_unknown_commands_and_bad_payloads_count_like_any_other(town: OpenTown) -> None:
    async with town(rate_socket=0.1, burst_socket=3) as (acme, _):
        vera = await visitor(acme, OFFICE)
        codes = [(await vera.ack(name, {}))["error"]["code"] for name in ("nonsense", "typing ", "message.send", "x")]
        assert codes == ["unknown_command", "unknown_command", "invalid_payload", "rate_limited"]


@pytest.mark.annex("H1")
async def test_the_defaults_stop_a_program_and_no_person(town: OpenTown) -> None:
    usual = {name: getattr(Settings(), name) for name in ("rate_socket", "rate_contact")}
    async with town(**usual) as (acme, _):
        vera = await visitor(acme, OFFICE)
        number = (await vera.says("Hello"))["conversation"]
        for line in range(80):  # an outbox full of what was written in a tunnel
            await vera.says(f"line {line}", number)
        assert await spend(vera, within=10_000) < 500


# ── floods ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("H1")
async def test_a_socket_that_floods_is_cut_with_a_reason_and_the_others_do_not_notice(town: OpenTown) -> None:
    async with town(rate_socket=5, burst_socket=10) as (acme, _):
        mallory = await acme.raw()
        vera, ada = await visitor(acme, OFFICE), await acme.agent()
        number = (await vera.says("Hello"))["conversation"]
        frames = [f'42/visitor,{id}["resume",{{"streams":{{}}}}]' for id in range(400)]
        flood = asyncio.ensure_future(mallory.send(*frames))
        slowest = 0.0
        for turn in range(20):
            began = time.perf_counter()
            await ada.says(f"answer {turn}", number)
            slowest = max(slowest, time.perf_counter() - began)
        code, reason = await mallory.closed()
        await asyncio.wait([flood])
        assert (code, reason) == (1008, "flooding")
        assert slowest < 1.0
        assert len(vera.events("message")) == 21
        refused = acme.house.live.limits.refused
        assert refused["flood"] == 1 and 100 <= refused["socket"] <= 250, "ten times the bucket, then it was over"
        assert await is_free(vera) and not vera.disconnected.is_set()
        assert acme.house.live.numbers() == {"visitor": 1, "agent": 1}


@pytest.mark.annex("H1")
async def test_a_cut_socket_is_told_not_to_come_back(town: OpenTown) -> None:
    async with town(rate_socket=1, burst_socket=2) as (acme, _):
        mallory = await acme.raw()
        await mallory.send(*(f'42/visitor,{id}["x",{{}}]' for id in range(100)))
        assert await mallory.until(lambda packet: packet.startswith("41")) == "41/visitor,"


@pytest.mark.annex("H1")
async def test_a_client_that_waits_as_told_is_never_cut(town: OpenTown) -> None:
    async with town(rate_socket=20, burst_socket=2) as (acme, _):
        vera = await visitor(acme, OFFICE)
        said = 0
        while said < 24:
            answer = await vera.ack("message.send", {"client_id": f"n{said}", "text": f"{said}"})
            if answer["ok"]:
                said += 1
            else:
                await asyncio.sleep(answer["error"]["retry_after"] / 8)  # not even patiently
        assert not vera.disconnected.is_set()
        assert answer["message"]["position"] == 24


# ── connections ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("H1")
async def test_an_address_may_open_so_many_sockets_at_once(town: OpenTown) -> None:
    async with town(rate_connections=0.5, burst_connections=3) as (acme, globex):
        for _ in range(3):
            await visitor(acme, OFFICE)
        error = await refused(visitor(acme, OFFICE))
        assert "this address" in error["message"]
        await refused(visitor(globex, OFFICE))
        await visitor(acme, HOME)
        await acme.visitor()
        await asyncio.sleep(error["retry_after"])
        await visitor(acme, OFFICE)


@pytest.mark.annex("H1")
async def test_an_address_may_hold_so_many_sockets(town: OpenTown) -> None:
    async with town(max_sockets_address=2) as (acme, globex):
        vera = await visitor(acme, OFFICE)
        await visitor(globex, OFFICE)
        await refused(visitor(acme, OFFICE))
        await visitor(acme, HOME)
        await vera.leave()
        await eventually(lambda: acme.house.live.numbers()["visitor"] == 2)
        await visitor(acme, OFFICE)
        await refused(visitor(acme, OFFICE))


@pytest.mark.annex("H1")
async def test_a_contact_may_hold_so_many_sockets_and_so_may_an_agent(town: OpenTown) -> None:
    async with town(max_sockets_contact=2, max_sockets_agent=3) as (acme, globex):
        vera = await visitor(acme, OFFICE)
        await visitor(acme, HOME, vera.token)
        assert "this contact" in (await refused(visitor(acme, OFFICE, vera.token)))["message"]
        await visitor(acme, OFFICE)

        token = await acme.token()
        for _ in range(3):
            await agent(acme, OFFICE, token)
        assert "this agent" in (await refused(agent(acme, HOME, await acme.token())))["message"]
        await acme.agent("ben@acme.example")
        await globex.agent()


@pytest.mark.annex("H1")
async def test_an_application_may_have_so_many_visitors_and_its_agents_still_come_in(town: OpenTown) -> None:
    async with town(max_sockets_application=2) as (acme, globex):
        await visitor(acme, OFFICE)
        await visitor(acme, HOME)
        assert "this application" in (await refused(acme.visitor()))["message"]
        await acme.agent()
        await globex.visitor()


@pytest.mark.annex("H1")
async def test_a_connection_that_fails_keeps_no_place(town: OpenTown) -> None:
    async with town(max_sockets_address=1, max_sockets_contact=1, max_sockets_application=1) as (acme, globex):
        for _ in range(3):
            with pytest.raises(ConnectRefused) as refusal:
                await Visitor(acme.house.url, "NOSUCH", headers={"X-Forwarded-For": OFFICE}).connect()
            assert refusal.value.code == "unknown_application"
        vera = await visitor(acme, OFFICE)
        await refused(visitor(acme, HOME))  # over the application's, not over the address's
        await visitor(globex, HOME)
        vera.cut()
        await eventually(lambda: acme.house.live.numbers()["visitor"] == 1)
        await visitor(acme, OFFICE, vera.token)


@pytest.mark.annex("H1")
async def test_joining_and_leaving_again_and_again_ends_the_transport(town: OpenTown) -> None:
    async with town() as (acme, _):
        mallory = await acme.raw()
        auth = json.dumps({"key": acme.key})
        with contextlib.suppress(ConnectionError):
            for _ in range(60):
                await mallory.send("41/visitor,", f"40/visitor,{auth}")
        assert await mallory.closed() == (1008, "joined too often")
        assert sum(packet.startswith('40/visitor,{"sid"') for packet in mallory.packets) <= 20


@pytest.mark.annex("H1")
async def test_an_address_that_knocks_far_more_often_than_it_joins_is_sent_away_at_the_door(town: OpenTown) -> None:
    async with town(rate_connections=0.1, burst_connections=2) as (acme, _):
        address = f"{acme.house.url}/socket.io/?EIO=4&transport=polling"
        async with aiohttp.ClientSession() as http:

            async def knock(address_from: str) -> aiohttp.ClientResponse:
                return await http.get(address, headers={"X-Forwarded-For": address_from})

            assert [(await knock(OFFICE)).status for _ in range(6)] == [200] * 4 + [429] * 2
            assert int((await knock(OFFICE)).headers["Retry-After"]) >= 1
            assert (await knock(HOME)).status == 200
            assert (await http.get(f"{acme.house.url}/healthz", headers={"X-Forwarded-For": OFFICE})).status == 200


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("H1")
async def test_a_whole_network_of_ipv6_counts_as_one_address(town: OpenTown) -> None:
    async with town(max_sockets_address=2) as (acme, _):
        await visitor(acme, "2001:db8:1:2::1")
        await visitor(acme, "2001:db8:1:2:ffff::7")
        await refused(visitor(acme, "2001:db8:1:2:a:b:c:d"))
        await visitor(acme, "2001:db8:1:3::1")
        await visitor(acme, "::ffff:203.0.113.5")
        await visitor(acme, OFFICE)
        await refused(visitor(acme, OFFICE))


@pytest.mark.annex("H1")
async def test_what_a_client_writes_into_x_forwarded_for_changes_nothing(town: OpenTown) -> None:
    """Behind our proxy only what the proxy appended counts; a stranger's header does not count at all."""
    async with town(max_sockets_address=2) as (acme, _):
        for lie in ("1.1.1.1", "2.2.2.2"):
            await visitor(acme, f"{lie}, {OFFICE}")
        await refused(visitor(acme, f"3.3.3.3, {OFFICE}"))

        async def stranger(claims: str) -> RawSocket:
            headers = {"X-Forwarded-For": claims}
            return await acme.raw(source="127.0.0.2", headers=headers)

        for lie in ("127.0.0.1", HOME):
            assert (await stranger(lie)).packets[-1].startswith('40/visitor,{"sid"')
        assert '"rate_limited"' in (await stranger("4.4.4.4")).packets[-1]
        await visitor(acme, HOME)
        await visitor(acme, HOME)


def test_only_this_machine_and_our_proxies_are_without_an_address() -> None:
    settings = Settings(trusted_proxies="10.0.0.0/8")

    def counted(remote: str, forwarded: str = "") -> str | None:
        return address_of(settings, {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded})

    assert counted("127.0.0.1") is counted("::1") is counted("::ffff:127.0.0.1") is None
    assert counted("10.1.2.3") is counted("::ffff:10.1.2.3") is None
    assert counted("10.1.2.3", OFFICE) == counted("::ffff:10.1.2.3", OFFICE) == counted(OFFICE) == OFFICE
    assert counted(HOME, OFFICE) == HOME
    assert counted("10.1.2.3", "x" * 1000) == "x" * 64


# ── buckets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(
    st.integers(1, 50),
    st.integers(1, 50),
    st.lists(st.tuples(st.floats(0, 3), st.sampled_from([1.0, 0.25, 0.2])), max_size=60),
)
def test_one_number_says_what_a_bucket_of_tokens_says(rate: int, burst: int, asks: list[tuple[float, float]]) -> None:
    bucket, tokens, now = Buckets(rate, burst), float(burst), 0.0
    for pause, share in asks:
        now += pause
        tokens = min(burst, tokens + pause * rate)
        if abs(tokens - share) < 1e-6:
            return  # on the edge the rounding decides
        short = bucket.take("Vera", now, share)
        assert (short == 0) == (tokens >= share)
        if not short:
            tokens -= share
        else:
            assert short == pytest.approx((share - tokens) / rate, abs=1e-6)


def test_buckets_that_are_full_are_forgotten_and_the_emptiest_are_kept_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    attackers = Buckets(rate=1, burst=10)
    for number in range(1000):
        attackers.take(number, now=0.0)
    for _ in range(5):
        attackers.take(7, now=0.0)
    attackers.sweep(now=0.5)
    assert len(attackers.full_at) == 1000
    monkeypatch.setattr(buckets, "MOST", 100)
    attackers.sweep(now=0.5)
    assert len(attackers.full_at) == 100 and attackers.take(7, now=0.5, share=6) > 0
    attackers.sweep(now=1.5)
    assert set(attackers.full_at) == {7}
    attackers.sweep(now=60.0)
    assert attackers.full_at == {}


@pytest.mark.annex("H1")
async def test_nothing_is_remembered_of_those_who_have_gone(town: OpenTown) -> None:
    async with town(rate_socket=100, rate_contact=100, rate_address=100, rate_application=100) as (acme, _):
        limits = acme.house.live.limits
        for number in range(20):
            passer_by = await visitor(acme, f"203.0.113.{number}")
            assert await is_free(passer_by)
            await passer_by.leave()
        await eventually(lambda: acme.house.live.numbers() == {"visitor": 0, "agent": 0})
        assert sum(len(each.full_at) for each in limits._buckets) > 20
        later = asyncio.get_running_loop().time() + 60
        for each in limits._buckets:
            each.sweep(later)
        assert [len(each.full_at) for each in limits._buckets] == [0] * len(limits._buckets)
        assert not limits._open and not limits._seats


# ── for operators ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("H1")
async def test_the_metrics_count_what_was_refused_and_the_log_says_it_once(town: OpenTown) -> None:
    async with town(rate_socket=0.1, burst_socket=3, max_sockets_contact=1) as (acme, _):
        house: House = acme.house
        vera = await visitor(acme, OFFICE)
        await spend(vera)
        await ask(vera)
        await refused(visitor(acme, OFFICE, vera.token))
        async with aiohttp.ClientSession() as http, http.get(f"{house.url}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        assert 'hub_limited_total{limit="socket"} 2.0' in lines
        assert 'hub_limited_total{limit="sockets"} 1.0' in lines
        assert 'hub_limited_total{limit="application"} 0.0' in lines
        said = [facts for _, event, facts in house.log.lines if event == "a limit was reached"]
        assert [facts["limit"] for facts in said] == ["socket", "sockets"]
        assert said[0]["address"] == OFFICE
