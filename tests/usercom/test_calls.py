"""What every call has: an id, a limit under its key, ETags, and answers that can be asked for twice (U11)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.core import once
from hub.core.collections import CALLS, JOBS
from hub.core.settings import Settings
from hub.doors.api.keyed import KeyLimits, Throttled
from storage.engine import INSTALLATION, Scope
from storage.filters import Eq

pytestmark = pytest.mark.annex("U11")
USERS = "/api/public/users/"

DOORS = ("/api/app/sign-in", "/api/app/sso/", "/api/app/join", "/api/app/password/")
"""Where people come in who are not signed in yet."""


async def count(api: Any) -> int:
    return int((await api.get(USERS)).json["count"])


# ── request ids ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_answer_has_an_id_the_callers_own_where_it_is_sane(api, web):
    for path in (USERS, "/api/public/nothing/", "/api/app/contacts", "/api/app/nothing"):
        answer = await api.get(path)
        assert answer.headers["X-Request-Id"].isalnum() and len(answer.headers["X-Request-Id"]) == 20, path
        assert (await api.get(path)).headers["X-Request-Id"] != answer.headers["X-Request-Id"]
        mine = await api.get(path, headers={"X-Request-Id": "shop-7/1.a"})
        assert mine.headers["X-Request-Id"] == "shop-7/1.a"
        for strange in ("x" * 129, "a b", "żółw", "<script>"):
            assert (await api.get(path, headers={"X-Request-Id": strange})).headers["X-Request-Id"].isalnum()
    assert "X-Request-Id" in (await web.get(USERS)).headers, "of a call that is refused, too"


async def test_a_failure_names_the_call_in_the_answer_and_in_the_log(api, house, monkeypatch):
    async def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(house.hub.store, "find", broken)
    for path in (USERS, "/api/app/contacts"):
        answer = await api.get(path, headers={"X-Request-Id": "shop-7"})
        assert answer.status == 500 and "shop-7" in answer.json["detail"]
    assert [facts["trace"] for _, _, facts in house.log.lines if facts.get("exc_info")] == ["shop-7"] * 2
    house.log.lines.clear()


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Slow:
    """A hub whose limit is as it says, and whose time stands still until it is moved."""

    def __init__(self, rate: float, burst: int) -> None:
        self.settings, self.at = Settings(rate_key=rate, burst_key=burst), 1000.0
        self.limits = KeyLimits(self, lambda: self.at)  # type: ignore[arg-type]


def test_a_key_has_its_burst_and_then_its_rate_and_others_have_theirs():
    slow = Slow(10, 20)
    left = [slow.limits.take(1)["X-RateLimit-Remaining"] for _ in range(20)]
    assert left == [str(each) for each in range(19, -1, -1)]
    for _ in range(2):
        with pytest.raises(Throttled) as refused:
            slow.limits.take(1)
    assert refused.value.seconds == 1 and refused.value.headers["X-RateLimit-Remaining"] == "0"
    assert slow.limits.take(2)["X-RateLimit-Remaining"] == "19"
    slow.at += 0.1
    assert slow.limits.take(1)["X-RateLimit-Reset"] == "2"
    with pytest.raises(Throttled):
        slow.limits.take(1)
    assert Slow(0, 1).limits.take(1) == {}


@pytest.fixture
async def throttled(house, api, monkeypatch):
    """Acme's calls with three at once, and a time that stands still."""
    slow = Slow(1, 3)
    house.hub._parts[KeyLimits] = slow.limits
    return api


