"""What the other tenant calls the verbs of SIP trunks with, for the matrix of all verbs."""

from __future__ import annotations

from typing import Any

from hub.calls.phone import lines

_NUMBER = "+48221000001"


def a_line(**more: Any) -> lines.PhoneLineGiven:
    """Return a trunk to nowhere that is switched off."""
    facts: dict[str, Any] = {
        "name": "Acme's secret line", "host": "127.0.0.1", "user": "acme", "password": "tulip", "countries": ["PL"],
        "numbers": [lines.LineNumber(_NUMBER)], "on": False,
    }  # fmt: skip
    return lines.PhoneLineGiven(**(facts | more))


LINE_INPUTS: dict[str, Any] = {
    "calls.phone.lines.list_phone_lines": None,
    "calls.phone.lines.create_phone_line": lambda ids: a_line(name="Theirs", user="globex"),
    "calls.phone.lines.change_phone_line": lambda ids: lines.PhoneLineChange(line=ids["phone_line"], name="Theirs"),
    "calls.phone.lines.delete_phone_line": lambda ids: lines.PhoneLineRef(ids["phone_line"]),
}
LINE_EMPTY = {"list_phone_lines"}
LINE_HARMLESS = {"create_phone_line"}


async def line_of_acme(hub: Any, actor: Any) -> dict[str, int]:
    """Acme has a trunk that is switched off."""
    return {"phone_line": (await lines.create_phone_line(hub, actor, a_line())).id}
