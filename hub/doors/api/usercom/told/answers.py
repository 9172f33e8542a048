"""Which call of the public API answers with what. A call that is not here has an empty answer."""

from __future__ import annotations

from typing import Any

from hub.doors.api import shapes
from hub.doors.api.usercom import (
    application,
    attachments,
    belongings,
    companies,
    emails,
    named,
    site_views,
    tickets,
    users,
)
from hub.doors.api.usercom.crm import activities, deals, notes, pipelines, product_events, products, stage_changes
from hub.doors.api.usercom.rows import Handler
from hub.doors.api.usercom.told import crm_objects as crm
from hub.doors.api.usercom.told import objects
from hub.doors.api.usercom.told.application import ApplicationItem
from hub.doors.api.usercom.told.versioned import page_of, search_of
from hub.outreach.emails import Rendered

_USERS, _COMPANIES = page_of(objects.User), page_of(objects.Company)


def _thing(of: Any, one: Any) -> dict[Handler, Any]:
    """What there is of deals, activities and products alike."""
    return {
        of.create: one, of.update: one, of.get: one, of.list_all: page_of(one), of.search: search_of(one), of.delete: None,
    }  # fmt: skip


def _words(
    list_all: Handler, create: Handler, get: Handler, change: Handler, delete: Handler, one: Any
) -> dict[Handler, Any]:
    return {list_all: page_of(one), create: one, get: one, change: one, delete: None}


ANSWERS: dict[Handler, Any] = {
    application.get: ApplicationItem,
    users.create: objects.User, users.update: objects.User, users.get: objects.User, users.list_all: _USERS,
    users.update_or_create: objects.Upserted, users.search: search_of(objects.User), users.merge: objects.WasDone,
    users.update_many: objects.Updated, users.delete: None,
    belongings.add_tag: objects.GivenTag, belongings.add_many_tags: objects.GivenTags,
    belongings.remove_tag: objects.WasDone, belongings.add_to_list: objects.NamedList,
    belongings.remove_from_list: objects.WasDone, belongings.set_attribute: None,
    belongings.set_multiple_attributes: None, belongings.remove_attribute: None,
    belongings.ping_hits: page_of(objects.PageVisit), belongings.whole_timeline: page_of(objects.TimelineEntry),
    belongings.events: page_of(objects.UserEvent), belongings.segments: page_of(objects.NamedSegment),
    companies.create: objects.Company, companies.update: objects.Company, companies.get: objects.Company,
    companies.list_all: _COMPANIES, companies.search: search_of(objects.Company), companies.delete: None,
    companies.add_tag: objects.GivenTag, companies.remove_tag: objects.WasDone, companies.set_attributes: None,
    companies.add_member: objects.Company, companies.remove_member: objects.Company, companies.list_members: _USERS,
    **_words(named.list_tags, named.create_tag, named.get_tag, named.change_tag, named.delete_tag, objects.Tag),
    named.tag_users: _USERS, named.tag_companies: _COMPANIES,
    **_words(named.list_lists, named.create_list, named.get_list, named.change_list, named.delete_list, objects.NamedList),
    named.list_users: _USERS, named.add_list_user: objects.NamedList, named.remove_list_user: objects.NamedList,
    named.list_segments: page_of(objects.NamedSegment), named.get_segment: objects.NamedSegment,
    named.segment_users: _USERS,
    **_words(named.list_attributes, named.create_attribute, named.get_attribute, named.change_attribute,
             named.delete_attribute, objects.AttributeItem),
    named.attribute_type: objects.AttributeType, named.create_event: objects.KeptEvent,
    named.list_events: page_of(objects.EventName), named.get_event: objects.EventName,
    attachments.create: shapes.AttachmentItem, site_views.create: objects.SiteViewItem,
    tickets.create: crm.Ticket, tickets.update: crm.Ticket, tickets.get: crm.Ticket, tickets.delete: None,
    tickets.list_all: page_of(crm.Ticket),
    **_words(emails.list_templates, emails.create_template, emails.get_template, emails.change_template,
             emails.delete_template, objects.EmailTemplate),
    emails.list_versions: page_of(objects.EmailTemplate), emails.render_template: Rendered,
    emails.send: objects.SentTogether, emails.list_emails: page_of(objects.UserEmail),
    **_thing(deals, crm.Deal), deals.update_or_create: objects.Upserted,
    stage_changes.list_all: page_of(crm.StageChange),
    **_thing(activities, crm.Activity),
    **_thing(products, crm.Product), products.update_or_create: objects.Upserted,
    products.create_event: crm.KeptProductEvent, product_events.list_of: page_of(crm.ProductEventOfUser),
    notes.list_of: page_of(crm.Note), notes.create: crm.Note, notes.get: crm.Note, notes.update: crm.Note,
    notes.delete: None,
    **_words(pipelines.list_pipelines, pipelines.create_pipeline, pipelines.get_pipeline, pipelines.change_pipeline,
             pipelines.delete_pipeline, crm.PipelineItem),
    **_words(pipelines.list_stages, pipelines.create_stage, pipelines.get_stage, pipelines.change_stage,
             pipelines.delete_stage, crm.StageItem),
    **_words(pipelines.list_loss_reasons, pipelines.create_loss_reason, pipelines.get_loss_reason,
             pipelines.change_loss_reason, pipelines.delete_loss_reason, crm.LossReasonItem),
    **_words(pipelines.list_types, pipelines.create_type, pipelines.get_type, pipelines.change_type,
             pipelines.delete_type, crm.ActivityTypeItem),
}  # fmt: skip
