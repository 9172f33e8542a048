"""Text messages stand in conversations, are answered the way they came, and go to nobody who did not write by SMS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from hub.calls.carriers.desk import HEARD
from hub.calls.collections import PHONE_NUMBERS
from hub.calls.texts import sms
from hub.calls.texts.fitting import parted
from hub.calls.texts.reports import REPORT
from hub.calls.texts.stopping import wish_of
from hub.chat.channels import Channels
from hub.chat.collections import CONVERSATIONS, MESSAGES, NOTES
from hub.core.collections import JOBS
from hub.people.collections import CONTACTS, HISTORY
from storage.engine import INSTALLATION, Batch, Scope
from tests.calls.conftest import Owner, both_engines
from tests.support.carriers import Carriers
from tests.support.forms import rest
from tests.support.house import House, eventually, open_house

pytestmark = pytest.mark.annex("P6")
WALT, VERA = "+48601111222", "+48601333444"


@pytest.fixture
async def house(tmp_path: Path, carriers: Carriers, engine: dict[str, Any]) -> AsyncIterator[House]:
    """A hub that knows the imitations, and does not wait long for somebody to come back."""
    quick = {"presence_grace": 0.1, "offline_delay": 1.0}
    async with open_house(tmp_path / "house", **quick, **carriers.settings, **engine) as house:
        carriers.hub = house.url
        yield house
        assert house.log.tracebacks == []


class Phone:
    """Somebody's phone, on a network that brings texts to a number of the company, over its provider."""

    def __init__(self, owner: Owner, carriers: Carriers, provider: str, number: str) -> None:
        self.owner, self.carriers, self.provider, self.number = owner, carriers, provider, number
        self.sent = 0

    async def writes(
        self, text: str, sender: str = WALT, *, to: str = "", sms: str = "", media: int = 0, **how: Any
    ) -> int:
        """Send a text; return the status that the provider was answered with."""
        hook, to = await self.owner.hook(), to or self.number
        self.sent += 1
        sms = sms or f"SM{self.owner.company.id}x{self.sent}"
        if self.provider == "twilio":
            fields = {"MessageSid": sms, "From": sender, "To": to, "Body": text, "NumMedia": str(media)}
            return (await self.carriers.twilio_sends(f"{hook}/sms", **fields, **how))[0]
        payload = {
            "id": sms, "direction": "inbound", "text": text, "from": {"phone_number": sender, "carrier": ""},
            "to": [{"phone_number": to}], "media": [{"url": "http://127.0.0.1:1/x"}] * media,
        }  # fmt: skip
        return (await self.carriers.telnyx_sends(f"{hook}/event", "message.received", payload, **how))[0]

    async def reports(self, sms: str, state: str, code: str = "") -> None:
        """Tell what became of a text that was sent."""
        hook = await self.owner.hook()
        if self.provider == "twilio":
            await self.carriers.twilio_sends(f"{hook}/sent", MessageSid=sms, MessageStatus=state, ErrorCode=code)
            return
        to = [{"phone_number": WALT, "status": {"undelivered": "delivery_failed"}.get(state, state)}]
        payload = {"id": sms, "to": to, "errors": [{"code": code}] if code else []}
        await self.carriers.telnyx_sends(f"{hook}/event", "message.finalized", payload)

    @property
    def got(self) -> list[tuple[str, str, str]]:
        """The texts that the provider was given: from, to, and what they say."""
        if self.provider == "twilio":
            return [(each["from"], each["to"], each["body"]) for each in self.carriers.twilio.messages.values()]
        return [
            (each["from"]["phone_number"], each["to"][0]["phone_number"], each["text"])
            for each in self.carriers.telnyx.messages.values()
        ]

    @property
    def names(self) -> list[str]:
        """The provider's names for them."""
        return list((self.carriers.twilio if self.provider == "twilio" else self.carriers.telnyx).messages)


async def phone_at(owner: Owner, carriers: Carriers, provider: str) -> Phone:
    await owner.connects(carriers, provider)
    return Phone(owner, carriers, provider, (await owner.buys())["number"])


