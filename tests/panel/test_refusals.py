"""Every error of the server has its sentence in both languages of the panel."""

from __future__ import annotations

import json
import re

import pytest

from hub.core.errors import catalogue
from tests.panel.conftest import LOCALES, ROOT

pytestmark = pytest.mark.annex("X8")
SAID = {
    language: json.loads((LOCALES / language / "panel" / "refusals.json").read_text("utf-8"))
    for language in ("en", "pl")
}
REASON = re.compile(r'reason="(\w+)"')
WHY_CUT = {"flooding"}
"""Said to a socket that is closed, and to nobody who reads."""


def reasons() -> set[str]:
    """Return every reason that the server gives with an error, as `reason="…"` in its sources."""
    sources = [file.read_text("utf-8") for file in (ROOT / "hub").rglob("*.py")]
    return {reason for source in sources for reason in REASON.findall(source)} - WHY_CUT


@pytest.mark.parametrize("language", SAID)
def test_every_code_has_its_sentence(language: str) -> None:
    assert {f"refusal.{error.code}" for error in catalogue()} <= set(SAID[language])


@pytest.mark.parametrize("language", SAID)
def test_every_reason_has_its_sentence(language: str) -> None:
    assert len(reasons()) > 15
    said = {key.split(".", 2)[2] for key in SAID[language] if key.count(".") == 2}
    assert reasons() <= said


def test_no_sentence_is_for_a_code_or_a_reason_that_nobody_gives() -> None:
    made = {"email", "custom_id"} | {f"value_{kind}" for kind in (
        "string", "integer", "float", "boolean", "date", "datetime", "fixed", "json",
    )}  # fmt: skip
    codes = {error.code for error in catalogue()} | {"unreachable"}
    for key in SAID["en"]:
        _, code, *reason = key.split(".")
        assert code in codes and set(reason) <= reasons() | made, key
