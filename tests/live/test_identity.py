"""Who a visitor is: a browser's token, a signed identity, or a claim that shows nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest

from tests.support.cast import ConnectRefused

pytestmark = pytest.mark.annex("H1")


def signed(company, user_id: str = "u-1", secret: str | None = None, algorithm: str = "HS256", **claims) -> str:
    body = {"user_id": user_id, "exp": int(time.time()) + 60} | claims
    return jwt.encode(
        {k: v for k, v in body.items() if v is not None}, secret or company.made["identity_secret"], algorithm
    )


def hashed(company, user_id: str, secret: str | None = None) -> dict[str, str]:
    key = (secret or company.made["identity_secret"]).encode()
    return {"user_id": user_id, "hash": hmac.new(key, user_id.encode(), hashlib.sha256).hexdigest()}


def part(content: dict[str, object]) -> str:
    """Return one part of a JWT made by hand."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


async def refusal(company, **auth) -> str:
    with pytest.raises(ConnectRefused) as refused:
        await company.visitor(**auth)
    assert set(refused.value.error) == {"code", "message", "retryable"}
    return refused.value.code


async def known_contact(company):
    """Somebody whom the company knows by id, name and address, with a conversation."""
    olga = await company.visitor(identity=signed(company, "u-1"))
    await olga.call("contact.update", name="Olga Known", email="olga@known.example", phone_number="+48 123")
    message = await olga.says("My secret order")
    return olga, message["conversation"]


async def test_a_new_browser_is_a_new_contact_with_a_friendly_name_and_a_token(acme):
    vera, walt = await acme.visitor(), await acme.visitor()
    assert vera.session["contact"]["id"] != walt.session["contact"]["id"] and vera.token != walt.token
    assert len(vera.session["user_key"]) == 12 and len(vera.session["contact"]["name"].split()) == 2
    assert vera.session["contact"]["email"] is None and vera.session["conversations"] == []


async def test_the_token_brings_the_same_contact_and_its_conversations_back(acme):
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    again = await acme.visitor(vera.token)
    assert again.session["contact"] == vera.session["contact"] and again.session["user_key"] == vera.session["user_key"]
    assert [state["id"] for state in again.session["conversations"]] == [conversation]


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 129, "x" * 5000, "żółw" * 10, "\ud800" * 30])
async def test_a_token_that_nobody_has_is_a_new_browser(acme, token):
    vera, stranger = await acme.visitor(), await acme.visitor(token)
    assert stranger.session["contact"]["id"] != vera.session["contact"]["id"]


async def test_a_token_of_another_application_opens_nothing(acme, globex):
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    there = await globex.visitor(vera.token)
    assert there.session["conversations"] == [] and there.token != vera.token
    assert await there.refused("conversation.open", conversation=conversation) == "not_found"


@pytest.mark.parametrize("form", ["jwt", "hash"])
async def test_a_signed_identity_sees_all_its_conversations_on_every_browser(acme, form):
    olga, conversation = await known_contact(acme)
    identity = signed(acme, "u-1") if form == "jwt" else hashed(acme, "u-1")
    phone = await acme.visitor(identity=identity)
    assert phone.session["contact"] == {
        "id": olga.session["contact"]["id"],
        "name": "Olga Known",
        "email": "olga@known.example",
    }
    assert [state["id"] for state in phone.session["conversations"]] == [conversation]
    await olga.says("Still there?")
    await phone.hears("message", text="Still there?")


async def test_signing_in_on_a_browser_keeps_what_it_began(acme):
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    known = await acme.visitor(vera.token, identity=signed(acme, "u-9", email="vera@mail.example"))
    assert known.session["contact"]["id"] == vera.session["contact"]["id"]
    elsewhere = await acme.visitor(identity=hashed(acme, "u-9"))
    assert [state["id"] for state in elsewhere.session["conversations"]] == [conversation]


async def test_a_signature_that_does_not_hold_is_refused(acme, globex):
    body = part({"user_id": "u-1", "exp": 4_102_444_800})
    secret = acme.made["identity_secret"]
    wrong = {
        "another secret": signed(acme, secret="x" * 48),
        "another application's secret": signed(acme, secret=globex.made["identity_secret"]),
        "the widget key as secret": signed(acme, secret=acme.key * 8),
        "alg none": f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "alg nOnE": f"{part({'alg': 'nOnE', 'typ': 'JWT'})}.{body}.",
        "alg HS384": signed(acme, algorithm="HS384"),
        "no exp": signed(acme, exp=None),
        "no user_id": signed(acme, user_id=None),
        "an empty user_id": signed(acme, user_id=""),
        "not yet": signed(acme, nbf=int(time.time()) + 3600),
        "a cut signature": signed(acme)[:-4],
        "no token": "hello",
        "a list as user_id": signed(acme, user_id=["u-1"]),
        "exp is text": jwt.encode({"user_id": "u-1", "exp": "soon"}, secret),
        "wrong hash": hashed(acme, "u-1", "x" * 48),
        "hash of another id": hashed(acme, "u-2") | {"user_id": "u-1"},
        "hash without an id": {"hash": hashed(acme, "u-1")["hash"]},
        "half a hash": {"user_id": "u-1", "hash": hashed(acme, "u-1")["hash"][:32]},
    }
    assert {name: await refusal(acme, identity=identity) for name, identity in wrong.items()} == dict.fromkeys(
        wrong, "identity_invalid"
    )