async def stored(owner: Owner, collection: Any = CONVERSATIONS) -> list[Any]:
    """Return what Acme keeps, the oldest first."""
    found = [row async for rows in owner.house.hub.store.export(Scope(owner.company.id), collection) for row in rows]
    return sorted(found, key=lambda each: each["id"])


async def said(owner: Owner, conversation: int, stream: Any = MESSAGES) -> list[Any]:
    return await owner.house.hub.store.read(Scope(owner.company.id), stream, conversation)


async def letters(owner: Owner, conversation: int) -> list[tuple[str, str, str]]:
    """Return what left the chat for the contact, the oldest first: channel, state, why."""
    found = (await rest(owner.company, "GET", f"deliveries?conversation={conversation}"))["deliveries"]
    return [
        (each["channel"], each["state"], each["why"]) for each in reversed(found) if each["to"]["kind"] == "contact"
    ]


async def in_time(holds: Callable[[], Awaitable[Any]]) -> None:
    """Return when it holds."""
    async with asyncio.timeout(40):
        while not await holds():
            await asyncio.sleep(0.05)


async def hears(who: Any, name: str, **fields: Any) -> Any:
    """Wait for what somebody hears, with patience: the machine may be busy."""
    return await who.hears(name, within=20, **fields)


async def nothing_heard(house: House) -> None:
    """Return when no fact of a provider is left to be told."""

    async def left() -> bool:
        rows = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
        return not any(row["kind"] in (HEARD, REPORT) for row in rows)

    await in_time(left)


@both_engines
@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
async def test_a_text_stands_in_a_conversation_and_is_answered_by_text_from_the_number_it_was_sent_to(
    owner, carriers, house, provider
):
    phone = await phone_at(owner, carriers, provider)
    ada = await owner.company.agent()
    assert await phone.writes("Is there tea?") == 200
    message = await hears(ada, "message")
    conversation = message["conversation"]
    (kept,) = await stored(owner)
    (contact,) = await stored(owner, CONTACTS)
    assert (message["text"], message["author"]["kind"], message["author"]["id"]) == (
        "Is there tea?", "contact", contact["id"],
    )  # fmt: skip
    assert (contact["phone_number"], kept["channel"], kept["browser"]) == (WALT, "sms", None)
    (record,) = await said(owner, conversation)
    (row,) = await stored(owner, PHONE_NUMBERS)
    origin = record["origin"]
    assert origin["source"] == "sms" and origin["context"]["from"] == WALT and origin["context"]["to"] == phone.number
    found = await rest(owner.company, "POST", "conversations/find", {"where": {"channel": ["sms"]}})
    assert [(each["id"], each["channel"]) for each in found["conversations"]] == [(conversation, "sms")]

    await ada.says("Yes, black", conversation)
    await ada.says("and green", conversation)
    await hears(ada, "delivery", conversation=conversation, state="sent", channel="sms")
    assert phone.got == [(phone.number, WALT, "Yes, black\nand green")], "in one text, from the number of the row"
    assert row["number"] == phone.number
    await phone.reports(phone.names[0], "delivered")
    await hears(ada, "delivery", conversation=conversation, state="delivered")
    assert await letters(owner, conversation) == [("sms", "delivered", "")]
    told = await house.hub.store.read(Scope(owner.company.id), HISTORY, contact["id"])
    assert [(each["kind"], each["word"], each["name"]) for each in told if each["kind"] == "sms"] == [
        ("sms", "sent", "Yes, black and green")
    ]

    await phone.writes("Black, please")
    await hears(ada, "message", text="Black, please", conversation=conversation)
    assert len(await stored(owner)) == len(await stored(owner, CONTACTS)) == 1
    await ada.call("conversation.close", conversation=conversation)
    await phone.writes("One more thing")
    again = await hears(ada, "message", text="One more thing")
    assert again["conversation"] != conversation, "a closed one is over"


@both_engines
async def test_the_same_text_told_twice_is_one_message_and_two_at_once_from_a_stranger_are_one_conversation(
    owner, carriers, house
):
    phone = await phone_at(owner, carriers, "telnyx")
    for event in ("e1", "e1", "e2"):  # sent again, and told once more as another event
        assert await phone.writes("Hello", sms="one", id=event) == 200
    await asyncio.gather(*(phone.writes(f"Part {number}", VERA) for number in range(6)))

    async def all_there() -> bool:
        rows = await stored(owner)
        return [each["position"] for each in rows] in ([1, 6], [6, 1])

    await in_time(all_there)
    contacts = await stored(owner, CONTACTS)
    assert sorted(each["phone_number"] for each in contacts) == [WALT, VERA]