async def test_too_many_calls_are_429_with_the_seconds_to_wait(throttled, web, acme, globex):
    answers = [await throttled.post(USERS, {"email": f"v{n}@shop.example"}) for n in range(4)]
    assert [answer.status for answer in answers] == [201, 201, 201, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer.headers["X-RateLimit-Limit"] for answer in answers} == {"1"}
    assert answers[3].json == {"detail": "Request was throttled. Expected available in 1 seconds."}
    assert answers[3].headers["Retry-After"] == "1"
    ours = await throttled.get("/api/app/contacts")
    assert (ours.status, ours.json["code"], ours.headers["Retry-After"]) == (429, "rate_limited", "1")
    assert ours.headers["Content-Type"].startswith("application/problem+json")
    assert (await web.with_key(globex.api_key).get(USERS)).status == 200, "another tenant's key"
    agent = {"Authorization": f"Bearer {await acme.token()}"}
    seen = await web.get("/api/app/contacts", headers=agent)
    assert seen.status == 200 and len(seen.json["contacts"]) == 3, "people in the panel; the fourth was not made"
    mobile = web.with_key(acme.made["mobile_key"])
    answers = [await mobile.post("/api/sdk/v1/ping/", {"customer": {}, "device": {}}) for _ in range(6)]
    assert {answer.status for answer in answers} == {200}, "telephones share a key, so it has no limit"


# ── Idempotency-Key ──────────────────────────────────────────────────────────────────────────────────────────────────

ONCE = {"Idempotency-Key": "order-1"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (USERS, {"first_name": "Vera"}),
        ("/api/app/contacts", {"attributes": {"first_name": "Vera"}}),
    ],
)
async def test_the_same_call_again_gets_the_same_answer_and_does_nothing(api, path, body):
    first, again = [await api.post(path, body, headers=ONCE) for _ in range(2)]
    assert (first.status, again.status) == (201, 201) and first.body == again.body
    assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert await count(api) == 1
    await api.post(path, body, headers={"Idempotency-Key": "order-2"})
    await api.post(path, body)
    assert await count(api) == 3, "another key, and none, are other calls"


async def test_another_body_under_the_key_is_refused_and_nothing_is_done(api, web, globex):
    await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)
    other = await api.post(USERS, {"first_name": "Walt"}, headers=ONCE)
    assert other.status == 422 and "Idempotency-Key" in other.json["detail"]
    ours = await api.post("/api/app/tags", {"name": "a"}, headers=ONCE)
    assert ours.status == 201, "another address is another call"
    assert (await api.post("/api/app/tags", {"name": "b"}, headers=ONCE)).json["code"] == "call_reused"
    assert (await web.with_key(globex.api_key).post(USERS, {"first_name": "Walt"}, headers=ONCE)).status == 201
    assert await count(api) == 1


async def test_an_empty_answer_and_a_refusal_come_back_as_well(api):
    id = (await api.post(USERS, {})).json["id"]
    path = f"{USERS}{id}/set_multiple_attributes/"
    first, again = [await api.post(path, {"score": 5}, headers=ONCE) for _ in range(2)]
    assert (first.status, first.body, again.status, again.body) == (200, b"", 200, b"")
    first, again = [await api.post(USERS, {"score": "many"}, headers=ONCE) for _ in range(2)]
    assert first.status == again.status == 400 and first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_without_the_header_nothing_is_written_of_a_call(api, house):
    await api.post(USERS, {})
    await api.get(USERS, headers=ONCE)
    assert (await house.hub.store.find(INSTALLATION, CALLS)).items == []


async def test_a_call_under_way_is_409_and_ends_as_one(api, house, monkeypatch):
    gate, commit = asyncio.Event(), house.hub.commit

    async def slow(batch: Any) -> Any:
        await gate.wait()
        return await commit(batch)

    monkeypatch.setattr(house.hub, "commit", slow)
    first = asyncio.create_task(api.post(USERS, {"first_name": "Vera"}, headers=ONCE))
    while not (await house.hub.store.find(INSTALLATION, CALLS)).items:
        await asyncio.sleep(0.01)
    meanwhile = await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)
    assert (meanwhile.status, meanwhile.headers["Retry-After"]) == (409, "1")
    gate.set()
    assert (await first).status == 201
    again = await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)
    assert again.body == (await first).body and await count(api) == 1


async def died(house: Any, monkeypatch: Any, api: Any, *, behind_the_commit: bool) -> None:
    """Begin a call whose process dies: nothing of it is written any more, before or behind its commit."""

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    with monkeypatch.context() as patch:
        patch.setattr(once, "finish", nothing)
        if not behind_the_commit:
            patch.setattr(once.Call, "commit", lambda *_: (_ for _ in ()).throw(RuntimeError("died")))
        assert (await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)).status == (
            201 if behind_the_commit else 500
        )
    house.log.lines.clear()


