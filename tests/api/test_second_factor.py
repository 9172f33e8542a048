"""A second factor: codes of a phone, once each, recovery codes, and an application that asks everybody for one."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from hub.accounts import totp
from hub.accounts.collections import SESSIONS
from hub.accounts.sign_in import actors_of
from storage.engine import INSTALLATION, Batch
from tests.api.conftest import Answer, Caller
from tests.api.test_roles import ADA, BEN, Panel, ada, ben  # noqa: F401 - fixtures
from tests.live.test_agents import LaterClock
from tests.live.test_hot_path import CountingStore
from tests.support.house import PASSWORD, House, eventually

pytestmark = pytest.mark.annex("S2", "X6")


class Phone:
    """Shows the codes of a secret, by the clock of the house."""

    def __init__(self, house: House, secret: str) -> None:
        self._house, self.secret = house, secret

    def code(self, steps: int = 0) -> str:
        return totp.code_at(self.secret, self._house.hub.clock.now() // 1000 // totp.STEP + steps)


async def set_up(house: House, panel: Panel) -> tuple[Phone, list[str]]:
    setup = await panel("POST", "profile/totp", {"password": PASSWORD})
    assert setup.status == 200, setup.body
    phone = Phone(house, setup.json["secret"])
    confirmed = await panel("POST", "profile/totp/confirm", {"code": phone.code(-1)})
    assert confirmed.status == 200, confirmed.body
    return phone, confirmed.json["codes"]


async def first_step(web: Caller, email: str = BEN, password: str = PASSWORD) -> Any:
    answer = await web.post("/api/app/sign-in", {"email": email, "password": password})
    assert answer.status == 200 and "token" not in answer.json, answer.body
    return answer.json


async def second_step(web: Caller, step: str, code: str) -> Answer:
    return await web.post("/api/app/sign-in/second", {"step": step, "code": code})


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    secret = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B, its last six digits
    assert totp.code_at(secret, seconds // totp.STEP) == code


def test_the_picture_is_what_another_program_reads():
    address = totp.address_of(totp.new_secret(), "ada@acme.example", "Switchboard (Żółw & Co)")
    import segno

    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=2)]
    picture = totp.picture_of(address)
    drawn = [bytearray(picture.size) for _ in range(picture.size)]
    for run in picture.path.split("z")[:-1]:
        place, _, width = run[1:].partition("h")
        (x, y), wide = map(int, place.split()), int(width.partition("v")[0])
        drawn[y][x : x + wide] = b"\1" * wide
    assert [bytes(row) for row in drawn] == rows


async def test_a_code_lets_in_once(acme, web, house, ben):  # noqa: F811
    phone, _ = await set_up(house, ben)
    step = await first_step(web)
    assert step["ways"] == ["totp", "recovery"]
    for wrong in ("", "000000", phone.code(-1), phone.code(-9), "abcdef", "0" * 500):
        answer = await second_step(web, step["step"], wrong)
        assert (answer.status, answer.json["code"]) in ((401, "wrong_sign_in"), (429, "rate_limited")), wrong


async def test_the_code_of_the_set_up_and_one_that_was_used_are_refused(acme, web, house, ben):  # noqa: F811
    phone, _ = await set_up(house, ben)
    step = (await first_step(web))["step"]
    code = phone.code()
    assert (await second_step(web, step, phone.code(-1))).status == 401, "it was used to set the phone up"
    answers = await asyncio.gather(*(second_step(web, step, code) for _ in range(3)))
    assert sorted(answer.status for answer in answers) == [200, 401, 401]
    assert (await second_step(web, step, phone.code(1))).status == 200, "a clock may be half a minute ahead"


async def test_a_step_belongs_to_one_person_and_one_password_and_runs_out(acme, web, house, ada, ben):  # noqa: F811
    phone, _ = await set_up(house, ben)
    step = (await first_step(web))["step"]
    for bad in (
        "",
        "x",
        step[:-1],
        step.replace(step.split(".")[0], "1", 1) + "x",
        ".".join(["9", *step.split(".")[1:]]),
    ):
        assert (await second_step(web, bad, phone.code())).status == 401
    assert (
        await ben("PUT", "profile/password", {"current": PASSWORD, "password": "seven green bottles"})
    ).status == 204
    assert (await second_step(web, step, phone.code())).json["details"]["reason"] == "step"
    step = (await first_step(web, password="seven green bottles"))["step"]
    house.hub.clock = LaterClock(house.hub.clock, 1)
    assert (await second_step(web, step, phone.code())).status == 401


async def test_recovery_codes_work_once_each_in_any_writing_and_are_kept_as_hashes(acme, web, house, ben):  # noqa: F811
    _, codes = await set_up(house, ben)
    assert len(set(codes)) == 10
    step = (await first_step(web))["step"]
    assert (await second_step(web, step, f" {codes[0].upper().replace('-', ' ')} ")).status == 200
    assert (await second_step(web, step, codes[0])).status == 401
    assert (await ben("GET", "profile/second")).json["recovery_left"] == 9
    for file in house.hub.settings.folder.glob("hub.db*"):
        assert codes[1].replace("-", "").encode() not in file.read_bytes()
    fresh = (await ben("POST", "profile/recovery-codes", {"password": PASSWORD})).json["codes"]
    assert (await second_step(web, step, codes[1])).status == 401
    assert (await second_step(web, step, fresh[0])).status == 200


async def test_guesses_are_counted_by_person_from_wherever_they_come(acme, web, house, ben):  # noqa: F811
    phone, _ = await set_up(house, ben)
    step = (await first_step(web))["step"]
    answers = await asyncio.gather(*(second_step(web, step, f"{number:06}") for number in range(20)))
    assert [answer.status for answer in answers].count(401) <= 5
    assert (await second_step(web, step, phone.code())).status == 429, "the right one waits, too"


async def test_an_open_window_is_not_enough_to_change_it(acme, web, house, ben):  # noqa: F811
    for path in ("profile/totp", "profile/totp/remove", "profile/recovery-codes"):
        answer = await ben("POST", path, {"password": "not it"})
        assert (answer.status, answer.json["details"]["reason"]) == (401, "current")
    phone, _ = await set_up(house, ben)
    assert (await ben("POST", "profile/totp/remove", {"password": PASSWORD})).status == 204
    signed_in = await web.post("/api/app/sign-in", {"email": BEN, "password": PASSWORD})
    assert "token" in signed_in.json
    assert (await ben("POST", "profile/totp/confirm", {"code": phone.code()})).json["details"]["reason"] == "totp_late"


async def test_an_application_asks_everybody_for_one_before_all_else(acme, globex, web, house, ada, ben):  # noqa: F811
    refused = await ada("PUT", "security", {"second": True})
    assert (refused.status, refused.json["details"]["reason"]) == (400, "own_second_first")
    await set_up(house, ada)
    socket = await acme.agent(BEN)
    socket.forget()
    assert (await ada("PUT", "security", {"second": True})).status == 200
    await eventually(lambda: socket.events("session"))
    assert socket.session["permissions"] == ["profile.own"]
    assert (await ben("GET", "contacts")).status == 403 and (
        await ben("PUT", "security", {"second": False})
    ).status == 403
    assert (await ben("GET", "profile/second")).json["missing"] is True
    socket.forget()
    await set_up(house, ben)
    await eventually(lambda: socket.events("session"))
    assert "conversations.reply" in socket.session["permissions"] and (await ben("GET", "contacts")).status == 200
    gus = Panel(web, await globex.token())
    assert (await gus("GET", "contacts")).status == 200, "another application asks nobody"
    assert ADA


async def test_who_may_do_what_is_asked_of_the_store_at_once_for_all(acme, globex, web, house, ada, ben):  # noqa: F811
    _, codes = await set_up(house, ada)
    assert codes and (await ada("PUT", "security", {"second": True})).status == 200
    # Ben has none, and comes by single sign-on the second time; Gus is of an application that asks nobody.
    for company, email in ((acme, BEN), (acme, BEN), (globex, "gus@globex.example")):
        await company.token(email)
    stored = [each async for chunk in house.hub.store.export(INSTALLATION, SESSIONS) for each in chunk]
    by_sso = max(each["id"] for each in stored if each["app"] == acme.id)
    batch = Batch(INSTALLATION)
    batch.patch(SESSIONS, by_sso, set={"way": "sso"})
    await house.hub.commit(batch)
    plain = house.hub.store
    await actors_of(house.hub, [each["id"] for each in stored])  # the rules of both applications are kept in memory
    house.hub.store = counting = CountingStore(plain)
    try:
        actors = await actors_of(house.hub, [each["id"] for each in stored])
    finally:
        house.hub.store = plain
    assert sum(counting.calls.values()) <= 4 < len(actors), counting.calls
    may = {(actor.name, id): "conversations.reply" in actor.grants for id, actor in actors.items()}
    assert all(held is (name != "Ben" or id == by_sso) for (name, id), held in may.items()), may
    assert len(actors) == len(stored)
