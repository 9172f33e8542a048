"""What follows from what: the one table of reactions, and the kinds of durable work. server.py hands it to the hub.

A reaction is a kind of job, so it survives a crash: its row is written in the batch that makes the event true.
"""

from __future__ import annotations

from hub.accounts import availability, deleting, erasing, groups
from hub.accounts.audit import days_of
from hub.accounts.erasing import Erasing
from hub.accounts.events import AgentRemoved, DeletionTold, GroupRemoved, LetterOrdered
from hub.accounts.mailing import MailOut
from hub.calls import recordings, sounds, tapes
from hub.calls import watching as calls
from hub.calls.carriers import buying, calling, desk, usage
from hub.calls.carriers.desk import Desk
from hub.calls.collections import PHONE_TURNS
from hub.calls.keeping import CallsKeeper
from hub.calls.media import rooms
from hub.calls.media.workers import MediaWorkers
from hub.calls.phone import hanging_up, streams
from hub.calls.phone import keys as phone_keys
from hub.calls.texts import reports as text_reports
from hub.calls.texts.sms import Sms
from hub.calls.texts.taking import take_text
from hub.chat import (
    attachments,
    away_message,
    belonging,
    drafts,
    fallback,
    notices,
    notifying,
    routing,
    routing_rules,
    routing_watch,
    sla,
    states,
    telling,
)
from hub.chat.channels import Channels
from hub.chat.deliveries import Resending
from hub.chat.deliveries_kept import DeliveriesKeeper
from hub.chat.events import AttachmentStarted, TranscriptOrdered
from hub.chat.inbox import labels as inbox_labels
from hub.chat.inbox import working as inbox_working
from hub.chat.keeping import ChatKeeper, count_old_conversations, expire_conversations
from hub.chat.notices import Notices
from hub.chat.ratings import asking
from hub.chat.widgets import widgets
from hub.core import deeds, once
from hub.core.deeds import Forgetting
from hub.core.event import Event
from hub.core.hub import Hub
from hub.core.jobs import Work
from hub.crm import releasing
from hub.crm.activities import reminders, types
from hub.crm.keeping import CrmKeeper
from hub.crm.pipelines import emptying
from hub.outreach import emails, letters, transcript_mail
from hub.outreach.chat_mail import ChatMail
from hub.outreach.collections import MAILBOX_TURNS
from hub.outreach.inbox import keeping as mails
from hub.outreach.inbox import marking, taking
from hub.outreach.inbox.keeping import MailsKeeper
from hub.outreach.keeping import OutreachKeeper
from hub.outreach.mail.sending import can_mail
from hub.outreach.notice_mail import NoticeMail
from hub.outreach.push import devices
from hub.outreach.push.agents import AgentPush
from hub.outreach.push.contacts import Push
from hub.outreach.push.keeping import PushKeeper
from hub.people import views
from hub.people.companies import companies, members
from hub.people.enriching import enriching, many, occasions
from hub.people.enriching.keeping import EnrichingKeeper
from hub.people.events import CompanyDeleted, ConfirmationAsked, ContactGrouped, ContactsGrouped
from hub.people.forms.mailing import WayOut
from hub.people.forms.submissions import FormsKeeper, count_old_answers, expire_answers
from hub.people.grouping import applying
from hub.people.importing import imports, running, undoing
from hub.people.importing.keeping import ImportsKeeper
from hub.people.labels import joining
from hub.people.labels import keeping as labels
from hub.people.merging import merges
from hub.people.operations import working
from hub.people.privacy import erasure, passing, retention
from hub.people.privacy.keepers import Ageing, Keeper, Keepers
from hub.people.privacy.keeping import PeopleKeeper
from hub.people.segments import building, membership, sizes
from hub.people.segments import marking as segment_marking
from hub.people.tracking import ingesting
from hub.support import demo_data
from hub.support import telling as faults_told
from hub.support.collections import FAULTS
from hub.support.events import FaultTold
from hub.support.first_hour import Beginnings
from hub.webhooks import keeping as webhooks
from hub.webhooks import outbox, spreading
from hub.webhooks.collections import QUEUES
from hub.webhooks.keeping import WebhooksKeeper

