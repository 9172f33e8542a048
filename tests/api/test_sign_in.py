"""Agents sign in and out over REST; errors are problem documents."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.house import PASSWORD, open_house

pytestmark = pytest.mark.annex("H1", "H10")
ADA = {"email": "ada@acme.example", "password": PASSWORD}


def is_problem(answer, status: int, code: str) -> None:
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json["status"] == status and answer.json["code"] == code
    assert {"type", "title", "detail"} <= set(answer.json)


async def test_signing_in_brings_a_token_that_is_bound_to_the_application(web, acme):
    answer = await web.post("/api/app/sign-in", ADA)
    body = answer.json
    assert answer.status == 200 and answer.headers["Cache-Control"] == "no-store"
    assert len(body["token"]) >= 43
    assert body["agent"] == {"id": acme.made["agent"]["id"], "name": "Ada", "email": "ada@acme.example"}
    assert body["application"] == {"id": acme.id, "name": "Acme", "key": acme.key}
    assert (await web.post("/api/app/sign-in", ADA)).json["token"] != body["token"]


async def test_the_address_is_taken_in_any_case_and_with_spaces(web, acme):
    assert (await web.post("/api/app/sign-in", ADA | {"email": " ADA@Acme.Example "})).status == 200


@pytest.mark.parametrize(
    "given", [{"password": "wrong password"}, {"email": "nobody@acme.example"}, {"password": ""}, {"email": ""},
              {"application": 987_654}, {"password": PASSWORD.upper()}, {"password": PASSWORD + "x" * 10_000}]
)  # fmt: skip
async def test_whatever_is_wrong_the_answer_is_the_same(web, acme, given):
    answer = await web.post("/api/app/sign-in", ADA | given)
    is_problem(answer, 401, "wrong_sign_in")
    assert answer.json["detail"] == "The e-mail address or the password is wrong."


@pytest.mark.parametrize(
    "data", ["", "hello", "[]", "{}", '{"email":5,"password":"x"}', '{"email":"a@b.c","password":"x","colour":1}', "[" * 50_000,
             '{"email":"a\\u0000@b.c","password":"long enough"}', '{"email":"a@b.c","password":"\\u0000\\u0000"}', b"\xff"]
)  # fmt: skip
async def test_a_bad_body_is_a_problem_too(web, acme, data):
    answer = await web.post("/api/app/sign-in", data=data)
    assert answer.json["code"] in ("invalid_payload", "wrong_sign_in") and answer.status in (400, 401)


async def test_a_body_that_is_too_large_is_refused(web, acme):
    answer = await web.post("/api/app/sign-in", data=b"x" * 3_000_000)
    assert answer.status in (400, 413) and answer.json["code"] == "invalid_payload"


async def test_a_person_of_two_applications_is_asked_which(web, acme, house):
    second = await house.application("Second", "ada@acme.example")
    answer = await web.post("/api/app/sign-in", ADA)
    assert answer.status == 200
    assert answer.json == {
        "applications": [{"id": acme.id, "name": "Acme"}, {"id": second["application"]["id"], "name": "Second"}]
    }
    chosen = await web.post("/api/app/sign-in", ADA | {"application": second["application"]["id"]})
    assert chosen.json["application"]["name"] == "Second"


async def test_somebody_elses_application_can_not_be_chosen(web, acme, globex):
    is_problem(await web.post("/api/app/sign-in", ADA | {"application": globex.id}), 401, "wrong_sign_in")


async def test_signing_out_ends_the_token(web, acme):
    token = (await web.post("/api/app/sign-in", ADA)).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = await web.post("/api/app/sign-out", headers=headers)
    assert (answer.status, answer.body) == (204, b"")
    is_problem(await web.post("/api/app/sign-out", headers=headers), 401, "token_invalid")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Token x", "Bearer \xff"])
async def test_signing_out_needs_a_token(web, acme, authorization):
    is_problem(await web.post("/api/app/sign-out", headers={"Authorization": authorization}), 401, "token_invalid")


async def test_passwords_and_tokens_are_not_in_the_store(web, acme, house):
    token = (await web.post("/api/app/sign-in", ADA)).json["token"]
    vera = await acme.visitor()
    for file in (house.hub.settings.folder).glob("hub.db*"):
        stored = file.read_bytes()
        for secret in (PASSWORD, token, vera.token, acme.api_key, acme.made["mobile_key"]):
            assert secret.encode() not in stored


class TestRateLimit:
    """Passwords can't be guessed in bulk."""

    @pytest.fixture
    async def house(self, tmp_path):
        async with open_house(tmp_path / "data", sign_in_tries=3, trusted_proxies="127.0.0.1") as house:
            yield house

    async def test_after_so_many_failures_the_address_has_to_wait_even_with_the_right_password(self, web, acme):
        for _ in range(3):
            is_problem(await web.post("/api/app/sign-in", ADA | {"password": "wrong one"}), 401, "wrong_sign_in")
        answer = await web.post("/api/app/sign-in", ADA)
        is_problem(answer, 429, "rate_limited")
        assert int(answer.headers["Retry-After"]) > 0

    async def test_successes_do_not_count(self, web, acme):
        for _ in range(6):
            assert (await web.post("/api/app/sign-in", ADA)).status == 200

    async def test_guesses_that_come_all_at_once_are_counted_too(self, web, acme):
        guesses = [web.post("/api/app/sign-in", ADA | {"password": f"guess {number}"}) for number in range(20)]
        answers = [answer.status for answer in await asyncio.gather(*guesses)]
        assert answers.count(401) <= 3 and answers.count(429) >= 17

    async def test_another_address_behind_the_proxy_may_still_sign_in(self, web, acme):
        for _ in range(4):
            await web.post("/api/app/sign-in", ADA | {"password": "wrong"}, headers={"X-Forwarded-For": "203.0.113.7"})
        behind = [await web.post("/api/app/sign-in", ADA, headers={"X-Forwarded-For": f}) for f in
                  ("203.0.113.7", "1.2.3.4, 203.0.113.7", "203.0.113.8")]  # fmt: skip
        assert [answer.status for answer in behind] == [429, 429, 200]
