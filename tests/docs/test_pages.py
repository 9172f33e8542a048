"""The pages that are written by hand: the paths, links, settings and calls that they name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.core.settings import describe
from hub.doors.api.routes import ROUTES
from hub.doors.cli.settings_list import as_markdown
from tests.support.house import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TOP = ("hub/", "storage/", "widget/", "panel/", "tests/", "docs/", "bench/", "mobile_push/", "server.py")


def text_of(page: Path) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{target} leads nowhere"
        if anchor:
            assert anchor in anchors(file), f"{target}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    for named in re.findall(r"`([\w./*-]+)`", text_of(page)):
        if named.startswith(TOP) and not re.search(r"[*<{…]", named):
            assert (ROOT / named).exists(), f"{named} is not there"


def test_the_architecture_begins_with_the_path_of_a_message_and_names_each_of_its_files() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    headings = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert headings[0] == "The path of a message"
    steps = page.partition("## Rooms and arrows")[0]
    for file in re.findall(r"^    (\S+\.py)", (ROOT / "hub/__init__.py").read_text("utf-8"), re.MULTILINE):
        assert f"`{file}`" in steps, f"hub/__init__.py has {file} on the path, the page has not"


def test_the_operators_page_lists_every_setting_as_it_is_now() -> None:
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    assert as_markdown(describe()) in page, "put in what `python server.py settings --format markdown` prints"


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docker-compose.yml"], ids=name_of)
def test_every_setting_that_a_page_names_exists(page: Path) -> None:
    known = {f"HUB_{name.upper()}" for name, _, _ in describe()} | {"HUB_CONFIG"}
    named = set(re.findall(r"HUB_[A-Z_]*[A-Z]", page.read_text("utf-8")))
    assert {name if name in known else name.removesuffix("_FILE") for name in named} <= known


@pytest.mark.annex("H11")
def test_the_page_of_the_api_lists_exactly_the_calls_that_are_served() -> None:
    page = (ROOT / "docs/api.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) /api/\S+)`", page, re.MULTILINE))
    assert listed == {f"{route.method} {route.path}" for route in ROUTES}


def test_decisions_are_numbered_without_a_hole_and_fit_on_half_a_page() -> None:
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    for number, file in enumerate(files, 1):
        text = file.read_text("utf-8")
        assert text.startswith(f"# {number}. "), file.name
        assert "**Decided:**" in text and "**Why.**" in text, file.name
        assert len(text.split()) <= 300, f"{file.name} is longer than half a page"


def test_the_make_commands_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`(?:\w+=\S+ )?make (\w+)`", page.read_text("utf-8")))
        assert named <= targets, page.name


def test_the_commands_of_the_server_that_pages_name_exist() -> None:
    from hub.doors.cli.commands import build_cli

    commands = set(build_cli(None, None, None).commands)  # type: ignore[arg-type]
    for page in PAGES:
        named = set(re.findall(r"server\.py (\w+)", page.read_text("utf-8")))
        assert named <= commands, page.name


def test_the_picture_is_well_formed_and_knows_light_and_dark() -> None:
    import xml.etree.ElementTree as tree

    picture = ROOT / "docs/picture.svg"
    assert tree.fromstring(picture.read_text("utf-8")).tag.endswith("svg")
    assert "prefers-color-scheme: dark" in picture.read_text("utf-8")
