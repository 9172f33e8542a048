"""Mails leave over connections that are kept, at the pace that the server and its sender allow, and none twice (E4)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.core.errors import InvalidPayload
from hub.outreach.mail import connecting, connections, pace, sending
from hub.outreach.mail.mail import MailLater, MailRefused
from hub.outreach.mail.pace import Pace
from hub.outreach.mail.sending import Post, send_mail
from tests.mail.conftest import a_mail, sender
from tests.support.forms import rest
from tests.support.house import House, eventually, free_port, open_house
from tests.support.wayward import DROP, HALF, HANG, Wayward

pytestmark = pytest.mark.annex("E4")
one_engine = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
"""For what is about servers, and not about what is stored."""


async def trouble(acme: Any) -> dict[str, Any] | None:
    """What the panel shows of the only sender."""
    (only,) = (await rest(acme, "GET", "mail/senders"))["senders"]
    return only["trouble"]


async def later(house: House, acme: Any, *ids: str) -> list[int]:
    """Send mails that have to wait, one after the other; return for how long, in milliseconds."""
    waits = []
    for id in ids:
        with pytest.raises(MailLater) as error:
            await send_mail(house.hub, acme.id, a_mail(id))
        waits.append(error.value.after)
    return waits


async def comes(house: House, acme: Any, id: str) -> None:
    """Send a mail as a job does: again, when it may be taken."""
    for tries in range(20):
        try:
            await send_mail(house.hub, acme.id, a_mail(id))
        except MailLater as error:
            await asyncio.sleep(min(1.2, error.wait(tries) / 1000))
        else:
            return
    raise AssertionError


def ids(server: Wayward) -> list[str]:
    return [str(each["Message-ID"]) for each in server.mails]


# ── connections ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_many_mails_go_over_one_connection_with_a_reset_between(acme, house, server):
    await sender(acme, server.port)
    for number in range(5):
        await send_mail(house.hub, acme.id, a_mail(str(number)))
    assert server.connections == 1 and [each.split()[0] for each in server.heard].count("RSET") == 4
    await asyncio.gather(*(send_mail(house.hub, acme.id, a_mail(f"at-once-{number}")) for number in range(40)))
    assert server.connections <= connections.MOST and len(server.raw) == 45 == len(set(ids(server)))


@pytest.mark.parametrize("how", ["hangs up", "says goodbye", "hangs up at the mail"])
async def test_a_connection_that_was_closed_between_two_mails_loses_none_and_doubles_none(acme, house, server, how):
    await sender(acme, server.port)
    await send_mail(house.hub, acme.id, a_mail("one"))
    if how == "hangs up":
        server.hang_up()
    elif how == "says goodbye":
        server.says["RSET"] = ["421 you were idle for too long"]
    else:
        server.says["MAIL"] = [DROP]
    await send_mail(house.hub, acme.id, a_mail("two"))
    assert ids(server) == ["<one@acme.example>", "<two@acme.example>"] and server.connections == 2
    assert await trouble(acme) is None


@one_engine
async def test_connections_that_nobody_uses_are_closed_politely_and_new_settings_open_new_ones(
    acme, house, server, monkeypatch
):
    monkeypatch.setattr(connections, "_IDLE", 0.2)
    made = await sender(acme, server.port)
    await send_mail(house.hub, acme.id, a_mail("one"))
    await eventually(lambda: not server.open, 5)
    assert server.heard[-1] == "QUIT"
    monkeypatch.setattr(connections, "_IDLE", 20.0)
    await send_mail(house.hub, acme.id, a_mail("two"))
    await rest(acme, "PATCH", f"mail/senders/{made['id']}", {"rate": 6000})
    await send_mail(house.hub, acme.id, a_mail("three"))
    await eventually(lambda: len(server.open) == 1, 5)
    house.hub.part(Post).close()
    await eventually(lambda: not server.open, 5)


@one_engine
async def test_a_connection_takes_only_so_many_mails(acme, house, server, monkeypatch):
    monkeypatch.setattr(connections, "_MAILS", 2)
    await sender(acme, server.port)
    for number in range(5):
        await send_mail(house.hub, acme.id, a_mail(str(number)))
    assert server.connections == 3 and len(server.raw) == 5


# ── what servers answer ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_recipient_that_is_refused_for_good_or_for_now_holds_up_nobody_else(acme, house, server):
    await sender(acme, server.port)
    server.says["RCPT"] = ["550 5.1.1 no such user", "450 4.2.0 greylisted, come back"]
    with pytest.raises(MailRefused, match=r"550 5\.1\.1 no such user"):
        await send_mail(house.hub, acme.id, a_mail("one"))
    assert await later(house, acme, "two") == [0], "when, nobody knows: its caller waits longer and longer"
    await send_mail(house.hub, acme.id, a_mail("three"))
    assert ids(server) == ["<three@acme.example>"] and server.connections == 1 and await trouble(acme) is None


@one_engine
@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("GREET", "421 4.7.0 too many connections"),
        ("MAIL", "451 4.7.1 slow down"),
        ("RCPT", "421 4.7.28 too much from you"),
        ("RCPT", "452 4.3.1 out of space"),
        ("DATA", "450 4.7.1 slow down"),
        ("END", "452 4.3.1 out of space"),
    ],
)
async def test_a_server_that_asks_for_less_slows_the_whole_sender_down(acme, house, server, monkeypatch, verb, answer):
    monkeypatch.setattr(pace, "_SHORTEST", 400)
    await sender(acme, server.port)
    server.says[verb] = [answer, answer]
    (first,) = await later(house, acme, "one")
    assert 200 < first <= 400
    heard = len(server.heard)
    assert all(wait > 0 for wait in await later(house, acme, "two", "three")) and len(server.heard) == heard
    told = await trouble(acme)
    assert told and told["step"] == "slow" and answer[4:] in told["said"] and told["since"] < told["until"]
    await asyncio.sleep(0.45)
    (second,) = await later(house, acme, "two")
    assert 600 < second <= 800 and (await trouble(acme))["since"] == told["since"]
    await asyncio.sleep(0.85)
    await asyncio.gather(*(comes(house, acme, id) for id in ("one", "two", "three")))
    assert sorted(ids(server)) == ["<one@acme.example>", "<three@acme.example>", "<two@acme.example>"]
    assert await trouble(acme) is None


@one_engine
@pytest.mark.parametrize(
    ("verb", "answer"), [("END", "554 5.7.1 spam"), ("DATA", "554 5.6.0 no"), ("MAIL", "552 too large")]
)
async def test_a_mail_that_is_refused_for_good_is_not_tried_again(acme, house, server, verb, answer):
    await sender(acme, server.port)
    server.says[verb] = [answer]
    with pytest.raises(MailRefused, match=answer):
        await send_mail(house.hub, acme.id, a_mail("one"))
    await send_mail(house.hub, acme.id, a_mail("two"))
    assert ids(server) == ["<two@acme.example>"] and await trouble(acme) is None


async def test_an_address_that_may_not_send_there_loses_no_mail(acme, house, server):
    made = await sender(acme, server.port)
    server.always["MAIL"] = "553 5.7.1 not your address"
    await later(house, acme, "one")
    told = await trouble(acme)
    assert told and told["step"] == "send" and "not your address" in told["said"]
    del server.always["MAIL"]
    await rest(acme, "PATCH", f"mail/senders/{made['id']}", {"address": "real@acme.example"})
    await send_mail(house.hub, acme.id, a_mail("one"))
    assert len(server.raw) == 1 and await trouble(acme) is None


async def test_a_refused_password_pauses_the_sender_until_it_is_mended(acme, house, server):
    made = await sender(acme, server.port, user="hub", password="wrong")
    server.always["AUTH"] = "535 5.7.8 wrong password"
    (wait,) = await later(house, acme, "one")
    assert 59_000 < wait <= 60_000
    told = await trouble(acme)
    assert told and told["step"] == "sign_in" and "535" in told["said"] and "wrong" in told["said"]
    await later(house, acme, "two", "three")
    assert sum(line.startswith("AUTH") for line in server.heard) == 1, "accounts are locked after some tries"
    del server.always["AUTH"]
    await rest(acme, "PATCH", f"mail/senders/{made['id']}", {"password": "right"})
    assert await trouble(acme) is None
    await send_mail(house.hub, acme.id, a_mail("one"))
    assert len(server.raw) == 1


@one_engine
@pytest.mark.parametrize(
    ("verb", "how"),
    [(verb, how) for verb in ("GREET", "EHLO", "MAIL", "RCPT", "DATA", "END") for how in (DROP, HALF, HANG)],
)
async def test_a_server_that_ends_in_the_middle_gets_the_very_same_mail_again(
    acme, house, server, monkeypatch, verb, how
):
    monkeypatch.setattr(sending, "_STEP", 0.3)
    await sender(acme, server.port)
    server.says[verb] = [how]
    (wait,) = await later(house, acme, "one")
    assert 0 < wait <= 1_000
    assert (await trouble(acme))["step"] == ("send" if verb in ("DATA", "END") else "connect")
    await comes(house, acme, "one")
    # Whether a mail was taken whose end was never answered, only its server knows: readers see one by its id.
    assert set(ids(server)) == {"<one@acme.example>"} and len(set(server.raw)) == 1
    assert len(server.raw) == (2 if verb == "END" else 1) and await trouble(acme) is None


@one_engine
@pytest.mark.parametrize("answer", ["what?", "250", "999 no", "2" * 3_000])
async def test_what_is_no_answer_is_trouble_and_no_crash(acme, house, server, answer):
    await sender(acme, server.port)
    server.says["MAIL"] = [answer] if answer != "250" else ["25\r\n250 late"]
    with pytest.raises((MailLater, MailRefused)):
        await send_mail(house.hub, acme.id, a_mail("one"))
    await comes(house, acme, "two")
    assert "<two@acme.example>" in ids(server)


async def test_a_server_that_is_away_is_asked_seldom(acme, house):
    await sender(acme, free_port())
    waits = [await later(house, acme, str(number)) for number in range(5)]
    assert all(0 < wait <= 1_000 for (wait,) in waits)
    told = await trouble(acme)
    assert told and told["step"] == "connect" and sum("paused" in event for _, event, _ in house.log.lines) == 1


async def test_nobody_reaches_into_the_network_of_the_server_by_naming_it_as_a_mail_server(tmp_path, server):
    async with open_house(tmp_path / "data") as house:
        acme = await _company(house)
        await sender(acme, server.port)
        await later(house, acme, "one")
        found = await rest(acme, "POST", "mail/check", {})
        assert found["step"] == "connect" and "HUB_FETCH_ALLOW" in found["said"] and server.connections == 0


async def test_without_any_sender_a_mail_waits(acme, house):
    assert await later(house, acme, "one") == [30_000]


async def test_what_can_be_no_mail_is_said_and_the_sender_goes_on(acme, house, server):
    await sender(acme, server.port)
    with pytest.raises(InvalidPayload):
        await send_mail(house.hub, acme.id, a_mail("one", subject="a\r\nBcc: b@example.com"))
    with pytest.raises((InvalidPayload, MailRefused)):
        await send_mail(house.hub, acme.id, a_mail("two", to="vera@example.com>\r\nRCPT TO:<eve@example.com"))
    await send_mail(house.hub, acme.id, a_mail("three"))
    assert ids(server) == ["<three@acme.example>"] and not any("eve@" in line for line in server.heard)


# ── pace ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@one_engine
async def test_a_sender_keeps_to_its_rate(acme, house, server):
    await sender(acme, server.port, rate=120)
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(comes(house, acme, str(number)) for number in range(6)))
    took = asyncio.get_running_loop().time() - began
    assert took > 2.4 and len(server.raw) == 6, took


def test_who_waits_keeps_its_turn_and_later_ones_stand_behind():
    own = Pace()
    assert [own.turn(id, 60, 0) for id in "abc"] == [0, 1_000, 2_000]
    assert own.turn("c", 60, 500) == 1_500 and own.turn("d", 60, 500) == 2_500
    assert own.turn("b", 60, 1_000) == 0 and own.turn("c", 60, 2_000) == 0
    assert own.turn("e", 60, 90_000) == 0, "a turn that nobody took comes back"


def test_pauses_grow_while_trouble_lasts_and_one_mail_at_a_time_looks_whether_it_does():
    own = Pace()
    assert own.halts("connect", "away", begun=0, now=10) == 1_000
    assert own.halts("connect", "away", begun=5, now=20) == 990, "it began before the pause, and tells nothing new"
    assert own.paused("a", 1_010) == 0 and own.paused("b", 1_010) > 0
    assert own.halts("connect", "away", begun=1_010, now=1_020) == 2_000
    assert own.paused("b", 3_020) == 0
    own.lets_go("b")
    assert own.paused("c", 3_021) == 0 and own.went() and own.paused("d", 3_022) == 0
    for _ in range(30):
        longest = own.halts("connect", "away", begun=own.until, now=own.until)
    assert longest == 900_000


async def test_a_pause_that_another_node_has_found_is_kept_to(acme, house, server):
    made = await sender(acme, server.port)
    server.says["MAIL"] = ["451 slow down"]
    await later(house, acme, "one")
    house.hub.part(Post).close()  # another node knows only what is stored
    heard = len(server.heard)
    assert 0 < (await later(house, acme, "two"))[0] <= 1_000 and len(server.heard) == heard
    await comes(house, acme, "two")
    assert await trouble(acme) is None and made["trouble"] is None


async def _company(house: House) -> Any:
    from tests.conftest import Company

    return Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))


def test_each_step_of_a_mail_ends_before_its_job_does():
    assert connecting._PER_ADDRESS < sending._STEP < sending._WHOLE < 48
