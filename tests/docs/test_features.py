"""docs/features.md claims no more than the tests prove."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.support.house import ROOT

PAGE = (ROOT / "docs/features.md").read_text("utf-8")
ROWS = {
    cells[0]: cells
    for cells in ([cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines())
    if re.fullmatch(r"[A-Z]+\d+", cells[0])
}
WHOLE = [id for id, cells in ROWS.items() if cells[2] == "whole"]
HOW_MANY = {
    "H": 12, "U": 12, "C": 10, "E": 7, "T": 10, "F": 10, "A": 23, "Q": 1, "R": 3, "S": 3, "M": 11, "W": 18, "P": 7,
    "API": 10, "L": 4, "X": 8,
}  # fmt: skip
"""How many rows the list has, by letter. They begin with 1, the dashboards' with 0."""


@cache
def marked() -> dict[str, set[str]]:
    """Return the ids that tests are marked with, by the file they stand in."""
    found: dict[str, set[str]] = {}
    for file in (ROOT / "tests").rglob("test_*.py"):
        # Reading the trees of all these files takes a hundred times as long. "API1.3" is the third operation of API1.
        marks = re.findall(r"\bmark\.annex\(([^()]*)\)", file.read_text("utf-8"))
        ids = {id.partition(".")[0] for mark in marks for id in re.findall(r'"([^"]*)"', mark)}
        found[str(file.relative_to(ROOT))] = ids
    return found


def test_every_row_of_the_list_is_there_once() -> None:
    expected = [f"{letter}{n}" for letter, many in HOW_MANY.items() for n in range(many) if letter == "W"]
    expected += [f"{letter}{n}" for letter, many in HOW_MANY.items() for n in range(1, many + 1) if letter != "W"]
    assert sorted(ROWS) == sorted(expected)
    assert len(re.findall(r"^\| [A-Z]+\d+ \|", PAGE, re.MULTILINE)) == len(ROWS)


@pytest.mark.parametrize("id", ROWS)
def test_a_row_says_one_of_three_things(id: str) -> None:
    _, _, state, where, tests = ROWS[id]
    assert state in ("whole", "begun", "not yet")
    if state == "not yet":
        assert (where, tests) == ("–", "–")
    else:
        assert where != "–"


@pytest.mark.parametrize("id", WHOLE)
def test_a_whole_row_names_tests_that_carry_its_id(id: str) -> None:
    files = re.findall(r"`([^`]+)`", ROWS[id][4])
    assert files, "a whole row names the tests that prove it"
    for file in files:
        assert id in marked().get(file, set()), f'{file} has no test marked with annex("{id}")'


def test_tests_carry_only_ids_of_the_list_that_are_not_called_absent() -> None:
    for file, ids in marked().items():
        assert ids <= set(ROWS), f"{file} carries an id that is not on the list"
        absent = {id for id in ids if ROWS[id][2] == "not yet"}
        assert not absent, f"{file} proves {absent}, and docs/features.md says that they are not there yet"
