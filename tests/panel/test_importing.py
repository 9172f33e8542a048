"""Imports and exports in the panel: a file chosen, set up, tried, imported, paused, taken back; and a view as a file."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go

pytestmark = pytest.mark.annex("U9")

POLISH = "E-mail;Imię;Miasto;Kod;Notatka\r\nzolw@x.pl;Żółw;Łódź;007;gęś\r\nżaba;Żaba;Kraków;008;\r\nwalt@x.pl;Walt;;009;x\r\n"


async def choose(page: Page, name: str, content: bytes | str) -> None:
    """Choose a file as somebody with a keyboard does."""
    # While somebody listens, the browser's own dialog stays away, also between two files.
    page.on("filechooser", lambda _: None)
    button = page.get_by_role("button", name="Choose a file")
    await expect(button).to_be_enabled()
    await button.focus()
    async with page.expect_file_chooser() as chooser:
        await page.keyboard.press("Enter")
    body = content.encode() if isinstance(content, str) else content
    await (await chooser.value).set_files([{"name": name, "mimeType": "application/octet-stream", "buffer": body}])


def many(size: int) -> str:
    return "email,first_name\n" + "".join(f"p{n}@x.pl,Person {n}\n" for n in range(size))


def counts(page: Page, region: str) -> Any:
    return page.get_by_role("region", name=region).locator("dd")


async def test_a_file_from_a_polish_spreadsheet_is_read_mapped_tried_imported_and_taken_back(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    await api("POST", "lists", name="Newsletter")
    await api.contact(email="walt@x.pl", first_name="Walter")
    page = await panel(at="/people")
    await expect(page.locator("a[data-person]")).to_have_count(1)
    await page.keyboard.press("m")
    await choose(page, "osoby.csv", POLISH.encode("cp1250"))
    read = page.get_by_role("region", name="How the file was read")
    await expect(read.get_by_label("Text encoding")).to_have_value("cp1250")
    await expect(read.get_by_label("Columns are separated by")).to_have_value(";")
    await expect(read.get_by_role("table")).to_contain_text("Łódź")
    await expect(page.get_by_label("Imię goes to")).to_have_value("first_name")
    await expect(page.get_by_label("Name of the new attribute for Kod")).to_have_value("Kod")
    await expect(page.get_by_label("Type of the new attribute for Kod")).to_have_value("string")
    await page.get_by_label("Notatka goes to").select_option(label="Leave out")
    await page.get_by_label("Kod goes to").select_option(label="First name")
    await expect(page.get_by_role("alert")).to_contain_text("Another column goes where “Kod” goes")
    await expect(page.get_by_role("button", name="Import 3 rows")).to_be_disabled()
    await page.get_by_label("Kod goes to").select_option(label="New attribute…")
    await page.get_by_label("Name of the new attribute for Kod").fill("Card")
    await page.get_by_label("Tags for everybody").fill("Fair 2026")
    await page.get_by_label("Newsletter").check()

    await page.get_by_role("button", name="Try without writing").click()
    await expect(counts(page, "What would happen")).to_have_text(["1", "1", "0", "1"])
    await expect(page.get_by_role("row", name="3 This is not an e-mail address.")).to_be_visible()
    assert [tag["name"] for tag in await api("GET", "tags")] == []
    await page.get_by_role("button", name="Import 3 rows").click()
    await expect(counts(page, "Result")).to_have_text(["1", "1", "0", "1"])
    found = {one["email"]: one for one in (await api("POST", "contacts/find", limit=10))["contacts"]}
    zolw, walt = found["zolw@x.pl"], found["walt@x.pl"]
    assert (zolw["first_name"], zolw["city"], zolw["attributes"], zolw["tags"]) == (
        "Żółw", "Łódź", {"card": "007"}, ["Fair 2026"],
    )  # fmt: skip
    assert (walt["first_name"], len(walt["lists"])) == ("Walt", 1)

    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download 1 refused row").click()
    file = await download.value
    assert file.suggested_filename == "osoby-refused.csv"
    refused = list(csv.reader(io.StringIO(Path(await file.path()).read_text("utf-8-sig")), delimiter=";"))
    assert refused[1][:2] == ["3", "This is not an e-mail address."] and refused[1][2:4] == ["żaba", "Żaba"]

    await page.get_by_role("button", name="Take it back").click()
    dialog = page.get_by_role("dialog", name="Take this import back?")
    await expect(dialog).to_contain_text("New people go (1), changed ones get their old values again (1)")
    await dialog.get_by_role("button", name="Take it back").click()
    await expect(page.get_by_text("Removed: 1. Back to their old values: 1. Left as they are: 0.")).to_be_visible()
    left = (await api("POST", "contacts/find", limit=10))["contacts"]
    assert [(one["email"], one["first_name"], one["tags"]) for one in left] == [("walt@x.pl", "Walter", [])]


async def test_a_long_import_rests_goes_on_is_left_and_tells_when_it_is_done(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel(at="/imports/new")
    await choose(page, "many.csv", many(40_000))
    await page.get_by_role("button", name="Import 40000 rows").click()
    progress = page.get_by_role("region", name="Progress of the import")
    await expect(progress).to_contain_text(re.compile(r"[\d,]+ of 40,000 rows.*rows? a second.*left"))
    await progress.get_by_role("button", name="Pause").click()
    await expect(progress.get_by_role("heading", name="Paused")).to_be_visible()
    before = (await api("GET", "imports"))[0]["done"]
    assert 0 < before < 40_000
    await page.reload()
    await expect(progress.get_by_role("button", name="Go on")).to_be_visible()
    assert (await api("GET", "imports"))[0]["done"] == before
    await progress.get_by_role("button", name="Go on").click()
    await expect(progress.get_by_role("heading", name="Importing")).to_be_visible()
    await page.get_by_role("link", name="Back to the imports").click()
    row = page.get_by_role("list", name="Imports").get_by_role("link", name=re.compile("^many.csv"))
    await expect(row.get_by_role("progressbar")).to_be_visible()
    await page.get_by_role("link", name="Everybody").click()
    await expect(page.get_by_text("“many.csv” is imported: 40,000 new, 0 changed.")).to_be_visible(timeout=60_000)
    await expect(page.get_by_role("heading", name=re.compile("40,000 people"))).to_be_visible()


async def test_an_import_that_is_cancelled_can_be_kept_or_taken_back(acme: Any, panel: OpenPanel, api: Api) -> None:
    page = await panel()
    for button, end, left in (("Stop and keep", "The import was stopped", True), ("Stop and take back", "The import was taken back", False)):  # fmt: skip
        await go(page, "/imports/new")
        await choose(page, "many.csv", many(40_000))
        await page.get_by_role("button", name="Import 40000 rows").click()
        await page.get_by_role("region", name="Progress of the import").get_by_role("button", name="Cancel").click()
        await page.get_by_role("dialog", name="Stop the import?").get_by_role("button", name=button).click()
        await expect(page.get_by_role("heading", name=end)).to_be_visible(timeout=30_000)
        newest = (await api("GET", "imports"))[0]
        assert newest["state"] == ("stopped" if left else "undone") and newest["done"] < 40_000


BROKEN = [
    ("quote.csv", 'email,name\nvera@x.pl,"Vera\nwalt@x.pl,Walt\n', "has a broken quote"),
    ("empty.csv", "", "The file is empty. Choose another one."),
    ("table.pdf", b"%PDF-1.7 x", "This file is a PDF. Save the table as CSV."),
    ("values.csv", "vera@x.pl,Vera\nwalt@x.pl,Walt\n", "“vera@x.pl” looks like a value"),
    ("zip.xlsx", b"PK\x03\x04rubbish", "This is no XLSX workbook, or it is damaged."),
]


async def test_a_broken_file_is_refused_with_what_to_do_and_the_next_one_can_be_chosen(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel(at="/imports/new")
    for name, content, said in BROKEN:
        await choose(page, name, content)
        await expect(page.get_by_role("alert")).to_contain_text(said)
        await expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert await api("GET", "imports") == []
    await choose(
        page, "mixed.csv", "email,city\nvera@x.pl,Łódź\nwalt@x.pl,Łódź\n".encode() + b"zoe@x.pl,\xa3\xf3d\xbc\n"
    )
    await expect(page.get_by_role("alert")).to_contain_text("Line 4 is not UTF-8 as the rest of the file is")
    await page.get_by_label("Text encoding").select_option("iso8859-2")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("button", name="Import 3 rows")).to_be_enabled()


async def test_a_wrong_guess_is_mended_and_another_sheet_is_read(acme: Any, panel: OpenPanel, api: Api) -> None:
    page = await panel(at="/imports/new")
    await choose(page, "one.csv", "email|name\nvera@x.pl|Vera\n")
    read = page.get_by_role("region", name="How the file was read")
    await expect(read.get_by_role("columnheader")).to_have_text(["email", "name"])
    await read.get_by_label("Columns are separated by").select_option(";")
    await expect(read.get_by_role("columnheader")).to_have_text(["email|name"])
    assert len(await api("GET", "imports")) == 1, "the reading before is forgotten"
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, email in (("Ludzie", "vera@x.pl"), ("Others", "walt@x.pl")):
        book.add_worksheet(name).write_column(0, 0, ["email", email])
    book.close()
    await go(page, "/imports/new")
    await choose(page, "two.xlsx", out.getvalue())
    await expect(read.get_by_role("table")).to_contain_text("vera@x.pl")
    await read.get_by_label("Sheet").select_option("Others")
    await expect(read.get_by_role("table")).to_contain_text("walt@x.pl")
    await page.get_by_role("button", name="Forget this import").click()
    await page.get_by_role("button", name="Forget this import").click()
    await expect(page.get_by_role("list", name="Imports").get_by_role("listitem")).to_have_count(1)


async def test_what_the_table_shows_is_exported_with_its_columns_or_all_of_them(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    for name, plan in (("Vera", "pro"), ("Walt", "free"), ("Żaneta", "pro")):
        await api.contact(first_name=name, email=f"{name.lower()[:2]}@x.pl", plan=plan)
    page = await panel()
    where = '{"all":[{"type":"attribute","attribute":"plan","op":"equals","value":"pro"}]}'
    await go(page, f"/people?where={where}")
    await expect(page.locator("a[data-person]")).to_have_count(2)
    await page.keyboard.press("d")
    dialog = page.get_by_role("dialog", name="Export to a file")
    await expect(dialog).to_contain_text("Everybody: 2 people")
    async with page.expect_download() as download:
        await dialog.get_by_role("button", name="Download").click()
    file = await download.value
    assert re.fullmatch(r"Everybody-\d{4}-\d\d-\d\d\.csv", file.suggested_filename)
    rows = list(csv.DictReader(io.StringIO(Path(await file.path()).read_text("utf-8-sig"))))
    assert {row["email"] for row in rows} == {"ve@x.pl", "ża@x.pl"} and "plan" not in rows[0]
    await expect(dialog).to_have_count(0)
    await page.keyboard.press("d")
    await dialog.get_by_label("XLSX").check()
    await dialog.get_by_label("All usual columns").check()
    async with page.expect_download() as download:
        await page.keyboard.press("Enter")
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(await (await download.value).path())).get_sheet_by_index(0).to_python()
    assert "plan" in sheet[0] and {row[sheet[0].index("plan")] for row in sheet[1:]} == {"pro"} and len(sheet) == 3