async def test_what_is_forged_leaves_no_trace_and_a_number_that_is_not_ours_is_nobodys(owner, carriers, globex, house):
    phone = await phone_at(owner, carriers, "twilio")
    assert await phone.writes("I am not Twilio", secret="another-token") == 403
    assert await phone.writes("Hello", to="+48229999999") == 200
    gus = Owner(globex)
    theirs = await phone_at(gus, carriers, "telnyx")
    assert await theirs.writes("To Acme's number", to=phone.number) == 200, "Globex' provider may say what it likes"
    assert await theirs.writes("To Globex") == 200
    await in_time(lambda: stored(gus))
    await nothing_heard(house)
    assert await stored(owner) == await stored(owner, CONTACTS) == []
    ada = await owner.company.agent()
    gina = await globex.agent()
    (conversation,) = await stored(gus)
    assert not (await ada.ack("message.send", {"client_id": "x", "text": "Hi", "conversation": conversation["id"]}))[
        "ok"
    ]
    await gina.says("Hello from Globex", conversation["id"])
    await eventually(lambda: theirs.got, 20)
    assert phone.got == [] and [each[2] for each in theirs.got] == ["Hello from Globex"]


@both_engines
async def test_nobody_who_did_not_write_by_text_ever_gets_one_and_whoever_did_gets_no_push_beside_it(
    owner, carriers, house
):
    phone = await phone_at(owner, carriers, "twilio")
    ada, vera = await owner.company.agent(), await owner.company.visitor()
    await vera.call("contact.update", phone_number=VERA)
    chat = (await vera.says("Hello from the website"))["conversation"]
    await vera.leave()
    await ada.says("Good morning", chat)
    await hears(ada, "delivery", conversation=chat, state="unreachable")
    assert phone.got == []

    # the same Vera writes by text: that talk goes by text, also while her page is open
    back = await owner.company.visitor(vera.session["visitor_token"])
    await phone.writes("And from my phone", VERA)
    texted = (await hears(ada, "message", text="And from my phone"))["conversation"]
    assert texted != chat and len(await stored(owner, CONTACTS)) == 1
    await ada.says("We saw it", texted)
    await eventually(lambda: phone.got == [(phone.number, VERA, "We saw it")], 20)
    await ada.says("And this one is for the website", chat)
    await hears(back, "message", text="And this one is for the website")
    assert [each for each in back.heard if each[0] == "message" and each[1]["conversation"] == texted] == [], (
        "a number proves nobody: her page does not show it"
    )
    await asyncio.sleep(1.5)  # long enough for whatever would go out
    assert len(phone.got) == 1


async def test_what_is_said_while_the_person_writes_again_is_sent_all_the_same(owner, carriers, house, monkeypatch):
    phone = await phone_at(owner, carriers, "twilio")
    ada = await owner.company.agent()
    await phone.writes("Is there tea?")
    conversation = (await hears(ada, "message"))["conversation"]
    await ada.says("Yes", conversation)
    await phone.writes("Hello?")
    await eventually(lambda: [each[2] for each in phone.got] == ["Yes"], 20)


@both_engines
async def test_a_country_that_is_not_allowed_is_refused_and_the_agent_reads_why(owner, carriers, house):
    phone = await phone_at(owner, carriers, "twilio")
    ada = await owner.company.agent()
    await phone.writes("Hallo", "+4915112345678")
    conversation = (await hears(ada, "message"))["conversation"]
    await ada.says("Guten Tag", conversation)
    await hears(ada, "delivery", conversation=conversation, state="refused", why="sms_country")
    assert phone.got == []
    await owner.does("PATCH", "phone-account", countries=["PL", "DE"])
    (row,) = (await rest(owner.company, "GET", f"deliveries?conversation={conversation}&limit=1"))["deliveries"]
    await rest(owner.company, "POST", f"deliveries/{row['id']}/again")
    await eventually(lambda: [each[1:] for each in phone.got] == [("+4915112345678", "Guten Tag")], 20)


