"""The check says exactly what DNS lacks: SPF, the keys of DKIM, DMARC. These are hints, and never stop a mail (E4)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from hub.outreach.mail.names import Names
from hub.outreach.mail.spf import Spf, mended
from tests.mail.conftest import sender
from tests.support.forms import rest
from tests.support.house import House, free_port, open_house
from tests.support.zone import Zone

pytestmark = pytest.mark.annex("E4")


@pytest.fixture
async def house(tmp_path: Path, zone: Zone) -> AsyncIterator[House]:
    """A hub that asks this machine's name server."""
    async with open_house(
        tmp_path / "data", fetch_allow="127.0.0.1,localhost", dns_server=f"127.0.0.1:{zone.port}"
    ) as house:
        yield house
    assert house.log.tracebacks == []


async def checked(acme: Any, made: dict[str, Any]) -> tuple[str, dict[str, dict[str, Any]]]:
    found = await rest(acme, "POST", f"mail/senders/{made['id']}/check", {})
    return found["step"], {each["kind"]: each for each in found["hints"]}


async def test_what_is_missing_is_said_as_it_is_to_be_published_and_then_it_is_fine(acme, house, zone, server):
    made = await sender(acme, server.port, dkim=["ed25519"], user="")
    step, hints = await checked(acme, made)
    assert step == "done" and len(server.raw) == 1, "what DNS lacks stops no mail"
    record = made["records"][0]
    assert {kind: (each["state"], each["name"], each["record"]) for kind, each in hints.items()} == {
        "spf": ("missing", "acme.example", "v=spf1 mx ~all"),
        "dkim": ("missing", record["name"], record["value"]),
        "dmarc": ("missing", "_dmarc.acme.example", "v=DMARC1; p=none; rua=mailto:hello@acme.example"),
    }
    zone.records += [(each["name"], "TXT", each["record"]) for each in hints.values()]
    zone.records += [("acme.example", "MX", "10 mx.acme.example."), ("mx.acme.example", "A", "127.0.0.1")]
    _, hints = await checked(acme, made)
    assert {kind: (each["state"], each["record"]) for kind, each in hints.items()} == dict.fromkeys(hints, ("ok", ""))


async def test_what_is_wrong_is_shown_beside_what_should_stand_there(acme, house, zone, server):
    made = await sender(acme, server.port, dkim=["rsa"])
    name = made["records"][0]["name"]
    zone.records += [
        ("acme.example", "TXT", "v=spf1 include:_spf.other.example -all"),
        ("_spf.other.example", "TXT", "v=spf1 ip4:192.0.2.0/24 -all"),
        ("acme.example", "TXT", "google-site-verification=x"), (name, "TXT", "v=DKIM1; k=rsa; p=MIIBsomebodyelse"),
        ("_dmarc.acme.example", "TXT", "v=DMARC1; p=none"), ("_dmarc.acme.example", "TXT", "v=DMARC1; p=reject"),
    ]  # fmt: skip
    _, hints = await checked(acme, made)
    assert (hints["spf"]["state"], hints["spf"]["record"]) == ("wrong", "v=spf1 include:_spf.other.example mx -all")
    assert (hints["dkim"]["state"], hints["dkim"]["record"]) == ("wrong", made["records"][0]["value"])
    assert "somebodyelse" in hints["dkim"]["found"] and hints["dmarc"]["state"] == "wrong"


async def test_a_long_key_in_several_strings_is_one_key_and_a_domain_above_may_speak(acme, house, zone, server):
    made = await sender(
        acme, server.port, address="hello@mail.shop.acme.example", dkim_domain="acme.example", dkim=["rsa"]
    )
    record = made["records"][0]
    assert len(record["value"]) > 255 and record["name"].endswith("._domainkey.acme.example")
    zone.records += [(record["name"], "TXT", record["value"]), ("_dmarc.acme.example", "TXT", "v=DMARC1; p=reject")]
    _, hints = await checked(acme, made)
    assert [hints[kind]["state"] for kind in ("spf", "dkim", "dmarc")] == ["missing", "ok", "ok"]


async def test_a_name_server_that_does_not_answer_is_no_error(tmp_path, acme, server, monkeypatch):
    monkeypatch.setattr("hub.outreach.mail.names._TIME", 0.3)
    async with open_house(tmp_path / "other", fetch_allow="127.0.0.1", dns_server=f"127.0.0.1:{free_port()}") as house:
        company = type(acme)(house, await house.application("Acme", "ada@acme.example"))
        step, hints = await checked(company, await sender(company, server.port, dkim=["ed25519"]))
        assert step == "done" and {each["state"] for each in hints.values()} == {"unknown"}


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("v=spf1 ip4:203.0.113.7 -all", "pass"),
        ("v=spf1 ip4:203.0.113.0/24 -all", "pass"),
        ("v=spf1 -ip4:203.0.113.7 +all", "fail"),
        ("v=spf1 ip4:198.51.100.1 ~all", "softfail"),
        ("v=spf1 ip6:2001:db8::/32 ?all", "neutral"),
        ("v=spf1", "neutral"),
        ("v=spf1 a:relay.example -all", "pass"),
        ("v=spf1 a:relay.example/24 -all", "pass"),
        ("v=spf1 mx -all", "pass"),
        ("v=spf1 include:inner.example -all", "pass"),
        ("v=spf1 include:nothing.example -all", "broken"),
        ("v=spf1 include:loop.example -all", "broken"),
        ("v=spf1 redirect=inner.example", "pass"),
        ("v=spf1 exists:%{i}.x.example ip4:203.0.113.7 -all", "pass"),
        ("v=spf1 nonsense -all", "broken"),
        ("v=spf1 ip4:nonsense -all", "fail"),
    ],
)
async def test_an_spf_record_is_read_as_receivers_read_it(zone, record, verdict):
    zone.records = [
        ("acme.example", "TXT", record), ("acme.example", "MX", "10 relay.example."), ("relay.example", "A", "203.0.113.7"),
        ("inner.example", "TXT", "v=spf1 ip4:203.0.113.7 -all"), ("loop.example", "TXT", "v=spf1 include:loop.example -all"),
    ]  # fmt: skip
    names = Names(f"127.0.0.1:{zone.port}")
    assert await Spf(names).judge("acme.example", ip_address("203.0.113.7")) == verdict
    assert len(zone.asked) < 40


@pytest.mark.parametrize(
    ("record", "host", "better"),
    [
        ("", "smtp.gmail.com", "v=spf1 include:_spf.google.com ~all"),
        ("v=spf1 -all", "smtp.office365.com", "v=spf1 include:spf.protection.outlook.com -all"),
        ("v=spf1 a redirect=x.example", "mail.acme.example", "v=spf1 a a:mail.acme.example redirect=x.example"),
        ("v=spf1 a", "93.184.216.34", "v=spf1 a ip4:93.184.216.34"),
        ("", "2606:4700::1111", "v=spf1 ip6:2606:4700::1111 ~all"),
        ("", "10.0.0.1", "v=spf1 mx ~all"),
    ],
)
def test_a_record_is_mended_where_it_is_weighed(record, host, better):
    assert mended(record, host) == better
