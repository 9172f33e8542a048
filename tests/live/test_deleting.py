"""An application is deleted: ordered with name and password, kept by any owner until then, and then nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import apsw
import pymongo
import pytest

from hub.accounts import deleting
from hub.accounts.erasing import ROWS
from hub.accounts.guessing import Guesses
from hub.calls.sounds import file_name
from hub.core.collections import BULK_JOBS, DEAD_JOBS, JOBS
from hub.core.errors import HubError
from hub.core.verb import VERBS
from hub.people.importing.imports import NewImport
from hub.subscribers import ROWS_OF_APPLICATIONS
from server import COLLECTIONS
from tests.conftest import Company
from tests.crm.inputs import crm_of_acme
from tests.support.cast import ConnectRefused
from tests.support.house import PASSWORD, House, ServerProcess, eventually, open_house, run_init, sign_in
from tests.support.outreach import mailbox_of_acme, push_device_of_acme, sender_of_acme, template_of_acme
from tests.support.people import in_pieces

pytestmark = pytest.mark.annex("S3")

NOBODYS = {"marks", "ids", "layouts", "hub.ids", "hub.layouts", "availability", "migrations", "installation"}
"""Counters and facts of the installation."""


async def call(house: House, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Ask our own API as an agent; return status and answer."""
    async with (
        aiohttp.ClientSession() as http,
        http.request(
            method, f"{house.url}/api/app/{path}", json=body, headers={"Authorization": f"Bearer {token}"}
        ) as answer,
    ):
        return answer.status, await answer.json() if answer.status != 204 else None


def sqlite_dump(data: Path) -> dict[str, list[str]]:
    """Return every row of every table; of the words only which documents have some.

    With the hub's own SQLite: a second one in the same process takes the first one's locks away when it closes the file.
    """
    with contextlib.closing(apsw.Connection(str(data / "hub.db"), flags=apsw.SQLITE_OPEN_READONLY)) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if not name.startswith(("w_", "sqlite_")) or name.endswith("_docsize")]
        return {
            name: sorted(repr(row) for row in store.execute(f'SELECT * FROM "{name}"'))
            for name in kept
            if name.removeprefix("d_").removeprefix("v_") not in NOBODYS and not name.startswith("w_marks")
        }


def mongo_dump(url: str) -> dict[str, list[str]]:
    """Return every document of every collection."""
    with pymongo.MongoClient(url) as client:
        database = client.get_default_database()
        return {
            name: sorted(json.dumps(row, default=str, sort_keys=True) for row in database[name].find())
            for name in database.list_collection_names()
            if name.partition(".")[0] not in NOBODYS and name not in NOBODYS
        }


async def fill(house: House, company: Company, word: str) -> Any:
    """Give a company something of everything; each text has the word in it. Return its visitor and its owner."""
    vera, ada = await company.visitor(), await company.agent()
    conversation = (await vera.says(f"A question for {word}"))["conversation"]
    await ada.says(f"{word} answers", conversation)
    await ada.call("note.add", client_id="n", conversation=conversation, text=f"{word} notes")
    await vera.call("contact.update", name=f"Vera of {word}", email=f"vera@{word}.example")
    await vera.call("page", url=f"https://{word}.example/", title=word, referrer="")
    await vera.call("event", name=f"{word} bought", data={"what": word})
    file = await ada.call("attachment.start", name=f"{word}.txt", size=4, type="text/plain")
    async with aiohttp.ClientSession() as http, http.put(house.url + file["url"], data=b"tea!") as stored:
        assert stored.status == 200, await stored.text()
    actor = next(
        each.actor
        for each in house.live.sessions.values()
        if each.face == "agent" and each.actor.scope.app == company.id
    )
    hub = house.hub
    new = NewImport(f"{word}.csv", in_pieces(f"email\nwalt@{word}.example\n".encode()))
    await VERBS["people.importing.imports.upload_import"].call(hub, actor, new)
    await hub.files.write(file_name(company.id, 1), in_pieces(word.encode()), 99)  # music for calls
    if word == "acme":
        await crm_of_acme(hub, actor, vera.session["contact"]["id"])
    token = await company.token()
    for path, body in {
        "groups": {"name": f"Group of {word}", "agents": [actor.id]},
        "keys": {"name": f"Key of {word}"},
        "views": {"name": f"View of {word}", "shared": True},
        "attributes": {"name": f"Attribute of {word}", "type": "string"},
        "segments": {"name": f"Segment of {word}", "where": {"all": []}},
        "webhooks": {"url": f"https://{word}.example/hook", "kinds": ["deal.created"]},
        "companies": {"attributes": {"name": f"Company {word}"}},
    }.items():
        status, answer = await call(house, token, "POST", path, body)
        assert status in (200, 201), (path, answer)
    return vera, ada, token


