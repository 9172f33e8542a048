"""The panel speaks two languages, and says the same in both."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.panel.conftest import LOCALES, PANEL

AREAS = sorted(file.stem for file in (LOCALES / "en" / "panel").glob("*.json"))
FOLDERS = {
    "unsaved": ("unsaved",),
    "calls": ("calls", "settings"),
    "start": ("settings", "first-hour"),
    "faults": ("faults", "first-hour"),
    "application": ("settings", "first-hour"),
    "answers": ("conversation", "settings"),
    "access": ("access", "settings"),
    "promises": ("promises",),
    "sla": ("settings",),
    "ratings": ("settings",),
    "rated": ("ratings",),
    "transcripts": ("transcripts",),
    "routing": ("settings",),
    "door": ("sign-in",),
    "availability": ("availability", "settings"),
    "people": (
        "people",
        "segments",
        "importing",
        "companies",
        "merging",
        "settings",
        "forms",
        "modals",
        "deals",
        "person",
        "visitors",
    ),
    "segments": ("people", "segments", "importing", "companies", "merging", "forms"),
    "combining": ("combining",),
    "companies": ("companies",),
    "beside": ("person",),
    "visitors": ("visitors",),
    "deals": ("deals", "person"),
    "mailboxes": ("settings",),
    "modals": ("modals", "conversation"),
    "attributes": ("settings",),
    "pipelines": ("settings",),
    "merging": ("merging",),
    "importing": ("importing",),
    "installed": ("installed", "worker"),
    "forms": ("forms",),
    "inbox": ("conversation", "inbox", "settings"),
    "settings": ("settings", "access"),
    "keys": ("settings",),
    "mail": ("settings",),
    "letters": ("conversation", "settings"),
    "phone": ("settings",),
    "push": ("settings",),
    "notices": ("settings",),
    "hours": ("settings", "faults"),
    "groups": ("settings",),
    "enrichment": ("people", "settings"),
    "labels": ("settings",),
    "webhooks": ("settings",),
    "looks": ("widgets",),
    "refusals": ("words",),
}
"""area of the catalogue → the folders that speak it: each of them is opened together with these words"""


def read(language: str, area: str) -> dict[str, Any]:
    return json.loads((LOCALES / language / "panel" / f"{area}.json").read_text())


EN = {key: phrase for area in AREAS for key, phrase in read("en", area).items()}
PL = {key: phrase for area in AREAS for key, phrase in read("pl", area).items()}
FORMS = {"en": {"one", "other"}, "pl": {"one", "few", "many", "other"}}


def holes(phrase: str | dict[str, str]) -> set[str]:
    """Return the names in braces; every plural form must have the same."""
    forms = [phrase] if isinstance(phrase, str) else list(phrase.values())
    found = {frozenset(re.findall(r"\{(\w+)\}", form)) for form in forms}
    assert len(found) == 1, f"the forms of {phrase} have different holes"
    return set(found.pop())


def keys_of(source: str) -> re.Pattern[str]:
    """Return what matches the keys that a source may use; t(`view.${view}`) uses all that begin so."""
    made = [re.escape(begin) + ".+" for begin in re.findall(r"`([\w.]+\.)\$\{", source)]
    return re.compile("|".join([*made, *(re.escape(key) for key in re.findall(r"'([\w.]+)'", source))]) or "(?!)")


def test_both_languages_have_the_same_areas_and_keys_in_the_same_order() -> None:
    assert [file.stem for file in sorted((LOCALES / "pl" / "panel").glob("*.json"))] == AREAS
    assert [area for area in AREAS if list(read("en", area)) != list(read("pl", area))] == []


def test_no_key_stands_in_two_areas() -> None:
    assert len(EN) == sum(len(read("en", area)) for area in AREAS)


def test_words_of_an_area_are_used_only_where_they_are_loaded() -> None:
    def folder(file: Path) -> str:
        return file.relative_to(PANEL / "src").parts[0]

    astray = []
    for file in (PANEL / "src").rglob("*.ts*"):
        if file.name == "api-types.ts":
            continue  # made from the server's document: what stands there are values, and no words of ours
        said = keys_of(re.sub(r"useMay\('[\w.]+'\)", "", file.read_text()))  # the names of permissions are no words
        for area in AREAS:
            if area != "shell" and folder(file) not in FOLDERS[area]:
                astray += [f"{file.name}: {key}" for key in read("en", area) if said.fullmatch(key)]
    # The list of pages and the routes only name what is opened later.
    assert [each for each in astray if not each.startswith("pages.tsx")] == []


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
    used = keys_of("\n".join(file.read_text() for file in (PANEL / "src").rglob("*.ts*")))
    assert [key for key in EN if not used.fullmatch(key)] == []
