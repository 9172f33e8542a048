"""Whoever is away gets the company's messages as an e-mail: once, after a while, in one thread (H7, C4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from hub.chat import fallback
from hub.chat.channels import Channels, Letter, Missed, Unreachable
from hub.chat.collections import CONVERSATIONS
from hub.core.collections import JOBS
from hub.outreach.chat_mail import ChatMail, mail_of
from hub.people.collections import HISTORY
from storage.engine import INSTALLATION, Scope
from tests.conftest import Company
from tests.support.forms import rest
from tests.support.house import House, eventually, open_house
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.annex("H7", "C4")


class NotAdas(Mailbox):
    """Keeps nothing that is for Ada: on a slow machine she may come so late that a letter to her was begun."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if envelope.rcpt_tos == ["ada@acme.example"]:
            return "250 OK"
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def box() -> Any:
    box = NotAdas()
    box.open()
    yield box
    box.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, box: Mailbox) -> AsyncIterator[House]:
    settings: dict[str, Any] = {
        "smtp_url": box.url, "mail_from": "Hub <hub@switchboard.example>", "offline_delay": 0.3,
        "presence_grace": 0.1,
    }  # fmt: skip
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


async def vera_wrote(acme: Company, **facts: Any) -> tuple[Any, int]:
    """Vera, who has told her address and asked something."""
    vera = await acme.visitor()
    await vera.call("page", url="https://shop.example/tea", title="Tea", referrer="")
    await vera.call("contact.update", email="vera@example.com", **facts)
    return vera, (await vera.says("Is there tea?"))["conversation"]


def body(mail: Any, kind: str = "plain") -> str:
    return str(mail.get_body((kind,)).get_content()).replace("\r\n", "\n")


async def letters(acme: Company, conversation: int) -> list[Any]:
    """What left the chat of a conversation for its contact, the newest first.

    On a slow machine Ada may come so late that a letter to her was begun.
    """
    found = (await rest(acme, "GET", f"deliveries?conversation={conversation}"))["deliveries"]
    return [each for each in found if each["to"]["kind"] == "contact"]


async def nothing_waits(house: House) -> None:
    """Return when no job of this kind is left."""

    deadline = asyncio.get_running_loop().time() + 10
    while await ordered(house):
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)


