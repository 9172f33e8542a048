"""What is committed is what the sources build, and it is small."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.widget.conftest import ROOT, WIDGET, OpenSite, open_chat, write

DIST = WIDGET / "dist"
MANIFEST = json.loads((DIST / "manifest.json").read_text())
BUDGET = 20_000  # bytes: within 20 KB, whichever kilobyte is meant


def packed(name: str) -> int:
    return len(gzip.compress((DIST / name).read_bytes(), 9))


def test_the_built_bundle_is_what_the_sources_build(tmp_path: Path) -> None:
    if shutil.which("node") is None or not (ROOT / "node_modules" / "esbuild").exists():
        pytest.skip("needs Node and `npm ci`")
    done = subprocess.run(
        ["node", "build.mjs", str(tmp_path / "dist")], cwd=WIDGET, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    built = {file.name: file.read_bytes() for file in (tmp_path / "dist").iterdir()}
    committed = {file.name: file.read_bytes() for file in DIST.iterdir()}
    assert sorted(built) == sorted(committed), "run `npm run build -w widget` and commit widget/dist"
    assert [name for name in built if built[name] != committed[name]] == []


def test_the_types_of_the_widget_hold() -> None:
    compiler = ROOT / "node_modules" / ".bin" / "tsc"
    if shutil.which("node") is None or not compiler.exists():
        pytest.skip("needs Node and `npm ci`")
    done = subprocess.run([str(compiler), "--noEmit"], cwd=WIDGET, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("language", ["en", "pl"])
def test_all_that_a_first_chat_loads_fits_into_20_kb(language: str) -> None:
    loader, chat = packed(MANIFEST["loader"]), packed(MANIFEST["first"][f"chat-{language}"])
    sound = packed(MANIFEST["later"]["notices"])  # comes with the first answer
    assert loader <= 2 * 1024
    assert loader + chat <= BUDGET
    assert loader + chat + sound <= BUDGET


async def test_a_first_chat_loads_the_loader_and_the_chat_and_each_once(acme, site: OpenSite) -> None:
    page = await site("")
    loaded: list[str] = []
    page.on("request", lambda request: request.url.startswith(acme.house.url) and loaded.append(request.url))
    ada = await acme.agent()
    await page.reload()
    await page.evaluate(
        """([hub, key]) => { civchat = {apiKey: key}; document.head.append(Object.assign(document.createElement('script'),
            {src: hub + '/widget.js'})) }""",
        [acme.house.url, acme.key],
    )
    await open_chat(page)
    await write(page, "Hello")
    told = await ada.hears("message", text="Hello")
    await ada.says("Hello, Vera", conversation=told["conversation"])
    await page.wait_for_selector("text=Hello, Vera")
    paths = [url.removeprefix(acme.house.url) for url in loaded if not url.startswith("ws")]
    look = f"/look/{acme.key}"  # a few hundred bytes, asked for beside the chat
    assert paths == ["/widget.js", look, f"/widget/{MANIFEST['first']['chat-en']}"]


def test_every_chunk_has_its_hash_in_its_name() -> None:
    named = {
        MANIFEST["loader"],
        MANIFEST["worker"],
        "manifest.json",
        *MANIFEST["first"].values(),
        *MANIFEST["later"].values(),
    }
    assert {file.name for file in DIST.iterdir()} == named
    for name in named - {MANIFEST["loader"], MANIFEST["worker"], "manifest.json"}:
        assert re.fullmatch(r"[a-z-]+\.[0-9a-f]{8}\.js", name), name


def test_nothing_is_put_into_the_page_as_html() -> None:
    for file in (WIDGET / "src").rglob("*.ts*"):
        assert not re.search("dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML", file.read_text()), file


def test_colours_stand_in_the_tokens_only() -> None:
    for file in (WIDGET / "src").rglob("*.css"):
        # White initials stand on colours that were chosen for white, and the veil darkens whatever page it is.
        text = file.read_text().replace("color: #fff", "").replace("rgb(16 19 26 / .4)", "")
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", text), file


def test_ids_are_never_made_of_pseudo_random_numbers() -> None:
    for file in [*(WIDGET / "src").rglob("*.ts*"), *(WIDGET / "shared").rglob("*.ts")]:
        uses = [line for line in file.read_text().splitlines() if "Math.random" in line]
        assert all("backoff" in line for line in uses), file
