"""One tenant can't learn that another exists: every command and every verb, run against another tenant's ids."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hub.accounts.away import AwayRule
from hub.accounts.consent_mode import ConsentMode
from hub.accounts.grants import MOBILE, MOVING_IN, OWNER
from hub.accounts.groups import GroupAgent, GroupChange, GroupRef, NewGroup
from hub.accounts.keys import KeyChange, KeyRef, NewKey
from hub.accounts.link_previews import LinkPreviewRule
from hub.accounts.operators import OperatorOrder, order_operators
from hub.accounts.typing_preview import TypingPreview
from hub.chat.attachments import NewAttachment
from hub.chat.conversations import FindConversations, ListConversations, OpenConversation
from hub.chat.fallback import FALL_BACK
from hub.chat.messages import NewConversation, NewMessage
from hub.chat.notes import NewNote
from hub.chat.receipts import ReadTo, Typing
from hub.chat.resume import Held, Resume
from hub.chat.routing import GroupConversation
from hub.chat.states import AssignConversation, ConversationRef, SnoozeConversation
from hub.chat.visitors import NewTalk, VisitorsOf
from hub.core.errors import HubError
from hub.core.verb import VERBS
from hub.doors.live.commands import COMMANDS
from hub.people.attributes import AttributeChange, AttributeRef, AttributesOf, NewAttribute
from hub.people.bulk import ManyCompanies, ManyContacts
from hub.people.companies.companies import CompanyChange, CompanyOpen, FindCompanies, NewCompany
from hub.people.companies.members import Member, MembersOf
from hub.people.companies.tags import CompanyTag
from hub.people.contacts import ContactOpen, ContactUpdate, ContactWatch
from hub.people.enriching.enriching import EnrichCompany, EnrichContact
from hub.people.enriching.many import NewRun, RunRef
from hub.people.enriching.setting import EnrichmentChange, KeyCheck
from hub.people.exporting.exports import ExportContacts
from hub.people.forms.confirming import ConfirmSubmission
from hub.people.forms.exporting import ExportSubmissions
from hub.people.forms.fields import Field
from hub.people.forms.forms import FormChange, FormRef, NewForm
from hub.people.forms.showing import OpenForm
from hub.people.forms.submissions import SubmissionsOf
from hub.people.forms.submitting import FilledForm
from hub.people.grouping.rules import GroupRules
from hub.people.importing.imports import ImportRef, ImportStart, NewImport
from hub.people.labels.lists import ListChange, ListContact, ListMerge, ListRef, NewList
from hub.people.labels.tags import TagChange, TagContact, TagMerge, TagName, TagRef
from hub.people.managing import ContactChange, FindContacts, NewContact
from hub.people.managing import ContactRef as OneContact
from hub.people.merging.apart import Apart
from hub.people.merging.duplicates import DuplicatesOf, FindDuplicates
from hub.people.merging.merges import Merge
from hub.people.operations.operations import ChangeMany, OperationRef
from hub.people.privacy.consent import ConsentsOf, NewConsent
from hub.people.privacy.dossier import DossierOf
from hub.people.privacy.erasure import EraseContact, ErasureList, ErasureRef
from hub.people.privacy.kept import KeptOf
from hub.people.privacy.retention import Retention
from hub.people.profile import ProfileOf
from hub.people.records import DoingsOf, FindRecords, RecordRef
from hub.people.segments.preview import NewPreview
from hub.people.segments.segments import Explain, NewSegment, SegmentChange, SegmentRef
from hub.people.timeline import TimelineOf
from hub.people.tracking.custom_events import ContactEvent, NewEvent
from hub.people.tracking.ingesting import Incoming
from hub.people.tracking.mobile import DevicePing, ForgetPush
from hub.people.tracking.pages import PageView
from hub.people.views import NewView, OwnColumns, ViewChange, ViewOrder, ViewRef
from hub.people.vocabulary import GroupRule
from hub.webhooks.deliveries import DeliveriesOf, DeliveryRef, FailedSince
from hub.webhooks.webhooks import NewWebhook, WebhookChange, WebhookRef
from tests.crm.inputs import CRM_EMPTY, CRM_HARMLESS, CRM_INPUTS, crm_of_acme
from tests.moving.inputs import MOVING_EMPTY, MOVING_HARMLESS, MOVING_INPUTS
from tests.support.access import ACCESS_EMPTY, ACCESS_HARMLESS, ACCESS_INPUTS, ACCESS_ONESELF, access_of_acme
from tests.support.application import APPLICATION_HARMLESS, APPLICATION_INPUTS
from tests.support.calls import (
    AGENTS_CALL_COMMANDS,
    CALL_COMMANDS,
    CALL_EMPTY,
    CALL_HARMLESS,
    CALL_INPUTS,
    call_of_acme,
)
from tests.support.carrier_inputs import PHONE_EMPTY, PHONE_INPUTS, PHONE_ONESELF, phone_of_acme
from tests.support.faults import FAULT, FAULT_HARMLESS, FAULT_INPUTS
from tests.support.forms import patient_token
from tests.support.inbox import INBOX_EMPTY, INBOX_HARMLESS, INBOX_INPUTS, inbox_of_acme
from tests.support.modals import MODAL_INPUTS, modal_of_acme
from tests.support.outreach import (
    OUTREACH_EMPTY,
    OUTREACH_HARMLESS,
    OUTREACH_INPUTS,
    mailbox_of_acme,
    push_device_of_acme,
    sender_of_acme,
    template_of_acme,
    widget_of_acme,
)
from tests.support.people import in_pieces, settled
from tests.support.routing import ROUTING_EMPTY, ROUTING_HARMLESS, ROUTING_INPUTS
from tests.support.snapshot import everything_of
from tests.support.trunk_inputs import LINE_EMPTY, LINE_HARMLESS, LINE_INPUTS, line_of_acme
from tests.support.writing import WRITING_EMPTY, WRITING_HARMLESS, WRITING_INPUTS, writing_of_acme

pytestmark = pytest.mark.annex("H1", "H2")


@pytest.fixture
async def acme_talk(house, acme, globex):
    """Ada and Vera of Acme in a conversation with a note and an attachment, and the ids that Globex tries.

    Globex has contacts, agents and conversations too, but fewer, so no id of Acme is one of its own.
    """
    vera, ada = await acme.visitor(), await acme.agent()
    actor = next(each.actor for each in house.live.sessions.values() if each.face == "agent")
    # Nothing of Acme's own falls due while Globex tries.
    await VERBS["accounts.away.set_away"].call(house.hub, actor, AwayRule(mail=False, push=False))
    walt = await acme.visitor()
    conversation = (await vera.says("Acme's secret"))["conversation"]
    await walt.says("Another secret")
    await ada.says("Yes?", conversation)
    await ada.call("note.add", client_id="n", conversation=conversation, text="Acme's note")
    file = await ada.call("attachment.start", name="a.txt", size=1, type="text/plain")
    ids = {"conversation": conversation, "contact": vera.session["contact"]["id"], "attachment": file["id"],
           "agent": ada.session["agent"]["id"], "app": acme.id}  # fmt: skip
    attribute = await VERBS["people.attributes.create_attribute"].call(
        house.hub, actor, NewAttribute("Acme's", "string")
    )
    group = await VERBS["people.labels.lists.create_list"].call(house.hub, actor, NewList("Acme's secret list"))
    tagged = await VERBS["people.labels.tags.create_tag"].call(house.hub, actor, TagName("acme's secret tag"))
    segment = await VERBS["people.segments.segments.create_segment"].call(
        house.hub, actor, NewSegment("Acme's secret", {"all": []})
    )
    file_of_acme = await VERBS["people.importing.imports.upload_import"].call(
        house.hub, actor, NewImport("acme.csv", in_pieces(b"email\nsecret@acme.example\n"))
    )
    begun = ChangeMany("acme's secret tag", contacts=[vera.session["contact"]["id"]])
    operation = await VERBS["people.operations.operations.change_many"].call(house.hub, actor, begun)
    await settled(house)
    company = await VERBS["people.companies.companies.create_company"].call(
        house.hub, actor, NewCompany({"name": "Secret company of Acme"})
    )
    ids["company"] = company.id
    await VERBS["people.enriching.setting.change_enrichment"].call(
        house.hub, actor, EnrichmentChange("acme-secret-key")
    )
    run = await VERBS["people.enriching.many.start_run"].call(house.hub, actor, NewRun(contacts=[2**40]))  # asks nobody
    ids["run"] = run.id
    view = await VERBS["people.views.create_view"].call(house.hub, actor, NewView("Acme's secret view", shared=True))
    ids["view"] = view.id
    form = await VERBS["people.forms.forms.create_form"].call(
        house.hub, actor, NewForm("Acme's secret form", [Field("name", "text", {"en": "Name"})])
    )
    filled = FilledForm(form.id, "f1", patient_token(acme, form.id), {"name": "secret"})
    await VERBS["people.forms.submitting.submit_form"].call(
        house.hub, next(each.actor for each in house.live.sessions.values() if each.face == "visitor"), filled
    )
    (submission,) = (
        await VERBS["people.forms.submissions.list_submissions"].call(house.hub, actor, SubmissionsOf(form.id))
    ).submissions
    ids |= {"form": form.id, "submission": submission.id}
    ids["modal"] = await modal_of_acme(house.hub, actor)
    agents = await VERBS["accounts.groups.create_group"].call(house.hub, actor, NewGroup("Acme's secret group"))
    ids["group"] = agents.id
    gone = await acme.visitor()
    erased = await VERBS["people.privacy.erasure.erase_contact"].call(
        house.hub, actor, EraseContact(gone.session["contact"]["id"])
    )
    ids["erasure"] = erased.id
    await ada.hears("presence", id=gone.session["contact"]["id"], online=False)
    await settled(house)
    ids["key"] = vera.session["user_key"]
    ids |= await crm_of_acme(house.hub, actor, ids["contact"])
    ids |= await access_of_acme(house.hub, actor)
    await order_operators(house.hub, OperatorOrder(remove="ada@acme.example"))  # to whom mails would wait all the while
    ids["fault"] = (await VERBS["support.faults.report_fault"].call(house.hub, actor, FAULT)).id
    ids["template"] = await template_of_acme(house.hub, actor)
    ids["mail_sender"] = await sender_of_acme(house.hub, actor)
    ids["push_device"] = await push_device_of_acme(house.hub, actor)
    ids["mailbox"] = await mailbox_of_acme(house.hub, actor)
    ids["widget"] = await widget_of_acme(house.hub, actor)
    keys = await VERBS["accounts.keys.list_keys"].call(house.hub, type(actor)("agent", 1, "Ada", actor.scope, OWNER))
    ids["api_key"] = keys.keys[0].id
    hook = await VERBS["webhooks.webhooks.create_webhook"].call(
        house.hub,
        type(actor)("agent", 1, "Ada", actor.scope, OWNER),
        NewWebhook("https://acme.example/secret", ["deal.created"]),
    )
    ids["webhook"] = hook.webhook.id
    ids |= await inbox_of_acme(house.hub, actor)
    await settled(house)
    ids |= await writing_of_acme(house.hub, actor)
    ids |= await call_of_acme(house.hub, actor, vera)
    ids |= await phone_of_acme(house.hub, actor)
    ids |= await line_of_acme(house.hub, actor)
    # It looks again and again whether what Ada wrote was read: that is no doing of a stranger.
    await house.hub.jobs.redact(acme.id, lambda kind, payload: None if kind == FALL_BACK else payload)
    ids |= {"attribute": attribute.id, "list": group.id, "tag": tagged.tag.id, "segment": segment.id, "operation": operation.id,
            "import": file_of_acme.id}  # fmt: skip
    return ada, vera, ids


class Quiet:
    """Proves that nobody in Acme heard anything and that nothing of Acme's changed."""

    def __init__(self, house: Any, people: list[Any], ids: dict[str, int]) -> None:
        self.house, self.people, self.ids = house, people, ids

    async def __aenter__(self) -> None:
        for who in self.people:
            who.forget()
        self.before = await everything_of(self.house.hub.store, self.ids["app"])

    async def __aexit__(self, kind: Any, *_: Any) -> None:
        if kind is not None:
            return
        assert await everything_of(self.house.hub.store, self.ids["app"]) == self.before
        # Those who listen hear what happens in Acme: the silence before is no deafness.
        await self.people[1].says("Now I speak", self.ids["conversation"])
        for who in self.people:
            await who.hears("message", text="Now I speak")
            assert [name for name, _ in who.heard] == ["message"], who.heard


