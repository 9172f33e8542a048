"""Contacts go out as files: views and segments, CSV and XLSX, streamed and harmless (U9)."""

from __future__ import annotations

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from hub.people.exporting import files
from hub.people.exporting.harmless import harmless
from tests.people.test_import import Importer, ada, gus, http  # noqa: F401 - fixtures
from tests.support.people import settled

pytestmark = pytest.mark.annex("U9")

EVIL = ['=HYPERLINK("http://evil.example")', "+cmd|' /C calc'!A0", "-1+1", "@SUM(1)", "\tx", "\r=1"]


@pytest.mark.parametrize("text", EVIL)
def test_what_a_spreadsheet_would_run_gets_a_quote(text: str):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+48600100200", "-1,5", "+.5", "5", "a=b", "'=1", "", "vera@x.pl"])
def test_numbers_and_harmless_text_stay_as_they_are(text: str):
    assert harmless(text) == text


async def contacts(ada: Importer) -> None:  # noqa: F811
    for number, note in enumerate(["=1+1", "+48 600", "plain, with comma", 'quote " and\nline', "-7"]):
        values = {
            "email": f"p{number}@x.pl",
            "name": note,
            "city": "Łódź" if number % 2 else "Oslo",
            "Seats": -number,
            "Vip": True,
        }
        await ada.ask("POST", "contacts", {"attributes": values}, status=201)


async def test_a_csv_has_every_contact_once_and_comes_back_as_it_was(ada, gus):  # noqa: F811
    await contacts(ada)
    raw: bytes = await ada.ask("GET", "contacts/export")
    assert raw.startswith(b"\xef\xbb\xbf") and b"'=1+1" in raw and b"'+48 600" in raw and b",-7," in raw
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert [row["email"] for row in rows] == [f"p{number}@x.pl" for number in range(5)]
    assert [row["seats"] for row in rows] == ["0", "-1", "-2", "-3", "-4"] and {row["vip"] for row in rows} == {"true"}
    state = await ada.imported(raw)
    assert (state["created"], state["updated"], state["unchanged"], state["refused"]) == (0, 0, 5, 0), state["errors"]
    assert await gus.rows() == []


async def test_a_view_and_a_segment_export_whom_they_hold_with_the_columns_that_were_chosen(house, ada, gus):  # noqa: F811
    await contacts(ada)
    where = {"all": [{"type": "attribute", "attribute": "city", "op": "equals", "value": "lodz"}]}
    body = {"where": where, "columns": ["city", "E-mail", "id"]}
    lines = (await ada.ask("POST", "contacts/export", body)).decode("utf-8-sig").splitlines()
    assert lines[0] == "city,email,id" and [line.split(",")[:2] for line in lines[1:]] == [
        ["Łódź", "p1@x.pl"],
        ["Łódź", "p3@x.pl"],
    ]
    segment = await ada.ask("POST", "segments", {"name": "Łódź", "where": where}, status=201)
    path = f"contacts/export?segment={segment['id']}&columns=email,segments"
    await settled(house)
    assert await ada.rows(path) == [{"email": f"p{n}@x.pl", "segments": "Łódź"} for n in (1, 3)]
    assert (await gus.ask("GET", path, status=404))["code"] == "not_found"
    assert "no attribute" in (await ada.ask("GET", "contacts/export?columns=nonsense", status=400))["detail"]
    await ada.ask("GET", "contacts/export?format=pdf", status=400)
    await ada.ask("POST", "contacts/export", {"where": {"all": [{"type": "nonsense"}]}}, status=400)


async def test_a_search_exports_whom_it_finds_also_within_conditions(ada, gus):  # noqa: F811
    for who, plan in (("Vera Novak", "pro"), ("Walt Novak", "free"), ("Zoe Other", "pro")):
        first, last = who.split()
        body = {"attributes": {"first_name": first, "last_name": last, "plan": plan}}
        await ada.ask("POST", "contacts", body, status=201)
    pro = {"all": [{"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"}]}
    for asked, found in (({"search": "novak"}, {"Vera", "Walt"}), ({"search": "novak", "where": pro}, {"Vera"})):
        text = (await ada.ask("POST", "contacts/export", {**asked, "columns": ["first_name"]})).decode("utf-8-sig")
        assert set(text.split()[1:]) == found
    assert (await gus.ask("POST", "contacts/export", {"search": "novak"})).count(b"\n") == 1


async def test_conditions_of_which_nobody_keeps_a_count_export_whom_the_table_shows(ada):  # noqa: F811
    ids = {}
    for name, amount in (("Vera", 150), ("Walt", 5)):
        made = await ada.ask("POST", "contacts", {"attributes": {"first_name": name}}, status=201)
        ids[name] = made["id"]
        await ada.ask(
            "POST", f"contacts/{made['id']}/events", {"name": "bought", "data": {"amount": amount}}, status=201
        )
    rich = {"all": [{"type": "event", "event": "bought", "where": [{"property": "amount", "op": "gt", "value": 100}]}]}
    found = await ada.ask("POST", "contacts/find", {"where": rich})
    text = (await ada.ask("POST", "contacts/export", {"where": rich, "columns": ["first_name"]})).decode("utf-8-sig")
    assert text.split() == ["first_name", "Vera"] and [one["id"] for one in found["contacts"]] == [ids["Vera"]]


async def test_a_workbook_has_numbers_as_numbers_and_text_that_nobody_runs(ada, monkeypatch):  # noqa: F811
    await contacts(ada)
    monkeypatch.setattr(files, "SHEET_ROWS", 3)  # the rest goes to another sheet
    raw = await ada.ask("GET", "contacts/export?format=xlsx&columns=email,name,seats,vip,city")
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    first, second = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    assert len(first) == 4 and len(second) == 3 and first[0] == second[0] == ["email", "name", "seats", "vip", "city"]
    assert first[1:] + second[1:] == [
        ["p0@x.pl", "'=1+1", 0.0, True, "Oslo"],
        ["p1@x.pl", "'+48 600", -1.0, True, "Łódź"],
        ["p2@x.pl", "plain, with comma", -2.0, True, "Oslo"],
        ["p3@x.pl", 'quote " and\nline', -3.0, True, "Łódź"],
        ["p4@x.pl", "-7", -4.0, True, "Oslo"],
    ]
    assert b"<f>" not in raw
