"""What is made from the OpenAPI document: it is fresh, and the document leaves nothing open."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from hub.doors.api.document.document import openapi
from hub.doors.api.document.schemas import reachable
from hub.doors.api.document.typescript import panel_types
from hub.doors.cli.commands import build_cli
from tests.support.house import ROOT

PANEL = ROOT / "panel" / "src"
HAND_WRITTEN = re.compile(r"^\s+(\w+)\??:", re.MULTILINE)
ANYTHING = {
    "AttributeValue.value", "Item.value", "TicketsTicket.attachments", "Ticket.attachments", "Operation.value",
}  # fmt: skip
"""Fields that hold whatever an application has put there."""


def test_the_types_of_the_panel_are_what_the_server_answers_now() -> None:
    committed = (PANEL / "live" / "api-types.ts").read_text("utf-8")
    assert committed == panel_types(), "run: python server.py openapi --types > panel/src/live/api-types.ts"


@pytest.mark.parametrize("area", ["companies", "forms", "importing", "merging", "people", "segments"])
def test_an_area_of_the_panel_takes_its_shapes_from_there(area: str) -> None:
    types = (PANEL / area / "types.ts").read_text("utf-8")
    assert "../live/api-types'" in types
    assert len(HAND_WRITTEN.findall(types)) == 0, "a shape that the server has is written by hand"


def test_the_commands_print_both() -> None:
    def printed(*options: str) -> str:
        async def nobody(*_: Any) -> Any:
            raise AssertionError

        done = CliRunner().invoke(build_cli(nobody, nobody, nobody), ["openapi", *options])
        assert done.exit_code == 0, done.output
        return done.output

    assert json.loads(printed()) == json.loads(json.dumps(openapi()))
    assert json.loads(printed("--version", "2")) == json.loads(json.dumps(openapi(2))) != json.loads(printed())
    assert printed("--types") == panel_types()


def test_every_answer_says_field_by_field_what_comes_out() -> None:
    document = openapi()
    components = document["components"]["schemas"]
    calls = [call for methods in document["paths"].values() for call in methods.values()]
    answers = [answer for call in calls for status, answer in call["responses"].items() if status.startswith("2")]
    assert all(content["schema"] for answer in answers for content in answer.get("content", {}).values())
    empty = {
        f"{name}.{field}"
        for name in reachable(answers, components)
        for field, schema in components[name].get("properties", {}).items()
        if set(schema) <= {"description", "default"}
    }
    assert empty <= ANYTHING


def test_each_version_has_its_own_names_of_the_same_things() -> None:
    def user(version: int) -> set[str]:
        return set(openapi(version)["components"]["schemas"][f"UserV{version}"]["properties"])

    assert user(1) - user(2) == {"key", "user_id", "attributes"} and user(2) - user(1) == {"user_key", "custom_id"}
    both = openapi()["paths"]["/api/public/users/{user_id}/"]["get"]["responses"]["200"]["content"]["application/json"]
    assert [each["$ref"].rpartition("/")[2] for each in both["schema"]["anyOf"]] == ["UserV1", "UserV2"]