AGENT_COMMANDS: dict[str, Any] = {
    "message.send": lambda ids: {"client_id": "x", "text": "Hi", "conversation": ids["conversation"]},
    "message.edit": lambda ids: {"conversation": ids["conversation"], "message": 1, "text": "Theirs"},
    "message.delete": lambda ids: {"conversation": ids["conversation"], "message": 1},
    "conversation.open": lambda ids: {"conversation": ids["conversation"]},
    "conversation.list": lambda ids: {"assignee": ids["agent"]},
    "conversation.read": lambda ids: {"conversation": ids["conversation"], "position": 1},
    "conversation.delivered": lambda ids: {"conversation": ids["conversation"], "position": 1},
    "conversation.group": lambda ids: {"conversation": ids["conversation"], "group": None},
    "conversation.assign": lambda ids: {"conversation": ids["conversation"], "agent": None},
    "conversation.close": lambda ids: {"conversation": ids["conversation"]},
    "conversation.reopen": lambda ids: {"conversation": ids["conversation"]},
    "conversation.pending": lambda ids: {"conversation": ids["conversation"]},
    "conversation.snooze": lambda ids: {"conversation": ids["conversation"], "until": 4_102_444_800_000},
    "conversation.priority": lambda ids: {"conversation": ids["conversation"], "priority": "high"},
    "conversation.view": lambda ids: {"view": ids["inbox_view"]},
    "conversation.label": lambda ids: {"conversation": ids["conversation"], "add": []},
    "note.add": lambda ids: {"client_id": "x", "text": "Hm", "conversation": ids["conversation"]},
    "note.edit": lambda ids: {"conversation": ids["conversation"], "note": 1, "text": "Theirs"},
    "note.delete": lambda ids: {"conversation": ids["conversation"], "note": 1},
    "conversation.look": lambda ids: {"conversation": ids["conversation"], "on": True},
    "typing": lambda ids: {"conversation": ids["conversation"], "on": True},
    "resume": lambda ids: {"streams": {str(ids["conversation"]): {"position": 0, "notes": 0}}},
    "attachment.start": lambda ids: {"name": "g.txt", "size": 1, "type": "text/plain"},
    "contact.open": lambda ids: {"contact": ids["contact"]},
    "contact.watch": lambda ids: {"contacts": [ids["contact"]]},
    **CALL_COMMANDS,
    **AGENTS_CALL_COMMANDS,
}
VISITOR_COMMANDS: dict[str, Any] = {
    name: AGENT_COMMANDS[name]
    for name in ("message.send", "message.edit", "message.delete",
                 "conversation.open", "conversation.read", "conversation.delivered", "typing", "resume",
                 "attachment.start")
} | {
    "page": lambda ids: {"url": "https://globex.example/"},
    "event": lambda ids: {"name": "looked"},
    "contact.update": lambda ids: {"name": "Gina"},
    "form.open": lambda ids: {"form": ids["form"]},
    "form.submit": lambda ids: {"form": ids["form"], "client_id": "x", "token": "1.x", "answers": {}},
    "modal.list": lambda ids: {},
    "modal.open": lambda ids: {"modal": ids["modal"]},
    "modal.tell": lambda ids: {"modal": ids["modal"], "did": "seen"},
    "push.allow": lambda ids: {"endpoint": "https://push.example/acme", "keys": {"p256dh": "x", "auth": "x"}},
    "rating.open": lambda ids: {"conversation": ids["conversation"]},
    "rating.answer": lambda ids: {"conversation": ids["conversation"], "rating": 1, "score": 1},
    "transcript.link": lambda ids: {"conversation": ids["conversation"]},
    "transcript.mail": lambda ids: {"conversation": ids["conversation"]},
    "push.stop": lambda ids: {"endpoint": "https://push.example/acme"},
    **CALL_COMMANDS,
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "resume": lambda answer: all(stream == {"reload": True} for stream in answer["streams"].values()),
    "conversation.list": lambda answer: answer["conversations"] == [],
    "attachment.start": lambda answer: answer["ok"],
    "page": lambda answer: answer == {"ok": True},
    "modal.list": lambda answer: answer["modals"] == [],
    "event": lambda answer: answer == {"ok": True},
    "contact.update": lambda answer: answer["contact"]["name"] == "Gina",
    "contact.watch": lambda answer: answer == {"ok": True},
    "push.stop": lambda answer: answer == {"ok": True},
}
"""Commands that have a right answer of their own; all the others have to say `not_found`."""


