"""The widget draws its screen by itself: what stands in the page is what should, and what was there stays the same element."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.widget.conftest import ROOT, WIDGET

ENTRY = """
import { Component, Fragment, h, render } from './src/ui/draw'
Object.assign(globalThis, { Component, Fragment, h, render, root: document.body.appendChild(document.createElement('main')) })
"""


@pytest.fixture
async def page(browser: Browser) -> Any:
    """An empty page that knows how to draw."""
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    if shutil.which("node") is None or not esbuild.exists():
        pytest.skip("needs Node and `npm ci`")
    built = subprocess.run(
        [str(esbuild), "--bundle", "--format=iife"], input=ENTRY, cwd=WIDGET, capture_output=True, text=True, timeout=60
    )
    assert built.returncode == 0, built.stderr
    page = await browser.new_page()
    await page.evaluate(built.stdout)
    return page


async def test_a_list_becomes_any_other_list_and_keeps_its_elements(page: Any) -> None:
    wrong = await page.evaluate("""() => {
        // A pseudo-random walk that is the same each time.
        let seed = 7
        const random = (below) => (seed = (seed * 16807) % 2147483647) % below
        const Two = ({ id }) => [h('b', { id: `b${id}` }), h('i', { id: `i${id}` })]
        const Maybe = ({ id, there }) => (there ? h('u', { id: `u${id}` }) : null)
        const held = new Map()
        const wrong = []
        for (let round = 0; round < 400; round++) {
            const ids = [...new Set(Array.from({ length: random(9) }, () => random(12)))]
            const there = random(2) === 1
            const parts = ids.map((id) => id % 3 === 0 ? h(Two, { key: id, id }) : id % 3 === 1 ? h('p', { key: id, id: `p${id}` })
                : h(Maybe, { key: id, id, there }))
            render(h('div', null, there && h('em', { id: 'em' }), parts, h(Fragment, null, 'words', h('hr', { id: 'hr' }))), root)
            const wanted = [...(there ? ['em'] : []), ...ids.flatMap((id) =>
                id % 3 === 0 ? [`b${id}`, `i${id}`] : id % 3 === 1 ? [`p${id}`] : there ? [`u${id}`] : []), 'hr']
            const found = [...root.firstChild.children].map((element) => element.id)
            if (wanted.join() !== found.join()) wrong.push(`${round}: ${found} and not ${wanted}`)
            for (const element of root.firstChild.children) {
                const before = held.get(element.id)
                if (before && before !== element && before.isConnected) wrong.push(`${round}: ${element.id} is there twice`)
                if (before?.round === round - 1 && before !== element) wrong.push(`${round}: ${element.id} was made anew`)
                element.round = round
                held.set(element.id, element)
            }
            if (root.textContent !== 'words') wrong.push(`${round}: ${root.textContent}`)
        }
        return wrong
    }""")
    assert wrong == []


async def test_what_somebody_else_put_there_stays_and_the_focus_with_it(page: Any) -> None:
    held = await page.evaluate("""() => {
        const draw = (lines) => render(h('form', null, lines > 1 && h('p', { key: 'note' }), h('textarea', { value: 'Hi' }),
            Array.from({ length: lines }, (_, line) => h('b', { key: line }))), root)
        draw(1)
        const form = root.firstChild
        const guest = document.createElement('menu')
        form.append(guest)
        const field = form.querySelector('textarea')
        field.focus()
        const left = []
        field.onblur = () => left.push('blur')
        for (const lines of [3, 0, 2]) draw(lines)
        return { left, guest: guest.parentNode === form, focused: document.activeElement === field, count: form.children.length }
    }""")
    assert held == {"left": [], "guest": True, "focused": True, "count": 5}


async def test_attributes_come_and_go_and_what_a_person_wrote_gives_way_to_what_should_stand_there(page: Any) -> None:
    seen = await page.evaluate("""() => {
        const calls = []
        const draw = (props, value) => render([h('a', props), h('input', { value }), h('progress', { value: undefined })], root)
        draw({ hidden: true, 'aria-hidden': true, class: 'one', style: { color: 'red', top: '1px' }, onClick: () => (calls.push('one'), false) }, 'first')
        const [link, input] = root.children
        const before = link.outerHTML
        input.value = 'written'
        link.click()
        draw({ hidden: false, 'aria-hidden': false, title: 'T', style: { top: '2px' }, onClick: () => calls.push('two') }, 'first')
        const prevented = !link.dispatchEvent(new MouseEvent('click', { cancelable: true }))
        return { before, after: link.outerHTML, value: input.value, calls, prevented }
    }""")
    assert seen == {
        "before": '<a hidden="" aria-hidden="true" class="one" style="color: red; top: 1px;"></a>',
        "after": '<a aria-hidden="false" style="top: 2px;" title="T"></a>',
        "value": "first",
        "calls": ["one", "two"],
        "prevented": False,
    }


async def test_parts_are_told_of_their_life_and_drawn_once_for_many_changes(page: Any) -> None:
    log = await page.evaluate("""async () => {
        const log = []
        class Counter extends Component {
            state = { n: 0 }
            componentDidMount() { log.push(`mounted in ${this.box.parentNode.tagName}`); mine = this }
            componentDidUpdate(before) { log.push(`${before.step} to ${this.props.step}`) }
            componentWillUnmount() { log.push('gone') }
            render({ step }, { n }) {
                log.push('drawn')
                return h('div', { ref: (box) => { this.box = box } }, String(step + n))
            }
        }
        let mine
        const outer = { ref: (box) => log.push(box ? 'outer' : 'no outer') }
        render(h('section', outer, h(Counter, { step: 1 })), root)
        for (const n of [5, 6, 7]) mine.setState({ n })
        await null
        log.push(root.textContent)
        render(h('section', outer, h(Counter, { step: 2 })), root)
        log.push(root.textContent)
        mine.setState({ n: 100 })
        render(null, root)
        await null
        log.push(root.childElementCount)
        return log
    }""")
    assert log == [
        "drawn", "mounted in SECTION", "outer", "drawn", "1 to 1", "8", "drawn", "1 to 2", "outer", "9", "no outer", "gone", 0,
    ]  # fmt: skip


async def test_icons_are_drawn_as_pictures_and_text_is_never_markup(page: Any) -> None:
    seen = await page.evaluate("""() => {
        const Icon = ({ d, ...rest }) => h('svg', { viewBox: '0 0 24 24', ...rest }, h('path', { d }))
        render(h('p', null, h(Icon, { d: 'M0 0' }), '<img src=x>', 0, null, false, true), root)
        const [icon] = root.firstChild.children
        return [icon instanceof SVGSVGElement, icon.firstChild instanceof SVGPathElement, icon.getAttribute('viewBox'), root.textContent]
    }""")
    assert seen == [True, True, "0 0 24 24", "<img src=x>0"]
