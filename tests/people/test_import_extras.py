"""What an import gives to everybody in its file, the types and sheets that somebody chose, and one that was stopped."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import xlsxwriter

from hub.people.importing import running
from tests.conftest import Company
from tests.people.test_import import Importer, counts
from tests.support.house import open_house

pytestmark = pytest.mark.annex("U9")


@pytest.fixture(params=["sqlite", "mongo"])
async def ada(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Importer]:
    """Ada of Acme, once over each engine."""
    settings = {}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house, aiohttp.ClientSession() as http:
        acme = Company(house, await house.application("Acme", "ada@acme.example"))
        yield Importer(http, house.url, f"Bearer {await acme.token()}")


async def tried(ada: Importer, content: str, **start: Any) -> dict[str, Any]:
    found = await ada.upload(content)
    await ada.ask("POST", f"imports/{found['id']}/check", start)
    return await ada.ended(found["id"], "checked")


async def test_everybody_in_a_file_gets_its_tags_and_lists_and_loses_them_with_the_import(ada):
    paper = (await ada.ask("POST", "lists", {"name": "Newsletter"}, status=201))["id"]
    await ada.imported("email\nvera@x.pl\n", tags=["old"])
    gives: dict[str, Any] = {"tags": ["Fair 2026", "old"], "lists": [paper]}
    content = "email\nvera@x.pl\nwalt@x.pl\nwalt@x.pl\n"
    assert counts(await tried(ada, content, **gives)) == (1, 1, 1, 0)
    assert [tag["name"] for tag in await ada.ask("GET", "tags")] == ["old"], "a dry run makes no tag"
    state = await ada.imported(content, **gives)
    assert counts(state) == (1, 1, 1, 0) and (state["tags"], state["lists"]) == (gives["tags"], gives["lists"])
    rows = await ada.rows("contacts/export?columns=email,tags,lists")
    assert {row["email"]: (set(row["tags"].split("; ")), row["lists"]) for row in rows} == {
        "vera@x.pl": ({"old", "Fair 2026"}, "Newsletter"), "walt@x.pl": ({"Fair 2026", "old"}, "Newsletter"),
    }  # fmt: skip
    assert counts(await ada.imported(content, **gives)) == (0, 0, 3, 0), "who has them already is not changed"
    await ada.ask("POST", f"imports/{state['id']}/undo")
    await ada.ended(state["id"], "undone")
    rows = await ada.rows("contacts/export?columns=email,tags,lists")
    assert [(row["email"], row["tags"], row["lists"]) for row in rows] == [("vera@x.pl", "old", "")]


async def test_a_list_that_is_not_there_refuses_the_import_before_anything_is_made(ada):
    found = await ada.upload("email,Plan\nvera@x.pl,pro\n")
    answer = await ada.ask("POST", f"imports/{found['id']}/start", {"tags": ["new"], "lists": [99]}, status=400)
    assert "no list" in answer["detail"]
    assert await ada.ask("GET", "tags") == [] and await ada.contacts() == {}
    assert not [one for one in await ada.ask("GET", "attributes") if one["name"] == "Plan"]


async def test_a_new_attribute_takes_the_type_that_was_chosen_for_it(ada):
    found = await ada.upload("email,Code,Level\nvera@x.pl,12,high\nwalt@x.pl,13,7\n")
    assert found["types"] == ["string", "integer", "string"]
    start = {"mapping": ["email", "Code", "Level"], "types": [None, "string", "integer"]}
    await ada.ask("POST", f"imports/{found['id']}/start", start)
    state = await ada.ended(found["id"])
    assert counts(state) == (1, 0, 0, 1) and [error["row"] for error in state["errors"]] == [2]
    types = {one["name"]: one["type"] for one in await ada.ask("GET", "attributes") if one["id"]}
    assert types == {"Code": "string", "Level": "integer"}
    wrong = await ada.upload("email\nvera@x.pl\n")
    await ada.ask("POST", f"imports/{wrong['id']}/start", {"types": [None, None]}, status=400)


async def test_any_sheet_of_a_workbook_can_be_read(ada):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, email in (("Łódź", "vera@x.pl"), ("Other people", "walt@x.pl")):
        sheet = book.add_worksheet(name)
        sheet.write_column(0, 0, ["email", email])
    book.close()
    found = await ada.upload(out.getvalue())
    assert (found["sheets"], found["sheet"], found["first"]) == (["Łódź", "Other people"], "Łódź", [["vera@x.pl"]])
    found = await ada.upload(out.getvalue(), sheet="Other people")
    assert (found["sheet"], found["first"]) == ("Other people", [["walt@x.pl"]])
    assert "no sheet called 'Third'" in await ada.refused(out.getvalue(), sheet="Third")
    assert (await ada.upload("email\nvera@x.pl\n"))["sheets"] == []


async def test_a_stopped_import_keeps_what_is_in_and_can_be_taken_back(ada):
    found = await ada.upload("email\n" + "".join(f"v{number}@x.pl\n" for number in range(20_000)))
    await ada.ask("POST", f"imports/{found['id']}/start", {})
    while not (await ada.get(found["id"]))["done"]:
        await asyncio.sleep(0.01)
    stopped = await ada.ask("POST", f"imports/{found['id']}/stop")
    assert stopped["state"] == "stopped" and 0 < stopped["done"] < 20_000 and stopped["finished_at"]
    assert len(await ada.contacts()) == stopped["created"] == (await ada.get(found["id"]))["created"]
    await ada.ask("POST", f"imports/{found['id']}/resume", status=409)
    await ada.ask("POST", f"imports/{found['id']}/undo")
    undone = await ada.ended(found["id"], "undone")
    assert undone["deleted"] == stopped["created"] and await ada.contacts() == {}


async def test_a_stopped_dry_run_can_be_begun_again(ada, monkeypatch):
    planned = running.plan_rows

    async def slowly(*arguments: Any) -> Any:
        await asyncio.sleep(0.3)
        return await planned(*arguments)

    monkeypatch.setattr(running, "plan_rows", slowly)
    found = await ada.upload("email\n" + "".join(f"v{number}@x.pl\n" for number in range(300)))
    await ada.ask("POST", f"imports/{found['id']}/check", {})
    state = await ada.ask("POST", f"imports/{found['id']}/stop")
    assert (state["state"], state["done"], state["dry_run"]) == ("ready", 0, False)
    await ada.ask("POST", f"imports/{found['id']}/stop", status=409)
    monkeypatch.undo()
    await ada.ask("POST", f"imports/{found['id']}/start", {})
    assert counts(await ada.ended(found["id"])) == (300, 0, 0, 0)
