"""The demo application: made once, so that one command shows the whole product."""

from __future__ import annotations

import os

from msgspec import Struct

from hub.accounts.applications import NewApplication, create_application
from hub.core.hub import Hub
from hub.core.installation import installation_facts, remember_demo

FILE = "demo-sign-in.txt"
_EMAIL = "ada@demo.example"


class DemoSignIn(Struct, frozen=True):
    """How to sign in to the demo; without a password where its file is gone."""

    email: str
    password: str | None


async def ensure_demo(hub: Hub) -> DemoSignIn:
    """Make the demo application if there is none; return its sign-in, kept in a file that only the owner reads."""
    path = hub.settings.folder / FILE
    if (await installation_facts(hub.store))["demo"] is not None:
        return DemoSignIn(_EMAIL, _kept_password(path.read_text("utf-8")) if path.exists() else None)
    password = hub.ids.token(14)
    made = await create_application(hub, NewApplication("Acme Teas", _EMAIL, password, agent_name="Ada", locale="en"))
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"E-mail:   {_EMAIL}\nPassword: {password}\n")
    await remember_demo(hub.store, made["application"]["id"])
    return DemoSignIn(_EMAIL, password)


def _kept_password(text: str) -> str | None:
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "Password":
            return value.strip()
    return None