@both_engines
async def test_more_texts_than_the_day_has_wait_for_a_word_of_an_agent_who_reads_why(owner, carriers, house):
    phone = await phone_at(owner, carriers, "telnyx")
    ada = await owner.company.agent()
    await owner.does("PATCH", "phone-account", texts_a_day=0)
    await phone.writes("Is there tea?")
    conversation = (await hears(ada, "message"))["conversation"]
    await ada.says("Yes", conversation)
    kept_back = await hears(ada, "delivery", conversation=conversation, state="refused", why="sms_limit")
    assert phone.got == []
    await owner.does("PATCH", "phone-account", texts_a_day=1)
    await rest(owner.company, "POST", f"deliveries/{kept_back['id']}/again")
    await eventually(lambda: [each[2] for each in phone.got] == ["Yes"], 20)
    assert (await owner.does("GET", "phone-account"))["account"]["used"]["texts_today"] == 1


@both_engines
@pytest.mark.parametrize(("provider", "code"), [("twilio", "30003"), ("telnyx", "40006")])
async def test_a_text_that_does_not_arrive_is_told_and_goes_out_again_when_an_agent_says_so(
    owner, carriers, house, provider, code
):
    phone = await phone_at(owner, carriers, provider)
    ada = await owner.company.agent()
    await phone.writes("Hello")
    conversation = (await hears(ada, "message"))["conversation"]
    await ada.says("Hello Walt", conversation)
    await eventually(lambda: phone.got, 20)
    await phone.reports(phone.names[0], "undelivered", code)  # it may overtake our own mark
    failed = await hears(ada, "delivery", conversation=conversation, state="failed")
    assert (failed["why"], failed["said"]) == ("sms_off", code)
    await rest(owner.company, "POST", f"deliveries/{failed['id']}/again")
    await eventually(lambda: len(phone.got) == 2, 20)
    await phone.reports(phone.names[1], "delivered")
    await hears(ada, "delivery", id=failed["id"], state="delivered")
    await phone.reports(phone.names[0], "delivered")
    await phone.reports("SMnobody", "delivered")
    assert await letters(owner, conversation) == [("sms", "delivered", "")]
    if provider == "telnyx":
        keys = list(carriers.telnyx.keys)
        assert len(keys) == len(set(keys)) == 2, "another try is another text for the provider"


async def test_stop_is_kept_as_a_message_and_ends_texts_until_start(owner, carriers, house):
    phone = await phone_at(owner, carriers, "twilio")
    ada = await owner.company.agent()
    await phone.writes("Hello")
    conversation = (await hears(ada, "message"))["conversation"]
    await phone.writes("Stop.")
    await hears(ada, "message", text="Stop.", conversation=conversation)
    await hears(ada, "note", conversation=conversation)
    await ada.says("Sorry to hear that", conversation)
    await hears(ada, "delivery", conversation=conversation, state="unreachable")
    assert phone.got == []
    await phone.writes("START")
    await hears(ada, "message", text="START")
    await eventually(lambda: len(ada.events("note")) == 2)
    await ada.says("Welcome back", conversation)
    await eventually(lambda: [each[2] for each in phone.got] == ["Welcome back"], 20)
    told = await house.hub.store.read(Scope(owner.company.id), HISTORY, (await stored(owner, CONTACTS))[0]["id"])
    assert [each["word"] for each in told if each["kind"] == "sms"][:2] == ["stopped", "started"]
    assert [wish_of(each) for each in (" stop ", "STOPALL", "Unstop!", "stop it", "YES", "")] == [
        True, True, False, None, None, None,
    ]  # fmt: skip


