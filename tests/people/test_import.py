"""Imports over REST: uploaded, tried, started, paused, resumed, killed, taken back; each row once (U9)."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import xlsxwriter

from hub.people.collections import CONTACTS, IMPORT_CHUNKS
from hub.people.importing import planning, running
from storage.engine import Batch, Scope
from tests.support.house import ServerProcess, open_house, run_init, sign_in

pytestmark = pytest.mark.annex("U9")


class Importer:
    """Somebody of a company who imports files over REST."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._http, self._url = http, url
        self._headers = {"Authorization": token}

    async def ask(self, method: str, path: str, body: Any = None, data: Any = None, status: int = 200) -> Any:
        more: dict[str, Any] = {"data": data} if data is not None else {"json": body}
        async with self._http.request(method, f"{self._url}/api/app/{path}", headers=self._headers, **more) as response:
            text = await response.read()
            assert response.status == status, (response.status, text)
            return (
                text
                if "json" not in response.headers.get("Content-Type", "json")
                else await response.json(content_type=None)
            )

    async def upload(self, content: bytes | str, **query: str) -> dict[str, Any]:
        content = content.encode() if isinstance(content, str) else content
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return await self.ask("POST", f"imports?{asked}", data=content, status=201)

    async def refused(self, content: bytes | str, status: int = 400, **query: str) -> str:
        """Upload what has to be refused; return the sentence."""
        content = content.encode() if isinstance(content, str) else content
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return (await self.ask("POST", f"imports?{asked}", data=content, status=status))["detail"]

    async def get(self, id: int) -> dict[str, Any]:
        return await self.ask("GET", f"imports/{id}")

    async def ended(self, id: int, *states: str, within: float = 30.0) -> dict[str, Any]:
        """Wait until an import is in one of these states."""
        deadline = time.monotonic() + within
        while (state := await self.get(id))["state"] not in (states or ("done",)):
            assert time.monotonic() < deadline, state
            await asyncio.sleep(0.02)
        return state

    async def imported(self, content: bytes | str, **start: Any) -> dict[str, Any]:
        """Import a file; return the import when it is done."""
        found = await self.upload(content)
        await self.ask("POST", f"imports/{found['id']}/start", start)
        return await self.ended(found["id"])

    async def rows(self, path: str = "contacts/export") -> list[dict[str, str]]:
        text = (await self.ask("GET", path)).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    async def contacts(self) -> dict[str, dict[str, str]]:
        return {row["email"] or row["name"]: row for row in await self.rows()}


def counts(state: dict[str, Any]) -> tuple[int, int, int, int]:
    return state["created"], state["updated"], state["unchanged"], state["refused"]


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def ada(house, acme, http) -> Importer:
    return Importer(http, house.url, f"Bearer {await acme.token()}")


@pytest.fixture
async def gus(house, globex, http) -> Importer:
    return Importer(http, house.url, f"Bearer {await globex.token()}")


