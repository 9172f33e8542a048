"""`python server.py …`: the commands and their options. Each option is a setting, so the list is made from them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import click
import msgspec

from hub.accounts.applications import NewApplication
from hub.core.availability import Month
from hub.core.errors import HubError
from hub.core.log import configure
from hub.core.settings import Settings, SettingsError, describe, load
from hub.doors.cli.availability_table import availability_table
from hub.doors.cli.control import Refused, ask_running_server
from hub.doors.cli.import_contacts import Importing, import_contacts
from hub.doors.cli.import_here import Order
from hub.doors.cli.move_in import MovingIn, move_in
from hub.doors.cli.operator import Operate, operator_command
from hub.doors.cli.settings_list import as_env, as_markdown, as_text
from hub.doors.workers.seat import Seat, seat_of
from hub.moving.order import CHOICES, MoveOrder
from storage.engine import StorageError

_SHORT = {"mongo_url": "--mongo", "redis_url": "--redis"}
_IMPORT = """Import contacts from a CSV or XLSX file, also beside a running server.

The first row names the columns; they go to the attributes of these names, and unknown ones become attributes. Rows whose
custom id or e-mail address is known update that contact. Refused rows are written to FILE.refused.csv with the reason.

Exit codes: 0 all rows are in, 3 some were refused, 1 the import could not be done."""
_MOVE = f"""Move a whole account of User.com in over its public API, also beside a running server.

People, companies, deals, conversations and events come with their own times; nobody gets a mail or a message for it. Run
it again whenever you like: it goes on where it was cut off, and brings what changed since. docs/moving-from-usercom.md
has the steps.

Resources: {", ".join(CHOICES)}.