@pytest.fixture(params=["sqlite", "mongo"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[House, Any]]:
    """A house where applications end at once when they are told to, with a look into all that it stores."""
    url = request.getfixturevalue("mongo_url") if request.param == "mongo" else ""
    data = tmp_path / "data"
    settings = {"mongo_url": url} if url else {}
    async with open_house(data, presence_grace=0.2, deletion_days=0, **settings) as house:
        yield house, lambda: mongo_dump(url) if url else sqlite_dump(data)
        assert house.log.tracebacks == []


def test_every_collection_of_the_installation_is_erased_with_its_application_or_holds_nothing_of_one():
    erased = {each.name for each in (*ROWS, *ROWS_OF_APPLICATIONS, JOBS, BULK_JOBS, DEAD_JOBS)}
    theirs = {each.name for each in COLLECTIONS if not each.tenant} - erased
    assert theirs == {
        "applications", "people", "passkeys",  # the application itself, and who is in no other one: hub/accounts/erasing.py
        "calls",  # answers of the API, under a hash of whose they are: forgotten after a day
        "support_terms",  # what the operator promises to everybody
        "migrations", "installation", "marks", "availability",
    }, "put a new one into ROWS of hub/accounts/erasing.py, or into ROWS_OF_APPLICATIONS of hub/subscribers.py"  # fmt: skip


async def quiet(dump: Any) -> dict[str, list[str]]:
    """Return all that is stored, when nothing moves any more."""
    before: Any = None
    for _ in range(100):
        now = await asyncio.to_thread(dump)
        if now == before and not any(
            "building" in line for name, lines in now.items() for line in lines if "audit" not in name
        ):
            return now
        before = now
        await asyncio.sleep(0.4)
    raise AssertionError("the store does not come to rest")


async def test_nothing_of_a_deleted_application_is_left_anywhere_and_the_other_one_is_untouched(town, monkeypatch):
    monkeypatch.setattr("hub.accounts.erasing._SETTLE", 300)
    house, dump = town
    files = house.hub.settings.folder / "files"
    globex = Company(house, await house.application("Globex", "gus@globex.example"))
    await fill(house, globex, "globex")
    await globex.go_home()
    before = await quiet(dump)
    globex_files = sorted(str(path) for path in files.rglob("*"))
    acme = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
    vera, ada, token = await fill(house, acme, "acme")
    for of_acme in (template_of_acme, sender_of_acme, push_device_of_acme, mailbox_of_acme):
        actor = next(each.actor for each in house.live.sessions.values() if each.face == "agent")
        await of_acme(house.hub, actor)
    assert any("acme" in line for lines in (await quiet(dump)).values() for line in lines)
    assert len(sorted(files.rglob("*"))) > len(globex_files)

    order = {"name": "Acme", "password": PASSWORD}
    status, answer = await call(house, token, "POST", "application/deletion", order)
    assert status == 202 and answer["deletion"]["by"] == "Ada", answer
    await asyncio.gather(*(_cut(who) for who in (vera, ada)))
    with pytest.raises(ConnectRefused) as refused:
        await acme.visitor(vera.session["visitor_token"])
    assert refused.value.code == "unknown_application"
    assert (await call(house, token, "GET", "application"))[0] == 401
    await eventually(lambda: any(event == "an application was deleted" for _, event, _ in house.log.lines), within=30)
    after = await quiet(dump)
    for name in before.keys() | after.keys():
        new = set(after.get(name, ())) - set(before.get(name, ()))
        gone = set(before.get(name, ())) - set(after.get(name, ()))
        if name.endswith("jobs"):  # Globex's own go on
            assert not [line for line in new if f'"app":{acme.id},' in line.replace(" ", "")]
            continue
        assert not new and not gone, f"{name}: {new} came, {gone} went"
    assert not any("acme" in line.lower() for lines in after.values() for line in lines if not _is_letter(line))
    assert sorted(str(path) for path in files.rglob("*")) == globex_files
    gus = await globex.agent()
    assert gus.session["application"]["name"] == "Globex" and gus.session["counts"]["open"] == 1
    await globex.go_home()
    await acme.go_home()


def _is_letter(line: str) -> bool:
    """The last mail to the owners waits for a mail server, for two days at most."""
    return "deletion-done-" in line


async def _cut(who: Any) -> None:
    async with asyncio.timeout(10):
        await who.disconnected.wait()


async def test_an_application_is_deleted_with_its_name_and_the_owners_password_only(house, acme):
    token = await acme.token()
    ben = await acme.agent("ben@acme.example")
    bens = await acme.token("ben@acme.example")
    right = {"name": "Acme", "password": PASSWORD}
    assert (await call(house, bens, "POST", "application/deletion", right))[0] == 403
    wrongs = (({"name": "Acmee"}, 400, "other_name"), ({"password": "not hers"}, 401, "current"))
    for wrong, refused, reason in wrongs:
        status, answer = await call(house, token, "POST", "application/deletion", right | wrong)
        assert (status, answer["details"]["reason"]) == (refused, reason)
    for _ in range(4):
        await call(house, token, "POST", "application/deletion", right | {"password": "a guess"})
    status, answer = await call(house, token, "POST", "application/deletion", right)
    assert (status, answer["code"]) == (429, "rate_limited"), "an open panel is no place to guess"
    status, answer = await call(house, token, "POST", "profile/totp", {"password": PASSWORD})
    assert (status, answer["code"]) == (429, "rate_limited"), "it is one count, whatever is guessed for"
    house.hub.part(Guesses)._window = Guesses(house.hub)._window

    status, answer = await call(house, token, "POST", "application/deletion", right)
    assert status == 202 and answer["deletion"]["at"][:10] > answer["deletion"]["ordered"][:10]
    told = await ben.hears("application")
    assert told["application"]["deletion"] == answer["deletion"], "every agent sees when, and by whose order"
    assert (await call(house, token, "POST", "application/deletion", right))[0] == 409
    assert (await (await acme.visitor()).says("Still there?"))["conversation"], "until then all is as before"
    assert (await call(house, bens, "DELETE", "application/deletion"))[0] == 403

    status, answer = await call(house, token, "DELETE", "application/deletion")
    assert (status, answer["deletion"]) == (200, None)
    assert (await call(house, token, "DELETE", "application/deletion"))[0] == 404
    ben.forget()
    again = (await call(house, token, "POST", "application/deletion", right))[1]["deletion"]
    assert (await ben.hears("application"))["application"]["deletion"] == again


async def test_an_order_that_was_taken_back_deletes_nothing_when_its_day_comes(house, acme):
    token = await acme.token()
    await call(house, token, "POST", "application/deletion", {"name": "Acme", "password": PASSWORD})
    ordered = (await _stored(house, acme))["deletion"]["ordered"]
    await call(house, token, "DELETE", "application/deletion")
    from hub.accounts.erasing import delete_application
    from storage.engine import INSTALLATION

    await delete_application(house.hub, INSTALLATION, {"app": acme.id, "ordered": ordered})
    assert (await call(house, token, "GET", "application"))[1]["name"] == "Acme"


async def _stored(house: House, acme: Company) -> Any:
    from hub.accounts.collections import APPLICATIONS
    from storage.engine import INSTALLATION

    return await house.hub.store.get(INSTALLATION, APPLICATIONS, acme.id)


async def test_a_person_who_is_in_another_application_too_stays(house, acme, monkeypatch):
    from hub.accounts.applications import NewApplication, create_application
    from hub.accounts.erasing import delete_application
    from hub.core.jobs import Later
    from storage.engine import INSTALLATION

    other = await create_application(house.hub, NewApplication("Second", "ada@acme.example", PASSWORD))
    token = await acme.token()
    monkeypatch.setattr(house.hub.clock, "now", lambda real=house.hub.clock.now: real() - 8 * deleting.DAY)
    await call(house, token, "POST", "application/deletion", {"name": "Acme", "password": PASSWORD})
    monkeypatch.undo()
    payload = {"app": acme.id, "ordered": (await _stored(house, acme))["deletion"]["ordered"]}
    with pytest.raises(Later) as later:
        await delete_application(house.hub, INSTALLATION, payload)
    await delete_application(house.hub, INSTALLATION, payload | later.value.notes)
    assert await _stored(house, acme) is None
    left = await asyncio.to_thread(sign_in, house.url, "ada@acme.example")
    assert left["application"]["id"] == other["application"]["id"]
    with pytest.raises(HubError):
        from hub.accounts.applications import application_of_widget

        await application_of_widget(house.hub, acme.key)
    with pytest.raises(Exception, match="401"):
        await asyncio.to_thread(sign_in, house.url, "ben@acme.example")


def test_a_deletion_goes_on_where_it_was_killed(tmp_path):
    made, globex = run_init(tmp_path / "data"), run_init(tmp_path / "data", "Globex", "gus@globex.example")
    server = ServerProcess(tmp_path / "data", environment={"HUB_DELETION_DAYS": "0"})
    with server:
        for start in range(0, 6000, 500):
            people = [{"email": f"p{number}@acme.example", "name": "Vera"} for number in range(start, start + 500)]
            ask(server.url, "POST", "contacts/bulk", {"contacts": people}, f"Token {made['api_key']}")
        one = {"contacts": [{"email": "walt@globex.example"}]}
        ask(server.url, "POST", "contacts/bulk", one, f"Token {globex['api_key']}")
        token = sign_in(server.url)["token"]
        ask(server.url, "POST", "application/deletion", {"name": "Acme", "password": PASSWORD}, f"Bearer {token}")
        _until(lambda: 0 < contacts(server, made) < 5_900, 30)
        server.kill()
        left = contacts(server, made)
        assert 0 < left < 6000, "it was killed in the middle"
        server.start()
        _until(lambda: contacts(server, made) == 0 and not applications(server, made), 30)
        assert contacts(server, globex) == 1
        assert sign_in(server.url, "gus@globex.example")["application"]["name"] == "Globex"


def ask(url: str, method: str, path: str, body: Any, authorization: str) -> Any:
    """Ask our own API."""
    import urllib.request

    headers = {"Content-Type": "application/json", "Authorization": authorization}
    request = urllib.request.Request(f"{url}/api/app/{path}", json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or b"null")


def contacts(server: ServerProcess, made: dict[str, Any]) -> int:
    return _count(server, "SELECT count(*) FROM d_contacts WHERE app = ?", made)


def applications(server: ServerProcess, made: dict[str, Any]) -> int:
    return _count(server, "SELECT count(*) FROM d_applications WHERE id = ?", made)


def _count(server: ServerProcess, sql: str, made: dict[str, Any]) -> int:
    with contextlib.closing(apsw.Connection(str(server.data / "hub.db"), flags=apsw.SQLITE_OPEN_READONLY)) as store:
        return int(store.execute(sql, (made["application"]["id"],)).fetchone()[0])


def _until(holds: Any, within: float) -> None:
    import time

    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, "it did not become true in time"
        time.sleep(0.02)
