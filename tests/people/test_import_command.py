"""`python server.py import contacts FILE`: on a stopped server and beside a running one (U9)."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import apart, command
from tests.support.house import House, ServerProcess, house_beside, run_init, sign_in

pytestmark = pytest.mark.annex("U9")

HEADER = "E-mail;Imię;Nazwisko;Miasto;Plan;Zamówienia;Od\r\n"
ROWS = [
    "vera@example.com;Wera;Żółć;Łódź;pro;12;2026-01-31",
    "walt@example.com;Walt;Wróbel;Gdańsk;free;3;2025-12-01",
]


def run(*arguments: Any) -> subprocess.CompletedProcess[str]:
    return command("import", "contacts", *arguments)


def run_apart(*arguments: Any) -> subprocess.CompletedProcess[str]:
    """The same, in a process of its own."""
    return apart("import", "contacts", *arguments, within=90)


def imported(*arguments: Any, code: int = 0, run: Any = run) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.returncode == code, (done.stdout, done.stderr)
    return json.loads(done.stdout)


def counts(state: dict[str, Any]) -> tuple[int, int, int, int]:
    return state["created"], state["updated"], state["unchanged"], state["refused"]


def refusal(*arguments: Any) -> str:
    done = run(*arguments)
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stdout == "", (done.stdout, done.stderr)
    assert done.stderr.count("\n") == 1
    return done.stderr


def contacts(server: ServerProcess | House, **sign_in_as: Any) -> dict[str, dict[str, Any]]:
    import urllib.request

    token = sign_in(server.url, **sign_in_as)["token"]
    request = urllib.request.Request(
        f"{server.url}/api/app/contacts?limit=200", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request) as response:
        return {each["email"]: each for each in json.loads(response.read())["contacts"]}


def test_a_stopped_server_gets_the_contacts_of_a_polish_spreadsheet(tmp_path: Path):
    data, file = tmp_path / "data", tmp_path / "klienci.csv"
    run_init(data)
    file.write_bytes((HEADER + "\r\n".join(ROWS)).encode("cp1250"))
    first = imported(file, "--data", data, run=run_apart)
    assert counts(first) == (2, 0, 0, 0) and (first["charset"], first["delimiter"]) == ("cp1250", ";")
    file.write_bytes((HEADER + "\r\n".join([ROWS[0].replace("12", "13"), ROWS[1]])).encode())
    assert counts(imported(file, "--data", data)) == (0, 1, 1, 0)
    with house_beside(data) as server:
        found = contacts(server)
    assert set(found) == {"vera@example.com", "walt@example.com"}
    vera = found["vera@example.com"]
    assert (vera["first_name"], vera["last_name"], vera["city"]) == ("Wera", "Żółć", "Łódź")
    assert vera["attributes"] == {"plan": "pro", "zamówienia": 13, "od": "2026-01-31"}


def test_beside_a_running_server_the_contacts_are_there_at_once_and_refused_rows_stand_beside_the_file(tmp_path: Path):
    data, file = tmp_path / "data", tmp_path / "contacts.csv"
    acme = run_init(data)["application"]["id"]
    run_init(data, "Globex", "gus@globex.example")
    rows = ["email,custom_id,name,note", "vera@example.com,c1,Vera,=1+1", "nobody,c2,Nobody,", 'walt@example.com,c3,"Walt',
            'of ""Acme""",x', "vera@example.com,c4,Vera too,", "gina@example.com,c1,Gina,",
            "anna@example.com,c5,A,b,c,d"]  # fmt: skip
    file.write_text("\n".join(rows))
    with ServerProcess(data) as server:
        assert "--application" in refusal(file, "--data", data)
        state = imported(file, "--data", data, "--application", acme, code=3, run=run_apart)
        assert counts(state) == (3, 1, 0, 2)
        ours = contacts(server)
        assert contacts(server, email="gus@globex.example") == {}
    assert {email: each["custom_id"] for email, each in ours.items()} == {
        "vera@example.com": "c4", "walt@example.com": "c3", "gina@example.com": "c1",
    }  # fmt: skip
    assert ours["walt@example.com"]["name"] == 'Walt\nof "Acme"'
    with (tmp_path / "contacts.csv.refused.csv").open(encoding="utf-8-sig", newline="") as refused:
        lines = list(csv.reader(refused))
    assert lines[0] == ["import_row", "import_reason", "email", "custom_id", "name", "note"]
    assert lines[1] == ["3", "This is not an e-mail address.", "nobody", "c2", "Nobody", ""]
    assert len(lines) == 3 and lines[2][:2] == ["7", "The row has 6 cells where the header has 4."]


def test_a_dry_run_counts_and_leaves_everything_as_it_is(tmp_path: Path):
    data, file = tmp_path / "data", tmp_path / "contacts.tsv"
    run_init(data)
    file.write_text("email\tage\nvera@example.com\t30\nwalt\t31\nVERA@example.com\t32\n")
    done = run(file, "--data", data, "--dry-run")
    assert done.returncode == 3 and "Would import" in done.stdout and "row 3: This is not an e-mail" in done.stdout
    assert not (tmp_path / "contacts.tsv.refused.csv").exists()
    state = imported(file, "--data", data, "--dry-run", code=3)
    assert counts(state) == (1, 1, 0, 1) and state["delimiter"] == "\t"
    with house_beside(data) as server:
        assert contacts(server) == {}


def test_columns_go_where_the_command_says(tmp_path: Path):
    data, file = tmp_path / "data", tmp_path / "contacts.csv"
    run_init(data)
    file.write_text("Adres,Imię=Name,Secret\nvera@example.com,Vera,x\n")
    state = imported(file, "--data", data, "--map", "Adres=email", "--map", "Imię=Name=first_name", "--map", "Secret=")
    assert [column["attribute"] for column in state["columns"]] == ["email", "first_name", None]
    with house_beside(data) as server:
        vera = contacts(server)["vera@example.com"]
    assert vera["first_name"] == "Vera" and vera["attributes"] == {}


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (b"", (), "empty"),
        (b"email,Email\na@b.pl,c@d.pl\n", (), "Columns 1 and 2 are both"),
        (b"email,name\na@b.pl,x\n", ("--map", "city=name"), "no column called 'city'"),
        (b"email,name\na@b.pl,x\n", ("--application", "77"), "--application"),
        (b"email,name\na@b.pl,x\n", ("--import-limit", "10"), "larger than"),
        (b"email,name\na@b.pl,x\n", ("--charset", "klingon"), "no charset called 'klingon'"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_and_nothing_is_imported(tmp_path: Path, content, options, words):
    data, file = tmp_path / "data", tmp_path / "contacts.csv"
    run_init(data)
    file.write_bytes(content)
    assert words in refusal(file, "--data", data, *options)
    assert not list((data / "files").rglob("*rows*"))
