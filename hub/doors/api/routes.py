"""Every REST call, one line each; the ones without a key or token stand apart, on purpose."""

from __future__ import annotations

from aiohttp import web

from hub.accounts import agents, consent_mode, groups, keys, link_previews, transcripts, typing_preview
from hub.accounts.sessions import SignedIn
from hub.accounts.sign_in import SecondStep, SignIn
from hub.chat import attachments, messages, routing, states, visitors
from hub.chat import notes as chat_notes
from hub.crm import notes, product_events, products, tickets
from hub.crm.activities import activities, types
from hub.crm.activities import finding as activities_found
from hub.crm.deals import board, deals, history
from hub.crm.deals import finding as deals_found
from hub.crm.pipelines import emptying, loss_reasons, pipelines, stages
from hub.doors.api import account, dossier, mobile, public, shapes, transfer
from hub.doors.api.route import BOTH, CSV, XLSX, Route
from hub.doors.api.route import panel_row as _panel
from hub.doors.api.rows_access import ACCESS, JOINING
from hub.doors.api.rows_application import APPLICATION
from hub.doors.api.rows_calls import CALLS
from hub.doors.api.rows_inbox import INBOX
from hub.doors.api.rows_modals import MODALS
from hub.doors.api.rows_outreach import OUTREACH
from hub.doors.api.rows_routing import ROUTING
from hub.doors.api.rows_writing import WRITING
from hub.doors.api.usercom.crm.rows import CRM_ROWS
from hub.doors.api.usercom.rows import ROWS
from hub.doors.api.usercom.rows_talk import TALK_ROWS
from hub.doors.api.usercom.told.answers import ANSWERS
from hub.doors.api.usercom.told.bodies import FORMS, body_of
from hub.doors.api.usercom.told.queries import PAGE, QUERIES
from hub.doors.api.usercom.told.versioned import Either
from hub.people import attributes, bulk, managing, profile, timeline, views
from hub.people.companies import companies, members
from hub.people.companies import tags as company_tags
from hub.people.enriching import enriching, many, setting
from hub.people.exporting.exports import ExportContacts
from hub.people.forms import forms, submissions
from hub.people.grouping import rules as group_rules
from hub.people.importing import imports
from hub.people.importing.shown import Import
from hub.people.labels import lists, tags
from hub.people.merging import apart, duplicates, merges, previewing
from hub.people.operations import operations
from hub.people.privacy import consent, erasure, kept, retention, retention_preview
from hub.people.segments import preview, segments
from hub.people.tracking import custom_events, ingesting
from hub.webhooks import deliveries, webhooks

PUBLIC = [
    Route("GET",  "/api/public/conversations/", public.list_conversations, "List conversations", None,
          shapes.ConversationPage, query={"status": "`true` gives only open ones", **PAGE}),
    Route("GET",  "/api/public/conversations/{id}/", public.get_conversation, "Get a conversation with its messages",
          None, shapes.ConversationEnvelope),
    Route("GET",  "/api/public/users/{user_id}/conversations/", public.list_user_conversations,
          "List a user's conversations", None, shapes.ConversationPage,
          query={"status": "`true` gives only open ones", **PAGE}),
    Route("POST", "/api/public/users/{user_id}/conversations/", public.create_conversation,
          "Begin a conversation with a user", shapes.CreateConversation, shapes.ConversationItem, 201),
    Route("GET",  "/api/public/users-by-id/{custom_id}/conversations/", public.list_user_conversations,
          "List a user's conversations, by your id", None, shapes.ConversationPage,
          query={"status": "`true` gives only open ones", **PAGE}),
    Route("POST", "/api/public/users-by-id/{custom_id}/conversations/", public.create_conversation,
          "Begin a conversation with a user, by your id", shapes.CreateConversation, shapes.ConversationItem, 201),
    Route("POST", "/api/public/message/", public.create_message, "Send a message as an agent", shapes.CreateMessage,
          shapes.MessageItem, 201),
    Route("POST", "/api/public/message/send_message_as_user/", public.create_message_as_user,
          "Send a message as a user", shapes.CreateMessageAsUser, shapes.MessageItem, 201),
]  # fmt: skip