async def test_a_call_that_died_before_it_wrote_is_done_anew_after_its_lease(api, house, monkeypatch):
    await died(house, monkeypatch, api, behind_the_commit=False)
    assert (await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)).status == 409
    later = house.hub.clock.now() + once.LEASE + 1
    monkeypatch.setattr(house.hub.clock, "now", lambda: later)
    anew = await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)
    assert anew.status == 201 and "Idempotency-Replayed" not in anew.headers
    assert (await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)).headers["Idempotency-Replayed"] == "true"
    assert await count(api) == 1


async def test_a_call_that_died_behind_its_commit_is_never_done_again(api, house, monkeypatch):
    await died(house, monkeypatch, api, behind_the_commit=True)
    later = house.hub.clock.now() + once.LEASE + 1
    monkeypatch.setattr(house.hub.clock, "now", lambda: later)
    for _ in range(2):
        lost = await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)
        assert lost.status == 409 and "answer was lost" in lost.json["detail"]
    assert await count(api) == 1


async def test_who_was_taken_over_writes_nothing(house):
    """A process that slept for longer than its lease must not do what another one has done for it."""
    from hub.people.editing import insert_contact, new_contact
    from storage.engine import Batch, GuardFailed

    call = await once.begin(house.hub, "a", "x")
    assert isinstance(call, once.Call)
    taken = await once._take_over(house.hub, call.id, "a", call._until, house.hub.clock.now() + 5)
    for each, holds in ((call, False), (taken, True)):
        batch = Batch(Scope(1))
        insert_contact(batch, await new_contact(house.hub, {}))
        if holds:
            await each.commit(house.hub.store, batch)
        else:
            with pytest.raises(GuardFailed):
                await each.commit(house.hub.store, batch)


async def test_our_fault_is_no_last_word(api, house, monkeypatch):
    async def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(house.hub, "commit", broken)
        assert (await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)).status == 500
    house.log.lines.clear()
    assert (await api.post(USERS, {"first_name": "Vera"}, headers=ONCE)).status == 201


async def test_answers_are_forgotten_after_a_day_by_one_job_an_hour(api, house, monkeypatch):
    for n in range(3):
        await api.post(USERS, {}, headers={"Idempotency-Key": f"k{n}"})
    jobs = (await house.hub.store.find(INSTALLATION, JOBS, Eq("kind", once.FORGET), scan=True)).items
    assert len(jobs) == 1 and jobs[0]["due"] - house.hub.clock.now() > once.KEPT
    later = jobs[0]["due"]
    monkeypatch.setattr(house.hub.clock, "now", lambda: later)
    await once.forget(house.hub, Scope(0), jobs[0]["payload"])
    assert (await house.hub.store.find(INSTALLATION, CALLS)).items == []
    assert (await api.post(USERS, {}, headers={"Idempotency-Key": "k1"})).headers.get("Idempotency-Replayed") is None
    assert await count(api) == 4


async def test_a_strange_key_is_refused(api):
    for strange in ("x" * 256, "a\tb"):
        assert (await api.post(USERS, {}, headers={"Idempotency-Key": strange})).status == 400
    assert await count(api) == 0


# ── ETags ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def things(api, panel_api) -> dict[str, tuple[str, Any]]:
    """Single objects of both APIs: address, and what changes it."""
    user = (await api.post(USERS, {"email": "vera@shop.example", "user_id": "v-1", "tags": ["vip"]})).json
    company = (await api.post("/api/public/companies/", {"name": "Tea"})).json
    group = (await api.post("/api/public/lists/", {"name": "News"})).json
    where = {"all": [{"type": "attribute", "attribute": "score", "op": "equals", "value": 0}]}
    segment = await panel_api("segments", {"name": "Keen", "where": where})
    return {
        "user": (f"{USERS}{user['id']}/", {"score": 5}), "own id": ("/api/public/users-by-id/v-1/", {"score": 6}),
        "company": (f"/api/public/companies/{company['id']}/", {"city": "Oslo"}),
        "list": (f"/api/public/lists/{group['id']}/", {"name": "Old news"}),
        "tag": (f"/api/public/tags/{user['tags'][0]['id']}/", {"name": "VIP"}),
        "contact": (f"/api/app/contacts/{user['id']}", {"attributes": {"score": 7}}),
        "company of ours": (f"/api/app/companies/{company['id']}", {"attributes": {"city": "Bergen"}}),
        "segment": (f"/api/app/segments/{segment['id']}", {"name": "Keener"}),
    }  # fmt: skip


