"""Answers by mail come back into the conversation, and new mails begin one, over a real IMAP server (E5)."""

from __future__ import annotations

from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS, NOTES
from hub.outreach.inbox.addresses import reply_address
from hub.people.contacts import contact_of_email
from storage.engine import Scope
from tests.outreach.conftest import Post, letter, mailed, until
from tests.support.forms import rest
from tests.support.house import eventually

pytestmark = pytest.mark.annex("E5")


def heard(agent: Any, text: str) -> list[Any]:
    return [each for event, each in agent.heard if event == "message" and text in each["text"]]


BEN = "ben@acme.example"


async def notes_of(post: Post, conversation: int) -> list[str]:
    scope = Scope(post.company.id)
    return [each["text"] for each in await post.company.house.hub.store.read(scope, NOTES, conversation)]


async def test_an_answer_to_the_mail_is_a_message_of_the_contact_and_the_agent_sees_it_live(post, outbox):
    ada, conversation, mail, _ = await mailed(post, outbox)
    assert mail["Reply-To"].startswith("support+c") and mail["Reply-To"].endswith("@acme.example")
    answer = (
        "Black, please.\n\nOn Sun, 29 Nov 2026 at 12:00, Ada (Acme) <hub@acme.example> wrote:\n> Yes, black and green"
    )
    post.put(
        letter(answer, to=mail["Reply-To"].upper(), subject="Re: Anything", In_Reply_To="<gone@elsewhere.example>")
    )
    await eventually(lambda: heard(ada, "Black, please."), 15)
    (row,) = await post.became(1)
    assert (row["became"], row["how"], row["conversation"]) == ("message", "address", conversation)
    *_, last = await post.messages(conversation)
    contact = await contact_of_email(post.company.house.hub, Scope(post.company.id), "vera@example.com")
    assert last["text"] == "Black, please." and last["author"]["kind"] == "contact"
    assert last["author"]["id"] == contact["id"] and last["origin"]["source"] == "email"
    assert "> Yes, black and green" in last["origin"]["context"]["quoted"]


async def test_a_mail_that_lost_the_address_is_known_by_what_it_answers(post, outbox):
    _, conversation, mail, _ = await mailed(post, outbox)
    post.put(letter("Green", References=f"<x@y.example> {mail['Message-ID']}"))
    (row,) = await post.became(1)
    assert (row["how"], row["conversation"]) == ("reference", conversation)
    post.put(letter("And sugar", In_Reply_To=row["message_id"]))  # she answers herself
    assert [(each["how"], each["conversation"]) for each in await post.became(2)] == [("reference", conversation)] * 2


async def test_an_answer_to_a_conversation_that_was_merged_lands_in_the_whole_and_its_mails_stay_one_thread(
    post, outbox
):
    ada, conversation, mail, _ = await mailed(post, outbox)
    contact = await contact_of_email(post.company.house.hub, Scope(post.company.id), "vera@example.com")
    begun = await rest(
        post.company, "POST", f"contacts/{contact['id']}/conversations", {"client_id": "b", "text": "Cake?"}
    )
    whole = begun["conversation"]
    await rest(post.company, "POST", f"conversations/{whole}/merge", {"other": conversation})
    post.put(letter("Black, please.", to=mail["Reply-To"], In_Reply_To=mail["Message-ID"]))
    await eventually(lambda: heard(ada, "Black, please."), 15)
    (told,) = heard(ada, "Black, please.")
    assert told["conversation"] == whole
    assert "Black, please." not in [each["text"] for each in await post.messages(conversation)]
    (row,) = await post.became(1)
    before = len(outbox.mails)
    await ada.says("Coming", whole)
    await eventually(lambda: [each for each in outbox.mails[before:] if "Coming" in str(each)], 20)
    sent = next(each for each in outbox.mails[before:] if "Coming" in str(each))
    assert mail["Message-ID"] in sent["References"] and row["message_id"] in sent["References"]


