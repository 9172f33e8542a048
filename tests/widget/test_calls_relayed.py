"""Calls through walls: with a real TURN server between two browsers that may use nothing else."""

from __future__ import annotations

import asyncio
import re
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.house import open_house
from tests.support.speaking import hears
from tests.support.turn import SECRET, Turn, allocate, credential, free_port, running_turn
from tests.widget.conftest import ROOT, OpenSite, open_chat
from tests.widget.test_calls import ADAS, VERAS, Ada, ada, agents_page, browser, button, visit

pytestmark = pytest.mark.annex("H5")
__all__ = ["ada", "agents_page", "browser"]

RELAY_ONLY = "window.linkMore = { iceTransportPolicy: 'relay' }"
WAYS = """async () => {
  const link = window.links.findLast((each) => each.connectionState === 'connected')
  const found = [...(await link.getStats()).values()]
  const pair = found.find((each) => each.type === 'candidate-pair' && each.nominated && each.state === 'succeeded')
  return [pair.localCandidateId, pair.remoteCandidateId].map((id) => found.find((each) => each.id === id).candidateType)
}"""


@pytest.fixture
async def turn(tmp_path: Path) -> AsyncIterator[Turn]:
    async with running_turn(tmp_path) as turn:
        yield turn


@pytest.fixture
async def house(tmp_path: Path, turn: Turn) -> AsyncIterator[Any]:
    """A hub that knows of the TURN server."""
    async with open_house(tmp_path / "data", presence_grace=0.2, turn_urls=turn.urls, turn_secret=SECRET) as house:
        yield house


async def test_vera_and_ada_hear_each_other_through_the_relay_alone_and_over_a_break(
    turn: Turn, ada: Ada, site: OpenSite
) -> None:
    await ada.page.evaluate(RELAY_ONLY)
    vera = await open_chat(await visit(site))
    await vera.evaluate(RELAY_ONLY)
    await button(vera, "Call us").click()
    await button(vera, "Allow the microphone").click()
    await ada.takes(await ada.rung())
    await asyncio.gather(hears(vera, ADAS), hears(ada.page, VERAS))
    assert await vera.evaluate(WAYS) == await ada.page.evaluate(WAYS) == ["relay", "relay"]
    # A reload takes the relay again, with a password of its own.
    await vera.context.add_init_script(RELAY_ONLY)
    await vera.reload()
    await expect(vera.locator(".call b")).to_have_text("Ada")
    await asyncio.gather(hears(vera, ADAS), hears(ada.page, VERAS))

    # The network breaks: both say so, and find a new way when there is one again.
    await turn.stop()
    await expect(vera.locator(".call .state")).to_have_text("Reconnecting…", timeout=30_000)
    await turn.start()
    await asyncio.gather(hears(vera, ADAS, within=40), hears(ada.page, VERAS, within=40))
    await expect(vera.locator(".call .state")).not_to_have_text("Reconnecting…")
    await button(vera, "Hang up").click()


async def test_a_password_that_is_over_or_made_up_opens_nothing(turn: Turn) -> None:
    now = int(time.time())
    assert await allocate(turn, *credential(now + 60)) == [0]
    assert await allocate(turn, *credential(now - 1)) == [401]
    assert await allocate(turn, *credential(now + 60, secret="another")) == [401]
    name, _ = credential(now + 60)
    _, password = credential(now + 600)
    assert await allocate(turn, name, password) == [401], "whoever moves the moment of expiry has no password for it"


async def check(page: Page, ice: list[Any], within: int) -> dict[str, Any]:
    """Let a browser try the whole way; return what became of each hop."""
    bundle = [
        str(ROOT / "node_modules" / ".bin" / "esbuild"),
        "widget/shared/calls/check.ts",
        "--bundle",
        "--format=iife",
    ]
    script = subprocess.run(
        [*bundle, "--global-name=check"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    await page.evaluate(f"() => {{ {script}; window.check = check }}")
    found = await page.evaluate("([ice, within]) => check.checkCalls(ice, undefined, within)", [ice, within])
    return {each["hop"]: each["ok"] if each["ok"] is not False else each["why"] for each in found}


async def test_the_check_names_the_hop_that_is_broken(turn: Turn, ada: Ada) -> None:
    now = int(time.time())
    stun, nobody = f"stun:127.0.0.1:{turn.port}", f"127.0.0.1:{free_port()}"
    ways = [turn.urls, turn.urls.replace("udp", "tcp")]
    good = dict(zip(("username", "credential"), credential(now + 600), strict=True))
    over = dict(zip(("username", "credential"), credential(now - 600), strict=True))
    page = ada.page
    assert await check(page, [{"urls": [stun]}, {"urls": ways, **good}], 20_000) == {
        "microphone": True, "stun": True, "turn_udp": True, "turn_tcp": True, "turn_tls": None, "relay": True,
    }  # fmt: skip
    found = await check(page, [{"urls": [stun]}, {"urls": ways, **over}], 20_000)
    assert (found["stun"], found["turn_udp"], found["turn_tcp"], found["relay"]) == (True, "password", "password", None)
    found = await check(
        page, [{"urls": [f"stun:{nobody}"]}, {"urls": [f"turn:{nobody}", f"turns:{nobody}"], **good}], 1_000
    )
    assert (found["stun"], found["turn_udp"], found["turn_tls"], found["turn_tcp"]) == (
        "silent",
        "silent",
        "silent",
        None,
    )


async def test_the_check_sees_a_relay_through_which_nothing_comes(tmp_path: Path, ada: Ada) -> None:
    async with running_turn(tmp_path / "closed", "denied-peer-ip=127.0.0.0-127.255.255.255") as turn:
        good = dict(zip(("username", "credential"), credential(int(time.time()) + 600), strict=True))
        found = await check(ada.page, [{"urls": [turn.urls], **good}], 4_000)
        assert (found["turn_udp"], found["relay"]) == (True, "lost")


PRIVATE = (
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.254", "192.0.2.1",
    "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
)  # fmt: skip
PRIVATE_6 = ("::", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fd00::1", "fe80::1", "ff02::1", "2002:a00:1::1")


async def test_with_the_configuration_of_the_docs_nobody_reaches_private_addresses(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "turn.md").read_text()
    denied = re.findall(r"^(?:denied-peer-ip=.*|no-multicast-peers)$", page, re.M)
    assert len(denied) > 20
    async with running_turn(tmp_path, *denied, "relay-ip=::1") as turn:
        codes = await allocate(turn, *credential(int(time.time()) + 60), *PRIVATE, "8.8.8.8")
        assert codes == [0, *(403 for _ in PRIVATE), 0], dict(zip(PRIVATE, (codes or [])[1:], strict=False))
        codes = await allocate(turn, *credential(int(time.time()) + 60), *PRIVATE_6, "2600::1", family=6)
        assert codes == [0, *(403 for _ in PRIVATE_6), 0], dict(zip(PRIVATE_6, (codes or [])[1:], strict=False))