async def test_an_expired_identity_is_told_apart(acme):
    assert await refusal(acme, identity=signed(acme, exp=int(time.time()) - 5)) == "identity_expired"


async def test_an_unsigned_claim_shows_nothing_of_the_claimed_contact(acme):
    ada = await acme.agent()
    olga, conversation = await known_contact(acme)
    mallory = [
        await acme.visitor(identity={"user_id": "u-1"}),
        await acme.visitor(identity={"email": "OLGA@known.example"}),
        await acme.visitor(identity={"user_id": "u-1", "email": "olga@known.example", "hash": ""}),
    ]
    for number, claimer in enumerate(mallory):
        assert claimer.session["conversations"] == []
        assert await claimer.refused("conversation.open", conversation=conversation) == "not_found"
        assert await claimer.refused("message.send", client_id="x", text="y", conversation=conversation) == "not_found"
        begun = (await claimer.says(f"I am Olga {number}"))["conversation"]
        assert begun != conversation
        # whatever a claimer can make the server say about the contact
        await claimer.call("contact.update")
        await claimer.call("contact.update", city="Paris")
        await claimer.call("contact.update", name="Olga Known")
        await claimer.call("page", url="https://acme.example/")
        await claimer.call("attachment.start", name="a.txt", size=1, type="text/plain")
        await ada.says("Who are you?", begun)
        await ada.call("conversation.assign", conversation=begun, agent=ada.session["agent"]["id"])
        await ada.call("conversation.close", conversation=begun)
        await claimer.hears("conversation", status="closed")
        answers = [
            await claimer.ack("conversation.open", {"conversation": begun}),
            await claimer.ack("resume", {"streams": {str(begun): {"position": 0}, str(conversation): {"position": 0}}}),
            await claimer.ack("contact.update", {}),
            await claimer.ack("contact.update", {"city": "Paris"}),
        ]
        again = await acme.visitor(claimer.token, identity={"user_id": "u-1"})
        for told in (claimer.heard, again.heard, answers):
            text = json.dumps(told)
            assert "Olga Known" not in text and "+48" not in text and "secret order" not in text, text
            if number == 0:
                assert "known.example" not in text, text
    await olga.says("It was me all the time", conversation)
    await olga.hears("message", text="It was me all the time")
    for claimer in mallory:
        assert not [message for message in claimer.events("message") if message["conversation"] == conversation]


async def test_an_unsigned_claim_can_not_redirect_the_contacts_mail(acme):
    ada = await acme.agent()
    olga, _ = await known_contact(acme)
    mallory = await acme.visitor(identity={"user_id": "u-1"})
    await mallory.call("contact.update", email="mallory@evil.example")
    card = await ada.call("contact.open", contact=olga.session["contact"]["id"])
    assert card["contact"]["email"] == "olga@known.example"
    assert (await acme.visitor(identity={"email": "mallory@evil.example"})).session["contact"]["id"] != olga.session[
        "contact"
    ]["id"]


async def test_a_claim_does_not_make_the_browser_the_contacts_own(acme):
    _olga, conversation = await known_contact(acme)
    mallory = await acme.visitor(identity={"user_id": "u-1"})
    later = await acme.visitor(mallory.token)
    assert later.session["conversations"] == [] and later.session["contact"]["name"] != "Olga Known"
    assert await later.refused("conversation.open", conversation=conversation) == "not_found"


async def test_attributes_of_an_unsigned_claim_reach_the_contact(acme):
    ada = await acme.agent()
    olga, _ = await known_contact(acme)
    claimer = await acme.visitor(identity={"user_id": "u-1"})
    await claimer.call("contact.update", attributes={"plan": "gold"})
    card = await ada.call("contact.open", contact=olga.session["contact"]["id"])
    assert card["contact"]["attributes"] == {"plan": "gold"}


async def test_an_address_that_another_contact_has_is_not_taken_and_not_told(acme):
    await known_contact(acme)
    vera = await acme.visitor()
    taken = await vera.call("contact.update", email="olga@known.example", name="Vera")
    free = await vera.call("contact.update", email="vera@mail.example")
    assert taken["contact"]["name"] == "Vera" and free["contact"]["email"] == "vera@mail.example"


async def test_a_contact_that_tells_its_name_writes_under_it_from_then_on(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    await vera.call("contact.update", name="Vera", email="vera@mail.example")
    await ada.hears("contact", name="Vera", email="vera@mail.example")
    assert (await vera.says("Hello"))["author"]["name"] == "Vera"


async def test_two_browsers_that_name_the_same_contact_are_two_authors(acme):
    one = await acme.visitor(identity={"user_id": "shared"})
    first = (await one.call("message.send", client_id="1", text="hello"))["message"]
    two = await acme.visitor(identity={"user_id": "shared"})
    second = (await two.call("message.send", client_id="1", text="hello"))["message"]
    assert second["id"] != first["id"]
    assert second["conversation"] != first["conversation"]
    third = await two.call("message.send", client_id="1", text="hello", conversation=second["conversation"])
    assert third["message"] == second