def test_every_command_has_a_case_here():
    named = {
        (face, name) for face, cases in (("agent", AGENT_COMMANDS), ("visitor", VISITOR_COMMANDS)) for name in cases
    }
    assert named == {(face, command.name) for command in COMMANDS for face in command.faces}


@pytest.mark.parametrize("face", ["agent", "visitor"])
async def test_no_command_reaches_another_tenant(house, acme_talk, globex, face):
    ada, vera, ids = acme_talk
    stranger = await (globex.agent() if face == "agent" else globex.visitor())
    async with Quiet(house, [ada, vera], ids):
        for name, body in (AGENT_COMMANDS if face == "agent" else VISITOR_COMMANDS).items():
            answer = await stranger.ack(name, body(ids))
            if name in ANSWERS:
                assert ANSWERS[name](answer), (name, answer)
            else:
                assert answer["error"]["code"] == "not_found", (name, answer)
        if face == "visitor":
            refused = await stranger.refused("message.send", client_id="y", text="", attachments=[ids["attachment"]])
            assert refused == "attachment_missing"
        else:
            begun = (await (await globex.visitor()).says("To Globex"))["conversation"]
            assert await stranger.refused("conversation.assign", conversation=begun, agent=ids["agent"]) == "not_found"
            body = {"client_id": "z", "text": "", "conversation": begun, "attachments": [ids["attachment"]]}
            assert await stranger.refused("message.send", **body) == "attachment_missing"
    assert "secret" not in repr(stranger.heard) and "Acme" not in repr(stranger.heard)


