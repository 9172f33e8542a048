"""Whoever makes a role reads what each permission means, in their own language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.accounts import grants

LOCALES = Path(__file__).parents[2] / "widget/shared/locales"


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_permission_of_a_role_has_its_sentence(language: str) -> None:
    said = json.loads((LOCALES / language / "panel" / "access.json").read_text("utf-8"))
    sentences = {key.removeprefix("may.") for key in said if key.startswith("may.")}
    assert sentences == grants.ASSIGNABLE, "a new permission needs `may.NAME` in both access.json"


def test_every_permission_of_a_role_stands_under_a_heading() -> None:
    headings = {"conversations", "people", "crm", "reach", "team", "programs", "safety"}
    wrong = {permission for permission in grants.ASSIGNABLE if grants.area_of(permission) not in headings}
    assert not wrong, "hub/accounts/grants.py, _AREAS, says under which heading a permission stands"
