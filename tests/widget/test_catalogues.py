"""The widget speaks two languages, and says the same in both."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.widget.conftest import LOCALES, WIDGET

FORMS = {"en": {"one", "other"}, "pl": {"one", "few", "many", "other"}}


def catalogue(language: str) -> dict[str, Any]:
    """Return the phrases of a first chat and those that come later, together."""
    parts = [
        json.loads((LOCALES / language / name).read_text())
        for name in ("widget.json", "widget-later.json", "form.json", "calls.json")
    ]
    whole = {key: phrase for part in parts for key, phrase in part.items()}
    assert len(whole) == sum(map(len, parts)), "a key stands in one catalogue only"
    return whole


EN, PL = catalogue("en"), catalogue("pl")


def holes(phrase: str | dict[str, str]) -> set[str]:
    """Return the names in braces; every plural form must have the same."""
    forms = [phrase] if isinstance(phrase, str) else list(phrase.values())
    found = {frozenset(re.findall(r"\{(\w+)\}", form)) for form in forms}
    assert len(found) == 1, f"the forms of {phrase} have different holes"
    return set(found.pop())


def test_both_catalogues_have_the_same_keys_in_the_same_order() -> None:
    assert list(EN) == list(PL)


@pytest.mark.parametrize("key", EN)
def test_a_phrase_has_the_same_holes_in_both_languages(key: str) -> None:
    assert holes(EN[key]) == holes(PL[key])


@pytest.mark.parametrize("key", EN)
def test_a_counted_phrase_has_every_form_of_its_language(key: str) -> None:
    for language, phrases in (("en", EN), ("pl", PL)):
        if isinstance(phrases[key], dict):
            assert set(phrases[key]) == FORMS[language], f"{language}: {key}"
        else:
            assert isinstance(EN[key], str) and isinstance(PL[key], str), f"{key} is counted in one language only"


def test_no_phrase_is_empty() -> None:
    for phrase in [*EN.values(), *PL.values()]:
        for text in [phrase] if isinstance(phrase, str) else phrase.values():
            assert text.strip() == text != ""


def test_every_key_is_used() -> None:
    folders = (WIDGET / "src", WIDGET / "shared" / "form")
    sources = "\n".join(file.read_text() for folder in folders for file in folder.rglob("*.ts*"))
    checks = (WIDGET.parent / "hub/people/forms/answers.py").read_text()
    sources += "".join(f"'form_{code}'" for code in re.findall(r'"([a-z_]+)"', checks))  # what the server finds wrong
    assert [key for key in EN if not re.search(rf"['\"]{key}['\"]", sources)] == []