async def test_who_only_says_to_be_somebody_writes_into_none_of_their_conversations(post, outbox, acme):
    _, conversation, mail, _ = await mailed(post, outbox)
    forged = mail["Reply-To"][:-15] + ("a" if mail["Reply-To"][-15] != "a" else "b") + mail["Reply-To"][-14:]
    local, _, domain = mail["Reply-To"].partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    post.put(letter("Forged mark", to=forged, subject="Re: Tea"))
    post.put(letter("Right reference, wrong person", sender="eve@evil.example", References=mail["Message-ID"]))
    post.put(letter("Guessed", subject="Re: New messages from Acme"))
    failed = "mx.acme.example; spf=fail smtp.mailfrom=vera@example.com; dmarc=fail header.from=example.com"
    post.put(letter("Known to be forged", References=mail["Message-ID"], Authentication_Results=failed))
    rows = await post.became(4)
    assert [each["became"] for each in rows] == ["message"] * 3 + ["kept_out"] and rows[3]["why"] == "forged"
    assert conversation not in [each["conversation"] for each in rows[:3]]
    texts = [each["text"] for each in await post.messages(conversation)]
    assert texts == ["Is there tea?", "Yes, black and green"]
    assert any(event == "a reply address is none of ours" for _, event, _ in acme.house.log.lines)
    await until(lambda: _has_note(post, rows[1]["conversation"], str(conversation)))


async def _has_note(post: Post, conversation: int, text: str) -> bool:
    return any(text in each for each in await notes_of(post, conversation))


async def test_subject_and_sender_count_where_the_mail_server_vouches_for_the_sender(acme, dovecot, outbox):
    post = await Post(acme, dovecot).open(checker="mx.acme.example")
    _, conversation, _, _ = await mailed(post, outbox)
    passed = "mx.acme.example; dkim=pass header.d=example.com; spf=pass smtp.mailfrom=vera@example.com"
    post.put(letter("Vouched for", subject="Odp: Herbata", Authentication_Results=passed))
    post.put(letter("By itself", subject="Odp: Herbata", Authentication_Results=passed.replace("mx.acme", "mx.evil")))
    other = "mx.acme.example; dkim=pass header.d=evil.example"
    post.put(letter("For another domain", subject="Odp: Herbata", Authentication_Results=other))
    rows = await post.became(3)
    assert [each["how"] for each in rows] == ["subject", "new", "new"] and rows[0]["conversation"] == conversation


async def test_a_new_mail_begins_a_conversation_of_a_contact_that_nobody_knew(post, acme, outbox):
    ada = await acme.agent()
    post.put(
        letter(
            "Do you ship to Gdynia?",
            sender='"Walt Nowak" <Walt@Example.com>',
            subject="Shipping",
            Cc="boss@example.com",
        )
    )
    (row,) = await post.became(1)
    contact = await contact_of_email(acme.house.hub, Scope(acme.id), "walt@example.com")
    assert contact["name"] == "Walt Nowak" and row["contact"] == contact["id"]
    (message,) = await post.messages(row["conversation"])
    assert message["text"] == "Shipping\n\nDo you ship to Gdynia?"
    await eventually(lambda: heard(ada, "Gdynia"), 10)
    shown = (await ada.call("conversation.open", conversation=row["conversation"]))["conversation"]
    assert shown["channel"] == "email"
    await until(lambda: _has_note(post, row["conversation"], "boss@example.com"))
    post.put(letter("And another thing", sender="walt@example.com", subject="Invoice"))
    rows = await post.became(2)
    assert rows[1]["conversation"] != row["conversation"] and rows[1]["contact"] == contact["id"]
    await ada.says("Yes, we do", row["conversation"])
    await eventually(lambda: any(mail["To"] == "walt@example.com" for mail in outbox.mails), 15)
    (mail,) = [mail for mail in outbox.mails if mail["To"] == "walt@example.com"]
    assert mail["Subject"] == "Re: Shipping", "it is an answer in their thread"
    assert mail["In-Reply-To"] == mail["References"] == row["message_id"]


async def test_an_answer_opens_a_conversation_that_was_closed(post, outbox, acme):
    ada, conversation, mail, _ = await mailed(post, outbox)
    await ada.call("conversation.close", conversation=conversation)
    post.put(letter("One more question", to=mail["Reply-To"]))
    await post.became(1)
    assert (await acme.house.hub.store.get(Scope(acme.id), CONVERSATIONS, conversation))["status"] == "open"