JOBS: dict[str, Work] = {
    once.FORGET: once.forget,
    faults_told.TELL: faults_told.tell,
    faults_told.WATCH: faults_told.watch_deadlines,
    demo_data.WORK: demo_data.work,
    deleting.DELETE: erasing.delete_application,
    deleting.WARN: deleting.warn_owners,
    attachments.FORGET: attachments.forget_unsent,
    fallback.FALL_BACK: fallback.fall_back,
    notices.TELL: telling.tell_team,
    notices.TELL_EVENT: telling.tell_of_event,
    telling.TELL_AGENT: notifying.tell_agent,
    away_message.AWAY: away_message.say_away,
    states.WAKE: states.wake_conversation,
    inbox_working.DO: inbox_working.do,
    inbox_working.UNDO: inbox_working.undo,
    inbox_working.FORGET: inbox_working.forget,
    belonging.LEFT: belonging.forget_agent,
    drafts.LEFT: drafts.forget_agent,
    inbox_labels.TAKE: inbox_labels.take_labels,
    states.RELEASE: states.release_conversations,
    groups.LEAVE: groups.leave_late_groups,
    availability.TURN: availability.turn,
    routing.FOLLOW: routing.follow_contact,
    routing.FOLLOW_ALL: routing.follow_all,
    routing.RELEASE: routing.release_group,
    sla.LOOK: sla.look,
    asking.ASK: asking.ask,
    routing_watch.LOOK: routing_watch.look_once,
    routing_rules.WATCH: routing_watch.watch,
    applying.APPLY: applying.apply,
    applying.FORGET: applying.forget,
    membership.FLIP: membership.flip,
    building.BUILD: building.build,
    segment_marking.FORGET: segment_marking.forget,
    ingesting.COUNT: ingesting.count,
    occasions.ONE: enriching.enrich_one,
    many.RUN: many.go_on,
    working.DO: working.do,
    working.UNDO: working.undo,
    labels.FORGET: labels.forget_label,
    labels.TAKE: labels.take_away,
    joining.JOIN: joining.join,
    views.FORGET: views.forget_view,
    views.LEFT: views.forget_agent,
    widgets.FORGET_LOGO: widgets.forget_logo,
    attachments.ERASE: attachments.erase_forgotten,
    running.RUN: running.run,
    undoing.UNDO: undoing.undo,
    imports.FORGET: imports.forget,
    merges.MOVE: merges.move_rest,
    erasure.ERASE: erasure.erase_rest,
    retention.APPLY: retention.apply_rules,
    companies.FORGET: members.forget_company,
    sizes.COUNT: sizes.count_sizes,
    reminders.REMIND: reminders.remind,
    types.RETYPE: types.retype,
    emptying.EMPTY: emptying.empty_stage,
    releasing.RELEASE: releasing.release,
    releasing.RELEASE_AGENT: releasing.release_agent,
    releasing.RELEASE_COMPANY: releasing.release_company,
    letters.LETTER: letters.send_letter,
    transcript_mail.MAIL: transcript_mail.send_transcript,
    emails.SEND: emails.deliver,
    devices.FORGET_AGENT: devices.forget_agent,
    marking.NOTE: taking.write_note,
    marking.FORGET: mails.forget_mail,
    outbox.SPREAD: spreading.spread,
    webhooks.FORGET: webhooks.forget,
    calls.LOOK: calls.look,
    tapes.EXPIRE: recordings.expire,
    tapes.SETTLE: recordings.settle,
    sounds.FORGET: sounds.forget_sound,
    streams.PLACE: streams.place,
    hanging_up.HANG_UP: streams.hang_up,
    buying.LOOK: buying.look,
    calling.PRICE: calling.find_price,
    usage.METER: calling.meter,
    desk.HEARD: desk.tell,
    text_reports.REPORT: text_reports.report,
}
"""kind of job → what does it"""

BULK = {ingesting.COUNT, outbox.SPREAD}
"""Kinds that come in floods, and wait for each other only"""

