"""axe-core, the machine that reads pages as assistive technology would, run over a page of ours."""

from __future__ import annotations

import functools
from pathlib import Path

from playwright.async_api import Page

_SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

_RUN = """async (within) => {
    const { violations } = await axe.run(within ?? document, { resultTypes: ['violations'] })
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) =>
        nodes.map(({ html, any, target }) => `${id}: ${target.flat().join(' ')} ${html.slice(0, 160)} ${any[0]?.message ?? ''}`))
}"""


@functools.cache
def _script() -> str:
    return _SCRIPT.read_text("utf-8")


async def serious(page: Page) -> list[str]:
    """Return what axe calls serious or critical on a page, shadow roots included, a line for each element."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_script())
    return await page.evaluate(_RUN, None)