async def test_a_file_is_looked_through_tried_and_then_imported(ada, gus):
    rows = ["E-Mail,First Name,Plan,Seats,Since,Active,Ratio,Seen,Id,Page views"]
    rows += ["vera@acme.example,Vera,pro,12,2026-01-31,tak,1.5,2026-11-22T12:00:00Z,77,3"]
    rows += ["walt@acme.example,Walt,,7,2026-02-01,no,2,2026-11-22,78,4", "", "nobody,Nobody,x,1,,,,,,"]
    found = await ada.upload("\n".join(rows), name="people.csv")
    assert (found["state"], found["rows"], found["name"], found["charset"]) == ("ready", 3, "people.csv", "utf_8_sig")
    columns = {each["header"]: (each["attribute"], each["type"], each["new"]) for each in found["columns"]}
    assert columns == {
        "E-Mail": ("email", "string", False), "First Name": ("first_name", "string", False),
        "Plan": ("Plan", "string", True), "Seats": ("Seats", "integer", True), "Since": ("Since", "date", True),
        "Active": ("Active", "boolean", True), "Ratio": ("Ratio", "float", True), "Seen": ("Seen", "datetime", True),
        "Id": (None, None, False), "Page views": (None, None, False),
    }  # fmt: skip
    await ada.ask("POST", f"imports/{found['id']}/check", {})
    tried = await ada.ended(found["id"], "checked")
    assert counts(tried) == (2, 0, 0, 1) and tried["dry_run"]
    assert tried["errors"] == [{"row": 5, "reason": "This is not an e-mail address."}]
    assert await ada.contacts() == {} and len(await ada.ask("GET", "attributes")) == len(
        await gus.ask("GET", "attributes")
    )
    await ada.ask("POST", f"imports/{found['id']}/start", {})
    done = await ada.ended(found["id"])
    assert counts(done) == (2, 0, 0, 1) and not done["dry_run"] and done["seconds_left"] is None
    vera = (await ada.contacts())["vera@acme.example"]
    assert [vera[name] for name in ("first_name", "plan", "seats", "since", "active", "ratio", "seen")] == [
        "Vera", "pro", "12", "2026-01-31", "true", "1.5", "2026-11-22T12:00:00.000Z",
    ]  # fmt: skip
    refused = await ada.rows(f"imports/{found['id']}/refused")
    assert [(row["E-Mail"], row["import_row"]) for row in refused] == [("nobody", "5")]
    assert await gus.contacts() == {} and await gus.ask("GET", "imports") == []
    await gus.ask("GET", f"imports/{found['id']}/refused", status=404)
    await ada.ask("POST", f"imports/{found['id']}/start", {}, status=409)


async def test_rows_find_their_contacts_by_custom_id_else_by_address_and_empty_cells_take_nothing_away(ada):
    await ada.imported("email,custom_id,name,city\nvera@x.pl,c1,Vera,Oslo\nwalt@x.pl,c2,Walt,Oslo\n,c3,Gina,Oslo\n")
    state = await ada.imported(
        "email,custom_id,name,city\nNEW@x.pl,c1,Vera V,\nWALT@x.pl,,Walt,\n,c3,Gina,Oslo\nwalt@x.pl,c9,W,\n"
    )
    assert counts(state) == (0, 3, 1, 0)  # an address is shown as it was given last
    found = {row["custom_id"]: (row["email"], row["name"], row["city"]) for row in await ada.rows()}
    assert found == {"c1": ("NEW@x.pl", "Vera V", "Oslo"), "c9": ("walt@x.pl", "W", "Oslo"), "c3": ("", "Gina", "Oslo")}
    state = await ada.imported("email,custom_id\nvera@x.pl,c3\nnew@x.pl,c9\n")
    assert counts(state) == (0, 1, 0, 1) and state["errors"][0]["reason"] == "Another contact has this e-mail address."
    by_mail = await ada.imported("email,custom_id\nnew@x.pl,c3\n", match="email")
    assert by_mail["errors"][0]["reason"] == "Another contact has this id."


async def test_a_row_that_needs_what_a_row_before_gives_up_is_told_to_come_again(ada):
    await ada.imported("email,custom_id\nvera@x.pl,c1\n")
    state = await ada.imported("email,custom_id\nnew@x.pl,c1\nvera@x.pl,c2\n")
    assert counts(state) == (0, 1, 0, 1) and "Import this row again." in state["errors"][0]["reason"]
    assert counts(await ada.imported("email,custom_id\nvera@x.pl,c2\n")) == (1, 0, 0, 0)


async def test_columns_go_where_they_are_sent(ada):
    found = await ada.upload("a,b,c\nvera@x.pl,Vera,1\n")
    for mapping, word in (
        ([None, None, None], "nothing to import"),
        (["email", "email", None], "both `email`"),
        (["email"], "1 names for 3 columns"),
        (["page_views", None, None], "can't be set"),
    ):
        answer = await ada.ask("POST", f"imports/{found['id']}/start", {"mapping": mapping}, status=400)
        assert word in answer["detail"]
    await ada.ask("POST", f"imports/{found['id']}/start", {"mapping": ["email", "First name", None]})
    await ada.ended(found["id"])
    assert (await ada.contacts())["vera@x.pl"]["first_name"] == "Vera"


def many(count: int, extra: str = "") -> str:
    """Rows without anything unique: one that is imported twice is there twice."""
    return "name,note\n" + "".join(f"Person {number},{extra}{number}\n" for number in range(count))