Exit codes: 0 all of it is in, 3 something was left out (the report says what), 1 it was cut off or could not begin."""
Serve = Callable[[Settings, Seat | None], Awaitable[int]]
Create = Callable[[Settings, NewApplication], Awaitable[dict[str, Any]]]
Measured = Callable[[Settings], Awaitable[list[Month]]]


def build_cli(
    serve: Serve,
    create: Create,
    availability: Measured,
    importing: Importing | None = None,
    moving: MovingIn | None = None,
    operate: Operate | None = None,
) -> click.Group:
    """Return the command line; server.py hands in what needs the whole product."""

    @click.group(context_settings={"max_content_width": 110, "help_option_names": ["-h", "--help"]})
    @click.version_option(package_name="switchboard-hub", prog_name="Switchboard")
    def cli() -> None:
        """Switchboard: a real-time communication hub in one process.

        Every option is also an environment variable (--port is HUB_PORT) and a line in a TOML file (port = 8080,
        named by --config or HUB_CONFIG). A secret may stand in a file: HUB_MONGO_URL_FILE. The command line wins over
        the environment, the environment over the file.
        """

    @cli.command("serve", help="Start the server and run until it is told to stop.")
    @_options([name for name, _, _ in describe()])
    @click.option("--worker", default=None, hidden=True)  # how the supervisor starts its workers
    def serve_command(config: str | None, worker: str | None, **arguments: Any) -> None:
        settings = _settings(arguments, config)
        if worker is None and settings.workers > 1:
            raise SystemExit(_serve_with_workers(settings))
        raise SystemExit(_run(serve(settings, seat_of(worker) if worker else None)))

    @cli.command(
        "init", help="Make an application with its first agent and print its keys, also beside a running server."
    )
    @_options(["data", "mongo_url"])
    @click.option("--name", required=True, help="Name of the application, as visitors see it.")
    @click.option("--agent-email", required=True, help="E-mail address of the first agent.")
    @click.option("--agent-password", required=True, help="The agent's password, at least 10 characters.")
    @click.option("--agent-name", default="", help="The agent's name; by default made from the address.")
    @click.option("--locale", default="en", type=click.Choice(["en", "pl"]), show_default=True, help="Language.")
    @click.option(
        "--origin", "origins", multiple=True, help="Website that may use the widget; may be repeated. None: any."
    )
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.argument("more_origins", nargs=-1, metavar="")  # `--origin A B C` is as good as naming the option each time
    def init_command(config: str | None, as_json: bool, more_origins: tuple[str, ...], **given: Any) -> None:
        if more_origins and not given["origins"]:
            raise click.UsageError(f"{more_origins[0]!r} belongs to no option.")
        given["origins"] += more_origins
        settings = _settings({name: given.pop(name) for name in ("data", "mongo_url")}, config)
        made = _init(settings, NewApplication(**given), create)
        click.echo(json.dumps(made) if as_json else _as_text(made))

    @cli.command(
        "availability", help="Show how much of each month each service was there, also beside a running server."
    )
    @_options(["data", "mongo_url"])
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def availability_command(config: str | None, as_json: bool, **given: Any) -> None:
        known = _measured(_settings(given, config), availability)
        click.echo(msgspec.json.encode(known).decode() if as_json else availability_table(known))

    cli.add_command(operator_command(operate, _settings, _run))

    @cli.group("import")
    def import_group() -> None:
        """Bring data in: from files, or from an account of User.com."""

    @import_group.command("contacts", help=_IMPORT)
    @_options(["data", "mongo_url", "import_limit"])
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--application", type=int, default=None, help="Id of the application, where there are several.")
    @click.option("--map", "mapped", multiple=True, metavar="HEADER=ATTRIBUTE",
                  help="Where a column goes; HEADER= leaves it out. May be repeated.")  # fmt: skip
    @click.option("--match", type=click.Choice(["auto", "email", "custom_id"]), default="auto", show_default=True,
                  help="How rows find contacts that are there: auto is by custom id, else by e-mail.")  # fmt: skip
    @click.option("--charset", default=None, help="Charset of the file, e.g. cp1250; by default recognised.")
    @click.option("--delimiter", default=None, help="Delimiter; by default recognised.")
    @click.option("--dry-run", is_flag=True, help="Only count what would happen.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def import_contacts_command(
        config: str | None, file: Path, mapped: tuple[str, ...], as_json: bool, **given: Any
    ) -> None:
        settings = _settings({name: given.pop(name) for name in ("data", "mongo_url", "import_limit")}, config)
        pairs = [pair.rpartition("=") for pair in mapped]
        if any(not header for header, _, _ in pairs):
            raise click.UsageError("--map takes HEADER=ATTRIBUTE.")
        if given["delimiter"] == "\\t":
            given["delimiter"] = "\t"
        mapping = {header: attribute for header, _, attribute in pairs}
        order = Order(file.name, file.stat().st_size, mapping=mapping, **given)
        assert importing is not None
        raise SystemExit(import_contacts(settings, order, file, importing, _run, as_json=as_json))

    @import_group.command("user-com", help=_MOVE)
    @_options(["data", "mongo_url", "redis_url", "fetch_allow"])
    @click.option("--host", required=True, help="Address of the account, for example https://acme.user.com.")
    @click.option("--token", required=True, envvar="USER_COM_TOKEN",
                  help="Its public REST API key, also in USER_COM_TOKEN. It is kept nowhere.")  # fmt: skip
    @click.option("--application", type=int, default=None, help="Id of the application here, where there are several.")
    @click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), default=None,
                  help="Only what changed or happened since this time (UTC).")  # fmt: skip
    @click.option("--without", "leave_out", multiple=True, metavar="RESOURCE", type=click.Choice(CHOICES),
                  help="Leave a resource there. May be repeated.")  # fmt: skip
    @click.option("--agent", "agents", multiple=True, metavar="ID=E-MAIL",
                  help="Which agent here is the one of that id there. May be repeated.")  # fmt: skip
    @click.option("--connections", type=click.IntRange(1, 20), default=4, show_default=True,
                  help="Requests at the same time.")  # fmt: skip
    @click.option("--again", is_flag=True, help="Begin from the beginning, also where an earlier run was cut off.")
    @click.option("--dry-run", is_flag=True, help="Only count what is there.")
    @click.option("--json", "as_json", is_flag=True, help="Print progress and report as JSON.")
    def import_user_com_command(config: str | None, as_json: bool, **given: Any) -> None:
        settings = _settings(
            {name: given.pop(name) for name in ("data", "mongo_url", "redis_url", "fetch_allow")}, config
        )
        pairs = [pair.partition("=") for pair in given.pop("agents")]
        if any(not id.isdecimal() or "@" not in email for id, _, email in pairs):
            raise click.UsageError("--agent takes ID=E-MAIL, for example --agent 5567=ada@acme.example.")
        since, given["leave_out"] = given.pop("since"), list(given["leave_out"])
        at = None if since is None else int(since.replace(tzinfo=UTC).timestamp() * 1000)
        order = MoveOrder(since=at, agents={id: email.strip() for id, _, email in pairs}, **given)
        assert moving is not None
        raise SystemExit(move_in(settings, order, moving, _run, as_json=as_json))

    @cli.command("settings", help="List every setting with its variable, its default and its reason.")
    @click.option("--format", "form", type=click.Choice(["text", "env", "markdown"]), default="text", show_default=True)
    def settings_command(form: str) -> None:
        click.echo({"text": as_text, "env": as_env, "markdown": as_markdown}[form](describe()), nl=False)

    @cli.command("protocol", help="Print the description of the live protocol (docs/protocol.md).")
    def protocol_command() -> None:
        from hub.doors.cli.protocol import protocol  # the whole live door, which no other command needs to load

        click.echo(protocol(), nl=False)

    @cli.command("openapi", help="Print the OpenAPI document of the REST API, or its types for the panel.")
    @click.option(
        "--version", type=click.IntRange(1, 2), default=None, help="Version of the public API; by default both."
    )
    @click.option("--types", is_flag=True, help="Print TypeScript (panel/src/live/api-types.ts).")
    def openapi_command(version: int | None, types: bool) -> None:
        from hub.doors.api.document.document import openapi  # as above
        from hub.doors.api.document.typescript import panel_types

        click.echo(panel_types() if types else json.dumps(openapi(version), indent=2), nl=not types)

    return cli


class _Refusal(click.ClickException):
    """What was asked for can't be done with these settings."""

    exit_code = 2


