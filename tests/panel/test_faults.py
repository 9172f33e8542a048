"""A fault is reported in the panel, also without a network, and the operator closes it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import go
from tests.panel.test_accessible import FAINT, NAMELESS

pytestmark = pytest.mark.annex("L2", "L4")


async def test_a_fault_is_reported_without_a_network_and_closed_by_the_operator(acme: Any, panel: OpenPanel) -> None:
    ben = await panel("ben@acme.example")
    await ben.keyboard.press("Control+k")
    await ben.get_by_role("combobox").fill("report a fault")
    await expect(ben.get_by_role("option").first).to_be_visible()  # it is there a moment after the panel
    await ben.keyboard.press("Enter")
    await expect(ben.get_by_label("First name")).to_have_value("Ben")
    await expect(ben.get_by_label("Operating system")).not_to_have_value("")
    await ben.get_by_label("Last name").fill("Franklin")
    await ben.get_by_label("What did you expect?").fill("Messages arrive")
    await ben.get_by_label("What happens instead?").fill("None arrives")
    await ben.context.set_offline(True)
    await ben.get_by_role("button", name="Send the report").click()
    await expect(ben.get_by_text("1 report waits for the network")).to_be_visible()
    await ben.context.set_offline(False)
    row = ben.get_by_role("listitem").filter(has_text="None arrives")
    await expect(row).to_be_visible(timeout=30_000)

    ada = await panel(at="/faults")
    await ada.get_by_role("link", name="None arrives").click()
    await expect(ada.get_by_text("loop_lag_ms")).to_be_visible()
    await expect(ada.get_by_text("Ben Franklin (ben@acme.example)")).to_be_visible()
    await ada.get_by_label("Answer", exact=True).fill("We look at it")
    await ada.get_by_label("State").select_option("Accepted")
    await ada.get_by_role("button", name="Tell the reporter").click()
    await row.get_by_role("link").click()
    await expect(ben.get_by_text("We look at it")).to_be_visible()
    await ada.get_by_role("button", name="Close the report…").click()
    for name in ("Cause", "Restored function", "Removed effects", "Restored data"):
        await ada.get_by_label(name, exact=True).fill(f"{name} in words")
    close = ada.get_by_role("button", name="Close the report", exact=True)
    await expect(close).to_be_disabled()
    for name in ("The cause is removed", "The function is restored", "The effects are removed"):
        await ada.get_by_label(name).check()
    await close.click()
    await expect(ben.get_by_text("Restored data in words")).to_be_visible()


SPOILED = """() => {
    const kept = JSON.parse(localStorage.getItem('panel.faults'))
    kept[0].report.services = ['what no server knows']
    localStorage.setItem('panel.faults', JSON.stringify(kept))
}"""


async def test_a_report_that_is_refused_when_the_network_is_back_can_be_looked_at_again(
    acme: Any, panel: OpenPanel
) -> None:
    ben = await panel("ben@acme.example")
    await go(ben, "/faults/new")
    await ben.get_by_label("What did you expect?").fill("Messages arrive")
    await ben.get_by_label("What happens instead?").fill("None arrives")
    await ben.context.set_offline(True)
    await ben.get_by_role("button", name="Send the report").click()
    await expect(ben.get_by_text("1 report waits for the network")).to_be_visible()
    await ben.evaluate(SPOILED)
    await ben.context.set_offline(False)
    told = ben.get_by_role("alert").filter(has_text="A report that waited here was refused.")
    await told.get_by_role("button", name="Look at it again").click(timeout=30_000)
    await expect(ben.get_by_label("What happens instead?")).to_have_value("None arrives")
    await ben.get_by_label("This panel", exact=True).check()
    await ben.get_by_role("button", name="Send the report").click()
    await expect(ben.get_by_role("main").get_by_role("alert").filter(has_text="services")).to_be_visible()


async def test_the_operator_sets_business_hours_and_what_a_customer_was_promised(
    acme: Any, globex: Any, panel: OpenPanel
) -> None:
    ada = await panel(at="/faults")
    await ada.get_by_text("Deadlines", exact=True).click()
    hours = ada.get_by_role("region", name="Business hours")
    await expect(hours.get_by_role("group", name="Monday")).to_be_visible()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        await hours.get_by_role("checkbox", name=day).uncheck()
    await expect(hours.get_by_role("alert")).to_contain_text("at least one day")
    await expect(ada.get_by_role("button", name="Save")).to_be_disabled()
    await hours.get_by_role("checkbox", name="Saturday").check()
    await hours.get_by_role("button", name="Add a holiday").click()
    await hours.get_by_label("Day", exact=True).fill("2026-12-26")
    await hours.get_by_label("Every year").check()
    assert await ada.evaluate(FAINT) == [] and await ada.evaluate(NAMELESS) == []
    await ada.get_by_role("button", name="Save").click()
    await expect(ada.get_by_role("button", name="Save")).to_be_disabled()
    await ada.get_by_role("button", name="Times of Globex").click()
    form = ada.get_by_role("dialog", name="Times of Globex")
    await form.get_by_label("Critical: minutes to the answer").fill("15")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)
    await expect(ada.get_by_text("With times of their own")).to_be_visible()

    ada = await panel()  # and it is kept
    await go(ada, "/faults")
    await ada.get_by_text("Deadlines", exact=True).click()
    hours = ada.get_by_role("region", name="Business hours")
    await expect(hours.get_by_role("checkbox", name="Saturday")).to_be_checked()
    await expect(hours.get_by_role("checkbox", name="Monday")).not_to_be_checked()
    await expect(hours.get_by_label("Day", exact=True)).to_have_value("2026-12-26")
    await ada.get_by_role("button", name="Times of Globex").click()
    await ada.get_by_role("dialog").get_by_role("button", name="Back to the plan").click()
    await expect(ada.get_by_text("With times of their own")).to_have_count(0)