async def test_the_next_turn_goes_on_in_the_open_file_and_reads_no_row_again(ada, monkeypatch):
    real, opened = running.rows, []

    def rows(*given: Any) -> Any:
        opened.append(given[2])
        return real(*given)

    monkeypatch.setattr(running, "rows", rows)
    monkeypatch.setattr(running, "_TURN", 0.0)  # a chunk, and then the next job
    state = await ada.imported(many(1_000))
    assert counts(state) == (1_000, 0, 0, 0) and opened == [1]
    assert sorted(int(row["note"]) for row in await ada.rows()) == list(range(1_000))


async def test_an_import_rests_and_goes_on_with_each_row_once(ada):
    found = await ada.upload(many(6_000))
    path = f"imports/{found['id']}"
    await ada.ask("POST", f"{path}/start", {})
    while (await ada.get(found["id"]))["done"] < 300:
        await asyncio.sleep(0.01)
    paused = await ada.ask("POST", f"{path}/pause")
    assert paused["state"] == "paused" and paused["done"] < 6_000
    await asyncio.sleep(0.2)
    rests = await ada.get(found["id"])
    assert rests["done"] == paused["done"] == len(await ada.rows()), "nothing goes on behind the pause"
    await ada.ask("POST", f"{path}/pause", status=409)
    await ada.ask("POST", f"{path}/resume")
    await ada.ask("POST", f"{path}/resume")  # a second run takes over from the first
    done = await ada.ended(found["id"])
    assert counts(done) == (6_000, 0, 0, 0)
    assert sorted(row["name"] for row in await ada.rows()) == sorted(f"Person {number}" for number in range(6_000))


async def test_a_killed_server_goes_on_where_it_was_and_each_row_is_there_once(tmp_path, http):
    data = tmp_path / "data"
    run_init(data)
    server = ServerProcess(data)
    content = many(9_000) + "x" * 300 + "\n" + "too,many,cells\n"
    try:
        server.start()
        ada = Importer(http, server.url, f"Bearer {sign_in(server.url)['token']}")
        id = (await ada.upload(content))["id"]
        await ada.ask("POST", f"imports/{id}/start", {})
        kills = 0
        for at_least in (500, 4_000):
            while (state := await ada.get(id))["done"] < at_least and state["state"] == "running":
                await asyncio.sleep(0.01)
            if state["state"] == "running":
                server.kill()
                kills += 1
                server.start()
        assert kills == 2, "the machine is too fast for this many rows"
        done = await ada.ended(id)
        assert counts(done) == (9_000, 0, 0, 2)
        found = sorted(row["name"] for row in await ada.rows())
        assert found == sorted(f"Person {number}" for number in range(9_000))
        assert [row["import_row"] for row in await ada.rows(f"imports/{id}/refused")] == ["9002", "9003"]
    finally:
        server.stop()


async def test_an_import_is_taken_back_but_for_what_was_changed_since(ada):
    await ada.imported("email,custom_id,name,city\nvera@x.pl,c1,Vera,Oslo\nwalt@x.pl,,Walt,Rome\n")
    rows = ["email,custom_id,name,city", "vera@x.pl,c9,Vera V,Paris", "new@x.pl,n1,New,Lyon", "kept@x.pl,n2,Kept,Lyon"]
    rows += ["walt@x.pl,,Walt W,Rome", "new@x.pl,n1,New again,Nice"]
    state = await ada.imported("\n".join(rows))
    assert counts(state) == (2, 3, 0, 0)
    ids = {email: int(row["id"]) for email, row in (await ada.contacts()).items()}
    await ada.ask("PATCH", f"contacts/{ids['kept@x.pl']}", {"attributes": {"city": "Bonn"}})
    await ada.ask("PATCH", f"contacts/{ids['vera@x.pl']}", {"attributes": {"city": "Bern"}})
    await ada.ask("POST", f"imports/{state['id']}/undo")
    undone = await ada.ended(state["id"], "undone")
    assert (undone["deleted"], undone["restored"], undone["kept"]) == (1, 2, 1)
    found = {email: (row["custom_id"], row["name"], row["city"]) for email, row in (await ada.contacts()).items()}
    assert found == {
        "vera@x.pl": ("c1", "Vera", "Bern"), "walt@x.pl": ("", "Walt", "Rome"), "kept@x.pl": ("n2", "Kept", "Bonn"),
    }  # fmt: skip
    again = await ada.imported("email,custom_id,name\nnew@x.pl,n1,New\nx@x.pl,c9,X\n")
    assert counts(again) == (2, 0, 0, 0), "what was unique of the deleted and of the restored is free again"


