"""What the other tenant calls the verbs of the CRM with, for the matrix of all verbs (tests/live/test_tenants.py)."""

from __future__ import annotations

from typing import Any

from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.crm import notes, product_events, products, tickets
from hub.crm.activities import activities, types
from hub.crm.activities.finding import FindActivities
from hub.crm.deals import deals
from hub.crm.deals.board import BoardOf
from hub.crm.deals.finding import FindDeals
from hub.crm.deals.history import DealHistoryOf
from hub.crm.pipelines import loss_reasons, pipelines, stages
from hub.crm.pipelines.emptying import DeleteStage
from hub.people.timeline import CompanyTimelineOf

_SOON = "2030-01-01T00:00:00Z"


async def crm_of_acme(hub: Hub, actor: Actor, contact: int) -> dict[str, Any]:
    """Make one of everything, by the verbs; return the ids."""
    way = await pipelines.create_pipeline(hub, actor, pipelines.NewPipeline("Acme's secret", stages=["Secret"]))
    reason = await loss_reasons.create_loss_reason(hub, actor, loss_reasons.NewLossReason("A secret"))
    deal = await deals.create_deal(
        hub, actor, deals.NewDeal(name="Secret deal", custom_id="secret-1", contact=contact, pipeline=way.id)
    )
    type = await types.create_activity_type(hub, actor, types.NewActivityType("Secret"))
    activity = await activities.create_activity(
        hub, actor, activities.NewActivity(name="Secret", due=_SOON, custom_id="secret-1")
    )
    note = await notes.create_note(hub, actor, notes.NewCrmNote("contact", contact, "Secret"))
    product = await products.create_product(
        hub, actor, products.NewProduct({"name": "Secret", "custom_id": "secret-1"})
    )
    ticket = await tickets.create_ticket(hub, actor, tickets.NewTicket(description="Secret"))
    return {
        "pipeline": way.id, "stage": way.stages[0].id, "loss_reason": reason.id, "deal": deal.id, "type": type.id,
        "activity": activity.id, "crm_note": note.id, "product": product.id, "ticket": ticket.id,
    }  # fmt: skip


async def product_event(hub: Hub, actor: Actor, contact: int) -> None:
    """Let a contact look at a product."""
    new = product_events.NewProductEvent("view", contact=contact, product_custom_id="seen", make_unknown=True)
    await product_events.record_product_event(hub, actor, new)


