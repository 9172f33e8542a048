"""Visitors say how a conversation was: asked once after each closing, in the chat or by a link, and counted (C2)."""

from __future__ import annotations

import asyncio
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.accounts.grants import SYSTEM
from hub.chat.collections import CONVERSATIONS, RATINGS
from hub.chat.ratings.answering import AnswerRating, answer_rating
from hub.chat.ratings.asking import ASK, ask
from hub.core.actor import Actor
from hub.core.collections import JOBS
from hub.people.collections import HISTORY
from hub.people.privacy.erasure import EraseContact, erase_contact
from storage.engine import INSTALLATION, Scope
from storage.filters import Eq
from tests.conftest import Company
from tests.live.test_availability import ask as rest
from tests.live.test_fallback import body
from tests.support.house import House, eventually, open_house
from tests.support.inbox import becomes
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.annex("C2")


@pytest.fixture
def box() -> Any:
    box = Mailbox()
    box.open()
    yield box
    box.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, box: Mailbox) -> AsyncIterator[House]:
    settings: dict[str, Any] = {
        "smtp_url": box.url,
        "mail_from": "Hub <hub@switchboard.example>",
        "presence_grace": 0.1,
    }
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


async def talked(acme: Company, ada: Any, email: str = "") -> tuple[Any, int]:
    """A visitor and Ada have talked; return who, and in which conversation."""
    vera = await acme.visitor()
    if email:
        await vera.call("contact.update", email=email)
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await ada.says("Yes", conversation)
    return vera, conversation


async def asked(vera: Any, conversation: int) -> dict[str, Any]:
    """Wait until a visitor is asked how the conversation was; return what is asked."""
    await eventually(lambda: any("rating" in each for each in vera.events("conversation")), 10)
    return (await vera.call("rating.open", conversation=conversation))["rating"]


async def no_questions_wait(acme: Company) -> None:
    """Return when every closing was looked at."""

    async def left() -> int:
        return await acme.house.hub.store.count(INSTALLATION, JOBS, Eq("kind", ASK), scan=True)

    await becomes(left, 0)


async def test_a_visitor_is_asked_after_the_closing_and_answers_once(acme):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    assert (await rest(ada, "GET", "ratings/rules"))["on"] is False
    vera, conversation = await talked(acme, ada)
    await ada.call("conversation.close", conversation=conversation)
    await no_questions_wait(acme)
    assert not any("rating" in each for each in vera.events("conversation")), "off until somebody wants it"
    await ada.call("conversation.reopen", conversation=conversation)
    await rest(ada, "PUT", "ratings/rules", on=True, question_en="How were we?", mail=False)
    await ada.call("conversation.assign", conversation=conversation, agent=ben.session["agent"]["id"])
    await ada.call("conversation.close", conversation=conversation)
    rating = await asked(vera, conversation)
    question = await vera.call("rating.open", conversation=conversation)
    assert (question["questions"]["en"], question["questions"]["pl"]) == ("How were we?", "Jak oceniasz tę rozmowę?")
    assert (rating["score"], rating["answered"], question["comment"]) == (None, None, True)
    tab, scores = await acme.visitor(vera.token), (5, 1, 4, 2, 3)
    system = Actor("system", 0, "Switchboard", Scope(acme.id), SYSTEM)
    answers = await asyncio.gather(
        *(
            answer_rating(acme.house.hub, system, AnswerRating(conversation, rating["id"], score, " Warm "))
            for score in scores
        )
    )
    kept = (await tab.call("rating.answer", conversation=conversation, rating=rating["id"], score=1))["rating"]
    assert {each.score for each in answers} == {kept["score"]} and kept["comment"] == "Warm", "the first answer stays"
    told = await ben.hears("rating", conversation=conversation)
    assert (told["rating"], told["assignee"]) == (kept, ben.session["agent"]["id"])
    shown = (await ada.call("conversation.open", conversation=conversation))["conversation"]
    assert shown["rating"] == kept
    lines = await acme.house.hub.store.read(Scope(acme.id), HISTORY, vera.session["contact"]["id"])
    assert [(each["word"], each["score"], each["conversation"]) for each in lines if each["kind"] == "rating"] == [
        ("answered", kept["score"], conversation)
    ]
    assert "Warm" not in str(lines), "what somebody wrote stands with the conversation alone, and goes with it"


