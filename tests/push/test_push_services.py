"""What push services are handed, and what becomes of it: web-push-testing decrypts it, firebase-admin speaks to an imitation
of FCM (H8, C6)."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec

from mobile_push.fcm import DataMessage, Fcm, checked_account, kind_of
from mobile_push.outcomes import Busy, Gone, Refused, Taken
from mobile_push.web_push import (
    LARGEST,
    Reply,
    Subscription,
    Unanswered,
    WebPush,
    _decoded,
    check_keys,
    new_keys,
    seconds_in,
)

pytestmark = pytest.mark.annex("H8", "C6")
KEYS = new_keys()


async def post(url: str, headers: dict[str, str], body: bytes) -> Reply:
    """Send over a plain client, as the hub does over its guarded one."""
    try:
        async with aiohttp.ClientSession() as http, http.post(url, headers=headers, data=body) as answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Reply(answer.status, found, await answer.read())
    except aiohttp.ClientError as error:
        raise Unanswered(str(error)) from None


def web_push(way: Callable[..., Awaitable[Reply]] = post) -> WebPush:
    return WebPush(way, KEYS, "mailto:hello@acme.example", time.time)


def for_browser(given: dict[str, Any]) -> Subscription:
    return Subscription(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])


async def test_a_browser_gets_what_was_sent_decrypted_and_signed(service):
    browser = await service.subscribe(KEYS.public)
    text = json.dumps({"title": "Ada · Acme", "body": "Zażółć gęślą jaźń"})
    assert isinstance(await web_push().send(browser.subscription, text.encode(), seconds=60), Taken)
    assert await browser.got() == [{"title": "Ada · Acme", "body": "Zażółć gęślą jaźń"}]


async def test_a_message_signed_with_another_key_is_refused(service):
    browser = await service.subscribe(new_keys().public)
    outcome = await web_push().send(browser.subscription, b"{}", seconds=60)
    assert isinstance(outcome, Refused) and await browser.got() == []


async def test_a_browser_that_has_gone_is_told_apart(service, telling):
    browser = await service.subscribe(KEYS.public)
    await browser.expire()
    assert isinstance(await web_push().send(browser.subscription, b"{}", seconds=60), Gone)
    telling.answers = [web.Response(status=404), web.Response(status=410)]
    for _ in range(2):
        assert isinstance(await web_push().send(for_browser(telling.browser()), b"{}", seconds=60), Gone)


async def test_the_headers_say_how_long_how_urgent_and_what_it_replaces_and_who_sends_it(telling):
    sender = web_push()
    for _ in range(2):
        await sender.send(for_browser(telling.browser()), b"{}", seconds=86_400, topic="c1-7", urgency="high")
    first, again = telling.got
    assert (first["ttl"], first["topic"], first["urgency"]) == ("86400", "c1-7", "high")
    assert (first["content-encoding"], first["content-type"]) == ("aes128gcm", "application/octet-stream")
    token, key = (part.partition("=")[2] for part in first["authorization"].removeprefix("vapid ").split(","))
    assert key == KEYS.public
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(key))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=telling.url)  # type: ignore[arg-type]
    assert claims["sub"] == "mailto:hello@acme.example" and claims["exp"] - time.time() <= 86_400
    assert again["authorization"] == first["authorization"], "services ask for one signature to be used for hours"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (web.Response, Busy("HTTP 429", 120.0)),
        (lambda **_: web.Response(status=503, text="Soon"), Busy("Soon", None)),
        (lambda **_: web.Response(status=500), Busy("HTTP 500", None)),
        (lambda **_: web.Response(status=413, text="Too large"), Refused("Too large")),
        (lambda **_: web.Response(status=403, text="BadJwtToken"), Refused("BadJwtToken")),
        (lambda **_: web.Response(status=201, headers={"Location": "/m/1"}), Taken("/m/1")),
    ],
)
async def test_what_a_push_service_answers_is_understood(telling, answer, outcome):
    telling.answers = [answer(status=429, headers={"Retry-After": "120"})]
    assert await web_push().send(for_browser(telling.browser()), b"{}", seconds=60) == outcome


async def test_no_answer_at_all_is_for_later_and_what_may_not_be_reached_is_for_never():
    async def forbidden(*_: Any) -> Reply:
        raise Unanswered("10.0.0.1 is not on the public internet.", for_good=True)

    nobody = Subscription("http://127.0.0.1:9/x", KEYS.public, "A" * 22)
    assert isinstance(await web_push().send(nobody, b"{}", seconds=60), Busy)
    assert isinstance(await web_push(forbidden).send(nobody, b"{}", seconds=60), Refused)


async def test_what_is_too_large_is_not_even_sent_and_what_just_fits_is_decrypted(service, telling):
    outcome = await web_push().send(for_browser(telling.browser()), b"x" * (LARGEST + 1), seconds=60)
    assert isinstance(outcome, Refused) and telling.got == []
    browser = await service.subscribe(KEYS.public)
    text = json.dumps("x" * (LARGEST - 2)).encode()
    assert len(text) == LARGEST and isinstance(await web_push().send(browser.subscription, text, seconds=60), Taken)
    assert await browser.got() == ["x" * (LARGEST - 2)]
    await web_push().send(for_browser(telling.browser()), b"x" * LARGEST, seconds=60)
    assert telling.got[0]["content-length"] == "4096"


@pytest.mark.parametrize(
    ("p256dh", "auth", "said"),
    [
        ("AAAA", "A" * 22, "p256dh"), (KEYS.private, "A" * 22, "p256dh"), ("ł", "A" * 22, "base64url"),
        (KEYS.public, "AAAA", "auth"), (KEYS.public, "", "auth"),
        ("B" + "A" * 86, "A" * 22, "p256dh"),  # 65 bytes, and no point of the curve
    ],
    ids=["short", "private", "letter", "short-auth", "no-auth", "no-point"],
)  # fmt: skip
def test_keys_that_no_browser_has_are_refused(p256dh, auth, said):
    with pytest.raises(ValueError, match=said):
        check_keys(Subscription("https://push.example/1", p256dh, auth))
    check_keys(Subscription("https://push.example/1", KEYS.public, "A" * 22))


def test_a_pause_is_a_number_of_seconds_or_a_date():
    assert seconds_in("120", 0) == 120
    assert seconds_in("Wed, 21 Oct 2026 07:28:30 GMT", 1_792_567_680) == 30
    assert seconds_in("Wed, 21 Oct 2026 07:28:30 GMT", 1_892_567_680) == 0
    assert seconds_in("soon", 0) is None and seconds_in("", 0) is None and seconds_in("-3", 0) is None


# ── Firebase ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def fcm(firebase: Any) -> Any:
    fcm = Fcm(firebase.account(), time.time, firebase.url)
    yield fcm
    await fcm.close()


def message(to: str) -> DataMessage:
    data = {"user_com_notification": "user_com_notification", "id": "7", "type": "1", "title": "Ada", "message": "Yes"}
    return DataMessage(to, kind_of(to), data, "c1-7", 86_400)


FID = "c" + "Ab1_-" * 4 + "x"


async def test_phones_get_data_messages_by_token_or_by_the_id_of_their_installation(fcm, firebase):
    token = f"{FID}:APA91bHun4MxP5egoKMwt2KZFBaFUH"
    # Firebase and its token server answer on this very loop: one that waits for a token would wait for ever.
    outcomes = await fcm.send([message(token), message(FID)])
    assert [type(each) for each in outcomes] == [Taken, Taken]
    assert sorted(firebase.to) == sorted([token, FID]) and firebase.tokens == 1
    by_token, by_fid = sorted(firebase.got, key=lambda each: "fid" in each)
    assert by_token["token"] == token and by_fid["fid"] == FID
    assert by_token["data"] == message(token).data and "notification" not in by_token
    assert by_token["android"] == {"collapse_key": "c1-7", "priority": "high", "ttl": "86400s"}
    assert by_token["apns"]["payload"]["aps"] == {"content-available": 1}
    await fcm.send([message(token)])
    assert firebase.tokens == 1, "a token holds for an hour"


async def test_firebases_answers_are_understood_each_for_its_own_message(fcm, firebase):
    firebase.gone, firebase.wrong, firebase.busy = {"old"}, {"odd"}, {"much": "7"}
    good, old, odd, much = await fcm.send([message(to) for to in ("good", "old", "odd", "much")])
    assert isinstance(good, Taken) and good.id.startswith("projects/acme-teas/messages/")
    assert isinstance(old, Gone) and isinstance(odd, Refused)
    assert isinstance(much, Busy) and much.seconds == 7
    firebase.down = True
    began = time.monotonic()
    (outcome,) = await fcm.send([message("good")])
    assert isinstance(outcome, Busy) and time.monotonic() - began < 2, "waiting is the caller's matter"


async def test_an_account_that_google_refuses_and_a_firebase_that_is_away_are_told_apart(firebase):
    firebase.refuses_account = True
    fcm = Fcm(firebase.account(), time.time, firebase.url)
    (outcome,) = await fcm.send([message("good")])
    assert isinstance(outcome, Refused) and "invalid_grant" in outcome.said
    firebase.refuses_account = False
    (outcome,) = await fcm.send([message("good")])
    assert isinstance(outcome, Taken)
    await fcm.close()
    away = Fcm(firebase.account(token_uri="http://127.0.0.1:9/token"), time.time, firebase.url)
    (outcome,) = await away.send([message("good")])
    assert isinstance(outcome, Busy)
    await away.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "authorized_user"}, "service_account"), ({"private_key": ""}, "private_key"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}, "private_key"),
        ({"project_id": "../../v1/projects/other"}, "project_id"), ({"client_email": 7}, "client_email"),
        ({"token_uri": "http://169.254.169.254/latest/meta-data"}, "token_uri"),
        ({"token_uri": "https://oauth2.googleapis.com.evil.example/token"}, "token_uri"),
    ],
)  # fmt: skip
def test_what_is_no_key_file_of_googles_is_refused_in_words(firebase, change, said):
    google = firebase.account(token_uri="https://oauth2.googleapis.com/token")
    assert checked_account(google | {"universe_domain": "evil.example"}) == google
    with pytest.raises(ValueError, match=said):
        checked_account(google | change)
