"""What programs send becomes no message: bounces mark the contact, answers that nobody wrote and loops are kept out (E5)."""

from __future__ import annotations

from typing import Any

import pytest

from hub.chat.collections import DELIVERIES
from hub.people.collections import CONTACTS, HISTORY
from hub.people.contacts import contact_of_email
from storage.engine import Scope
from storage.filters import Eq
from tests.conftest import Company
from tests.outreach.conftest import Post, letter, mailed
from tests.outreach.test_parsing import MAILS
from tests.support.house import eventually

pytestmark = pytest.mark.annex("E5")


def sample(name: str, **words: str) -> str:
    """Return a mail of the corpus with other words in it."""
    text = (MAILS / f"{name}.eml").read_bytes().decode()
    for old, new in words.items():
        text = text.replace({"letter": "<chat-1-1-2@acme.example>"}[old], new)
    return text


async def vera(acme: Company) -> dict[str, Any]:
    contact = await contact_of_email(acme.house.hub, Scope(acme.id), "vera@example.com")
    assert contact is not None
    return contact


@pytest.mark.parametrize("name", ["away-pl", "away-en", "newsletter", "bounce-delayed"])
async def test_what_nobody_wrote_becomes_no_message(post, name):
    post.put(sample(name))
    (row,) = await post.became(1)
    assert row["became"] == "kept_out" and row["why"] in ("automatic", "bulk") and row["conversation"] is None


async def test_a_hard_bounce_marks_the_contact_and_it_is_mailed_no_more_until_it_has_another_address(
    post, outbox, acme
):
    ada, conversation, mail, _ = await mailed(post, outbox)
    post.put(sample("bounce-hard", letter=mail["Message-ID"]))
    (row,) = await post.became(1)
    assert (row["became"], row["why"]) == ("bounce", "hard")
    contact = await vera(acme)
    assert contact["email_state"]["kind"] == "hard" and "User unknown" in contact["email_state"]["said"]
    told = await acme.house.hub.store.read(Scope(acme.id), HISTORY, contact["id"])
    sent = await acme.house.hub.store.find(Scope(acme.id), DELIVERIES, Eq("letter", str(mail["Message-ID"])))
    assert [(each["state"], each["why"]) for each in sent.items] == [("refused", "bounced")]
    assert "bounced" in [each["word"] for each in told if each["kind"] == "email"]
    await ada.says("Are you there?", conversation)
    other = await acme.visitor()
    await other.call("contact.update", email="walt@example.com")
    second = (await other.says("Hello"))["conversation"]
    await other.leave()
    await ada.says("Hello Walt", second)
    await eventually(lambda: len(outbox.mails) == 2, 20)  # hers would have come before
    assert [each["To"] for each in outbox.mails] == ["vera@example.com", "walt@example.com"]


async def test_a_full_mailbox_is_no_reason_to_fall_silent(post, outbox, acme):
    ada, conversation, mail, _ = await mailed(post, outbox)
    post.put(sample("bounce-full", letter=mail["Message-ID"]))
    (row,) = await post.became(1)
    assert row["why"] == "soft" and (await vera(acme))["email_state"]["kind"] == "soft"
    await ada.says("Try again", conversation)
    await eventually(lambda: len(outbox.mails) == 2, 20)


async def test_bounces_of_programs_without_a_form_are_understood(post, outbox, acme):
    _, _, mail, _ = await mailed(post, outbox)
    post.put(sample("bounce-qmail", letter=mail["Message-ID"]))
    assert (await post.became(1))[0]["why"] == "hard" and (await vera(acme))["email_state"]["kind"] == "hard"


async def test_a_forged_bounce_silences_nobody(post, outbox, acme):
    await mailed(post, outbox)
    post.put(sample("bounce-hard", letter="<chat-1-1-77@acme.example>"))
    post.put(sample("complaint", letter="<chat-9-1-2@acme.example>"))
    rows = await post.became(2)
    assert {each["why"] for each in rows} == {"unknown_letter"} and "email_state" not in await vera(acme)


async def test_who_complains_is_unsubscribed_and_written_to_no_more(post, outbox, acme):
    _, _, mail, _ = await mailed(post, outbox)
    post.put(sample("complaint", letter=mail["Message-ID"]))
    (row,) = await post.became(1)
    contact = await vera(acme)
    assert row["became"] == "complaint" and contact["email_state"]["kind"] == "complained" and contact["unsubscribed"]


async def test_mails_do_not_go_round_in_circles(post, outbox, acme):
    _, conversation, mail, _ = await mailed(post, outbox)
    post.put(letter("Our own, back again", sender="other@example.com", to=mail["Reply-To"], X_Loop=mail["X-Loop"]))
    post.put(letter("From us", sender="Hub <hub@acme.example>"))
    post.put(letter("From the mailbox itself", sender="support+c1-1-x@acme.example", to=mail["Reply-To"]))
    rows = await post.became(3)
    assert [each["why"] for each in rows] == ["loop", "own", "own"]
    assert len(await post.messages(conversation)) == 2


async def test_two_programs_that_answer_each_other_are_stopped(post: Post, outbox, monkeypatch):
    monkeypatch.setattr("hub.outreach.inbox.keeping_out.TOO_MANY", 5)
    _, _, mail, _ = await mailed(post, outbox)
    for number in range(8):
        post.put(letter(f"I got your mail number {number}", to=mail["Reply-To"]))
    rows = await post.became(8)
    assert [each["became"] for each in rows] == ["message"] * 5 + ["kept_out"] * 3 and rows[-1]["why"] == "too_many"
    post.put(letter("Somebody else", sender="walt@example.com"))
    assert (await post.became(9))[-1]["became"] == "message"


async def test_the_contact_of_a_mail_takes_its_mails_along(post, acme):
    post.put(letter("Hello", sender="walt@example.com"))
    (row,) = await post.became(1)
    hub, scope = acme.house.hub, Scope(acme.id)
    from hub.outreach.inbox.keeping import MailsKeeper

    contact = await hub.store.get(scope, CONTACTS, row["contact"])
    assert [each.data["sender"] async for each in MailsKeeper().items(hub, scope, contact)] == ["walt@example.com"]
    assert (await MailsKeeper().erase(hub, scope, [contact["id"]]))["mails"] == 1 and await post.rows() == []
