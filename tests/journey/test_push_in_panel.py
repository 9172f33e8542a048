"""Pushes reach the panel's service worker, and are answered without opening the panel (H10, C6)."""

from __future__ import annotations

import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.journey.installed import Installed, until

pytestmark = [pytest.mark.annex("H10", "C6"), pytest.mark.service_worker, pytest.mark.usefixtures("short_worker")]


@pytest_asyncio.fixture(loop_scope="session")
async def away(acme: Any) -> Any:
    """Vera wrote; Ada's panel shows the list, its worker is there, and notifications are allowed."""
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Do you ship to Łódź?")
    await expect(ada.rows).to_have_count(1)
    conversation = int(await ada.rows.first.get_attribute("data-row"))
    # No push service can be reached from here: pushes come by the browser's own tools, to whoever has no place for them.
    await ada.page.evaluate("localStorage.setItem('panel.push', 'off')")
    await ada.context.grant_permissions(["notifications"], origin=acme.url)
    worker = await Installed(ada.page).ready()
    push = {
        "title": "Vera", "body": "Do you ship to Łódź?", "tag": f"conversation {conversation}", "kind": "message",
        "url": f"/panel/inbox/open/{conversation}", "conversation": conversation,
        "app": acme.made["application"]["id"], "delivery": 1,
    }  # fmt: skip
    return vera, ada, worker, push


async def test_a_push_is_shown_with_two_buttons_and_counts_on_the_icon(away):
    _, ada, worker, push = away
    await worker.push(**push)
    (shown,) = await worker.shows()
    assert (shown["title"], shown["body"], shown["tag"]) == ("Vera", "Do you ship to Łódź?", push["tag"])
    assert shown["actions"] == [["reply", "Reply"], ["assign", "Assign to me"]]
    assert shown["data"]["path"] == push["url"]
    await worker.push(**push | {"body": "Hello?", "delivery": 2})
    await until(lambda: _body(worker, "Hello?"))
    assert len(await worker.shown()) == 1, "one conversation is one notification"
    await until(lambda: _unread(worker, [push["conversation"]]))
    await ada.opens_conversation()
    await until(lambda: _unread(worker, []))
    await worker.shows(0)


async def test_what_is_pushed_while_ada_reads_the_conversation_does_not_disturb_her(away):
    _, ada, worker, push = away
    await ada.opens_conversation()
    await ada.page.bring_to_front()
    await until(
        lambda: worker.worker.evaluate(
            "async () => (await navigator.locks.query()).held.some(({ name }) => name.startsWith('looking '))"
        )
    )
    await worker.worker.evaluate(
        "() => { self.shownQuietly = []; const show = registration.showNotification.bind(registration);"
        "registration.showNotification = (title, more) => { shownQuietly.push(more.silent); return show(title, more) } }"
    )
    await worker.push(**push)
    await until(lambda: worker.worker.evaluate("() => shownQuietly.length === 1 && shownQuietly[0]"))
    await worker.shows(0)


async def test_an_answer_in_the_notification_reaches_vera_once_without_opening_the_panel(acme, away):
    vera, ada, worker, push = away
    await ada.page.goto("about:blank")
    for _ in range(2):  # the push service delivered twice, and Ada answered both
        await worker.push(**push)
        await worker.shows()
        await worker.clicks("reply", "We do.")
    await vera.sees("We do.")
    await worker.push(**push | {"delivery": 2})
    await worker.shows()
    await worker.clicks("reply", "Within two days.")
    await vera.sees_only("Do you ship to Łódź?", "We do.", "Within two days.")
    assert ada.page.url == "about:blank" and len(ada.context.pages) == 1
    await worker.shows(0)


async def test_ada_takes_the_conversation_from_the_notification(acme, away):
    _, _, worker, push = away
    ben = await acme.agent("ben")
    await worker.push(**push)
    await worker.shows()
    await worker.clicks("assign")
    await expect(ben.rows.first.locator("[title]").last).to_have_attribute("title", re.compile("Ada"))


async def test_a_click_leads_the_open_panel_to_the_conversation(away):
    _, ada, worker, push = away
    await ada.page.goto(f"{worker.origin}/panel/settings/agents")
    await expect(ada.page.get_by_role("heading", name="Agents", exact=True)).to_be_visible()
    await worker.push(**push)
    await worker.shows()
    await worker.clicks()
    await expect(ada.page).to_have_url(re.compile(f"{push['url']}$"))


async def test_reply_where_the_system_has_no_field_leads_to_the_composer(away):
    _, ada, worker, push = away
    await worker.push(**push)
    await worker.shows()
    await worker.clicks("reply")
    await expect(ada.page).to_have_url(re.compile(f"{push['url']}(#reply)?$"))
    await expect(ada.field).to_be_focused()


async def test_an_answer_that_is_refused_is_kept_and_shown_where_it_was_written(acme, away):
    _, ada, worker, push = away
    await worker.push(**push)
    await worker.shows()
    await worker.clicks("reply", "ż" * 9000)
    await expect(ada.page).to_have_url(re.compile(f"{push['url']}$"))
    await expect(ada.page.get_by_role("alert").filter(has_text="16 KB")).to_be_visible()
    await ada.page.get_by_role("button", name="Delete", exact=True).click()
    await until(lambda: _outbox(worker, 0))


