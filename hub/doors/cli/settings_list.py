"""The list of settings in three forms: for the terminal, for .env.example and for docs/operations.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Rows = Iterable[tuple[str, Any, str]]


def as_text(rows: Rows) -> str:
    """Return one line per setting."""
    return "".join(f"HUB_{name.upper():<20} {_shown(default):<12} {reason}\n" for name, default, reason in rows)


def as_env(rows: Rows) -> str:
    """Return a file of variables, each one commented out with its default."""
    head = (
        "# Settings of Switchboard with their defaults. Remove the # in front of those that you change.\n"
        "# Each may also come from a file: HUB_MONGO_URL_FILE=/run/secrets/mongo_url\n"
        "# Made by: python server.py settings --format env\n"
    )
    return head + "".join(f"\n# {reason}\n#HUB_{name.upper()}={_shown(default)}\n" for name, default, reason in rows)


def as_markdown(rows: Rows) -> str:
    """Return a table."""
    head = "| variable | default | what it is |\n| --- | --- | --- |\n"
    return head + "".join(
        f"| `HUB_{name.upper()}` | {f'`{_shown(default)}`' if default != '' else 'none'} | {reason} |\n"
        for name, default, reason in rows
    )


def _shown(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)