async def test_each_closing_asks_anew_and_the_older_answers_stay(acme):
    ada = await acme.agent()
    await rest(ada, "PUT", "ratings/rules", on=True, mail=False)
    vera, conversation = await talked(acme, ada)
    for score in (2, 5):
        await ada.call("conversation.close", conversation=conversation)
        rating = await asked(vera, conversation)
        await vera.call("rating.answer", conversation=conversation, rating=rating["id"], score=score)
        await vera.says("One more thing", conversation)
        state = (await vera.call("conversation.open", conversation=conversation))["conversation"]
        assert state["status"] == "open"
        vera.forget()
    found = (await rest(ada, "GET", f"conversations/{conversation}/ratings"))["ratings"]
    assert [each["score"] for each in found] == [5, 2]


async def test_nobody_is_asked_about_spam_about_what_nobody_answered_or_what_is_open_again(acme, monkeypatch):
    ada = await acme.agent()
    label = (await rest(ada, "POST", "conversation-labels", name="Spam"))["id"]
    await rest(ada, "PUT", "ratings/rules", on=True, mail=False, wait=5, except_labels=[label])
    vera, spam = await talked(acme, ada)
    await ada.call("conversation.label", conversation=spam, add=[label])
    walt, opened = await talked(acme, ada)
    lone = await acme.visitor()
    unanswered = (await lone.says("Hello?"))["conversation"]
    wanted, good = await talked(acme, ada)
    for each in (spam, opened, unanswered, good):
        await ada.call("conversation.close", conversation=each)
    await walt.says("Wait", opened)
    clock, now = acme.house.hub.clock, acme.house.hub.clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + 5 * 60_000 + 500)
    acme.house.hub.jobs._lanes[0].wake.set()
    await asked(wanted, good)
    await no_questions_wait(acme)
    assert await acme.house.hub.store.count(Scope(acme.id), RATINGS) == 1
    assert not any("rating" in each for who in (vera, walt, lone) for each in who.events("conversation"))


async def test_a_job_that_is_done_again_after_a_kill_asks_once(acme):
    ada = await acme.agent()
    await rest(ada, "PUT", "ratings/rules", on=True, mail=False)
    vera, conversation = await talked(acme, ada)
    await ada.call("conversation.close", conversation=conversation)
    rating = await asked(vera, conversation)
    scope = Scope(acme.id)
    await asyncio.gather(*(ask(acme.house.hub, scope, {"conversation": conversation}) for _ in range(3)))
    await vera.call("rating.answer", conversation=conversation, rating=rating["id"], score=4)
    await ask(acme.house.hub, scope, {"conversation": conversation})
    kept = await acme.house.hub.store.get(scope, CONVERSATIONS, conversation)
    assert kept["rating"]["score"] == 4 and await acme.house.hub.store.count(scope, RATINGS) == 1


async def open_page(link: str, **form: str) -> tuple[int, str]:
    """Open a page, or press its button; return status and HTML."""
    data = urllib.parse.urlencode(form).encode() if form else None

    def load() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(link, data) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return await asyncio.to_thread(load)


async def test_who_is_away_answers_by_the_link_of_a_mail_on_a_page_without_scripts(acme, box):
    ada = await acme.agent()
    await rest(ada, "PUT", "ratings/rules", on=True)
    vera, conversation = await talked(acme, ada, "vera@example.com")
    await vera.leave()
    presence = acme.house.hub.part
    from hub.chat.presence import Presence

    contact = vera.session["contact"]["id"]
    await eventually(lambda: not presence(Presence).online(acme.id, "contact", contact), 10)
    await ada.call("conversation.close", conversation=conversation)
    await eventually(lambda: any("How was the conversation" in str(mail["Subject"]) for mail in box.mails), 15)
    (mail,) = [each for each in box.mails if "How was the conversation" in str(each["Subject"])]
    found = re.search(r"http\S+/rate\?\S+", body(mail))
    assert found and mail["To"] == "vera@example.com"
    link = acme.house.url + "/rate?" + found[0].partition("?")[2]
    status, page = await open_page(link)
    assert status == 200 and page.count('type="radio"') == 5 and "<script" not in page and "Very good" in page
    assert (await open_page(link, comment="no face"))[0] == 400
    ratings = f"conversations/{conversation}/ratings"
    assert (await rest(ada, "GET", ratings))["ratings"][0]["score"] is None, "opening it changes nothing"
    status, page = await open_page(link, score="2", comment="<b>Slow</b>")
    assert status == 200 and "Thank you" in page
    assert "Thank you" in (await open_page(link, score="5"))[1] and "Thank you" in (await open_page(link))[1]
    (kept,) = (await rest(ada, "GET", ratings))["ratings"]
    assert (kept["score"], kept["comment"]) == (2, "<b>Slow</b>")
    forged = re.sub(r"r=\d+", "r=1", link)
    assert (await open_page(forged))[0] == 404 and (await open_page(forged, score="5"))[0] == 404