async def test_an_answer_without_a_network_waits_in_the_outbox_and_is_sent_once(acme, away):
    vera, ada, worker, push = away
    await worker.push(**push)
    await worker.shows()
    await worker.worker.evaluate(
        "() => { self.online = fetch; self.fetch = () => Promise.reject(new TypeError('no network')) }"
    )
    await ada.page.goto("about:blank")
    await worker.clicks("reply", "One moment")
    await until(lambda: _outbox(worker, 1))
    await worker.worker.evaluate("() => { self.fetch = online }")
    await worker.sync()
    await vera.sees("One moment")
    await until(lambda: _outbox(worker, 0))
    await ada.page.goto(f"{worker.origin}{push['url']}")
    await ada.sees_only("Do you ship to Łódź?", "One moment")
    await vera.sees_only("Do you ship to Łódź?", "One moment")


async def test_a_push_that_comes_through_lets_what_waits_go_out(acme, away):
    vera, ada, worker, push = away
    await ada.opens_conversation()
    await ada.goes_offline()
    await ada.writes("Before the tunnel")
    await until(lambda: _outbox(worker, 1))
    await ada.page.goto("about:blank")
    await ada.is_back()
    await worker.push(**push)
    await vera.sees_only("Do you ship to Łódź?", "Before the tunnel")
    await until(lambda: _outbox(worker, 0))


async def test_a_test_push_says_in_the_open_panel_that_it_came(away):
    _, ada, worker, _ = away
    await ada.page.evaluate(
        """() => navigator.serviceWorker.addEventListener('message', ({ data }) => {
            if (data.type === 'push-test') window.came = data
        })"""
    )
    await worker.push(kind="test", title="Test", body="It works", delivery=0, test="abc-12345")
    await until(lambda: ada.page.evaluate("() => window.came?.test === 'abc-12345'"))
    assert [each["title"] for each in await worker.shows()] == ["Test"]


async def test_a_push_of_another_application_or_of_nothing_readable_is_shown_without_buttons(away):
    _, _, worker, push = away
    await worker.push(**push | {"app": 999_999})
    (shown,) = await worker.shows()
    assert shown["actions"] == []
    await worker.worker.evaluate("async () => { for (const one of await registration.getNotifications()) one.close() }")
    await worker.push()
    (shown,) = await worker.shows()
    assert shown["title"] == "Something new in Switchboard" and shown["data"]["path"] == "/panel/"


async def test_the_badge_counts_conversations_and_goes_when_they_are_read(away):
    _, ada, worker, push = away
    await ada.page.goto("about:blank")
    await worker.worker.evaluate(
        "() => { self.badges = []; const set = navigator.setAppBadge.bind(navigator);"
        "navigator.setAppBadge = (count) => { badges.push(count); return set(count) } }"
    )
    await worker.push(**push)
    await until(lambda: worker.worker.evaluate("() => badges.at(-1) === 1"))
    await worker.push(**push | {"conversation": 999_999, "tag": "conversation 999999"})
    await until(lambda: worker.worker.evaluate("() => badges.at(-1) === 2"))
    await worker.push(**push | {"body": "Hello?"})
    await until(lambda: worker.worker.evaluate("() => badges.length === 3 && badges.at(-1) === 2"))


async def test_the_worker_speaks_the_language_of_the_panel(acme):
    ada = await acme.ada(locale="pl-PL")
    worker = await Installed(ada.page).ready()
    await ada.context.grant_permissions(["notifications"], origin=acme.url)
    await until(lambda: _language(worker, "pl"))
    await worker.push(app=acme.made["application"]["id"], conversation=1, title="Vera")
    (shown,) = await worker.shows()
    assert shown["actions"] == [["reply", "Odpowiedz"], ["assign", "Przypisz do mnie"]]


async def test_what_became_of_a_push_is_reported_at_the_address_that_came_with_it(away):
    _, _, worker, push = away
    await worker.worker.evaluate(
        "() => { self.reports = []; const real = fetch;"
        "self.fetch = (to, more) => { if (String(to).startsWith('/push/')) reports.push(to); return real(to, more) } }"
    )
    await worker.push(**push | {"report": "/push/1/1/signed"})
    await worker.shows()
    await worker.clicks()
    reports = await worker.worker.evaluate("() => reports")
    assert reports == ["/push/1/1/signed/displayed", "/push/1/1/signed/clicked"]
    # Of another conversation: the first one is before her eyes by now.
    other = {"conversation": 999_999, "tag": "other", "report": "https://evil.example/push/1"}
    await worker.push(**push | other)
    await worker.shows()
    assert await worker.worker.evaluate("() => reports.length") == 2


async def test_an_address_outside_the_panel_is_never_opened(away):
    _, _, worker, push = away
    await worker.push(**push | {"url": "https://evil.example/panel/"})
    (shown,) = await worker.shows()
    assert shown["data"]["path"] == push["url"]


async def _body(worker: Installed, text: str) -> bool:
    return text in [each["body"] for each in await worker.shown()]


async def _unread(worker: Installed, expected: list[int]) -> bool:
    """Whether these conversations are what the worker counts on: the only list of numbers that is kept."""
    return expected in [each for each in await worker.kept("kept") if isinstance(each, list)]


async def _language(worker: Installed, language: str) -> bool:
    return language in await worker.kept("kept")


async def _outbox(worker: Installed, count: int) -> bool:
    return len(await worker.kept("outbox")) == count
