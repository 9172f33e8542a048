"""Dockerfile, compose file and balancer are not run by the tests; they are held to what they have to agree on."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.core.settings import Settings, describe, load
from hub.doors.cli.settings_list import as_env
from hub.doors.cli.stopping import LIMIT
from tests.support.house import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
BALANCER = (ROOT / "docs/deploy/haproxy.cfg").read_text("utf-8")
VARIABLES = {f"HUB_{name.upper()}" for name, _, _ in describe()} | {"HUB_CONFIG"}
NODES = {name: service for name, service in COMPOSE["services"].items() if name.startswith("hub-")}


def lines_of(instruction: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in joined.splitlines() if line.startswith(instruction + " ")]


def image_environment() -> dict[str, str]:
    return dict(part.split("=", 1) for line in lines_of("ENV") for part in shlex.split(line))


def known(variable: str) -> bool:
    return variable in VARIABLES or (variable.endswith("_FILE") and variable.removesuffix("_FILE") in VARIABLES)


# ── the image ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_dockerfile_copies_only_what_is_there_and_what_the_builder_gets() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sources = [source for line in lines_of("COPY") if "--from" not in line for source in line.split()[:-1]]
    assert "hub" in sources
    for source in sources:
        assert (ROOT / source).exists(), f"{source} is copied and not there"
        assert f"!{source}" in ignored, f"{source} is kept from the builder by .dockerignore"


def test_the_image_holds_everything_that_the_package_is_made_of() -> None:
    import tomllib

    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    parts = {*build["tool"]["hatch"]["build"]["only-include"], *build["project"]["license-files"], "pyproject.toml"}
    copied = {source for line in lines_of("COPY") if "--from" not in line for source in line.split()[:-1]}
    assert parts | {build["project"]["readme"]} == copied


def test_the_image_runs_as_a_user_without_rights_on_a_folder_of_its_own() -> None:
    (user,) = lines_of("USER")
    assert user not in ("root", "0")
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert f"useradd --uid 10001 --create-home {user}" in final
    assert re.search(rf"install -d -m 0700 -o {user} -g {user} /data", final)
    assert final.index("install -d") < final.index("VOLUME /data")


def test_the_image_listens_on_all_addresses_and_on_the_port_that_it_exposes() -> None:
    environment = image_environment()
    assert environment["HUB_HOST"] == "0.0.0.0"
    assert environment["HUB_DATA"] == "/data"
    assert lines_of("EXPOSE") == [environment["HUB_PORT"]]
    assert all(known(name) for name in environment if name.startswith("HUB_"))
    load({}, {name: value for name, value in environment.items() if name.startswith("HUB_")})


def test_the_image_is_healthy_when_the_server_is_ready_and_needs_no_other_tool_to_ask() -> None:
    (check,) = lines_of("HEALTHCHECK")
    assert "/readyz" in check and 'CMD ["python"' in check and "curl" not in check


def test_the_image_has_no_node_in_it() -> None:
    instructions = "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#"))
    assert "npm" not in instructions and "node" not in instructions.lower()


def test_the_image_starts_the_command_that_the_package_installs() -> None:
    import tomllib

    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert lines_of("ENTRYPOINT") == ['["switchboard"]'] and "switchboard" in scripts
    assert lines_of("CMD")[-1] == '["serve"]'


# ── the compose file ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_nodes_run_on_a_replica_set_and_one_redis() -> None:
    assert len(NODES) == 2
    members = [name for name, service in COMPOSE["services"].items() if "--replSet" in service.get("command", [])]
    assert len(members) == 3
    script = (ROOT / "docs/deploy/mongo-init.js").read_text("utf-8")
    assert all(f"'{name}'" in script for name in members)
    set_name = COMPOSE["services"][members[0]]["command"][2]
    assert f"_id: '{set_name}'" in script
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert f"mongodb://{','.join(members)}/?replicaSet={set_name}" in text
    assert "redis://redis:6379" in text and COMPOSE["services"]["redis"]["image"].startswith("redis:7")


@pytest.mark.parametrize("name", NODES)
def test_a_node_gets_only_settings_that_exist(name: str, tmp_path: Path) -> None:
    environment: dict[str, Any] = NODES[name]["environment"]
    unknown = [variable for variable in environment if not known(variable)]
    assert not unknown
    plain = {
        variable: re.sub(r"\$\{\w+:-(.*)\}", r"\1", value)
        for variable, value in environment.items()
        if not variable.endswith("_FILE")
    }
    settings = load({}, plain)
    grace = float(NODES[name]["stop_grace_period"].removesuffix("s"))
    assert settings.drain_delay + settings.drain_seconds < LIMIT < grace


@pytest.mark.parametrize("name", NODES)
def test_every_secret_comes_from_a_file_that_the_compose_file_hands_in(name: str) -> None:
    wanted = {value for key, value in NODES[name]["environment"].items() if key.endswith("_FILE")}
    assert wanted == {f"/run/secrets/{secret}" for secret in NODES[name]["secrets"]}
    assert set(NODES[name]["secrets"]) == set(COMPOSE["secrets"])


def test_secrets_are_kept_out_of_git_and_of_the_image() -> None:
    assert all(secret["file"].startswith("./docs/deploy/secrets/") for secret in COMPOSE["secrets"].values())
    assert (ROOT / "docs/deploy/.gitignore").read_text("utf-8").strip() == "/secrets/"
    assert "!docs" not in (ROOT / ".dockerignore").read_text("utf-8")


def test_the_nodes_share_the_folder_of_attachments() -> None:
    assert all(service["volumes"] == [f"files:{image_environment()['HUB_DATA']}"] for service in NODES.values())


def test_the_balancer_serves_each_node_on_the_port_of_the_image() -> None:
    servers = dict(re.findall(r"^\s+server (\S+) (\S+)", BALANCER, re.MULTILINE))
    assert servers == {name: f"{name}:{image_environment()['HUB_PORT']}" for name in NODES}
    balancer = COMPOSE["services"]["balancer"]
    (port,) = balancer["ports"]
    assert f"bind :{port.rpartition(':')[2]}" in BALANCER
    assert set(balancer["depends_on"]) == set(NODES)


def test_the_balancer_asks_for_readiness_keeps_pollers_together_and_says_who_the_visitor_is() -> None:
    for line in ("option httpchk GET /readyz", "balance source", "option forwardfor", "timeout tunnel"):
        assert f"\n    {line}" in BALANCER
    subnet = COMPOSE["networks"]["front"]["ipam"]["config"][0]["subnet"]
    assert all(service["environment"]["HUB_TRUSTED_PROXIES"] == subnet for service in NODES.values())
    waits = re.search(r"timeout server (\d+)s", BALANCER)
    assert waits and int(waits[1]) > Settings().ping_interval + Settings().ping_timeout


def test_a_stopping_node_waits_until_the_balancer_has_noticed() -> None:
    check = re.search(r"inter (\d+)s fall (\d+)", BALANCER)
    assert check
    notices = int(check[1]) * int(check[2])
    assert all(float(service["environment"]["HUB_DRAIN_DELAY"]) > notices for service in NODES.values())


def test_every_long_running_service_has_a_health_check() -> None:
    for name, service in COMPOSE["services"].items():
        if name not in NODES and service.get("restart") != "no":  # the nodes' own stands in the image
            assert "healthcheck" in service, name


def test_every_volume_network_and_mounted_file_exists() -> None:
    for service in COMPOSE["services"].values():
        for mount in service.get("volumes", []):
            source = mount.partition(":")[0]
            assert (ROOT / source).is_file() if source.startswith("./") else source in COMPOSE["volumes"], source
        assert set(service["networks"]) <= set(COMPOSE["networks"])


# ── the list of settings ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_of_an_environment_file_lists_every_setting_as_it_is_now() -> None:
    committed = (ROOT / ".env.example").read_text("utf-8")
    assert committed == as_env(describe()), "run: python server.py settings --format env > .env.example"


def test_the_defaults_in_the_example_are_values_that_the_server_takes() -> None:
    rows = re.findall(r"^#(HUB_\w+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert load({}, dict(rows)) == Settings()