async def test_the_report_counts_by_agent_label_and_day_and_erasing_takes_the_words_along(acme, globex):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    label = (await rest(ada, "POST", "conversation-labels", name="Delivery"))["id"]
    await rest(ada, "PUT", "ratings/rules", on=True, mail=False)
    contacts = []
    for score, agent, labelled in ((5, ada, True), (4, ben, False), (1, ben, True)):
        visitor, conversation = await talked(acme, ada)
        contacts.append(visitor.session["contact"]["id"])
        await ada.call("conversation.assign", conversation=conversation, agent=agent.session["agent"]["id"])
        if labelled:
            await ada.call("conversation.label", conversation=conversation, add=[label])
        await ada.call("conversation.close", conversation=conversation)
        rating = await asked(visitor, conversation)
        comment = "Never again" if score == 1 else ""
        await visitor.call(
            "rating.answer", conversation=conversation, rating=rating["id"], score=score, comment=comment
        )
    report = await rest(ada, "GET", "ratings/report")
    assert (report["asked"], report["scores"]) == (3, [1, 0, 0, 1, 1])
    assert report["total"] == {"answers": 3, "satisfied": 2, "mean": 3.33, "comments": 1}
    by_agent = {each["name"]: (each["figure"]["answers"], each["figure"]["satisfied"]) for each in report["agents"]}
    assert by_agent == {ada.session["agent"]["name"]: (1, 1), ben.session["agent"]["name"]: (2, 1)}
    assert [(each["name"], each["figure"]["answers"]) for each in report["labels"]] == [("Delivery", 2)]
    assert sum(each["answers"] for each in report["days"]) == 3
    number = ben.session["agent"]["id"]
    of_ben = await rest(ada, "GET", f"ratings/report?agent={number}&label={label}")
    assert of_ben["total"]["answers"] == 1
    (said,) = (await rest(ada, "GET", "ratings?comments=true"))["ratings"]
    assert (said["comment"], said["score"], said["agent"]) == ("Never again", 1, number)
    first = await rest(ada, "GET", "ratings?limit=2")
    rest_of = await rest(ada, "GET", f"ratings?limit=2&cursor={urllib.parse.quote(first['cursor'])}")
    assert [each["score"] for each in first["ratings"] + rest_of["ratings"]] == [1, 4, 5]
    gus = await globex.agent()
    assert (await rest(gus, "GET", "ratings/report"))["total"]["answers"] == 0
    with pytest.raises(urllib.error.HTTPError) as refused:
        await rest(ada, "GET", "ratings/report?since=2020-01-01")
    assert refused.value.code == 400
    system = Actor("system", 0, "Switchboard", Scope(acme.id), SYSTEM)
    await erase_contact(acme.house.hub, system, EraseContact(contacts[2]))
    await becomes(lambda: acme.house.hub.store.count(Scope(acme.id), RATINGS), 2)
    assert (await rest(ada, "GET", "ratings?comments=true"))["ratings"] == []


async def test_only_the_contact_answers_and_only_about_its_own(acme, globex):
    ada = await acme.agent()
    await rest(ada, "PUT", "ratings/rules", on=True, mail=False)
    vera, conversation = await talked(acme, ada)
    walt = await acme.visitor()
    await ada.call("conversation.close", conversation=conversation)
    rating = await asked(vera, conversation)
    answer = {"conversation": conversation, "rating": rating["id"], "score": 1}
    assert await walt.refused("rating.answer", **answer) == "not_found"
    assert await walt.refused("rating.open", conversation=conversation) == "not_found"
    assert await (await globex.visitor()).refused("rating.answer", **answer) == "not_found"
    assert await vera.refused("rating.answer", **(answer | {"score": 6})) == "invalid_payload"
    assert await vera.refused("rating.answer", **(answer | {"rating": rating["id"] + 1})) == "not_found"
    assert await ada.refused("rating.answer", **answer) == "unknown_command"
    assert (await vera.call("rating.open", conversation=conversation))["rating"]["answered"] is None
