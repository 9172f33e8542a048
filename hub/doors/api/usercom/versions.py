"""Two versions live at the same addresses; the Accept header chooses, and without a version it is the first."""

from __future__ import annotations

import re
from typing import Literal

from aiohttp import web

Version = Literal[1, 2]
_ASKED = re.compile(r";\s*version\s*=\s*\"?(\d+)", re.IGNORECASE)

NAMES: dict[str, dict[str, tuple[str, str]]] = {
    "user": {"custom_id": ("user_id", "custom_id"), "key": ("key", "user_key"), "company": ("company_id", "company_custom_id")},
    "company": {"custom_id": ("company_id", "custom_id")},
    "deal": {
        "contact": ("person", "user_id"), "contact_custom_id": ("person_id", "user_custom_id"),
        "company": ("company", "company_id"),
    },
    "activity": {"contact": ("person", "user_id"), "company": ("company", "company_id"), "deal": ("deal", "deal_id")},
    "note": {"contact": ("person", "user_id"), "company": ("company", "company_id"), "deal": ("deal", "deal_id")},
    "product": {},
    "event": {"contact": ("client", "user_id"), "contact_custom_id": ("user_id", "user_custom_id")},
    "ticket": {"contact": ("person", "user_id"), "company": ("company", "company_id")},
}  # fmt: skip
"""object → our name → its name in the first and in the second version (`usercom-wire`, section 1.4)"""


def version_of(request: web.Request) -> Version:
    """Return the version that a call asks for: `*/*; version=2` gives the second, anything else the first."""
    found = _ASKED.search(request.headers.get("Accept", ""))
    return 2 if found is not None and found[1] == "2" else 1


def name_in(version: Version, of: str, name: str) -> str:
    """Return what a field of ours is called in a version."""
    return NAMES[of][name][version - 1]
