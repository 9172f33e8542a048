"""Files that are broken, too large or hostile: a clear sentence each, and nothing of them stays (U9)."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path

import aiohttp
import pytest
import xlsxwriter

from hub.core.errors import InvalidPayload
from hub.people.importing.reading import Form, recognise, rows
from hub.people.importing.sheets import Unusable, as_csv
from tests.people.test_import import Importer, ada, gus, http, workbook  # noqa: F401 - fixtures
from tests.support.house import eventually, open_house, sign_in

pytestmark = pytest.mark.annex("U9")

POLISH = "e-mail;imię;nazwisko\njan@x.pl;Łukasz;Żółć\nala@x.pl;Święta;Gąszcz\n"


def bomb(size: int = 600 * 1024 * 1024) -> bytes:
    """A workbook of some hundred kilobytes that unpacks to much more."""
    out = io.BytesIO(workbook([["email"], ["vera@x.pl"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x.xml", "w") as part:
        for _ in range(size // 1_048_576):
            part.write(b"\0" * 1_048_576)
    return out.getvalue()


def far_cells() -> bytes:
    """A workbook with two cells, so far from each other that a table of them has seventeen thousand million."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["email"]]))) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                ).replace(b'<dimension ref="A1"/>', b'<dimension ref="A1:XFD1048576"/>')
            target.writestr(part, content)
    return out.getvalue()


