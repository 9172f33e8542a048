"""Who is on the website, over nodes: each node lists the visitors of all, once each."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.people.conftest import panel_of

pytestmark = pytest.mark.annex("H3", "X5")


def page(name: str) -> dict[str, str]:
    return {"url": f"https://shop.example/{name}", "title": name, "referrer": ""}


async def test_each_node_lists_the_visitors_of_both_and_follows_where_they_go(open_nodes: Any) -> None:
    nodes = await open_nodes()
    vera, walt = await nodes.one.visitor(page=page("Cups")), await nodes.two.visitor(page=page("Plates"))
    both = await nodes.two.visitor(vera.token)
    expected = {vera.session["contact"]["id"]: "Cups", walt.session["contact"]["id"]: "Plates"}
    ones, twos = await panel_of(nodes.one), await panel_of(nodes.two)

    async def sees(api: Any, expected: dict[int, str], within: float = 5.0) -> None:
        shown: dict[int, str] = {}
        for _ in range(int(within / 0.05)):
            found = await api("POST", "visitors/find")
            shown = {each["id"]: each["title"] for each in found["visitors"]}
            if shown == expected and found["total"] == len(expected):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{shown} is not {expected}")

    try:
        for api in (ones, twos):
            await sees(api, expected)
        # What happens with another node is known when its row is out of date at the latest.
        await walt.call("page", **page("Teapots"))
        expected[walt.session["contact"]["id"]] = "Teapots"
        await sees(twos, expected)
        await sees(ones, expected, within=20.0)
        await both.leave()
        await walt.leave()
        del expected[walt.session["contact"]["id"]]
        for api in (ones, twos):
            await sees(api, expected)
    finally:
        await ones._http.close()
        await twos._http.close()
