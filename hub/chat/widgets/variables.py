"""The CSS variables that may be set, each with the values that it takes: nobody's text becomes CSS as it stands."""

from __future__ import annotations

import re
from typing import Literal

from hub.core.errors import InvalidPayload

Kind = Literal["colour", "length", "font"]

VARIABLES: dict[str, Kind] = {
    "ground": "colour", "raised": "colour", "hover": "colour", "line": "colour", "control": "colour", "text": "colour",
    "muted": "colour", "radius": "length", "width": "length", "height": "length", "launcher-size": "length",
    "font": "font",
}  # fmt: skip
"""By name; a colour with `-dark` behind its name is the one in the dark."""
_FITS = {
    "colour": re.compile(r"#[0-9a-fA-F]{6}"),
    "length": re.compile(r"(\d{1,4})px"),
    "font": re.compile(r"[\w ,\"'-]+", re.ASCII),
}
_SAYS = {"colour": "a colour like #1f2430", "length": "a length like 12px", "font": "names of fonts, as in CSS"}
DARK = "-dark"


def kind_of(name: str) -> Kind | None:
    """Return what a variable takes; None for one that does not exist."""
    kind = VARIABLES.get(name.removesuffix(DARK))
    return None if name.endswith(DARK) and kind != "colour" else kind


def check_variables(variables: dict[str, str]) -> None:
    """Raise InvalidPayload for a variable that does not exist, or for a value that it does not take."""
    for name, value in variables.items():
        kind = kind_of(name)
        if kind is None:
            raise InvalidPayload(
                f"There is no variable {name[:40]!r}: {', '.join(VARIABLES)}.", reason="widget_variable"
            )
        if not _FITS[kind].fullmatch(value) or value.count('"') % 2 or value.count("'") % 2:
            raise InvalidPayload(f"`{name}` is {_SAYS[kind]}.", reason="widget_variable")