async def test_who_may_be_one_person_is_known_of_imported_contacts_and_forgotten_with_them(ada):
    await ada.imported("email,phone_number\nvera@x.pl,600 700 800\nwalt@x.pl,1234567\n")
    assert (await ada.ask("GET", "duplicates"))["groups"] == []
    state = await ada.imported("email,phone_number\nwalt@x.pl,600-700-800\nnew@x.pl,+600700800\n")
    (group,) = (await ada.ask("GET", "duplicates"))["groups"]
    assert len(group["contacts"]) == 3
    await ada.ask("POST", f"imports/{state['id']}/undo")
    await ada.ended(state["id"], "undone")
    assert (await ada.ask("GET", "duplicates"))["groups"] == []


async def test_a_contact_that_a_later_row_of_the_same_import_changed_goes_with_it(ada, monkeypatch):
    monkeypatch.setattr(running, "_ROWS", 2)  # the two rows are in different chunks
    rows = ["email,name", "new@x.pl,New", "a@x.pl,A", "b@x.pl,B", "new@x.pl,New again", "c@x.pl,C", "new@x.pl,New"]
    state = await ada.imported("\n".join(rows))
    assert counts(state) == (4, 2, 0, 0) and (await ada.contacts())["new@x.pl"]["name"] == "New"
    await ada.ask("POST", f"imports/{state['id']}/undo")
    assert (await ada.ended(state["id"], "undone"))["deleted"] == 4
    assert await ada.contacts() == {}


async def test_somebody_who_changes_the_same_contacts_meanwhile_loses_nothing(house, acme, ada, monkeypatch):
    await ada.imported("email,name,city\nvera@x.pl,Vera,Oslo\nwalt@x.pl,Walt,Oslo\n")
    planned = planning.plan_rows
    interrupted = []

    async def slowly(*arguments: Any) -> Any:
        plan = await planned(*arguments)
        if len(interrupted) < 2:  # between the plan and its batch
            interrupted.append(True)
            ids = {email: row["id"] for email, row in (await ada.contacts()).items()}
            await ada.ask(
                "PATCH",
                f"contacts/{ids['vera@x.pl']}",
                {"attributes": {"score": len(interrupted), "city": f"Paris {len(interrupted)}"}},
            )
            await ada.ask("POST", "contacts/upsert", {"attributes": {"email": "new@x.pl", "first_name": "Nina"}})
        return plan

    monkeypatch.setattr(running, "plan_rows", slowly)
    state = await ada.imported("email,name,city\nvera@x.pl,Vera,Rome\nnew@x.pl,New,Rome\n")
    assert counts(state) == (0, 2, 0, 0) and len(interrupted) == 2
    found = await ada.contacts()
    assert (found["vera@x.pl"]["score"], found["vera@x.pl"]["city"]) == ("2", "Rome")
    assert (found["new@x.pl"]["first_name"], found["new@x.pl"]["name"]) == ("Nina", "New")
    monkeypatch.undo()
    await ada.ask("POST", f"imports/{state['id']}/undo")
    await ada.ended(state["id"], "undone")
    assert (await ada.contacts())["vera@x.pl"]["city"] == "Paris 2", "what was there right before the import"