async def test_a_mailbox_may_take_answers_only_and_another_one_sends_its_mails_to_a_group(acme, dovecot, outbox):
    group = await rest(acme, "POST", "groups", {"name": "Billing", "agents": []})
    answers = await Post(acme, dovecot).open(begins=False)
    billing = await Post(acme, dovecot).open(address="billing@acme.example", group=group["id"])
    answers.put(letter("Something new"))
    billing.put(letter("An invoice", to="billing@acme.example"))
    rows = {each["mailbox"]: each for each in await billing.became(2)}
    assert rows[answers.box["id"]]["why"] == "no_new"
    conversation = rows[billing.box["id"]]["conversation"]
    assert (await acme.house.hub.store.get(Scope(acme.id), CONVERSATIONS, conversation))["group"] == group["id"]


async def test_an_agent_answers_by_mail_from_the_own_address_only(post, outbox, acme):
    ada, conversation, _, _ = await mailed(post, outbox)
    id = ada.session["agent"]["id"]
    address = await reply_address(acme.house.hub, acme.id, conversation, ("agent", id))
    post.put(letter("Give me the list", sender="eve@evil.example", to=address))
    post.put(letter("We have white tea too.\n\n-- \nAda\nAcme", sender="Ada <ADA@acme.example>", to=address))
    rows = await post.became(2)
    assert [(each["became"], each["why"]) for each in rows] == [("kept_out", "not_the_agent"), ("message", "")]
    *_, last = await post.messages(conversation)
    assert (last["author"]["kind"], last["author"]["id"], last["text"]) == ("agent", id, "We have white tea too.")


async def test_who_is_told_of_a_conversation_by_mail_answers_it_by_mail(post, outbox, acme):
    ben = await acme.agent(BEN)
    await ben.leave()
    vera = await acme.visitor()
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await eventually(lambda: any(mail["To"] == BEN for mail in outbox.mails), 15)
    notice = next(mail for mail in outbox.mails if mail["To"] == BEN)
    post.put(letter("Yes, green.", sender=f"Ben <{BEN}>", to=notice["Reply-To"], In_Reply_To=notice["Message-ID"]))
    heard = await vera.hears("message", conversation=conversation, text="Yes, green.")
    assert (heard["author"]["kind"], heard["author"]["id"]) == ("agent", ben.session["agent"]["id"])


async def test_what_is_for_another_application_is_not_for_this_one(post, outbox, acme, globex, dovecot):
    _, conversation, mail, _ = await mailed(post, outbox)
    theirs = await Post(globex, dovecot).open(address="support@acme.example")
    theirs.put(letter("For Acme", to=mail["Reply-To"], References=mail["Message-ID"], subject="Re: Tea"))
    (row,) = await theirs.became(1)
    assert row["how"] == "new" and len(await post.messages(conversation)) == 2
    assert await post.rows() == []
    gus = await globex.agent()
    assert (await rest(globex, "GET", "mail/mailboxes"))["mailboxes"][0]["id"] == theirs.box["id"]
    with pytest.raises(AssertionError, match="no mailbox"):
        await rest(globex, "PATCH", f"mail/mailboxes/{post.box['id']}", {"on": False})
    assert gus


async def test_answers_from_another_address_are_the_persons_own_and_the_team_is_told(post, outbox):
    _, conversation, mail, _ = await mailed(post, outbox)
    post.put(letter("From my phone", sender="vera.private@example.net", to=mail["Reply-To"]))
    (row,) = await post.became(1)
    assert row["conversation"] == conversation
    await until(lambda: _has_note(post, conversation, "vera.private@example.net"))


async def test_no_header_of_a_mail_breaks_into_anything(post, acme, outbox):
    nasty = "=?utf-8?q?Eve=0D=0ABcc:_all@example.com?= <eve@example.com>"
    post.put(letter("Hi", sender=nasty, subject="=?utf-8?q?Hello=0D=0AX-Evil:_1=00?="))
    (row,) = await post.became(1)
    assert row["subject"] == "Hello X-Evil: 1" and "\n" not in row["subject"]
    contact = await contact_of_email(acme.house.hub, Scope(acme.id), "eve@example.com")
    assert "name" not in contact, "a name with an address in it is no name"
    ada = await acme.agent()
    await ada.says("Hello Eve", row["conversation"])
    await eventually(lambda: outbox.mails, 15)
    assert outbox.mails[0]["To"] == "eve@example.com" and outbox.mails[0]["Bcc"] is None