def _serve_with_workers(settings: Settings) -> int:
    if not settings.mongo_url:
        raise _Refusal(
            f"--workers {settings.workers}: the embedded store belongs to one process. "
            "Name MongoDB and Redis (--mongo, --redis), or leave --workers out."
        )
    if not settings.redis_url:
        raise _Refusal(
            f"--workers {settings.workers}: workers hear of each other through Redis. "
            "Name it (--redis), or leave --workers out."
        )
    from hub.doors.workers.supervisor import supervise  # a single process needs none of it

    try:
        log = configure(settings.log_level, settings.log_format)
        return supervise(settings, log, [sys.executable, *sys.orig_argv[1:]])
    except OSError as error:
        raise click.ClickException(str(error)) from None


def _init(settings: Settings, new: NewApplication, create: Create) -> dict[str, Any]:
    try:
        if not settings.mongo_url:
            made = ask_running_server(settings.folder, "init", msgspec.json.encode(new))
            if made is not None:
                return made
        return _run(create(settings, new))
    except (Refused, HubError) as error:
        raise click.ClickException(str(error)) from None


def _measured(settings: Settings, read: Measured) -> list[Month]:
    try:
        if not settings.mongo_url:
            told = ask_running_server(settings.folder, "availability", b"")
            if told is not None:
                return msgspec.convert(told, list[Month])
        return list(_run(read(settings)))
    except Refused as error:
        raise click.ClickException(str(error)) from None


def _run(work: Any) -> Any:
    try:
        return asyncio.run(work)
    except (StorageError, SettingsError, OSError) as error:
        raise click.ClickException(str(error)) from None


def _settings(arguments: dict[str, Any], config: str | None) -> Settings:
    try:
        return load(arguments, os.environ, config)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def _options(names: list[str]) -> Callable[[Any], Any]:
    rows = {name: (default, reason) for name, default, reason in describe()}

    def add(command: Any) -> Any:
        for name in reversed(names):
            default, reason = rows[name]
            flags = [f"--{name.replace('_', '-')}", *([_SHORT[name]] if name in _SHORT else [])]
            shown = f"{reason} [HUB_{name.upper()}; default: {default if default != '' else 'none'}]"
            if isinstance(default, bool):
                command = click.option(*flags, name, is_flag=True, default=None, help=shown)(command)
            else:
                command = click.option(*flags, name, default=None, metavar="VALUE", help=shown)(command)
        return click.option("--config", default=None, metavar="FILE", help="TOML file with settings. [HUB_CONFIG]")(
            command
        )

    return add


def _as_text(made: dict[str, Any]) -> str:
    lines = [
        ("Application", f"{made['application']['name']} (id {made['application']['id']})"),
        ("Agent", made["agent"]["email"]),
        ("Widget key", made["widget_key"]),
        ("API key", made["api_key"]),
        ("Mobile key", made["mobile_key"]),
        ("Identity secret", made["identity_secret"]),
    ]
    return "\n".join(f"{name + ':':<17}{value}" for name, value in lines) + "\nThe keys are shown only now. Keep them."
