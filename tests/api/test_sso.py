"""Single sign-on against a real OpenID Connect provider that runs beside the hub."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hub.accounts.collections import AGENTS, PASSKEYS, PEOPLE
from hub.accounts.providers import Providers
from storage.engine import INSTALLATION, Batch
from tests.api.conftest import Caller
from tests.api.test_roles import BEN, Panel, ada, ben, give, new_role  # noqa: F401 - fixtures
from tests.live.test_agents import LaterClock
from tests.support.house import PASSWORD, House, eventually, open_house
from tests.support.provider import Provider, open_provider

pytestmark = pytest.mark.annex("S2", "X6")


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    """A provider."""
    with open_provider() as provider:
        yield provider


@pytest.fixture
def honest(running: Provider) -> Iterator[Provider]:
    """The provider, which says the truth unless a test makes it lie."""
    yield running
    running.lie = None
    running.asked.clear()


@pytest.fixture
def provider(honest: Provider) -> str:
    """The address of the provider."""
    return honest.url


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    url = request.getfixturevalue("mongo_url") if request.param == "mongo" else ""
    async with open_house(
        tmp_path / "data", fetch_allow="localhost,127.0.0.1,::1", deletion_days=0, mongo_url=url
    ) as house:
        yield house


@pytest.fixture
async def set_up(acme: Any, ada: Panel, provider: str) -> Any:  # noqa: F811
    """Return a function that sets Acme's provider."""

    async def change(**more: Any) -> Any:
        rule = {"on": True, "issuer": provider, "client_id": "acme", "secret": "Acme's secret"}
        answer = await ada("PUT", "sso", rule | more)
        assert answer.status == 200, answer.body
        return answer.json

    return change


async def begin(web: Caller, acme: Any) -> dict[str, Any]:
    answer = await web.post("/api/app/sso/begin", {"application": acme.key})
    assert answer.status == 200, answer.body
    return answer.json


async def at_provider(web: Caller, url: str, email: str, **claims: Any) -> dict[str, str]:
    """Sign in at the provider; return what it sends back with the browser."""
    provider = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    told = await web("PUT", f"{provider}/users/{email}", claims | {"email": email} if claims or email else {})
    assert told.status < 300, told.body
    back = await web("POST", url, data={"sub": email})
    assert back.status in (302, 303), back.body
    return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["Location"]).query).items()}


async def finish(web: Caller, begun: dict[str, Any], came: dict[str, str], **more: Any) -> Any:
    given = {"code": came["code"], "state": came["state"], "secret": begun["secret"]} | more
    return await web.post("/api/app/sso/finish", given)


