"""`python server.py operator`: who operates the installation, also beside a running server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import click
import msgspec

from hub.accounts.operators import Operator, OperatorOrder
from hub.core.errors import HubError
from hub.core.settings import Settings
from hub.doors.cli.control import Refused, ask_running_server

Operate = Callable[[Settings, OperatorOrder], Awaitable[list[Operator]]]
COMMAND = "operator"


def operator_command(
    operate: Operate | None, settings_of: Callable[..., Settings], run: Callable[[Any], Any]
) -> click.Command:
    """Return the command."""

    @click.command(COMMAND, help="List who operates the installation: sees the fault reports of all applications.")
    @click.option("--data", default=None, metavar="VALUE", help="Folder of the embedded store. [HUB_DATA]")
    @click.option("--mongo", "mongo_url", default=None, metavar="VALUE", help="MongoDB instead of it. [HUB_MONGO_URL]")
    @click.option("--config", default=None, metavar="FILE", help="TOML file with settings. [HUB_CONFIG]")
    @click.option("--add", default="", metavar="E-MAIL", help="Let an agent operate the installation.")
    @click.option("--remove", default="", metavar="E-MAIL", help="Let an agent operate it no more.")
    def command(config: str | None, add: str, remove: str, **given: Any) -> None:
        for each in _ordered(settings_of(given, config), OperatorOrder(add, remove), operate, run):
            click.echo(f"{each.email}  {each.name} (application {each.app})")

    return command


def _ordered(
    settings: Settings, order: OperatorOrder, operate: Operate | None, run: Callable[[Any], Any]
) -> list[Operator]:
    try:
        if not settings.mongo_url:
            told = ask_running_server(settings.folder, COMMAND, msgspec.json.encode(order))
            if told is not None:
                return msgspec.convert(told, list[Operator])
        assert operate is not None
        return list(run(operate(settings, order)))
    except (Refused, HubError) as error:
        raise click.ClickException(str(error)) from None
