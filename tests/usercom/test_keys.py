"""API keys: made by owners, shown once, allowed what their scopes say, over at their end, refused once revoked (U11)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.accounts import keyring
from hub.accounts.collections import KEYS
from hub.accounts.events import KeyCreated, KeyRenamed, KeyRevoked
from storage.engine import INSTALLATION
from storage.filters import Eq

pytestmark = pytest.mark.annex("U11")
USERS = "/api/public/users/"


class Owner:
    """Calls our own API as the first agent of an application."""

    def __init__(self, web: Any, token: str) -> None:
        self._web, self._headers = web, {"Authorization": f"Bearer {token}"}

    async def __call__(self, method: str, path: str, body: Any = None) -> Any:
        return await self._web(method, f"/api/app/{path}", body, headers=self._headers)

    async def make(self, **fields: Any) -> dict[str, Any]:
        answer = await self("POST", "keys", {"name": "Shop", **fields})
        assert answer.status == 201, answer.body
        return answer.json


@pytest.fixture
async def ada(web, acme) -> Owner:
    return Owner(web, await acme.token())


async def test_a_key_is_shown_once_and_kept_as_a_hash(ada, web, house, acme):
    made = await ada.make(scopes=["contacts.read"])
    secret, key = made["secret"], made["key"]
    assert len(secret) == 64 and secret.isalnum() and key["tail"] == secret[-4:]
    assert (key["name"], key["kind"], key["scopes"], key["expires"], key["used"]) == (
        "Shop", "rest", ["contacts.read"], None, None,
    )  # fmt: skip
    listed = (await ada("GET", "keys")).json
    assert listed["keys"][0] == key and secret not in str(listed)
    stored = await house.hub.store.find(INSTALLATION, KEYS, Eq("app", acme.id))
    assert secret not in str(stored.items)
    assert (await web.with_key(secret).get(USERS)).status == 200


async def test_the_keys_of_init_are_in_the_list_and_can_be_revoked(ada, api, acme):
    made = {key["kind"]: key for key in (await ada("GET", "keys")).json["keys"]}
    assert made["rest"]["tail"] == acme.api_key[-4:] and made["rest"]["scopes"] is None
    assert made["mobile"]["tail"] == acme.made["mobile_key"][-4:]
    assert (await api.get(USERS)).status == 200
    assert (await ada("DELETE", f"keys/{made['rest']['id']}")).status == 204
    assert (await api.get(USERS)).status == 401


async def test_a_key_may_do_what_its_scopes_say_and_nothing_else(ada, web):
    reader = web.with_key((await ada.make(scopes=["contacts.read"]))["secret"])
    assert (await reader.get(USERS)).status == 200
    refused = await reader.post(USERS, {"email": "vera@shop.example"})
    assert (refused.status, list(refused.json)) == (403, ["detail"])
    assert (await reader.get(USERS)).json["count"] == 0
    assert (await reader.get("/api/app/segments")).status in (200, 403)
    assert (await reader.post("/api/app/contacts", {"attributes": {}})).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"name": "x" * 101}, {"scopes": []}, {"scopes": ["agents.manage"]}, {"scopes": ["keys.manage"]},
        {"scopes": ["x"]}, {"kind": "mobile", "scopes": ["contacts.identify"]}, {"kind": "other"},
        {"expires": "2020-01-01T00:00:00Z"}, {"expires": "soon"}, {"more": 1},
    ],
)  # fmt: skip
async def test_a_wrong_wish_makes_no_key(ada, wrong):
    before = (await ada("GET", "keys")).json
    answer = await ada("POST", "keys", {"name": "Shop"} | wrong)
    assert answer.status == 400 and answer.json["detail"]
    assert (await ada("GET", "keys")).json == before


async def test_a_key_is_over_at_its_end(ada, web, house, monkeypatch):
    end = datetime.now(UTC) + timedelta(hours=1)
    made = await ada.make(expires=end.isoformat())
    key = web.with_key(made["secret"])
    assert (await key.get(USERS)).status == 200
    later = int(end.timestamp() * 1000) + 1
    monkeypatch.setattr(house.hub.clock, "now", lambda: later)
    over = await key.get(USERS)
    assert (over.status, over.json) == (401, {"detail": "Invalid token."})
    told = await key.get("/api/app/contacts")
    assert (told.status, told.json["code"]) == (401, "token_invalid") and "expired" in told.json["detail"]


async def test_a_revoked_key_is_refused_in_the_words_of_the_api(ada, web):
    made = await ada.make()
    key = web.with_key(made["secret"])
    assert (await key.get(USERS)).status == 200  # it is known now
    assert (await ada("DELETE", f"keys/{made['key']['id']}")).status == 204
    refused = await key.get(USERS)
    assert (refused.status, refused.json) == (401, {"detail": "Invalid token."})
    assert refused.headers["WWW-Authenticate"] == "Token"
    assert (await ada("DELETE", f"keys/{made['key']['id']}")).status == 404
    assert made["key"]["id"] not in [key["id"] for key in (await ada("GET", "keys")).json["keys"]]


async def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_believed_afterwards(ada, web, house, monkeypatch):
    made = await ada.make()
    key, get = web.with_key(made["secret"]), house.hub.store.get
    looked, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(scope: Any, collection: Any, id: int) -> Any:
        found = await get(scope, collection, id)
        if collection is KEYS and not looked.is_set():
            looked.set()
            await go_on.wait()
        return found

    monkeypatch.setattr(house.hub.store, "get", slowly)
    early = asyncio.create_task(key.get(USERS))
    await looked.wait()
    assert (await ada("DELETE", f"keys/{made['key']['id']}")).status == 204
    go_on.set()
    assert (await early).status == 200, "it was looked up before"
    assert (await key.get(USERS)).status == 401


async def test_a_key_gets_another_name(ada):
    id = (await ada.make())["key"]["id"]
    assert (await ada("PATCH", f"keys/{id}", {"name": " Till "})).json["name"] == "Till"
    assert (await ada("PATCH", f"keys/{id}", {"name": ""})).status == 400
    assert (await ada("GET", "keys")).json["keys"][0]["name"] == "Till"


async def test_its_last_use_is_known_to_the_minute_and_written_once_in_it(ada, web, house, monkeypatch):
    made = await ada.make()
    key, now = web.with_key(made["secret"]), house.hub.clock.now() // 60_000 * 60_000 + 5_000
    monkeypatch.setattr(house.hub.clock, "now", lambda: now)

    async def used_at(moment: int) -> None:
        for _ in range(500):
            if (await house.hub.store.get(INSTALLATION, KEYS, made["key"]["id"]))["used"] == moment:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("its use was not written down")

    writes: list[int] = []
    note = keyring.Keyring._note

    async def counted(self: Any, id: int, at: int) -> None:
        writes.append(at)
        await note(self, id, at)

    monkeypatch.setattr(keyring.Keyring, "_note", counted)
    await asyncio.gather(*(key.get(USERS) for _ in range(5)))
    await used_at(now - 5_000)
    assert writes == [now - 5_000]
    now += 60_000
    await key.get(USERS)
    await used_at(now - 5_000)


async def test_only_owners_see_and_make_keys_and_no_key_does(web, acme, api, ada):
    ben = Owner(web, await acme.token("ben@acme.example"))
    for call in (
        ("GET", "keys"),
        ("POST", "keys", {"name": "x"}),
        ("PATCH", "keys/1", {"name": "x"}),
        ("DELETE", "keys/1"),
    ):
        assert (await ben(*call)).status == 403
        method, path, *body = call
        assert (await api(method, f"/api/app/{path}", *body)).status == 403
    assert len((await ada("GET", "keys")).json["keys"]) == 2


async def test_another_tenants_keys_are_not_found(web, ada, globex):
    gus = Owner(web, await globex.token())
    id = (await ada.make())["key"]["id"]
    assert id not in [key["id"] for key in (await gus("GET", "keys")).json["keys"]]
    assert (await gus("PATCH", f"keys/{id}", {"name": "Mine"})).status == 404
    assert (await gus("DELETE", f"keys/{id}")).status == 404
    assert (await ada("GET", "keys")).json["keys"][0]["name"] == "Shop"


async def test_what_happens_to_keys_is_told_with_who_did_it(ada, house, acme):
    told: list[Any] = []
    for event in (KeyCreated, KeyRenamed, KeyRevoked):
        house.hub.listen(event, told.append)
    id = (await ada.make())["key"]["id"]
    await ada("PATCH", f"keys/{id}", {"name": "Till"})
    await ada("DELETE", f"keys/{id}")
    me = acme.made["agent"]["id"]
    assert told == [
        KeyCreated(app=acme.id, key=id, name="Shop", agent=me), KeyRenamed(app=acme.id, key=id, name="Till", agent=me),
        KeyRevoked(app=acme.id, key=id, name="Till", agent=me),
    ]  # fmt: skip