KEEPERS: list[Keeper] = [
    PeopleKeeper(), ChatKeeper(), DeliveriesKeeper(), CrmKeeper(), ImportsKeeper(), EnrichingKeeper(), FormsKeeper(),
    OutreachKeeper(), PushKeeper(), MailsKeeper(), WebhooksKeeper(), CallsKeeper(),
]  # fmt: skip
"""Who keeps something of contacts: asked when contacts are merged, handed out or erased"""

ROWS_OF_APPLICATIONS = [deeds.ROWS, FAULTS, MAILBOX_TURNS, PHONE_TURNS, QUEUES]
"""Collections of the installation whose documents belong to an application, and go with it"""

AGEING = {
    "conversations": Ageing(expire_conversations, count_old_conversations),
    "answers": Ageing(expire_answers, count_old_answers),
    "visitors": Ageing(passing.erase_visitors, passing.count_visitors),
}
"""What becomes of data that is older than an application keeps it, where it is no stream of a contact"""

DAY = 86_400_000

SUBSCRIBERS: list[tuple[type[Event], str, int]] = [
    (AttachmentStarted, attachments.FORGET, DAY),
    (DeletionTold, letters.LETTER, 0),
    (FaultTold, letters.LETTER, 0),
    (AgentRemoved, states.RELEASE, 0),
    (AgentRemoved, states.RELEASE, releasing.LATE),
    (AgentRemoved, releasing.RELEASE_AGENT, 0),
    (AgentRemoved, releasing.RELEASE_AGENT, releasing.LATE),
    (CompanyDeleted, releasing.RELEASE_COMPANY, 0),
    (CompanyDeleted, releasing.RELEASE_COMPANY, releasing.LATE),
    (AgentRemoved, views.LEFT, 0),
    (AgentRemoved, belonging.LEFT, 0),
    (AgentRemoved, drafts.LEFT, 0),
    (AgentRemoved, devices.FORGET_AGENT, 0),
    (ConfirmationAsked, letters.LETTER, 0),
    (LetterOrdered, letters.LETTER, 0),
    (TranscriptOrdered, transcript_mail.MAIL, 0),
    (AgentRemoved, groups.LEAVE, 0),
    (GroupRemoved, applying.FORGET, 0),
    (GroupRemoved, routing.RELEASE, 0),
    (ContactGrouped, routing.FOLLOW, 0),
    (ContactsGrouped, routing.FOLLOW_ALL, 0),
]
"""event → the kind of job that follows it, and after how many milliseconds"""

TOLD_BY_WORKERS = {
    "leg.up": rooms.leg_is_up,
    "leg.dtmf": phone_keys.pass_on,
    "play.done": rooms.sound_is_over,
    "recording.mixed": recordings.keep_mixed,
    "recording.failed": recordings.note_failure,
}
"""what a media worker tells → what is made of it"""


def connect(hub: Hub) -> None:
    """Hand the table to the hub."""
    for kind, work in JOBS.items():
        hub.jobs.register(kind, work, bulk=kind in BULK)
    hub.part(Keepers).all += KEEPERS
    hub.part(Keepers).ageing |= AGEING
    hub.part(Erasing).rows += ROWS_OF_APPLICATIONS
    hub.part(Beginnings)
    hub.part(WayOut).is_open = can_mail
    hub.part(MailOut).is_open = can_mail
    hub.part(Forgetting).days = days_of
    hub.part(Channels).all += [Sms(), Push(), ChatMail()]
    hub.part(Resending).by_kind |= {"contact": fallback.send_again, "agent": notifying.send_again}
    hub.part(Notices).add(AgentPush(), NoticeMail())
    hub.part(Desk).asked, hub.part(Desk).missed = streams.take_call, streams.miss_call
    hub.part(Desk).listeners += [streams.heard, take_text, text_reports.hear_report]
    for told, keep in TOLD_BY_WORKERS.items():
        hub.part(MediaWorkers).on(told, keep)
    for event, job, after in SUBSCRIBERS:
        hub.subscribe(event, job, after)
    hub.watch(hub.part(outbox.Outbox).put)
    hub.watch(hub.part(routing_watch.Routing).put)
    hub.watch(hub.part(sla.Promised).put)
    hub.watch(hub.part(asking.AskWhenClosed).put)