async def test_a_chunk_that_meets_somebody_elses_change_takes_the_one_behind_it_along(house, ada, monkeypatch):
    """Chunks are in the writer's line one right behind the other: where one does not go in, none after it may."""
    monkeypatch.setattr(running, "_ROWS", 3)
    rows = [f"p{number}@x.pl,Oslo" if number % 3 else f"no address {number},Oslo" for number in range(30)]
    await ada.imported("email,city\n" + "\n".join(row.replace("Oslo", "Rome") for row in rows if "@" in row))
    commit, turns, others = running._Turn._commit, [], []

    def commit_behind(turn: Any, chunk: Any, plan: Any, *more: Any) -> Any:
        turns.append(plan)
        if len(turns) in (3, 6):  # somebody's change of its first contact is in the line in front of it
            batch = Batch(turn.scope)
            batch.patch(CONTACTS, next(iter(plan.people)), set={"first_name": "Changed"}, inc={"revision": 1})
            others.append(house.hub.commit(batch))
        return commit(turn, chunk, plan, *more)

    monkeypatch.setattr(running._Turn, "_commit", commit_behind)
    state = await ada.imported("email,city\n" + "\n".join(rows))
    await asyncio.gather(*others)
    assert counts(state) == (0, 20, 0, 10) and len(turns) > 10, "some were planned again"
    found = await ada.contacts()
    assert len(found) == 20 and {row["city"] for row in found.values()} == {"Oslo"}
    assert [row["first_name"] for row in found.values()].count("Changed") == 2
    assert [each["row"] for each in state["errors"]] == list(range(2, 32, 3)), "each refused row is told once, in order"


async def test_segments_follow_an_import(ada):
    where = {"all": [{"type": "attribute", "attribute": "city", "op": "equals", "value": "Oslo"}]}
    segment = await ada.ask("POST", "segments", {"name": "Oslo", "where": where}, status=201)
    state = await ada.imported(
        "email,city\n" + "".join(f"v{n}@x.pl,{'Oslo' if n % 2 else 'Rome'}\n" for n in range(400))
    )
    assert counts(state) == (400, 0, 0, 0)
    inside: list[Any] = []
    deadline = time.monotonic() + 10
    while len(inside) != 200 and time.monotonic() < deadline:
        inside = await ada.rows(f"contacts/export?segment={segment['id']}")
    assert {row["city"] for row in inside} == {"Oslo"} and len(inside) == 200


def workbook(rows: list[list[Any]], **options: Any) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd", **options})
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return out.getvalue()


async def test_a_workbook_is_imported_like_a_table_of_text(ada):
    from datetime import date

    rows = [["E-mail", "Imię", "Orders", "Ratio", "Since", "Vip"], ["vera@x.pl", "Żółć", 12, 1.5, date(2026, 1, 31), True],
            ["walt@x.pl", "Walt", 7, 2, date(2026, 2, 1), False]]  # fmt: skip
    state = await ada.imported(workbook(rows))
    assert counts(state) == (2, 0, 0, 0)
    types = {column["header"]: column["type"] for column in state["columns"]}
    assert types == {
        "E-mail": "string",
        "Imię": "string",
        "Orders": "integer",
        "Ratio": "float",
        "Since": "date",
        "Vip": "boolean",
    }
    vera = (await ada.contacts())["vera@x.pl"]
    assert [vera[name] for name in ("first_name", "orders", "ratio", "since", "vip")] == [
        "Żółć", "12", "1.5", "2026-01-31", "true",
    ]  # fmt: skip


async def test_what_an_import_kept_goes_when_it_is_deleted(house, acme, ada):
    state = await ada.imported("email\nvera@x.pl\nnobody\n")
    assert await house.hub.store.count(Scope(acme.id), IMPORT_CHUNKS) == 1
    await ada.ask("DELETE", f"imports/{state['id']}", status=204)
    assert await house.hub.store.count(Scope(acme.id), IMPORT_CHUNKS) == 0
    assert set(await ada.contacts()) == {"vera@x.pl"}
    await ada.ask("GET", f"imports/{state['id']}", status=404)


async def test_on_mongodb_an_import_does_the_same(tmp_path, http, mongo_url):
    async with open_house(tmp_path / "data", mongo_url=mongo_url) as house:
        await house.application("Acme", "ada@acme.example")
        signed_in = await asyncio.to_thread(sign_in, house.url, "ada@acme.example")
        ada = Importer(http, house.url, f"Bearer {signed_in['token']}")
        rows = "".join(f"p{number % 200}@x.pl,Person {number}\n" for number in range(250))
        state = await ada.imported(f"email,name\n{rows}nobody,Nobody\n")
        assert counts(state) == (200, 50, 0, 1)
        assert (await ada.contacts())["p7@x.pl"]["name"] == "Person 207"
        await ada.ask("POST", f"imports/{state['id']}/undo")
        assert (await ada.ended(state["id"], "undone"))["deleted"] == 200 and await ada.contacts() == {}