BAD = {
    "empty": (b"", "The file is empty."),
    "only a header": (b"email,name\n", "a header and no rows"),
    "no header": (b"vera@x.pl,Vera\nwalt@x.pl,Walt\n", "looks like a value"),
    "blank header": (b",,\na,b,c\n", "has to name the columns"),
    "an open quote": (b'email,name\nvera@x.pl,"Vera\nwalt@x.pl,Walt\n', "Row 2, which ends at line 3, has a broken quote"),
    "text behind a quote": (b'email,name\na@x.pl,A\nvera@x.pl,"Ve"ra\n', "Row 3, which ends at line 3, has a broken quote"),
    "an open quote that swallows a lot": (b'email,name\nvera@x.pl,"' + b"walt@x.pl,Walt\n" * 90_000, "longer than 1 MB"),
    "a long row": (b"email,note\nvera@x.pl," + b"x" * 1_100_000 + b"\n", "longer than 1 MB"),
    "a NUL at the beginning": (b"email,name\nvera\0@x.pl,Vera\n", "NUL"),
    "a NUL far behind": (b"email,name\n" + b"vera@x.pl,Vera\n" * 9_000 + b"a\0@x.pl,A\n", "Line 9002 holds a NUL byte"),
    "500 columns": ((",".join(f"c{n}" for n in range(500)) + "\n" + "1," * 499 + "1\n").encode(), "has 500 columns"),
    "one byte that is no UTF-8": ("email,name\na@x.pl,Żółć\nb@x.pl,Łódź\n".encode() + b"c@x.pl,\xff\n", "Line 4 is not UTF-8"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
    "a PDF": (b"%PDF-1.7\n", "a PDF"),
    "a zip that is no workbook": (b"PK\x03\x04" + b"x" * 100, "no XLSX workbook"),
    "half a workbook": (workbook([["email"], ["vera@x.pl"]])[:-500], "no XLSX workbook"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
async def test_a_broken_file_is_refused_with_a_sentence_and_leaves_nothing(house, acme, ada, what):  # noqa: F811
    content, words = BAD[what]
    said = await ada.refused(content)
    assert words in said and said.endswith("."), said
    assert await ada.ask("GET", "imports") == []
    assert not list((house.hub.settings.folder / "files").rglob("*rows*"))


async def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_opened(house, ada):  # noqa: F811
    content = bomb()
    assert len(content) < 1_000_000
    assert "when it is unpacked" in await ada.refused(content)
    assert "when it is unpacked: that is no table" in await ada.refused(bomb(100 * 1024 * 1024))
    assert not list((house.hub.settings.folder / "files").rglob("*rows*"))


async def test_a_workbook_that_claims_a_huge_table_ends_its_own_process_only(house, ada):  # noqa: F811
    said = await ada.refused(far_cells())
    assert "Save it as CSV" in said
    assert await ada.ask("GET", "imports") == [], "the server answers as before"


async def test_more_than_the_limit_is_refused_by_its_size_before_it_is_read(house, acme, ada, http):  # noqa: F811
    size = 2 * 1024**3
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    token = await acme.token()
    writer.write(
        f"POST /api/app/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {size}\r\n\r\n".encode()
    )
    answer = await asyncio.wait_for(reader.readuntil(b"larger than 512 MB"), 5)  # not a byte of the body was sent
    writer.close()
    assert b" 413 " in answer


async def test_more_than_was_announced_is_refused_where_the_limit_is_reached(tmp_path):
    async with open_house(tmp_path / "data", import_limit=100_000) as house, aiohttp.ClientSession() as session:
        await house.application("Acme", "ada@acme.example")
        token = (await asyncio.to_thread(sign_in, house.url, "ada@acme.example"))["token"]

        async def endless():
            yield b"email\n"
            while True:
                yield b"vera@x.pl\n" * 1_000

        ada = Importer(session, house.url, f"Bearer {token}")
        try:
            answer = await ada.ask("POST", "imports", data=endless(), status=413)
            assert "larger than 0 MB" in answer["detail"]
        except aiohttp.ClientConnectionError:
            pass  # the server closed while we were still sending
        await eventually(lambda: not list((tmp_path / "data/files").rglob("*rows*")))
        assert await ada.ask("GET", "imports") == []


@pytest.mark.parametrize(
    ("charset", "expected"),
    [
        ("utf-8", "utf_8_sig"),
        ("utf-8-sig", "utf_8_sig"),
        ("cp1250", "cp1250"),
        ("iso8859_2", "iso8859_2"),
        ("utf-16", "utf_16"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_charset_and_delimiter_are_recognised(tmp_path: Path, charset: str, expected: str, delimiter: str):
    file = tmp_path / "contacts.csv"
    file.write_bytes(POLISH.replace(";", delimiter).encode(charset))
    form = recognise(file)
    assert (form.charset, form.delimiter) == (expected, delimiter)
    assert [cells for _, cells in rows(file, form)] == [line.split(";") for line in POLISH.splitlines()]


def test_a_charset_that_does_not_fit_says_where(tmp_path: Path):
    file = tmp_path / "contacts.csv"
    file.write_bytes(POLISH.encode("cp1250"))
    with pytest.raises(InvalidPayload, match="The file is not utf-8: a character behind line"):
        list(rows(file, recognise(file, "utf-8")))
    assert recognise(file, "windows-1250") == Form("cp1250", ";")


def test_rows_behind_an_offset_are_those_that_come_after_it(tmp_path: Path):
    file = tmp_path / "contacts.csv"
    file.write_text('a,b\n1,"x\ny"\n\n2,z\n3,\n')
    form = Form("utf_8_sig", ",")
    everything = list(rows(file, form))
    assert everything == [(1, ["a", "b"]), (2, ["1", "x\ny"]), (4, ["2", "z"]), (5, ["3", ""])]
    for offset in range(6):
        assert list(rows(file, form, offset)) == [row for row in everything if row[0] > offset]


async def test_a_workbook_with_formulas_dates_and_gaps_reads_as_it_is_shown(tmp_path: Path):
    file = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["email", "sum", "zip"])
    sheet.write_row(2, 0, ["vera@x.pl", 3.0, "00-950"])
    sheet.write_formula(2, 1, "=1+2", None, 3)
    book.close()
    assert (
        b"".join([piece async for piece in as_csv(file, None, [])]) == b"email,sum,zip\r\n,,\r\nvera@x.pl,3,00-950\r\n"
    )
    with pytest.raises(Unusable):
        (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04")
        _ = [piece async for piece in as_csv(tmp_path / "no.xlsx", None, [])]