PUBLIC += [
    Route(method, f"/api/public{path}", handler, what, body_of(handler, path), ANSWERS[handler], status,
          QUERIES.get(handler, {}), takes="multipart/form-data" if handler in FORMS else "")
    for method, path, handler, what, status in (*ROWS, *CRM_ROWS, *TALK_ROWS)
]  # fmt: skip

MOBILE = [
    Route("POST", "/api/sdk/v1/ping/", mobile.ping, "Say who uses the application, on which device", mobile.Ping,
          mobile.Pong),
    Route("POST", "/api/sdk/v1/event/", mobile.create_event, "Keep an event", mobile.SdkEvent, mobile.SdkEventItem),
    Route("POST", "/api/sdk/v1/product_event/", mobile.create_product_event, "Keep a product event", mobile.SdkEvent,
          mobile.SdkEventItem),
    Route("POST", "/api/sdk/v1/screen_event/", mobile.create_screen_event, "Keep that a screen was opened or left",
          mobile.SdkEvent, mobile.SdkEventItem),
    Route("POST", "/api/sdk/v1/delete-fcm-token/", mobile.delete_fcm_token, "Forget the token of push messages",
          mobile.FcmToken, mobile.Nothing),
    Route("DELETE", "/api/sdk/v1/delete-fcm-token/", mobile.delete_fcm_token, "Forget the token of push messages",
          mobile.FcmToken, mobile.Nothing),
    Route("POST", "/api/sdk/v1/{type}/{id}/{action}/", mobile.act_on_message, "Keep what was done with a message",
          mobile.MessageAction, mobile.SdkEventItem),
]  # fmt: skip

OPEN = [
    *JOINING,
    Route("POST", "/api/app/sign-in", account.sign_in, "Sign an agent in", SignIn,
          Either((SignedIn, account.Applications, SecondStep)), by=()),
    Route("POST", "/api/app/sign-out", account.sign_out, "End the session of the bearer token", status=204,
          by=("agent",)),
    Route("GET",  "/api/app/agents", account.list_agents, "List the agents, for an owner's bearer token", None,
          agents.TeamAgents, by=("agent",)),
    Route("DELETE", "/api/app/agents/{id}", account.remove_agent, "Remove an agent, for an owner's bearer token",
          status=204,
          by=("agent",)),
]  # fmt: skip


