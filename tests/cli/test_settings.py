"""Settings come from the command line, the environment, a file or the default, in this order (X5)."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from hub.core.settings import Settings, SettingsError, describe, load
from hub.doors.cli.commands import build_cli

pytestmark = pytest.mark.annex("X5")


@pytest.fixture
def toml(tmp_path):
    file = tmp_path / "hub.toml"
    file.write_text('port = 1111\nlog_level = "error"\nhost = "10.0.0.1"\n')
    return str(file)


def test_the_command_line_wins_over_the_environment_over_the_file_over_the_default(toml):
    assert load({}, {}).port == 8080
    assert load({}, {}, toml).port == 1111
    assert load({}, {"HUB_CONFIG": toml}).port == 1111
    assert load({}, {"HUB_PORT": "2222"}, toml).port == 2222
    settings = load({"port": "3333"}, {"HUB_PORT": "2222", "HUB_HOST": "::1"}, toml)
    assert (settings.port, settings.host, settings.log_level, settings.data) == (3333, "::1", "error", "./data")


@pytest.mark.parametrize("name", [name for name, _, _ in describe()])
def test_every_setting_has_an_option_a_variable_a_line_in_the_file_a_default_and_a_reason(name, tmp_path):
    default = getattr(Settings(), name)
    usual = 7 if isinstance(default, int | float) else "other"
    other = {"log_format": "json", "log_level": "debug", "demo": True, "public_url": "https://chat.example",
             "trusted_proxies": "10.0.0.0/8", "fullcontact_url": "https://enrich.example/v3/", "fcm_url": "https://fcm.example/",
             "twilio_url": "https://twilio.example", "twilio_prices_url": "https://prices.example",
             "telnyx_url": "https://telnyx.example/v2", "media_ports": "40000-40999",
             "mongo_url": "mongodb://db/", "redis_url": "redis://cache/",
             "smtp_url": "smtp://mail.example:25", "dkim_key": "-----BEGIN PRIVATE KEY-----"}.get(name, usual)  # fmt: skip
    file = tmp_path / "hub.toml"
    file.write_text(f"{name} = {str(other).lower() if isinstance(other, bool | int) else repr(other)}\n")
    assert getattr(load({}, {f"HUB_{name.upper()}": str(other)}), name) == other
    assert getattr(load({name: other}, {}), name) == other
    assert getattr(load({}, {}, str(file)), name) == other
    help = CliRunner().invoke(build_cli(None, None, None), ["serve", "--help"]).output
    assert f"--{name.replace('_', '-')}" in help and f"HUB_{name.upper()}" in "".join(help.split())
    assert {row: reason for row, _, reason in describe()}[name].endswith(".")


def test_a_secret_may_stand_in_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("mongodb://user:secret@db/\n")
    assert load({}, {"HUB_MONGO_URL_FILE": str(secret)}).mongo_url == "mongodb://user:secret@db/"
    assert load({"mongo_url": "mongodb://x"}, {"HUB_MONGO_URL_FILE": str(secret)}).mongo_url == "mongodb://x"
    with pytest.raises(SettingsError, match=r"can't be read"):
        load({}, {"HUB_MONGO_URL_FILE": str(tmp_path / "nothing")})


@pytest.mark.parametrize(
    ("arguments", "environment", "toml", "place"),
    [
        ({"port": "abc"}, {}, "", "--port is 'abc'"),
        ({"port": "70000"}, {}, "", "--port is '70000'"),
        ({"port": "-1"}, {}, "", "--port is '-1'"),
        ({}, {"HUB_PORT": ""}, "", "HUB_PORT is ''"),
        ({}, {"HUB_DEMO": "perhaps"}, "", "HUB_DEMO is 'perhaps'"),
        ({}, {"HUB_LOG_LEVEL": "loud"}, "", "HUB_LOG_LEVEL is 'loud'"),
        ({"ping_interval": "-1"}, {}, "", "--ping-interval is '-1'"),
        ({"ping_interval": "0"}, {}, "", "--ping-interval is '0'"),
        ({"ping_interval": "nan"}, {}, "", "--ping-interval is 'nan'"),
        ({"ping_interval": "inf"}, {}, "", "--ping-interval is 'inf'"),
        ({"text_limit": "0"}, {}, "", "--text-limit is '0'"),
        ({"public_url": "chat.example"}, {}, "", "--public-url is 'chat.example'"),
        ({"trusted_proxies": "10.0.0.0/8, nonsense"}, {}, "", "--trusted-proxies is "),
        ({"mongo_url": "nonsense"}, {}, "", "--mongo-url is not usable; it takes an address like mongodb://"),
        ({}, {"HUB_REDIS_URL": "nonsense"}, "", "HUB_REDIS_URL is not usable; it takes an address like redis://"),
        ({"port": "9" * 5000}, {}, "", "--port is "),
        ({}, {}, "port = 'abc'", "port in "),
        ({}, {}, "prot = 8080", "there is no setting called 'prot'"),
        ({}, {}, "port = = 8080", "is not valid TOML"),
    ],
)
def test_a_wrong_value_is_named_with_its_place_in_one_sentence(arguments, environment, toml, place, tmp_path):
    file = tmp_path / "hub.toml"
    file.write_text(toml)
    with pytest.raises(SettingsError) as wrong:
        load(arguments, environment, str(file) if toml else None)
    sentence = str(wrong.value)
    assert place in sentence and sentence.endswith(".") and "\n" not in sentence


def test_a_settings_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(SettingsError, match=r"can't be read: No such file"):
        load({}, {}, str(tmp_path / "nothing.toml"))


def test_help_is_complete_at_every_level():
    cli = build_cli(None, None, None)
    run = CliRunner().invoke
    top = run(cli, ["--help"]).output
    for command in ("serve", "init", "settings"):
        assert command in top and run(cli, [command, "-h"]).exit_code == 0
    init = run(cli, ["init", "--help"]).output
    for option in (
        "--data",
        "--name",
        "--agent-email",
        "--agent-password",
        "--agent-name",
        "--locale",
        "--origin",
        "--json",
    ):
        assert option in init
    assert "--mongo" in run(cli, ["serve", "--help"]).output and "--redis" in run(cli, ["serve", "--help"]).output
    listed = run(cli, ["settings"]).output
    assert all(f"HUB_{name.upper()}" in listed for name, _, _ in describe())


def test_a_password_in_an_address_is_never_printed_and_every_pattern_is_explained():
    with pytest.raises(SettingsError) as wrong:
        load({"mongo_url": "mongo://user:hunter2@host/"}, {}, None)
    assert "hunter2" not in str(wrong.value)
    for name in ("public_url", "mongo_url", "redis_url", "smtp_url", "log_format", "log_level"):
        with pytest.raises(SettingsError, match="; it takes "):
            load({name: "!!"}, {}, None)