async def test_an_id_that_nobody_has_and_a_foreign_one_get_the_same_answer(acme_talk, globex):
    _, _, ids = acme_talk
    gus = await globex.agent()
    nobody = dict.fromkeys(ids, 987_654)
    for name, body in AGENT_COMMANDS.items():
        if name != "attachment.start":
            foreign, unknown = await gus.ack(name, body(ids)), await gus.ack(name, body(nobody))
            assert repr(foreign).replace(str(ids["conversation"]), "ID") == repr(unknown).replace("987654", "ID"), name


VERB_INPUTS: dict[str, Any] = {
    **APPLICATION_INPUTS,
    **FAULT_INPUTS,
    "webhooks.webhooks.list_webhooks": None,
    "webhooks.webhooks.create_webhook": lambda ids: NewWebhook("https://globex.example/hook", ["*"]),
    "webhooks.webhooks.get_webhook": lambda ids: WebhookRef(ids["webhook"]),
    "webhooks.webhooks.change_webhook": lambda ids: WebhookChange(ids["webhook"], name="Theirs"),
    "webhooks.webhooks.delete_webhook": lambda ids: WebhookRef(ids["webhook"]),
    "webhooks.webhooks.rotate_webhook_secret": lambda ids: WebhookRef(ids["webhook"]),
    "webhooks.deliveries.test_webhook": lambda ids: WebhookRef(ids["webhook"]),
    "webhooks.deliveries.list_deliveries": lambda ids: DeliveriesOf(ids["webhook"]),
    "webhooks.deliveries.get_delivery": lambda ids: DeliveryRef(ids["webhook"], 1),
    "webhooks.deliveries.replay_delivery": lambda ids: DeliveryRef(ids["webhook"], 1),
    "webhooks.deliveries.replay_failed": lambda ids: FailedSince(ids["webhook"], datetime.fromtimestamp(0, UTC)),
    "accounts.keys.list_keys": None,
    "accounts.keys.create_key": lambda ids: NewKey("Globex's own"),
    "accounts.keys.rename_key": lambda ids: KeyChange(ids["api_key"], "Theirs"),
    "accounts.keys.revoke_key": lambda ids: KeyRef(ids["api_key"]),
    "people.bulk.upsert_contacts": lambda ids: ManyContacts([{"custom_id": "g-2"}]),
    "people.bulk.upsert_companies": lambda ids: ManyCompanies([{"name": "Another of Globex"}]),
    "accounts.groups.list_groups": None,
    "accounts.groups.create_group": lambda ids: NewGroup("Globex's own"),
    "accounts.groups.change_group": lambda ids: GroupChange(ids["group"], "Theirs"),
    "accounts.groups.delete_group": lambda ids: GroupRef(ids["group"]),
    "accounts.groups.add_agent": lambda ids: GroupAgent(ids["group"], ids["agent"]),
    "accounts.groups.drop_agent": lambda ids: GroupAgent(ids["group"], ids["agent"]),
    "people.grouping.rules.get_group_rules": None,
    "people.grouping.rules.set_group_rules": lambda ids: GroupRules([GroupRule(ids["segment"], ids["group"])]),
    "chat.routing.group_conversation": lambda ids: GroupConversation(ids["conversation"], ids["group"]),
    "chat.attachments.start_attachment": lambda ids: NewAttachment("g.txt", 1, "text/plain"),
    "chat.cards.open_card": lambda ids: ContactOpen(ids["contact"]),
    "chat.states.assign_conversation": lambda ids: AssignConversation(ids["conversation"], None),
    "chat.states.close_conversation": lambda ids: ConversationRef(ids["conversation"]),
    "chat.conversations.conversations_of_contact": lambda ids: ids["contact"],
    "chat.conversations.find_conversations": lambda ids: FindConversations(ids["contact"]),
    "chat.conversations.list_conversations": lambda ids: ListConversations(assignee=ids["agent"]),
    "chat.messages.origins": lambda ids: ids["conversation"],
    "chat.conversations.open_conversation": lambda ids: OpenConversation(ids["conversation"]),
    "chat.conversations.own_conversations": None,
    "chat.states.reopen_conversation": lambda ids: ConversationRef(ids["conversation"]),
    "chat.states.snooze_conversation": lambda ids: SnoozeConversation(ids["conversation"], 4_102_444_800_000),
    "chat.messages.begin_conversation": lambda ids: NewConversation(ids["contact"], "b", "Hi"),
    "chat.messages.send": lambda ids: NewMessage("s", "Hi", ids["conversation"]),
    "chat.notes.add_note": lambda ids: NewNote("n", ids["conversation"], "Hm"),
    "chat.receipts.delivered_to": lambda ids: ReadTo(ids["conversation"], 1),
    "chat.receipts.read_to": lambda ids: ReadTo(ids["conversation"], 1),
    "chat.receipts.type_text": lambda ids: Typing(ids["conversation"], True),
    "chat.resume.resume": lambda ids: Resume({str(ids["conversation"]): Held(0, 0)}),
    "people.contacts.open_contact": lambda ids: ContactOpen(ids["contact"]),
    "people.contacts.update_self": lambda ids: ContactUpdate(name="Gina"),
    "people.attributes.list_attributes": lambda ids: AttributesOf(),
    "people.attributes.create_attribute": lambda ids: NewAttribute("Colour", "string"),
    "people.attributes.change_attribute": lambda ids: AttributeChange(ids["attribute"], description="Theirs"),
    "people.attributes.delete_attribute": lambda ids: AttributeRef(ids["attribute"]),
    "people.tracking.custom_events.send_event": lambda ids: NewEvent("looked"),
    "people.tracking.custom_events.record_event": lambda ids: ContactEvent(ids["contact"], "looked"),
    "people.tracking.ingesting.ingest": lambda ids: Incoming([{"name": "looked", "contact": ids["contact"]}]),
    "people.forms.forms.list_forms": None,
    "people.forms.forms.get_form": lambda ids: FormRef(ids["form"]),
    "people.forms.forms.create_form": lambda ids: NewForm("Globex's own", [Field("name", "text", {"en": "Name"})]),
    "people.forms.forms.change_form": lambda ids: FormChange(ids["form"], name="Theirs"),
    "people.forms.forms.delete_form": lambda ids: FormRef(ids["form"]),
    "people.forms.showing.open_form": lambda ids: OpenForm(ids["form"]),
    "people.forms.submitting.submit_form": lambda ids: FilledForm(ids["form"], "x", "1.x", {}),
    "people.forms.submissions.list_submissions": lambda ids: SubmissionsOf(ids["form"]),
    "people.forms.confirming.confirm_submission": lambda ids: ConfirmSubmission(ids["submission"]),
    "people.forms.exporting.export_submissions": lambda ids: ExportSubmissions(ids["form"]),
    "people.exporting.exports.export_contacts": lambda ids: ExportContacts(segment=ids["segment"]),
    "people.importing.imports.upload_import": lambda ids: NewImport(
        "contacts.csv", in_pieces(b"email\ng@globex.example\n")
    ),
    "people.importing.imports.list_imports": None,
    "people.importing.imports.get_import": lambda ids: ImportRef(ids["import"]),
    "people.importing.imports.check_import": lambda ids: ImportStart(ids["import"]),
    "people.importing.imports.start_import": lambda ids: ImportStart(ids["import"]),
    "people.importing.imports.pause_import": lambda ids: ImportRef(ids["import"]),
    "people.importing.imports.resume_import": lambda ids: ImportRef(ids["import"]),
    "people.importing.imports.stop_import": lambda ids: ImportRef(ids["import"]),
    "people.importing.imports.undo_import": lambda ids: ImportRef(ids["import"]),
    "people.importing.imports.delete_import": lambda ids: ImportRef(ids["import"]),
    "people.importing.imports.read_refused": lambda ids: ImportRef(ids["import"]),
    "people.operations.operations.change_many": lambda ids: ChangeMany("green", segment=ids["segment"]),
    "people.operations.operations.cancel_operation": lambda ids: OperationRef(ids["operation"]),
    "people.operations.operations.list_operations": None,
    "people.views.list_views": None,
    "people.views.create_view": lambda ids: NewView("Globex's own"),
    "people.views.change_view": lambda ids: ViewChange(ids["view"], "Theirs"),
    "people.views.delete_view": lambda ids: ViewRef(ids["view"]),
    "people.views.restore_view": lambda ids: ViewRef(ids["view"]),
    "people.views.order_views": lambda ids: ViewOrder([ids["view"]]),
    "people.views.keep_columns": lambda ids: OwnColumns(["email"]),
    "people.contacts.watch_contacts": lambda ids: ContactWatch([ids["contact"]]),
    "people.labels.tags.merge_tags": lambda ids: TagMerge(ids["tag"], [ids["tag"] + 1]),
    "people.labels.tags.restore_tag": lambda ids: TagRef(ids["tag"]),
    "people.labels.lists.merge_lists": lambda ids: ListMerge(ids["list"], [ids["list"] + 1]),
    "people.labels.lists.restore_list": lambda ids: ListRef(ids["list"]),
    "people.operations.operations.get_operation": lambda ids: OperationRef(ids["operation"]),
    "people.operations.operations.undo_operation": lambda ids: OperationRef(ids["operation"]),
    "people.labels.lists.list_lists": None,
    "people.labels.lists.create_list": lambda ids: NewList("Gardeners"),
    "people.labels.lists.change_list": lambda ids: ListChange(ids["list"], "Theirs"),
    "people.labels.lists.delete_list": lambda ids: ListRef(ids["list"]),
    "people.labels.lists.add_to_list": lambda ids: ListContact(ids["contact"], ids["list"]),
    "people.labels.lists.remove_from_list": lambda ids: ListContact(ids["contact"], ids["list"]),
    "people.managing.create_contact": lambda ids: NewContact({"first_name": "Greta"}),
    "people.managing.change_attributes": lambda ids: ContactChange(ids["contact"], {"city": "Oslo"}),
    "people.managing.find_contacts": lambda ids: FindContacts(search="Vera"),
    "people.managing.get_one": lambda ids: OneContact(ids["contact"]),
    "people.managing.upsert_contact": lambda ids: NewContact({"custom_id": "g-1"}),
    "people.companies.tags.add_company_tag": lambda ids: CompanyTag(ids["company"], "vip"),
    "people.companies.members.add_member": lambda ids: Member(ids["company"], ids["contact"]),
    "people.companies.companies.change_company": lambda ids: CompanyChange(ids["company"], {"city": "Oslo"}),
    "people.companies.companies.create_company": lambda ids: NewCompany({"name": "Globex's own"}),
    "people.companies.companies.delete_company": lambda ids: CompanyOpen(ids["company"]),
    "people.companies.companies.find_companies": lambda ids: FindCompanies(search="secret"),
    "people.companies.companies.get_company": lambda ids: CompanyOpen(ids["company"]),
    "people.companies.members.list_members": lambda ids: MembersOf(ids["company"]),
    "people.companies.tags.remove_company_tag": lambda ids: CompanyTag(ids["company"], "vip"),
    "people.companies.members.remove_member": lambda ids: Member(ids["company"], ids["contact"]),
    "people.companies.companies.upsert_company": lambda ids: NewCompany({"name": "A company of Globex"}),
    "people.privacy.consent.list_consents": lambda ids: ConsentsOf(ids["contact"]),
    "people.privacy.consent.record_consent": lambda ids: NewConsent(ids["contact"], "mail", True, "form"),
    "people.privacy.dossier.open_dossier": lambda ids: DossierOf(ids["contact"]),
    "accounts.consent_mode.get_consent_mode": None,
    "accounts.consent_mode.set_consent_mode": lambda ids: ConsentMode("denied"),
    "accounts.typing_preview.get_typing_preview": None,
    "accounts.link_previews.get_link_preview_rule": None,
    "accounts.link_previews.set_link_preview_rule": lambda ids: LinkPreviewRule(False),
    "chat.visitors.list_visitors": lambda ids: VisitorsOf(),
    "chat.visitors.start_talk": lambda ids: NewTalk(ids["contact"], "t", "Hi"),
    "accounts.typing_preview.set_typing_preview": lambda ids: TypingPreview(False),
    "people.merging.previewing.preview_merge": lambda ids: Merge(ids["contact"], [ids["contact"] + 1]),
    "people.privacy.kept.count_kept": lambda ids: KeptOf(ids["contact"]),
    "people.privacy.retention_preview.preview_retention": lambda ids: Retention(pages=10),
    "people.privacy.erasure.erase_contact": lambda ids: EraseContact(ids["contact"]),
    "people.privacy.erasure.get_erasure": lambda ids: ErasureRef(ids["erasure"]),
    "people.privacy.erasure.list_erasures": lambda ids: ErasureList(),
    "people.privacy.retention.get_retention": None,
    "people.privacy.retention.set_retention": lambda ids: Retention(pages=10),
    "people.merging.duplicates.duplicates_of": lambda ids: DuplicatesOf(ids["contact"]),
    "people.merging.apart.tell_apart": lambda ids: Apart([ids["contact"], ids["contact"] + 1]),
    "people.merging.duplicates.find_duplicates": lambda ids: FindDuplicates(),
    "people.merging.merges.merge_contacts": lambda ids: Merge(ids["contact"], [ids["contact"] + 1]),
    "people.segments.preview.preview_segment": lambda ids: NewPreview(
        {"all": [{"type": "device", "what": "os", "is_one_of": ["acme"]}]}
    ),
    "people.records.read_record": lambda ids: RecordRef(ids["contact"]),
    "people.records.find_records": lambda ids: FindRecords(tag=ids["tag"]),
    "people.records.count_doings": lambda ids: DoingsOf(ids["contact"]),
    "people.profile.read_profile": lambda ids: ProfileOf(ids["contact"]),
    "people.profile.list_event_names": None,
    "people.segments.segments.list_segments": None,
    "people.segments.segments.get_segment": lambda ids: SegmentRef(ids["segment"]),
    "people.segments.segments.create_segment": lambda ids: NewSegment("Everybody of Globex", {"all": []}),
    "people.segments.segments.change_segment": lambda ids: SegmentChange(ids["segment"], name="Theirs"),
    "people.segments.segments.delete_segment": lambda ids: SegmentRef(ids["segment"]),
    "people.segments.segments.explain_membership": lambda ids: Explain(ids["segment"], ids["contact"]),
    "people.segments.segments.segment_sizes": lambda ids: SegmentRef(ids["segment"]),
    "people.labels.tags.list_tags": None,
    "people.labels.tags.create_tag": lambda ids: TagName("green"),
    "people.labels.tags.rename_tag": lambda ids: TagChange(ids["tag"], "theirs"),
    "people.labels.tags.delete_tag": lambda ids: TagRef(ids["tag"]),
    "people.labels.tags.add_tag": lambda ids: TagContact(ids["contact"], "vip"),
    "people.labels.tags.remove_tag": lambda ids: TagContact(ids["contact"], "vip"),
    "people.tracking.mobile.greet_device": lambda ids: DevicePing(
        user_key=ids["key"], user_id="g-2", device={"os": "Android"}
    ),
    "people.tracking.mobile.forget_push_key": lambda ids: ForgetPush(ids["key"], "token"),
    "people.enriching.enriching.enrich_contact": lambda ids: EnrichContact(ids["contact"]),
    "people.enriching.enriching.enrich_company": lambda ids: EnrichCompany(ids["company"]),
    "people.enriching.setting.get_enrichment": None,
    "people.enriching.setting.change_enrichment": lambda ids: EnrichmentChange(quota=5),
    "people.enriching.setting.check_key": lambda ids: KeyCheck(),
    "people.enriching.many.list_runs": None,
    "people.enriching.many.start_run": lambda ids: NewRun(segment=ids["segment"]),
    "people.enriching.many.get_run": lambda ids: RunRef(ids["run"]),
    "people.enriching.many.pause_run": lambda ids: RunRef(ids["run"]),
    "people.enriching.many.resume_run": lambda ids: RunRef(ids["run"]),
    "people.enriching.many.cancel_run": lambda ids: RunRef(ids["run"]),
    "people.timeline.read_timeline": lambda ids: TimelineOf(ids["contact"]),
    "people.tracking.pages.visit_page": lambda ids: PageView("https://globex.example/"),
    **CRM_INPUTS,
    **OUTREACH_INPUTS,
    **ACCESS_INPUTS,
    **MOVING_INPUTS,
    **INBOX_INPUTS,
    **WRITING_INPUTS,
    **ROUTING_INPUTS,
    **CALL_INPUTS,
    **PHONE_INPUTS,
    **LINE_INPUTS,
    **MODAL_INPUTS,
}
OF_ONESELF = ACCESS_ONESELF | PHONE_ONESELF | {"remove_demo_data"}
"""Verbs that reach nobody else and are refused for reasons of one's own: demo data that is still on its way can't go."""
HARMLESS = {
    *LINE_HARMLESS,
    *ROUTING_HARMLESS,
    *CALL_HARMLESS,
    *APPLICATION_HARMLESS, *FAULT_HARMLESS,
    "create_webhook",
    "list_keys", "create_key", "upsert_contacts", "upsert_companies",
    *ACCESS_HARMLESS, "start_attachment", "own_conversations", "update_self", "visit_page", "list_attributes",
    "create_attribute", "send_event", "create_list", "create_contact", "upsert_contact", "create_segment", "create_tag",
    "preview_segment", "upload_import", "create_company", "upsert_company", "get_retention", "set_retention", "greet_device",
    "get_enrichment", "change_enrichment", "create_form",
    *CRM_HARMLESS, *OUTREACH_HARMLESS, *MOVING_HARMLESS, *INBOX_HARMLESS, *WRITING_HARMLESS,
    "preview_retention", "get_consent_mode", "set_consent_mode", "get_typing_preview", "set_typing_preview", "set_transcript_rule",
    "get_link_preview_rule", "set_link_preview_rule",
    "create_view", "keep_columns", "watch_contacts",
    "create_group", "create_modal",
}  # fmt: skip
"""Verbs that take no id: what they do, they do in Globex."""
EMPTY = {
    *ROUTING_EMPTY,
    *CALL_EMPTY,
    *PHONE_EMPTY,
    *LINE_EMPTY,
    "list_webhooks",
    "list_groups", "get_group_rules",
    "find_records", "find_companies", "find_duplicates", "list_erasures",
    "conversations_of_contact", "find_conversations", "list_conversations", "resume", "list_lists", "find_contacts",
    "list_segments", "list_tags", "list_imports", "list_runs", "ingest", "list_event_names", "list_forms", *CRM_EMPTY,
    *OUTREACH_EMPTY, *ACCESS_EMPTY,
    *MOVING_EMPTY,
    *INBOX_EMPTY,
    *WRITING_EMPTY,
    "list_operations", "list_views", "order_views", "list_modals", "list_visitors",
}  # fmt: skip
"""Verbs that list: of Acme's they have nothing."""


