"""Pipelines in the settings: made, put in order, renamed, and deleted with a question about their deals."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go

pytestmark = pytest.mark.annex("R2")


async def test_pipelines_and_their_stages_are_made_renamed_and_put_in_order_by_keyboard(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel()
    keys = page.keyboard
    await go(page, "/settings/pipelines")
    stages = page.get_by_role("list", name="Stages of Sales").locator("strong")
    await expect(stages).to_have_text(["New", "Contacted", "Needs understood", "Offer sent", "Negotiation"])
    await page.get_by_role("button", name="New pipeline").focus()
    await keys.press("Enter")
    form = page.get_by_role("dialog", name="New pipeline")
    await expect(form.get_by_label("Name")).to_be_focused()
    await keys.type("Service")
    await form.get_by_label("Currency").fill("pln")
    await form.get_by_label("Stages, one on each line").fill("Asked\n\n  Paid \nSent")
    await form.get_by_role("button", name="Save").focus()
    await keys.press("Enter")
    service = page.get_by_role("list", name="Stages of Service").locator("strong")
    await expect(service).to_have_text(["Asked", "Paid", "Sent"])

    up = page.get_by_role("button", name="Move Sent up")
    await up.focus()
    await keys.press("Enter")
    await expect(service).to_have_text(["Asked", "Sent", "Paid"])
    await expect(page.get_by_role("status").filter(has_text="Sent is now 2 of 3")).to_be_attached()
    await expect(up).to_be_focused()
    await keys.press("ArrowUp")
    await expect(service).to_have_text(["Sent", "Asked", "Paid"])
    await expect(page.get_by_role("button", name="Move Sent down")).to_be_focused()
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await expect(service).to_have_text(["Asked", "Paid", "Sent"])
    await up.focus()
    await keys.press("Enter")
    await page.get_by_role("button", name="Move Service up").focus()
    await keys.press("Enter")
    await expect(page.locator("section h3")).to_have_text(["Service PLN", "Sales USD", "Loss reasons"])

    await page.get_by_role("button", name="Rename Paid").focus()
    await keys.press("Enter")
    await page.get_by_role("textbox", name="Name of the stage").fill("Paid in full")
    await keys.press("Enter")
    await page.get_by_role("button", name="New stage in Service").focus()
    await keys.press("Enter")
    await page.get_by_role("textbox", name="Name of the stage").fill("Thanked")
    await keys.press("Enter")
    await expect(service).to_have_text(["Asked", "Sent", "Paid in full", "Thanked"])
    await page.reload()
    await expect(service).to_have_text(["Asked", "Sent", "Paid in full", "Thanked"])
    kept = (await api("GET", "pipelines"))["pipelines"]
    assert [(each["name"], each["currency"]) for each in kept] == [("Service", "PLN"), ("Sales", "USD")]


async def test_a_stage_and_a_pipeline_go_after_a_question_that_says_what_becomes_of_their_deals(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    sales = (await api("GET", "pipelines"))["pipelines"][0]
    page = await panel(at="/settings/pipelines")
    await expect(page.get_by_role("button", name="Delete Sales")).to_be_disabled()
    service = await api("POST", "pipelines", name="Service", stages=["Asked", "Paid"])
    asked, paid = (each["id"] for each in service["stages"])
    deals = [(await api("POST", "deals", name=f"Deal {n}", stage=paid))["id"] for n in range(2)]

    await page.get_by_role("button", name="Delete Asked").click()
    dialog = page.get_by_role("dialog", name="Delete the stage “Asked”?")
    await expect(dialog).to_contain_text("No deal stands in it.")
    await dialog.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Delete Paid").click()
    dialog = page.get_by_role("dialog", name="Delete the stage “Paid”?")
    await expect(dialog).to_contain_text("2 deals stand in it.")
    await expect(dialog.get_by_label("The deals move to")).to_have_value(str(asked))
    await dialog.get_by_role("button", name="Move and delete").click()
    stages = page.get_by_role("list", name="Stages of Service").locator("strong")
    await expect(stages).to_have_text(["Asked"], timeout=10_000)
    assert [(await api("GET", f"deals/{id}"))["stage"] for id in deals] == [asked, asked]

    await page.get_by_role("button", name="Delete Service").click()
    dialog = page.get_by_role("dialog", name="Delete the pipeline “Service”?")
    await expect(dialog).to_contain_text("2 deals stand in it.")
    goal = sales["stages"][2]
    await dialog.get_by_label("The deals move to").select_option(str(goal["id"]))
    await dialog.get_by_role("button", name="Move and delete").click()
    await expect(page.get_by_role("region", name="Service")).to_have_count(0, timeout=10_000)
    assert [(await api("GET", f"deals/{id}"))["stage"] for id in deals] == [goal["id"]] * 2


async def test_loss_reasons_are_made_renamed_and_deleted_with_what_it_means(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel(at="/settings/pipelines")
    await expect(page.get_by_text("No reasons yet.")).to_be_visible()
    await page.get_by_role("button", name="New loss reason").click()
    await page.get_by_role("textbox", name="Reason").fill("Too dear")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Rename Too dear").click()
    await page.get_by_role("textbox", name="Reason").fill("Too expensive")
    await page.keyboard.press("Enter")
    reasons = page.get_by_role("list", name="Loss reasons")
    await expect(reasons.get_by_role("listitem")).to_have_text(["Too expensive"])
    reason = (await api("GET", "loss-reasons"))["loss_reasons"][0]["id"]
    id = (await api("POST", "deals", name="Mugs"))["id"]
    await api("POST", f"deals/{id}/lose", loss_reason=reason)
    await page.get_by_role("button", name="Delete Too expensive").click()
    dialog = page.get_by_role("dialog", name="Delete the reason “Too expensive”?")
    await expect(dialog).to_contain_text("1 deal was lost for it. It stays lost, for no reason.")
    await dialog.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_text("No reasons yet.")).to_be_visible()
    assert (await api("GET", f"deals/{id}"))["status"] == "lost"