PANEL = [
    *ACCESS,
    _panel("GET",    "keys",                             keys.list_keys),
    _panel("POST",   "keys",                             keys.create_key, 201),
    _panel("PATCH",  "keys/{key}",                       keys.rename_key),
    _panel("DELETE", "keys/{key}",                       keys.revoke_key),
    _panel("GET",    "groups",                           groups.list_groups),
    _panel("POST",   "groups",                           groups.create_group, 201),
    _panel("PATCH",  "groups/{group}",                   groups.change_group),
    _panel("DELETE", "groups/{group}",                   groups.delete_group),
    _panel("PUT",    "groups/{group}/agents/{agent}",    groups.add_agent),
    _panel("DELETE", "groups/{group}/agents/{agent}",    groups.drop_agent),
    _panel("GET",    "group-rules",                      group_rules.get_group_rules),
    _panel("PUT",    "group-rules",                      group_rules.set_group_rules),
    _panel("PUT",    "conversations/{conversation}/group", routing.group_conversation),
    _panel("PUT",    "conversations/{conversation}/assignee", states.assign_conversation),
    _panel("POST",   "conversations/{conversation}/close", states.close_conversation),
    _panel("POST",   "conversations/{conversation}/reopen", states.reopen_conversation),
    _panel("POST",   "conversations/{conversation}/pending", states.let_pend),
    _panel("POST",   "conversations/{conversation}/snooze", states.snooze_conversation),
    *INBOX,
    *WRITING,
    _panel("POST",   "visitors/find",                    visitors.list_visitors),
    _panel("POST",   "contacts/{contact}/conversations", visitors.start_talk, 201),
    _panel("POST",   "conversations/{conversation}/messages", messages.send, 201, "send_message"),
    _panel("POST",   "conversations/{conversation}/notes", chat_notes.add_note, 201, "add_conversation_note"),
    _panel("POST",   "attachments",                      attachments.start_attachment, 201),
    _panel("GET",    "attributes",                       attributes.list_attributes),
    _panel("POST",   "attributes",                       attributes.create_attribute, 201),
    _panel("PATCH",  "attributes/{attribute}",           attributes.change_attribute),
    _panel("DELETE", "attributes/{attribute}",           attributes.delete_attribute),
    Route("GET",  "/api/app/contacts/export", transfer.export, "Download contacts as CSV or XLSX", by=BOTH,
          gives=(CSV, XLSX),
          query={"format": "`csv` (the default) or `xlsx`", "segment": "id of a segment; everybody without it",
                 "columns": "names of attributes, separated by commas"}),
    Route("POST", "/api/app/contacts/export", transfer.export_where, "Download the contacts that conditions find",
          ExportContacts, by=BOTH, gives=(CSV, XLSX)),
    Route("POST", "/api/app/imports", transfer.upload, "Upload a file of contacts as the body (CSV or XLSX)", bytes,
          Import, 201, takes="application/octet-stream", query={"name": "name of the file", "charset": "by default recognised",
                                      "delimiter": "by default recognised",
                                      "sheet": "of a workbook; by default its first one"}, by=BOTH),
    _panel("GET",    "imports",                          imports.list_imports),
    _panel("GET",    "imports/{id}",                     imports.get_import),
    _panel("DELETE", "imports/{id}",                     imports.delete_import),
    _panel("POST",   "imports/{id}/check",               imports.check_import),
    _panel("POST",   "imports/{id}/start",               imports.start_import),
    _panel("POST",   "imports/{id}/pause",               imports.pause_import),
    _panel("POST",   "imports/{id}/resume",              imports.resume_import),
    _panel("POST",   "imports/{id}/stop",                imports.stop_import),
    _panel("POST",   "imports/{id}/undo",                imports.undo_import),
    Route("GET",  "/api/app/imports/{id}/refused", transfer.refused, "Download the rows that an import refused",
          by=BOTH, gives=(CSV,)),
    _panel("GET",    "contacts",                         managing.find_contacts),
    _panel("POST",   "contacts/find",                    managing.find_contacts, name="find_contacts_where"),
    _panel("POST",   "contacts",                         managing.create_contact, 201),
    _panel("POST",   "contacts/upsert",                  managing.upsert_contact),
    _panel("POST",   "contacts/bulk",                    bulk.upsert_contacts, largest=bulk.LARGEST),
    _panel("GET",    "contacts/{contact}",               managing.get_one),
    _panel("PATCH",  "contacts/{contact}",               managing.change_attributes),
    _panel("GET",    "contacts/{contact}/profile",       profile.read_profile),
    _panel("GET",    "contacts/{contact}/duplicates",    duplicates.duplicates_of),
    _panel("POST",   "contacts/{contact}/enrich",        enriching.enrich_contact),
    _panel("POST",   "companies/{company}/enrich",       enriching.enrich_company),
    _panel("GET",    "enrichment",                       setting.get_enrichment),
    _panel("PATCH",  "enrichment",                       setting.change_enrichment),
    _panel("POST",   "enrichment/check",                 setting.check_key),
    _panel("GET",    "enrichment/runs",                  many.list_runs),
    _panel("POST",   "enrichment/runs",                  many.start_run, 202),
    _panel("GET",    "enrichment/runs/{run}",            many.get_run),
    _panel("POST",   "enrichment/runs/{run}/pause",      many.pause_run),
    _panel("POST",   "enrichment/runs/{run}/resume",     many.resume_run),
    _panel("POST",   "enrichment/runs/{run}/cancel",     many.cancel_run),
    _panel("GET",    "contacts/{contact}/kept",          kept.count_kept),
    _panel("POST",   "contacts/{contact}/erase",         erasure.erase_contact, 202),
    _panel("GET",    "contacts/{contact}/consents",      consent.list_consents),
    _panel("POST",   "contacts/{contact}/consents",      consent.record_consent, 201),
    Route("GET",  "/api/app/contacts/{contact}/dossier", dossier.send_dossier,
          "Download everything that is kept of a contact, as a ZIP file",
          by=BOTH, gives=("application/zip",)),
    _panel("GET",    "erasures",                         erasure.list_erasures),
    _panel("GET",    "erasures/{erasure}",               erasure.get_erasure),
    _panel("GET",    "consent-mode",                     consent_mode.get_consent_mode),
    _panel("PUT",    "consent-mode",                     consent_mode.set_consent_mode),
    _panel("GET",    "typing-preview",                   typing_preview.get_typing_preview),
    _panel("PUT",    "typing-preview",                   typing_preview.set_typing_preview),
    _panel("GET",    "link-previews",                    link_previews.get_link_preview_rule),
    _panel("PUT",    "link-previews",                    link_previews.set_link_preview_rule),
    _panel("GET",    "transcripts",                      transcripts.get_transcript_rule),
    _panel("PUT",    "transcripts",                      transcripts.set_transcript_rule),
    _panel("GET",    "retention",                        retention.get_retention),
    _panel("PUT",    "retention",                        retention.set_retention),
    _panel("POST",   "retention/preview",                retention_preview.preview_retention),
    _panel("GET",    "duplicates",                       duplicates.find_duplicates),
    _panel("POST",   "duplicates/apart",                 apart.tell_apart),
    _panel("GET",    "companies",                        companies.find_companies),
    _panel("POST",   "companies/find",                   companies.find_companies, name="find_companies_where"),
    _panel("POST",   "companies",                        companies.create_company, 201),
    _panel("POST",   "companies/upsert",                 companies.upsert_company),
    _panel("POST",   "companies/bulk",                   bulk.upsert_companies, largest=bulk.LARGEST),
    _panel("GET",    "companies/{company}",              companies.get_company),
    _panel("PATCH",  "companies/{company}",              companies.change_company),
    _panel("DELETE", "companies/{company}",              companies.delete_company),
    _panel("GET",    "companies/{company}/members",      members.list_members),
    _panel("PUT",    "companies/{company}/members/{contact}", members.add_member),
    _panel("DELETE", "companies/{company}/members/{contact}", members.remove_member),
    _panel("POST",   "companies/{company}/tags",         company_tags.add_company_tag),
    _panel("DELETE", "companies/{company}/tags",         company_tags.remove_company_tag),
    _panel("GET",    "companies/{company}/timeline",     timeline.read_company_timeline),
    _panel("POST",   "contacts/{contact}/merge",         merges.merge_contacts),
    _panel("POST",   "contacts/{contact}/merge/preview", previewing.preview_merge),
    _panel("GET",    "contacts/{contact}/timeline",      timeline.read_timeline),
    _panel("POST",   "contacts/{contact}/events",        custom_events.record_event, 201),
    _panel("POST",   "contacts/{contact}/tags",          tags.add_tag),
    _panel("DELETE", "contacts/{contact}/tags",          tags.remove_tag),
    _panel("PUT",    "contacts/{contact}/lists/{list}",  lists.add_to_list),
    _panel("DELETE", "contacts/{contact}/lists/{list}",  lists.remove_from_list),
    _panel("GET",    "events",                           profile.list_event_names),
    _panel("POST",   "events",                           ingesting.ingest),
    _panel("GET",    "views",                            views.list_views),
    _panel("POST",   "views",                            views.create_view, 201),
    _panel("PUT",    "views/order",                      views.order_views),
    _panel("PUT",    "views/columns",                    views.keep_columns),
    _panel("PATCH",  "views/{view}",                     views.change_view),
    _panel("DELETE", "views/{view}",                     views.delete_view),
    _panel("POST",   "views/{view}/restore",             views.restore_view),
    _panel("GET",    "operations",                       operations.list_operations),
    _panel("POST",   "operations",                       operations.change_many, 202),
    _panel("GET",    "operations/{operation}",           operations.get_operation),
    _panel("POST",   "operations/{operation}/cancel",    operations.cancel_operation),
    _panel("POST",   "operations/{operation}/undo",      operations.undo_operation, 202),
    _panel("GET",    "tags",                             tags.list_tags),
    _panel("POST",   "tags",                             tags.create_tag, 201),
    _panel("PATCH",  "tags/{tag}",                       tags.rename_tag),
    _panel("DELETE", "tags/{tag}",                       tags.delete_tag),
    _panel("POST",   "tags/{tag}/restore",               tags.restore_tag),
    _panel("POST",   "tags/{tag}/merge",                 tags.merge_tags, 202),
    _panel("GET",    "lists",                            lists.list_lists),
    _panel("POST",   "lists",                            lists.create_list, 201),
    _panel("PATCH",  "lists/{list}",                     lists.change_list),
    _panel("DELETE", "lists/{list}",                     lists.delete_list),
    _panel("POST",   "lists/{list}/restore",             lists.restore_list),
    _panel("POST",   "lists/{list}/merge",               lists.merge_lists, 202),
    _panel("GET",    "forms",                            forms.list_forms),
    _panel("POST",   "forms",                            forms.create_form, 201),
    _panel("GET",    "forms/{form}",                     forms.get_form),
    _panel("PATCH",  "forms/{form}",                     forms.change_form),
    _panel("DELETE", "forms/{form}",                     forms.delete_form),
    _panel("GET",    "forms/{form}/submissions",         submissions.list_submissions),
    Route("GET",  "/api/app/forms/{form}/export", transfer.answers, "Download what people answered to a form", by=BOTH,
          gives=(CSV, XLSX), query={"format": "`csv` (the default) or `xlsx`",
                                    "language": "of the line of names: `en` (the default) or `pl`"}),
    _panel("GET",    "segments",                         segments.list_segments),
    _panel("POST",   "segments",                         segments.create_segment, 201),
    _panel("POST",   "segments/preview",                 preview.preview_segment),
    _panel("GET",    "segments/{segment}",               segments.get_segment),
    _panel("PATCH",  "segments/{segment}",               segments.change_segment),
    _panel("PUT",    "segments/{segment}",               segments.change_segment, name="put_segment"),
    _panel("DELETE", "segments/{segment}",               segments.delete_segment),
    _panel("GET",    "segments/{segment}/explain/{contact}", segments.explain_membership),
    _panel("GET",    "segments/{segment}/sizes",         segments.segment_sizes),
]  # fmt: skip