def test_every_verb_has_a_case_here():
    assert set(VERB_INPUTS) == {name for name, _ in VERBS}


async def test_no_verb_reaches_another_tenant(house, acme_talk, globex):
    ada, vera, ids = acme_talk
    gina, gus = await globex.visitor(), await globex.agent()
    actors = {
        session.face: session.actor for session in house.live.sessions.values() if session.actor.scope.app == globex.id
    }
    assert set(actors) == {"visitor", "agent"} and gina and gus
    every_grant = frozenset(grant for actor in actors.values() for grant in actor.grants) | MOBILE | {MOVING_IN}
    async with Quiet(house, [ada, vera], ids):
        for name, input in VERB_INPUTS.items():
            actor = actors["visitor" if VERBS[name].permission in ("contacts.self", "contacts.track") else "agent"]
            actor = type(actor)(actor.kind, actor.id, actor.name, actor.scope, every_grant)
            short = name.rpartition(".")[2]
            try:
                result = await VERBS[name].call(house.hub, actor, *([input(ids)] if input else []))
            except HubError as error:
                assert (error.code == "not_found" and short not in HARMLESS) or short in OF_ONESELF, (name, error)
            else:
                assert short in HARMLESS | EMPTY, f"{name} answered {result}"
                told = repr(result).replace("secret=", "")  # of the key that was made just now
                assert "secret" not in told and "acme" not in told and "Vera" not in told, (
                    name,
                    result,
                )
                if short == "find_conversations":
                    assert (result.conversations, result.count) == ([], 0)
                if short == "conversations_of_contact":
                    assert result == []


