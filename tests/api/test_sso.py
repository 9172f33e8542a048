"""Single sign-on against a real OpenID Connect provider that runs beside the hub."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest

from tests.api.conftest import Caller
from tests.api.test_roles import BEN, Panel, ada, ben  # noqa: F401 - fixtures
from tests.live.test_agents import LaterClock
from tests.support.house import PASSWORD, House, open_house

pytestmark = pytest.mark.annex("S2")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider."""
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "data", fetch_allow="localhost,127.0.0.1,::1") as house:
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