CRM = [
    _panel("GET",    "pipelines",                        pipelines.list_pipelines),
    _panel("POST",   "pipelines",                        pipelines.create_pipeline, 201),
    _panel("GET",    "pipelines/{pipeline}",             pipelines.get_pipeline),
    _panel("PATCH",  "pipelines/{pipeline}",             pipelines.change_pipeline),
    _panel("DELETE", "pipelines/{pipeline}",             emptying.delete_pipeline),
    _panel("PUT",    "pipelines/{pipeline}/stages",      stages.order_stages),
    _panel("GET",    "stages",                           stages.list_stages),
    _panel("POST",   "stages",                           stages.create_stage, 201),
    _panel("GET",    "stages/{stage}",                   stages.get_stage),
    _panel("PATCH",  "stages/{stage}",                   stages.change_stage),
    _panel("DELETE", "stages/{stage}",                   emptying.delete_stage),
    _panel("GET",    "loss-reasons",                     loss_reasons.list_loss_reasons),
    _panel("POST",   "loss-reasons",                     loss_reasons.create_loss_reason, 201),
    _panel("GET",    "loss-reasons/{loss_reason}",       loss_reasons.get_loss_reason),
    _panel("PATCH",  "loss-reasons/{loss_reason}",       loss_reasons.change_loss_reason),
    _panel("DELETE", "loss-reasons/{loss_reason}",       loss_reasons.delete_loss_reason),
    _panel("GET",    "deals",                            deals_found.find_deals),
    _panel("POST",   "deals/find",                       deals_found.find_deals, name="find_deals_where"),
    _panel("GET",    "deals/board",                      board.open_board),
    _panel("POST",   "deals/count",                      deals_found.count_deals),
    _panel("GET",    "deals/by-custom-id/{custom_id}",   deals.get_deal_by_custom_id),
    _panel("POST",   "deals",                            deals.create_deal, 201),
    _panel("POST",   "deals/upsert",                     deals.upsert_deal),
    _panel("GET",    "deals/{deal}",                     deals.get_deal),
    _panel("PATCH",  "deals/{deal}",                     deals.change_deal),
    _panel("DELETE", "deals/{deal}",                     deals.delete_deal),
    _panel("POST",   "deals/{deal}/move",                deals.move_deal),
    _panel("POST",   "deals/{deal}/win",                 deals.win_deal),
    _panel("POST",   "deals/{deal}/lose",                deals.lose_deal),
    _panel("POST",   "deals/{deal}/reopen",              deals.reopen_deal),
    _panel("GET",    "deals/{deal}/history",             history.read_deal_history),
    _panel("GET",    "activity-types",                   types.list_activity_types),
    _panel("POST",   "activity-types",                   types.create_activity_type, 201),
    _panel("GET",    "activity-types/{type}",            types.get_activity_type),
    _panel("PATCH",  "activity-types/{type}",            types.change_activity_type),
    _panel("DELETE", "activity-types/{type}",            types.delete_activity_type),
    _panel("GET",    "activities",                       activities_found.find_activities),
    _panel("POST",   "activities/find",                  activities_found.find_activities, name="find_activities_where"),
    _panel("POST",   "activities/count",                 activities_found.count_activities),
    _panel("GET",    "activities/by-custom-id/{custom_id}", activities.get_activity_by_custom_id),
    _panel("POST",   "activities",                       activities.create_activity, 201),
    _panel("POST",   "activities/upsert",                activities.upsert_activity),
    _panel("GET",    "activities/{activity}",            activities.get_activity),
    _panel("PATCH",  "activities/{activity}",            activities.change_activity),
    _panel("DELETE", "activities/{activity}",            activities.delete_activity),
    _panel("POST",   "activities/{activity}/finish",     activities.finish_activity),
    _panel("POST",   "activities/{activity}/reopen",     activities.reopen_activity),
    _panel("GET",    "notes",                            notes.list_notes),
    _panel("POST",   "notes",                            notes.create_note, 201),
    _panel("GET",    "notes/{note}",                     notes.get_note),
    _panel("PATCH",  "notes/{note}",                     notes.change_note),
    _panel("DELETE", "notes/{note}",                     notes.delete_note),
    _panel("GET",    "products",                         products.find_products),
    _panel("POST",   "products/find",                    products.find_products, name="find_products_where"),
    _panel("GET",    "products/by-custom-id/{custom_id}", products.get_product_by_custom_id),
    _panel("POST",   "products",                         products.create_product, 201),
    _panel("POST",   "products/upsert",                  products.upsert_product),
    _panel("GET",    "products/{product}",               products.get_product),
    _panel("PATCH",  "products/{product}",               products.change_product),
    _panel("DELETE", "products/{product}",               products.delete_product),
    _panel("POST",   "product-events",                   product_events.record_product_event, 201),
    _panel("GET",    "tickets",                          tickets.find_tickets),
    _panel("POST",   "tickets/find",                     tickets.find_tickets, name="find_tickets_where"),
    _panel("POST",   "tickets",                          tickets.create_ticket, 201),
    _panel("GET",    "tickets/{ticket}",                 tickets.get_ticket),
    _panel("PATCH",  "tickets/{ticket}",                 tickets.change_ticket),
    _panel("DELETE", "tickets/{ticket}",                 tickets.delete_ticket),
]  # fmt: skip