async def test_sockets_hear_only_their_own_application(acme_talk, globex, acme):
    ada, vera, ids = acme_talk
    gus, gina = await globex.agent(), await globex.visitor()
    for who in (gus, gina):
        who.forget()
    conversation = ids["conversation"]
    await vera.says("A secret", conversation)
    await ada.call("typing", conversation=conversation, on=True)
    await vera.call("typing", conversation=conversation, on=True)
    await vera.call("conversation.read", conversation=conversation, position=2)
    await vera.call("page", url="https://acme.example/secret")
    await vera.call("contact.update", name="Vera Secret")
    await ada.call("note.add", client_id="n2", conversation=conversation, text="Secret")
    await ada.call("conversation.assign", conversation=conversation, agent=ids["agent"])
    await ada.call("conversation.close", conversation=conversation)
    await (await acme.visitor()).leave()
    assert {"message", "typing", "receipt", "page", "contact", "note", "conversation", "presence"} <= {
        n for n, _ in ada.heard
    }
    await gina.says("To Globex")  # everything above was on the road before this
    await gus.hears("message", text="To Globex")
    await gina.hears("message", text="To Globex")
    own = [name for name, _ in gus.heard if name != "first.hour"]  # Globex has its first conversation
    assert own == [name for name, _ in gina.heard] == ["conversation", "message"]