async def test_what_somebody_missed_comes_as_one_mail_and_what_comes_later_joins_its_thread(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    await ada.says("Yes, <b>black</b> & green", conversation)
    await ada.says("Which one?", conversation)
    await eventually(lambda: box.mails, 10)
    await nothing_waits(house)
    (mail,) = box.mails
    name = ada.session["agent"]["name"]
    assert (mail["To"], mail["Subject"]) == ("vera@example.com", "New messages from Acme")
    assert mail["From"] == f'"{name} (Acme)" <hub@switchboard.example>'
    assert f"{name}:\nYes, <b>black</b> & green" in body(mail) and "Which one?" in body(mail)
    assert "Is there tea?" not in body(mail), "her own words are no news to her"
    assert "&lt;b&gt;black&lt;/b&gt; &amp; green" in body(mail, "html") and "<b>" not in body(mail, "html")
    assert f"{house.hub.settings.base_url()}/chat/pass." in body(mail) and mail["In-Reply-To"] is None
    await ada.says("There is also coffee", conversation)
    await eventually(lambda: len(box.mails) == 2, 10)
    again = box.mails[1]
    assert again["Subject"] == "Re: New messages from Acme" and "black" not in body(again)
    assert again["In-Reply-To"] == again["References"] == mail["Message-ID"] != again["Message-ID"]
    await nothing_waits(house)
    told = await house.hub.store.read(Scope(acme.id), HISTORY, vera.session["contact"]["id"])
    assert [(each["kind"], each["word"], each["conversation"]) for each in told if each["kind"] == "email"] == [
        ("email", "sent", conversation), ("email", "sent", conversation),
    ]  # fmt: skip


async def test_what_was_read_in_the_chat_is_not_mailed_and_who_is_there_gets_time(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    first = await ada.says("Yes", conversation)
    await vera.call("conversation.read", conversation=conversation, position=first["position"])
    await ada.says("Black or green?", conversation)  # she is on the website, and has not looked yet
    await asyncio.sleep(1)
    assert box.mails == []
    await vera.leave()
    await eventually(lambda: box.mails, 10)
    assert "Black or green?" in body(box.mails[0]) and "Yes" not in body(box.mails[0])
    await nothing_waits(house)
    assert len(box.mails) == 1


async def test_who_answers_has_read_and_nobody_without_an_address_is_written_to(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    walt, ada = await acme.visitor(), await acme.agent()
    other = (await walt.says("Hello"))["conversation"]
    await ada.says("Yes", conversation)
    await vera.says("Thank you", conversation)
    await ada.says("Hello Walt", other)
    await vera.leave()
    await walt.leave()
    await nothing_waits(house)
    assert not [mail for mail in box.mails if mail["To"] != "ben@acme.example"], (
        "Ben, who is away, is told of her words"
    )


async def test_a_mail_speaks_the_language_of_the_person(acme, box, house):
    vera = await acme.visitor(browser={"language": "pl-PL"})
    await vera.call("contact.update", email="vera@example.com")
    conversation = (await vera.says("Jest herbata?"))["conversation"]
    ada = await acme.agent()
    await vera.leave()
    await ada.says("Tak", conversation)
    await eventually(lambda: box.mails, 10)
    mail = box.mails[0]
    assert (mail["Content-Language"], mail["Subject"]) == ("pl", "Nowe wiadomości: Acme")
    assert "nie było Cię na stronie" in body(mail)


async def test_a_conversation_that_a_program_begins_is_mailed_too(acme, box, house):
    contact = (await rest(acme, "POST", "contacts", {"attributes": {"email": "walt@example.com"}}))["id"]
    async with aiohttp.ClientSession(house.url, headers={"Authorization": f"Token {acme.api_key}"}) as http:
        answer = await http.post(
            f"/api/public/users/{contact}/conversations/", json={"content": "Your order is on its way"}
        )
        assert answer.status in (200, 201), await answer.text()
    await eventually(lambda: box.mails, 10)
    assert (box.mails[0]["To"], "Your order is on its way" in body(box.mails[0])) == ("walt@example.com", True)


async def test_an_application_says_whether_and_when_its_own_messages_are_mailed(acme, globex, box, house):
    usual = {"mail": True, "push": True, "both": False, "delay": None, "earlier": 0, "usual": 0.3}
    assert await rest(acme, "GET", "away") == usual == await rest(globex, "GET", "away")
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    await rest(acme, "PUT", "away", {"mail": False})
    await ada.says("Not mailed", conversation)
    await rest(acme, "PUT", "away", {"mail": True, "delay": 2})
    began = asyncio.get_running_loop().time()
    await ada.says("Mailed", conversation)
    await eventually(lambda: box.mails, 10)
    assert asyncio.get_running_loop().time() - began > 1.8
    assert await rest(globex, "GET", "away") == usual
    for wrong in ({"delay": -1}, {"delay": 86_401}, {"mail": "no"}, {"sometimes": True}):
        with pytest.raises(AssertionError, match="400"):
            await rest(acme, "PUT", "away", wrong)


async def test_while_the_mail_server_is_away_a_mail_waits_and_then_goes_out_once(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    box.close()
    await ada.says("Yes", conversation)
    await eventually(lambda: any(event == "a letter waits" for _, event, _ in house.log.lines), 10)
    await ada.says("Black", conversation)
    box.open()
    await eventually(lambda: len(box.mails) == 2, 20)
    await nothing_waits(house)
    assert [body(mail).count(word) for mail, word in zip(box.mails, ("Yes", "Black"), strict=True)] == [1, 1]


async def test_what_the_mail_server_refuses_is_told_and_not_tried_again(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    box.refuse = "550 No such user"
    await ada.says("Yes", conversation)
    await eventually(lambda: any(event == "a letter was refused" for _, event, _ in house.log.lines), 10)
    await nothing_waits(house)
    (row,) = await letters(acme, conversation)
    assert (row["state"], row["channel"], "No such user" in row["said"]) == ("refused", "email", True)
    told = await house.hub.store.read(Scope(acme.id), HISTORY, vera.session["contact"]["id"])
    assert [each["word"] for each in told if each["kind"] == "email"] == ["refused"] and box.mails == []


async def test_a_process_that_dies_between_sending_and_marking_sends_the_very_same_letter_again(
    acme, box, house, monkeypatch
):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    keep, died = fallback._keep, []

    async def dies(*given: Any) -> bool:
        before, after = given[-2:]
        if before.get("sending") and not after.get("sending") and not died:  # sent, and about to say so
            died.append(True)
            raise RuntimeError("killed")
        return await keep(*given)

    monkeypatch.setattr(fallback, "_keep", dies)
    await ada.says("Yes", conversation)
    await eventually(lambda: died, 10)
    await ada.says("Black", conversation)
    await eventually(lambda: len(box.mails) == 3, 30)
    await nothing_waits(house)
    first, again, last = box.mails
    assert first["Message-ID"] == again["Message-ID"] != last["Message-ID"] and body(first) == body(again)
    assert "Black" in body(last) and last["In-Reply-To"] == first["Message-ID"]
    kept = (await house.hub.store.get(Scope(acme.id), CONVERSATIONS, conversation))["fallback"]
    assert kept["letters"] == [first["Message-ID"], last["Message-ID"]] and "sending" not in kept
    house.log.lines.clear()  # the job that failed on purpose


async def test_agents_see_which_message_went_out_how_and_hear_it_when_it_does(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    box.close()
    sent = await ada.says("Yes", conversation)
    waits = await ada.hears("delivery", state="waiting", why="channel_away")
    assert (waits["channel"], waits["to"]) == ("email", {"kind": "contact", "id": vera.session["contact"]["id"]})
    assert waits["after"] < sent["position"] <= waits["through"] and waits["said"]
    box.open()
    went = await ada.hears("delivery", state="sent")
    assert (went["id"], went["why"], went["conversation"]) == (waits["id"], "", conversation)
    assert await letters(acme, conversation) == [went]
    assert (await rest(acme, "GET", "deliveries?state=sent"))["deliveries"] == [went]
    with pytest.raises(AssertionError, match="409"):
        await rest(acme, "POST", f"deliveries/{went['id']}/again")
    with pytest.raises(AssertionError, match="400"):
        await rest(acme, "GET", "deliveries")


async def test_who_left_no_address_can_not_be_reached_and_the_agent_is_told_once(acme, box, house):
    walt, ada = await acme.visitor(), await acme.agent()
    conversation = (await walt.says("Hello"))["conversation"]
    await walt.leave()
    await ada.says("Hello Walt", conversation)
    told = await ada.hears("delivery", state="unreachable")
    assert (told["why"], told["conversation"]) == ("no_way", conversation)
    await ada.says("Are you there?", conversation)
    await nothing_waits(house)
    (row,) = await letters(acme, conversation)
    assert row["id"] == told["id"] and row["through"] > told["through"] and box.mails == []


async def test_what_the_mail_server_refused_is_sent_again_when_an_agent_says_so(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    box.refuse = "550 No such user"
    await ada.says("Yes", conversation)
    refused = await ada.hears("delivery", state="refused")
    box.refuse = ""
    again = await rest(acme, "POST", f"deliveries/{refused['id']}/again")
    assert (again["state"], again["id"]) == ("waiting", refused["id"])
    await ada.hears("delivery", state="sent", id=refused["id"])
    assert len(box.mails) == 1 and "Yes" in body(box.mails[0])
    assert [row["state"] for row in await letters(acme, conversation)] == ["sent"]


async def test_nothing_is_sent_again_that_was_read_meanwhile(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    box.refuse = "550 No such user"
    await vera.leave()
    sent = await ada.says("Yes", conversation)
    refused = await ada.hears("delivery", state="refused")
    back = await acme.visitor(token=vera.token)
    await back.call("conversation.read", conversation=conversation, position=sent["position"])
    box.refuse = ""
    await rest(acme, "POST", f"deliveries/{refused['id']}/again")
    await ada.hears("delivery", state="withdrawn", why="read")
    assert box.mails == []


class Pigeon:
    """A channel of this test. It takes what it is given, or says what is wrong."""

    name, patient, elsewhere = "push", False, False

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.wrong: Exception | None = None

    async def works(self, hub: Any, scope: Scope) -> bool:
        return True

    async def reaches(self, hub: Any, scope: Scope, missed: Missed) -> bool:
        return True

    async def write(self, hub: Any, scope: Scope, missed: Missed, delivery: int) -> Letter:
        return Letter(f"pigeon-{delivery}", "Pigeon", [each["text"] for each in missed.messages])

    async def send(self, hub: Any, scope: Scope, letter: Letter) -> None:
        if self.wrong:
            raise self.wrong
        self.taken += letter.content


@pytest.fixture
def pigeon(house: House) -> Pigeon:
    pigeon = Pigeon()
    house.hub.part(Channels).all.insert(0, pigeon)
    return pigeon


async def test_one_channel_is_enough_unless_both_are_asked_for(acme, box, house, pigeon):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    await ada.says("Yes", conversation)
    await eventually(lambda: pigeon.taken == ["Yes"], 10)
    await nothing_waits(house)
    assert box.mails == []
    await rest(acme, "PUT", "away", {"both": True})
    await ada.says("Black", conversation)
    await eventually(lambda: pigeon.taken == ["Yes", "Black"] and len(box.mails) == 1, 10)
    await nothing_waits(house)
    assert "Black" in body(box.mails[0]) and "Yes" not in body(box.mails[0])
    assert [(row["channel"], row["state"]) for row in await letters(acme, conversation)] == [
        ("email", "sent"), ("push", "sent"), ("push", "sent"),
    ]  # fmt: skip
    await rest(acme, "PUT", "away", {"push": False})
    await ada.says("Green", conversation)
    await eventually(lambda: len(box.mails) == 2, 10)
    assert pigeon.taken == ["Yes", "Black"]


async def test_what_one_channel_refuses_goes_by_the_next(acme, box, house, pigeon):
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    pigeon.wrong = Unreachable("no nest")
    await ada.says("Yes", conversation)
    await eventually(lambda: box.mails, 10)
    await nothing_waits(house)
    assert [(row["channel"], row["state"], row["said"]) for row in await letters(acme, conversation)] == [
        ("email", "sent", ""), ("push", "refused", "no nest"),
    ]  # fmt: skip


async def test_a_mail_repeats_as_much_of_the_talk_as_the_application_wants(acme, box, house):
    vera, conversation = await vera_wrote(acme)
    await rest(acme, "PUT", "away", {"earlier": 1})
    ada = await acme.agent()
    await vera.leave()
    await ada.says("Yes", conversation)
    await eventually(lambda: box.mails, 10)
    text = body(box.mails[0])
    assert text.index("Yes") < text.index("Earlier:\n> ") < text.index("> Is there tea?")
    assert "Is there tea?" in body(box.mails[0], "html")


async def ordered(house: House) -> list[Any]:
    """Return the jobs that look after messages."""
    rows = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
    return [row for row in rows if row["kind"] == fallback.FALL_BACK]


async def test_a_channel_that_answers_elsewhere_costs_a_conversation_of_the_chat_nothing(acme, house):
    (sms,) = [each for each in house.hub.part(Channels).all if each.elsewhere]
    assert not sms.patient, "it would hurry all others"
    await rest(acme, "PUT", "away", {"mail": False, "push": False})
    _, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await ada.says("Yes", conversation)
    assert await ordered(house) == [], "there is no way that it could take"
    await rest(acme, "PUT", "away", {"mail": True, "push": False, "delay": 300})
    said = house.hub.clock.now()
    await ada.says("Black and green", conversation)
    (job,) = await ordered(house)
    assert job["due"] >= said + 300_000, "mail waits for as long as the application says"


async def test_many_messages_order_one_job_and_all_of_them_are_mailed(acme, box, house):
    await rest(acme, "PUT", "away", {"delay": 5})
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    for number in range(12):
        await ada.says(f"word {number}.", conversation)
    assert len(await ordered(house)) == 1
    await eventually(lambda: box.mails, 15)
    await nothing_waits(house)
    assert all(f"word {number}." in body(box.mails[0]) for number in range(12)) and len(box.mails) == 1


async def test_without_a_mail_server_letters_wait_until_there_is_one(acme, box, house, monkeypatch):
    monkeypatch.setattr(fallback, "_UNSET", 200)
    settings = house.hub.settings
    house.hub.settings = msgspec.structs.replace(settings, smtp_url="")
    vera, conversation = await vera_wrote(acme)
    ada = await acme.agent()
    await vera.leave()
    await ada.says("Yes", conversation)
    waits = await ada.hears("delivery", state="waiting", why="not_set_up")
    assert (await rest(acme, "GET", "deliveries?state=waiting"))["count"] == 1
    house.hub.settings = settings
    await ada.hears("delivery", state="sent", id=waits["id"])
    assert "Yes" in body(box.mails[0])


@pytest.mark.parametrize("name", ["Eve\r\nBcc: all@example.com", 'Eve" <eve@example.com>'])
async def test_no_name_breaks_into_the_headers(acme, box, house, name):
    author = {"kind": "agent", "id": 1, "name": name}
    message = {"position": 2, "text": "x", "at": house.hub.clock.now(), "attachments": [], "author": author}
    missed = Missed(7, {"id": 3, "email": "vera@example.com"}, [message], [])
    mail = mail_of(house.hub, missed, acme.id, "Acme", "en")
    await ChatMail().send(house.hub, Scope(acme.id), Letter(mail.id, mail.subject, mail))
    (got,) = box.mails
    assert got["Bcc"] is None and [each.addr_spec for each in got["From"].addresses] == ["hub@switchboard.example"]
