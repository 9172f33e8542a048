"""The panel speaks two languages, and says the same in both."""

from __future__ import annotations

import json
import re

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


def test_a_phrase_has_the_same_holes_in_both_languages() -> None:
    assert [key for key in EN if holes(EN[key]) != holes(PL[key])] == []


def test_a_counted_phrase_has_every_form_of_its_language() -> None:
    assert [key for key in EN if isinstance(EN[key], dict) != isinstance(PL[key], dict)] == []
    for language, catalogue in (("en", EN), ("pl", PL)):
        counted = {key: phrase for key, phrase in catalogue.items() if isinstance(phrase, dict)}
        assert [key for key, forms in counted.items() if set(forms) != FORMS[language]] == [], language


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