async def test_an_agent_comes_by_the_provider_of_the_application_and_no_further(acme, house, web, set_up, ada):  # noqa: F811
    second = await house.application("Second", BEN)
    shown = await set_up()
    assert shown["has_secret"] and "Acme's" not in str(shown)
    begun = await begin(web, acme)
    asked = parse_qs(urlsplit(begun["url"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["nonce"] and begun["secret"] not in begun["url"]
    came = await at_provider(web, begun["url"], BEN)
    entered = await finish(web, begun, came)
    assert entered.status == 200, entered.body
    assert (
        entered.json["agent"]["name"] == "Ben"
        and entered.json["application"]["id"] == acme.id != second["application"]["id"]
    )
    assert (await finish(web, begun, came)).status == 401, "a code counts once"
    ben = Panel(web, entered.json["token"])  # noqa: F811
    (here, *_) = (await ben("GET", "profile/sign-ins")).json["sign_ins"]
    assert here["way"] == "sso"


async def test_what_another_window_began_or_what_was_forged_is_refused(acme, house, web, set_up):
    await set_up()
    one, other = await begin(web, acme), await begin(web, acme)
    came = await at_provider(web, one["url"], BEN)
    for more in (
        {"secret": other["secret"]},
        {"state": "x"},
        {"state": came["state"][:-1]},
        {"secret": ""},
        {"code": "forged"},
    ):
        answer = await finish(web, one, came, **more)
        assert (answer.status, answer.json["code"]) == (401, "wrong_sign_in"), more
    swapped = await at_provider(web, other["url"], BEN)
    assert (await finish(web, one, came | {"code": swapped["code"]})).status == 401, (
        "a code of another sign-in: PKCE, nonce"
    )
    house.hub.clock = LaterClock(house.hub.clock, 1)
    assert (await finish(web, one, came)).json["details"]["reason"] == "sso_state"


async def test_who_is_no_agent_comes_in_only_where_the_rule_says_so(acme, globex, house, web, set_up, ada):  # noqa: F811
    async def comes(email: str, **claims: Any) -> Any:
        begun = await begin(web, acme)
        return await finish(web, begun, await at_provider(web, begun["url"], email, **claims))

    await set_up()
    assert (await comes("caro@acme.example")).json["details"]["reason"] == "sso_unknown"
    await set_up(create=True, domains=["acme.example"])
    assert (await comes("eve@evil.example")).json["details"]["reason"] == "sso_domain"
    assert (await comes("eve@acme.example", email_verified=False)).json["details"]["reason"] == "sso_email"
    entered = await comes("caro@acme.example", name="Caro")
    assert entered.status == 200 and entered.json["agent"]["name"] == "Caro"
    assert (await comes("caro@acme.example")).json["agent"]["id"] == entered.json["agent"]["id"], "the same agent again"
    assert (await web.post("/api/app/sign-in", {"email": "caro@acme.example", "password": PASSWORD})).status == 401
    # What Acme's provider says of Gus opens Acme, and nothing of Globex.
    await set_up(create=True, domains=[])
    gus = await comes("gus@globex.example")
    assert gus.json["application"]["id"] == acme.id
    assert (await Panel(web, gus.json["token"])("GET", "agents")).status == 403
    real = await web.post("/api/app/sign-in", {"email": "gus@globex.example", "password": PASSWORD})
    assert real.json["application"]["id"] == globex.id


async def test_an_application_can_ask_for_it_of_everybody_but_owners(acme, house, web, set_up):
    await set_up(enforce=True)
    refused = await web.post("/api/app/sign-in", {"email": BEN, "password": PASSWORD})
    assert (refused.status, refused.json["details"]["reason"]) == (401, "sso_only")
    assert (await web.post("/api/app/sign-in", {"email": "ada@acme.example", "password": PASSWORD})).status == 200
    await set_up(on=False, enforce=True)
    assert (await web.post("/api/app/sign-in", {"email": BEN, "password": PASSWORD})).status == 200


async def test_a_provider_that_is_none_is_refused(acme, globex, web, ada, ben, provider, set_up):  # noqa: F811
    for issuer in ("http://169.254.169.254", f"{provider}/nowhere", "https://localhost:1", "ftp://x", ""):
        answer = await ada("PUT", "sso", {"on": True, "issuer": issuer, "client_id": "acme"})
        assert (answer.status, answer.json["code"]) == (400, "invalid_payload"), issuer
    assert (await ben("GET", "sso")).status == 403 and (await ben("PUT", "sso", {"on": False})).status == 403
    assert (await web.post("/api/app/sso/begin", {"application": globex.key})).status == 404
    assert (await web.post("/api/app/sso/begin", {"application": "NOBODY"})).status == 404
    assert re.search(r"/panel/sso\?application=", (await set_up())["address"])


def _of_another_time(seconds: int) -> Any:
    return lambda claims, sign: sign(claims | {"iat": claims["iat"] + seconds, "exp": claims["exp"] + seconds})


def _without(name: str) -> Any:
    return lambda claims, sign: sign({each: value for each, value in claims.items() if each != name})


def _by_key_of_anybody(claims: Any, sign: Any) -> str:
    return sign(claims, key=rsa.generate_private_key(public_exponent=65537, key_size=2048))


def _with_other_words(claims: Any, sign: Any) -> str:
    head, _, seal = sign(claims).split(".")
    said = jwt.encode(claims | {"email": "ada@acme.example"}, "x" * 32).split(".")[1]
    return f"{head}.{said}.{seal}"


LIES = {
    "expired": _of_another_time(-7_200),
    "not yet": _of_another_time(7_200),
    "never ends": _without("exp"),
    "of nobody": _without("sub"),
    "for nobody": _without("aud"),
    "without our nonce": _without("nonce"),
    "for another application": lambda claims, sign: sign(claims | {"aud": "globex"}),
    "for several, by nobody": lambda claims, sign: sign(claims | {"aud": ["acme", "globex"]}),
    "for another party": lambda claims, sign: sign(claims | {"azp": "globex"}),
    "of another sign-in": lambda claims, sign: sign(claims | {"nonce": "another"}),
    "a nonce that is none": lambda claims, sign: sign(claims | {"nonce": 7}),
    "of another issuer": lambda claims, sign: sign(claims | {"iss": "https://evil.example"}),
    "signed by anybody": _by_key_of_anybody,
    "signed for other words": _with_other_words,
    "signed by an unknown key": lambda claims, sign: sign(claims, kid="another"),
    "signed by nobody": lambda claims, sign: sign(claims, key=None, algorithm="none"),
    "signed with the client secret": lambda claims, sign: sign(claims, key="Acme's secret" * 3, algorithm="HS256"),
    "no token": lambda claims, sign: "eyJ",
    "no text": lambda claims, sign: None,
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
async def test_what_a_provider_says_wrongly_lets_nobody_in(acme, house, web, set_up, honest, lie):
    await set_up()
    honest.lie = LIES[lie]
    begun = await begin(web, acme)
    refused = await finish(web, begun, await at_provider(web, begun["url"], BEN))
    assert (refused.status, refused.json["code"], refused.json["details"]["reason"]) == (
        401,
        "wrong_sign_in",
        "sso_refused",
    )
    honest.lie = lambda claims, sign: sign(claims)
    begun = await begin(web, acme)
    entered = await finish(web, begun, await at_provider(web, begun["url"], BEN))
    assert entered.status == 200, "the same, said rightly"
    assert house.log.tracebacks == []


async def test_only_who_may_all_says_which_provider_speaks(acme, web, ada, ben, provider, set_up):  # noqa: F811
    await set_up()
    role = await new_role(ada, "Safety", "security.manage", "agents.read")
    await give(ada, "Ben", role)
    before = (await ada("GET", "sso")).json
    own = {"on": True, "issuer": provider, "client_id": "ben's own", "role": "agent"}
    for rule in (own, {"on": False}, own | {"create": True, "role": role}):
        refused = await ben("PUT", "sso", rule)
        assert (refused.status, refused.json["details"]["reason"]) == (403, "more_than_own")
    assert (await ada("GET", "sso")).json == before and before["yours"]
    assert (await ben("GET", "sso")).json == before | {"yours": False}
    assert (await ben("PUT", "security", {"second": False})).status == 200


async def test_the_secret_stays_with_the_provider_that_gave_it(acme, house, ada, set_up, provider):  # noqa: F811
    assert (await set_up())["has_secret"]
    kept = {"on": True, "issuer": provider, "client_id": "acme", "domains": ["acme.example"]}
    assert (await ada("PUT", "sso", kept)).json["has_secret"], "another rule for the same provider"
    with open_provider() as other:
        moved = await ada("PUT", "sso", kept | {"issuer": other.url})
        assert moved.status == 200 and not moved.json["has_secret"]
        assert not (await ada("PUT", "sso", kept)).json["has_secret"], "and it does not come back"
        assert (await ada("PUT", "sso", kept | {"secret": "new"})).json["has_secret"]


async def comes(web: Caller, acme: Any, email: str, **claims: Any) -> Any:
    begun = await begin(web, acme)
    return await finish(web, begun, await at_provider(web, begun["url"], email, **claims))


async def test_who_was_made_by_the_provider_and_removed_comes_in_anew_where_the_rule_says_so(
    acme,
    house,
    web,
    ada,  # noqa: F811
    set_up,
):
    await set_up(create=True)
    ids = []
    for _ in range(3):
        entered = await comes(web, acme, "caro@acme.example", name="Caro")
        assert entered.status == 200, entered.body
        ids.append(entered.json["agent"]["id"])
        assert (await ada("DELETE", f"agents/{ids[-1]}")).status == 204
        assert (await Panel(web, entered.json["token"])("GET", "profile")).status == 401
    assert len(set(ids)) == 3
    await set_up()
    assert (await comes(web, acme, "caro@acme.example")).json["details"]["reason"] == "sso_unknown"
    assert await _people(house, "caro@acme.example") == [], "whom nobody can be any more is erased with the agent"


async def test_who_comes_twice_at_once_becomes_one_agent(acme, house, web, ada, set_up):  # noqa: F811
    await set_up(create=True)
    ways = []
    for _ in range(3):
        begun = await begin(web, acme)
        ways.append((begun, await at_provider(web, begun["url"], "caro@acme.example")))
    answers = await asyncio.gather(*(finish(web, begun, came) for begun, came in ways))
    assert {answer.status for answer in answers} <= {200, 409} and 200 in {answer.status for answer in answers}
    again = await comes(web, acme, "caro@acme.example")
    made = [each for each in (await ada("GET", "agents")).json["agents"] if each["email"] == "caro@acme.example"]
    assert [each["id"] for each in made] == [again.json["agent"]["id"]]


async def test_an_application_that_ends_takes_nothing_of_whoever_has_the_same_address_elsewhere(
    acme,
    globex,
    house,
    web,
    ada,  # noqa: F811
    set_up,
    monkeypatch,
):
    monkeypatch.setattr("hub.accounts.erasing._SETTLE", 100)
    gus_there = "gus@globex.example"
    await set_up(create=True)
    gus = await comes(web, acme, gus_there)
    assert gus.status == 200
    agent = await house.hub.store.get(INSTALLATION, AGENTS, gus.json["agent"]["id"])
    owner = await house.hub.store.get(INSTALLATION, AGENTS, acme.made["agent"]["id"])
    (subject,) = agent["subjects"]
    batch = Batch(INSTALLATION)
    batch.claim("passkey", "credential of Ada", 7_001)
    batch.insert(PASSKEYS, {"id": 7_001, "person": owner["person"], "credential": "credential of Ada", "name": "Key"})
    await house.hub.commit(batch)
    store = house.hub.store
    assert await store.key(INSTALLATION, "sso.subject", subject) == agent["id"]
    assert await store.key(INSTALLATION, "sso.made", agent["place"]) == agent["id"]

    answer = await ada("POST", "application/deletion", {"name": "Acme", "password": PASSWORD})
    assert answer.status == 202, answer.body
    await eventually(lambda: any(event == "an application was deleted" for _, event, _ in house.log.lines), within=30)
    assert (await web.post("/api/app/sign-in", {"email": gus_there, "password": PASSWORD})).status == 200
    assert [each["password"] is not None for each in await _people(house, gus_there)] == [True]
    for kind, value in (
        ("sso.subject", subject), ("sso.made", agent["place"]), ("passkey", "credential of Ada"),
        ("person.email", "ada@acme.example"),
    ):  # fmt: skip
        assert await store.key(INSTALLATION, kind, value) is None, kind


async def _people(house: House, email: str) -> list[Any]:
    return [
        each async for chunk in house.hub.store.export(INSTALLATION, PEOPLE) for each in chunk if each["email"] == email
    ]


async def test_a_provider_is_asked_for_its_addresses_once_for_many_who_sign_in(acme, house, web, set_up, honest):
    await set_up()
    honest.asked.clear()
    for begun in await asyncio.gather(*(begin(web, acme) for _ in range(5))):
        assert (await finish(web, begun, await at_provider(web, begun["url"], BEN))).status == 200
    assert honest.asked["/.well-known/openid-configuration"] == 0, "known since it was set up"
    house.hub.part(Providers)._known.clear()
    await asyncio.gather(*(begin(web, acme) for _ in range(5)))
    assert honest.asked["/.well-known/openid-configuration"] == 1