CRM_INPUTS: dict[str, Any] = {
    "people.timeline.read_company_timeline": lambda ids: CompanyTimelineOf(ids["company"]),
    "crm.pipelines.pipelines.list_pipelines": None,
    "crm.pipelines.pipelines.create_pipeline": lambda ids: pipelines.NewPipeline("Theirs"),
    "crm.pipelines.pipelines.get_pipeline": lambda ids: pipelines.PipelineRef(ids["pipeline"]),
    "crm.pipelines.pipelines.change_pipeline": lambda ids: pipelines.PipelineChange(ids["pipeline"], name="Theirs"),
    "crm.pipelines.emptying.delete_pipeline": lambda ids: pipelines.DeletePipeline(ids["pipeline"]),
    "crm.pipelines.emptying.delete_stage": lambda ids: DeleteStage(ids["stage"]),
    "crm.pipelines.stages.list_stages": lambda ids: stages.StagesOf(ids["pipeline"]),
    "crm.pipelines.stages.get_stage": lambda ids: stages.StageRef(ids["stage"]),
    "crm.pipelines.stages.create_stage": lambda ids: stages.NewStage(ids["pipeline"], "Theirs"),
    "crm.pipelines.stages.change_stage": lambda ids: stages.StageChange(ids["stage"], name="Theirs"),
    "crm.pipelines.stages.order_stages": lambda ids: stages.StageOrder(ids["pipeline"], [ids["stage"]]),
    "crm.pipelines.loss_reasons.list_loss_reasons": None,
    "crm.pipelines.loss_reasons.create_loss_reason": lambda ids: loss_reasons.NewLossReason("Theirs"),
    "crm.pipelines.loss_reasons.get_loss_reason": lambda ids: loss_reasons.LossReasonRef(ids["loss_reason"]),
    "crm.pipelines.loss_reasons.change_loss_reason": lambda ids: loss_reasons.LossReasonChange(ids["loss_reason"], "X"),
    "crm.pipelines.loss_reasons.delete_loss_reason": lambda ids: loss_reasons.LossReasonRef(ids["loss_reason"]),
    "crm.deals.board.open_board": lambda ids: BoardOf(ids["pipeline"]),
    "crm.deals.history.read_deal_history": lambda ids: DealHistoryOf(ids["deal"]),
    "crm.deals.finding.find_deals": lambda ids: FindDeals(stage=ids["stage"], contact=ids["contact"]),
    "crm.deals.finding.count_deals": lambda ids: FindDeals(),
    "crm.deals.deals.get_deal": lambda ids: deals.DealRef(ids["deal"]),
    "crm.deals.deals.get_deal_by_custom_id": lambda ids: deals.DealCustomId("secret-1"),
    "crm.deals.deals.create_deal": lambda ids: deals.NewDeal(name="Theirs", contact=ids["contact"]),
    "crm.deals.deals.change_deal": lambda ids: deals.DealChange(deal=ids["deal"], name="Theirs"),
    "crm.deals.deals.upsert_deal": lambda ids: deals.DealOfYours(
        custom_id="secret-1", name="X", company=ids["company"]
    ),
    "crm.deals.deals.delete_deal": lambda ids: deals.DealRef(ids["deal"]),
    "crm.deals.deals.move_deal": lambda ids: deals.MoveDeal(ids["deal"], ids["stage"]),
    "crm.deals.deals.win_deal": lambda ids: deals.WinDeal(ids["deal"]),
    "crm.deals.deals.lose_deal": lambda ids: deals.LoseDeal(ids["deal"]),
    "crm.deals.deals.reopen_deal": lambda ids: deals.DealRef(ids["deal"]),
    "crm.activities.types.list_activity_types": None,
    "crm.activities.types.create_activity_type": lambda ids: types.NewActivityType("Theirs"),
    "crm.activities.types.get_activity_type": lambda ids: types.ActivityTypeRef(ids["type"]),
    "crm.activities.types.change_activity_type": lambda ids: types.ActivityTypeChange(ids["type"], "Theirs"),
    "crm.activities.types.delete_activity_type": lambda ids: types.DeleteActivityType(ids["type"]),
    "crm.activities.finding.find_activities": lambda ids: FindActivities(assignee=ids["agent"], deal=ids["deal"]),
    "crm.activities.finding.count_activities": lambda ids: FindActivities(),
    "crm.activities.activities.get_activity": lambda ids: activities.ActivityRef(ids["activity"]),
    "crm.activities.activities.get_activity_by_custom_id": lambda ids: activities.ActivityCustomId("secret-1"),
    "crm.activities.activities.create_activity": lambda ids: activities.NewActivity(
        name="X", due=_SOON, deal=ids["deal"]
    ),
    "crm.activities.activities.change_activity": lambda ids: activities.ActivityChange(
        activity=ids["activity"], name="X"
    ),
    "crm.activities.activities.upsert_activity": lambda ids: activities.ActivityOfYours(
        custom_id="secret-1", name="X", due=_SOON, assignee=ids["agent"]
    ),
    "crm.activities.activities.finish_activity": lambda ids: activities.FinishActivity(ids["activity"]),
    "crm.activities.activities.reopen_activity": lambda ids: activities.ActivityRef(ids["activity"]),
    "crm.activities.activities.delete_activity": lambda ids: activities.ActivityRef(ids["activity"]),
    "crm.notes.count_notes": lambda ids: notes.CrmNotesOf("contact", ids["contact"]),
    "crm.notes.list_notes": lambda ids: notes.CrmNotesOf("contact", ids["contact"]),
    "crm.notes.get_note": lambda ids: notes.CrmNoteRef(ids["crm_note"]),
    "crm.notes.create_note": lambda ids: notes.NewCrmNote("deal", ids["deal"], "Theirs"),
    "crm.notes.change_note": lambda ids: notes.CrmNoteChange(ids["crm_note"], text="Theirs"),
    "crm.notes.delete_note": lambda ids: notes.CrmNoteRef(ids["crm_note"]),
    "crm.products.get_product": lambda ids: products.ProductRef(ids["product"]),
    "crm.products.get_product_by_custom_id": lambda ids: products.ProductCustomId("secret-1"),
    "crm.products.count_products": lambda ids: products.FindProducts(),
    "crm.products.find_products": lambda ids: products.FindProducts(search="secret"),
    "crm.products.create_product": lambda ids: products.NewProduct({"name": "Theirs"}),
    "crm.products.change_product": lambda ids: products.ProductChange(ids["product"], {"name": "Theirs"}),
    "crm.products.upsert_product": lambda ids: products.ProductOfYours("theirs", {"name": "Theirs"}),
    "crm.products.delete_product": lambda ids: products.ProductRef(ids["product"]),
    "crm.product_events.record_product_event": lambda ids: product_events.NewProductEvent(
        "view", contact=ids["contact"], product=ids["product"]
    ),
    "crm.tickets.get_ticket": lambda ids: tickets.TicketRef(ids["ticket"]),
    "crm.tickets.find_tickets": lambda ids: tickets.FindTickets(contact=ids["contact"]),
    "crm.tickets.count_tickets": lambda ids: tickets.FindTickets(contact=ids["contact"]),
    "crm.tickets.create_ticket": lambda ids: tickets.NewTicket(description="x", company=ids["company"]),
    "crm.tickets.change_ticket": lambda ids: tickets.TicketChange(ticket=ids["ticket"], name="Theirs"),
    "crm.tickets.delete_ticket": lambda ids: tickets.TicketRef(ids["ticket"]),
}
CRM_HARMLESS = {
    "list_pipelines", "create_pipeline", "create_loss_reason", "list_activity_types", "create_activity_type",
    "create_product", "upsert_product",
}  # fmt: skip
CRM_EMPTY = {
    "list_loss_reasons", "find_deals", "count_deals", "find_activities", "count_activities", "find_products", "count_products",
    "find_tickets", "count_tickets",
}  # fmt: skip