async def test_a_single_object_has_a_strong_etag_that_changes_with_it(api, things):
    for name, (path, change) in things.items():
        first = await api.get(path)
        etag = first.headers["ETag"]
        assert etag.startswith('"') and (await api.get(path)).headers["ETag"] == etag, name
        for known in (etag, f'"x", {etag}', f"W/{etag}", "*"):
            same = await api.get(path, headers={"If-None-Match": known})
            assert (same.status, same.body, same.headers["ETag"]) == (304, b"", etag), (name, known)
        assert (await api.get(path, headers={"If-None-Match": '"x"'})).body == first.body
        assert (await api("PATCH", path, change)).status == 200, name
        new = await api.get(path, headers={"If-None-Match": etag})
        assert new.status == 200 and new.headers["ETag"] != etag, name


async def test_both_versions_have_their_own_etag(api, things):
    path, _ = things["user"]
    first = await api.get(path)
    second = await api.get(path, headers={"Accept": "*/*; version=2"})
    assert first.headers["ETag"] != second.headers["ETag"] and "Accept" in second.headers["Vary"]


async def test_a_change_under_an_old_etag_is_412_and_not_done(api, things):
    for name, (path, change) in things.items():
        old = (await api.get(path)).headers["ETag"]
        assert (await api("PATCH", path, change, headers={"If-Match": old})).status == 200, name
        new = await api.get(path)
        while b'"status":"building"' in new.body:  # a segment, which becomes ready by itself
            await asyncio.sleep(0.05)
            new = await api.get(path)
        for method in ("PATCH", "PUT", "DELETE"):
            for given in (old, f"W/{new.headers['ETag']}", '"x"'):
                answer = await api(method, path, change, headers={"If-Match": given})
                assert answer.status in (412, 405), (name, method, answer.body)
        assert (await api.get(path)).body == new.body, name
        assert (await api("PATCH", path, change, headers={"If-Match": "*"})).status == 200
    path, _ = things["list"]
    etag = (await api.get(path)).headers["ETag"]
    assert (await api("DELETE", path, headers={"If-Match": etag})).status == 204
    assert (await api("DELETE", path, headers={"If-Match": etag})).status == 404


async def test_of_two_changes_under_one_etag_one_is_done(api, things):
    path, _ = things["user"]
    etag = (await api.get(path)).headers["ETag"]
    calls = [api("PUT", path, {"score": 100 + n}, headers={"If-Match": etag}) for n in range(5)]
    assert sorted([answer.status for answer in await asyncio.gather(*calls)]) == [200, 412, 412, 412, 412]


async def test_pages_have_no_etag(api, things):
    assert "ETag" not in (await api.get(USERS)).headers
    assert "ETag" not in (await api.get("/api/app/contacts")).headers


# ── documentation ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_documentation_tells_of_keys_limits_and_repetition(web):
    document = (await web.get("/openapi.json")).json
    assert set(document["components"]["securitySchemes"]) == {"key", "agent"}
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            assert {"401", "429"} <= set(call["responses"]), (method, path)
            refusal = call["responses"]["429"]["$ref"].rpartition("/")[2]
            assert "Retry-After" in document["components"]["responses"][refusal]["headers"]
            named = [each["name"] for each in call["parameters"]]
            takes = call.get("requestBody", {"content": {"application/json": {}}})["content"]
            by_key = {"key": []} in call.get("security", [])
            repeatable = method == "post" and by_key and "/sdk/" not in path and "application/json" in takes
            assert ("Idempotency-Key" in named) == repeatable, path
            assert call.get("security") or path.startswith(DOORS), path