async def test_a_name_a_short_number_and_nobody_at_all_are_shown_and_can_not_be_answered(owner, carriers, house):
    phone = await phone_at(owner, carriers, "twilio")
    ada = await owner.company.agent()
    await phone.writes("Your parcel is here", "ALLEGRO", media=2)
    first = await hears(ada, "message", text="Your parcel is here")
    assert first["author"]["name"] == "ALLEGRO"
    await phone.writes("And another one", "ALLEGRO")
    assert (await hears(ada, "message", text="And another one"))["conversation"] == first["conversation"]
    (note,) = await said(owner, first["conversation"], NOTES)
    assert "not taken over" in note["text"] and "2" in note["text"] and "can’t be answered" in note["text"]
    for sender in ("80001", "", "anonymous", "  \u202e ", "+12"):
        await phone.writes(f"From {sender!r}", sender)
        await hears(ada, "message", text=f"From {sender!r}")
    await phone.writes("   ", WALT, media=1)
    await hears(ada, "message", text="–")
    contacts = await stored(owner, CONTACTS)
    assert [each.get("phone_number") for each in contacts if each.get("phone_number")] == [WALT]
    assert len(contacts) == 7, "the hidden ones are three contacts, as nobody knows who they are"
    await ada.says("Thank you", first["conversation"])
    await hears(ada, "delivery", conversation=first["conversation"], state="unreachable")
    assert phone.got == []


async def test_a_long_answer_is_several_texts_a_very_long_one_is_refused_and_files_go_as_links(owner, carriers, house):
    phone = await phone_at(owner, carriers, "twilio")
    ada = await owner.company.agent()
    await phone.writes("Tell me all")
    conversation = (await hears(ada, "message"))["conversation"]
    long = " ".join(f"word{number}" for number in range(400))
    await ada.says(long, conversation)
    await eventually(lambda: len(phone.got) == 3, 20)
    assert " ".join(each[2] for each in phone.got) == long and all(len(each[2]) <= 1530 for each in phone.got)
    first, second, third = phone.names
    await hears(ada, "delivery", conversation=conversation, state="sent")
    for name in (third, first):
        await phone.reports(name, "delivered")
    await nothing_heard(house)
    assert await letters(owner, conversation) == [("sms", "sent", "")], "one is still on its way"
    await phone.reports(second, "delivered")
    await hears(ada, "delivery", conversation=conversation, state="delivered")
    await ada.says("ą" * 670 * 4 + "ą", conversation)
    await hears(ada, "delivery", conversation=conversation, state="refused", why="sms_length")
    assert len(phone.got) == 3


def test_texts_fit_into_ten_parts_of_the_network():
    assert parted("") == [] and parted("  Yes  ") == ["Yes"]
    assert [len(each) for each in parted("a" * 1531)] == [1530, 1]
    assert [len(each) for each in parted("[" * 766)] == [765, 1], "what needs an escape counts twice"
    assert [len(each) for each in parted("ż" * 671)] == [670, 1]
    assert [len(each) for each in parted("😀" * 336)] == [335, 1]
    assert parted("b" * 1000 + " " + "c" * 1000) == ["b" * 1000, "c" * 1000], "words stay whole where they can"


async def test_a_process_that_dies_over_the_second_text_goes_on_with_it_and_sends_the_first_no_more(
    owner, carriers, house, monkeypatch
):
    phone = await phone_at(owner, carriers, "twilio")
    ada = await owner.company.agent()
    await phone.writes("Tell me all")
    conversation = (await hears(ada, "message"))["conversation"]
    whole, tries = sms.send_text, []

    async def dies(*given: Any) -> str:
        tries.append(given[-1])
        if len(tries) == 2:
            raise OSError("killed")
        return await whole(*given)

    monkeypatch.setattr(sms, "send_text", dies)
    await ada.says("a" * 1600, conversation)
    await eventually(lambda: len(phone.got) == 2, 20)
    assert [len(each[2]) for each in phone.got] == [1530, 70]
    assert tries[0] != tries[1] == tries[2], "what is tried again has the same key"


async def test_without_its_number_and_without_a_provider_an_agent_reads_why(owner, carriers, house):
    phone = await phone_at(owner, carriers, "twilio")
    ada = await owner.company.agent()
    await phone.writes("Hello")
    conversation = (await hears(ada, "message"))["conversation"]
    (row,) = await stored(owner, PHONE_NUMBERS)
    batch = Batch(Scope(owner.company.id))
    batch.delete(PHONE_NUMBERS, row["id"])
    await house.hub.commit(batch)
    await ada.says("Hello Walt", conversation)
    await hears(ada, "delivery", conversation=conversation, state="refused", why="sms_number")
    assert next(each.name for each in house.hub.part(Channels).all) == "sms"
