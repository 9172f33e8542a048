"""The panel speaks two languages, and says the same in both."""

from __future__ import annotations

import json
import re

import pytest

from tests.panel.conftest import LOCALES, PANEL

EN = json.loads((LOCALES / "en" / "panel.json").read_text())
PL = json.loads((LOCALES / "pl" / "panel.json").read_text())
FORMS = {"en": {"one", "other"}, "pl": {"one", "few", "many", "other"}}


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
    for language, catalogue in (("en", EN), ("pl", PL)):
        if isinstance(catalogue[key], dict):
            assert set(catalogue[key]) == FORMS[language], f"{language}: {key}"
        else:
            assert isinstance(EN[key], str) and isinstance(PL[key], str), f"{key} is counted in one language only"


def test_no_phrase_is_empty_and_polish_quotes_are_polish() -> None:
    for phrase in [*EN.values(), *PL.values()]:
        for text in [phrase] if isinstance(phrase, str) else phrase.values():
            assert text.strip() == text != ""
    assert not [key for key, phrase in PL.items() if "“" in str(phrase).replace("„", "") and "„" not in str(phrase)]


def test_every_key_is_used() -> None:
    sources = "\n".join(file.read_text() for file in (PANEL / "src").rglob("*.ts*"))
    # A key may be put together: t(`view.${view}`) uses all that begin so.
    made = [re.escape(begin) + ".+" for begin in re.findall(r"`([\w.]+\.)\$\{", sources)]
    used = re.compile("|".join([*made, *(re.escape(key) for key in re.findall(r"'([\w.]+)'", sources))]))
    assert [key for key in EN if not used.fullmatch(key)] == []