WEBHOOKS = [
    _panel("GET",    "webhooks",                         webhooks.list_webhooks),
    _panel("POST",   "webhooks",                         webhooks.create_webhook, 201),
    _panel("GET",    "webhooks/{webhook}",               webhooks.get_webhook),
    _panel("PATCH",  "webhooks/{webhook}",               webhooks.change_webhook),
    _panel("DELETE", "webhooks/{webhook}",               webhooks.delete_webhook),
    _panel("POST",   "webhooks/{webhook}/secret",        webhooks.rotate_webhook_secret, 201),
    _panel("POST",   "webhooks/{webhook}/test",          deliveries.test_webhook, 201),
    _panel("GET",    "webhooks/{webhook}/deliveries",    deliveries.list_deliveries),
    _panel("POST",   "webhooks/{webhook}/replay",        deliveries.replay_failed),
    _panel("GET",    "webhooks/{webhook}/deliveries/{delivery}", deliveries.get_delivery),
    _panel("POST",   "webhooks/{webhook}/deliveries/{delivery}/replay", deliveries.replay_delivery),
]  # fmt: skip

ROUTES = PUBLIC + MOBILE + OPEN + PANEL + CRM + WEBHOOKS + OUTREACH + ROUTING + CALLS + MODALS + APPLICATION


def add_routes(app: web.Application) -> None:
    """Serve the table; whoever may GET may also ask for the HEAD alone."""
    by_path: dict[str, list[Route]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path.rstrip("/") + "{slash:/?}", []).append(route)
    for path, routes in by_path.items():  # together, so that an answer can name all methods of its path
        resource = app.router.add_resource(path)
        for route in routes:
            for method in ("GET", "HEAD") if route.method == "GET" else (route.method,):
                resource.add_route(method, route.handler)
