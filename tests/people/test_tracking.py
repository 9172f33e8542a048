"""What the hub keeps of a visit: where it came from, with which browser, from where; and what it does not keep."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.people.collections import CONTACTS
from hub.people.tracking.touches import campaign_of, touch_of
from storage.engine import Scope
from tests.people.geo_file import write_geo_file
from tests.support.cast import ConnectRefused, Visitor
from tests.support.house import ROOT, open_house
from tests.support.people import settled

SHOP = "https://shop.example"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
HEADLESS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36"
)
TEA = {"country": {"iso_code": "PL"}, "city": {"names": {"en": "Łódź", "de": "Lodsch"}},
       "subdivisions": [{"iso_code": "10", "names": {"en": "Łódź Voivodeship"}}]}  # fmt: skip


async def kept(company: Any, contact: int) -> dict[str, Any]:
    """Return the stored contact."""
    found = await company.house.hub.store.get(Scope(company.id), CONTACTS, contact)
    assert found is not None
    return found


async def how_many(company: Any) -> int:
    return await company.house.hub.store.count(Scope(company.id), CONTACTS)


async def arrive(company: Any, agent: str, *, token: str | None = None, address: str = "", **auth: Any) -> Visitor:
    """Connect a visitor with a User-Agent, as a proxy forwards it for an address."""
    headers = {"User-Agent": agent} | ({"X-Forwarded-For": address} if address else {})
    visitor = Visitor(company.house.url, company.key, token, auth=auth, headers=headers)
    company.here.append(visitor)
    return await visitor.connect()


# ── where a visit came from ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U1")
async def test_a_page_carries_its_campaign_and_the_contact_its_first_and_its_last_touch(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    contact = vera.session["contact"]["id"]
    first = f"{SHOP}/?utm_source=Letter&utm_medium=email&utm_campaign=Spring&utm_term=tea&utm_content=top&id=7"
    await vera.call("page", url=first, title="Tea", referrer="https://mail.example/read")
    seen = await ada.hears("page", url=first)
    campaign = {"source": "Letter", "medium": "email", "campaign": "Spring", "term": "tea", "content": "top"}
    assert seen["utm"] == campaign

    await vera.call("page", url=f"{SHOP}/tea", title="Tea", referrer=first)
    facts = (await kept(acme, contact))["facts"]
    assert facts["first_touch"] == facts["last_touch"] == campaign | {
        "referrer": "mail.example", "url": first, "at": facts["first_touch"]["at"],
    }  # fmt: skip

    await vera.call("page", url=f"{SHOP}/?gclid=abc", title="Tea", referrer="https://www.google.com/")
    facts = (await kept(acme, contact))["facts"]
    assert facts["first_touch"]["campaign"] == "Spring"
    wanted = {"source": "google", "medium": "cpc", "gclid": "abc", "referrer": "google.com"}
    assert wanted.items() <= facts["last_touch"].items()

    (entry, *_) = (await ada.call("contact.open", contact=contact))["pages"]
    assert entry["utm"] == {"gclid": "abc"}


@pytest.mark.annex("U1")
async def test_the_first_page_of_a_connection_is_a_touch_and_a_direct_one_does_not_hide_it(acme):
    vera = await acme.visitor(page={"url": f"{SHOP}/?utm_source=poster", "title": "", "referrer": ""})
    ada = await acme.agent()
    await vera.call("page", url=f"{SHOP}/later", title="", referrer="")
    await ada.call("contact.open", contact=vera.session["contact"]["id"])
    facts = (await kept(acme, vera.session["contact"]["id"]))["facts"]
    assert facts["first_touch"]["source"] == facts["last_touch"]["source"] == "poster"


@pytest.mark.annex("U1")
async def test_a_segment_may_ask_for_the_campaign_of_a_touch(house, acme, panel):
    spring = {"type": "attribute", "attribute": "last_touch_campaign", "op": "equals", "value": "spring"}
    segment = await panel.segment("Spring", spring)
    vera, walt = await acme.visitor(), await acme.visitor()
    await vera.call("page", url=f"{SHOP}/?utm_campaign=spring", title="", referrer="")
    await walt.call("page", url=f"{SHOP}/?utm_campaign=autumn", title="", referrer="")
    await settled(house)
    assert await panel.segments_of(vera.session["contact"]["id"]) == [segment]
    assert await panel.segments_of(walt.session["contact"]["id"]) == []
    await vera.call("page", url=f"{SHOP}/?utm_campaign=summer", title="", referrer="")
    await settled(house)
    assert await panel.segments_of(vera.session["contact"]["id"]) == []


@pytest.mark.annex("U1")
async def test_who_comes_directly_has_a_first_touch_without_a_source(acme):
    vera = await acme.visitor()
    await vera.call("page", url=f"{SHOP}/", title="", referrer="")
    facts = (await kept(acme, vera.session["contact"]["id"]))["facts"]
    assert set(facts["first_touch"]) == {"url", "at"}


@pytest.mark.parametrize(
    ("url", "campaign"),
    [
        (f"{SHOP}/?UTM_Source=A&utm_source=B", {"source": "A"}),
        (f"{SHOP}/#/tea?utm_source=app&fbclid=x", {"source": "app", "fbclid": "x"}),
        (f"{SHOP}/?utm_source=&utm_medium=%20&source=own&utm_id=5", {}),
        (f"{SHOP}/?utm_source=%00a%FF", {"source": "a\ufffd"}),
        (f"{SHOP}/?utm_term={'x' * 5000}", {"term": "x" * 256}),
        ("http://[broken?utm_source=a", {}),
        ("not an address", {}),
    ],
)
def test_the_campaign_of_an_address(url, campaign):
    assert campaign_of(url) == campaign


@pytest.mark.parametrize(
    ("referrer", "source", "medium"),
    [
        ("https://www.google.co.uk/search?q=tea", "google.co.uk", "organic"),
        ("https://blog.example/post", "blog.example", "referral"),
        ("android-app://com.example/", "com.example", "referral"),
        ("https://notgoogle.example/", "notgoogle.example", "referral"),
    ],
)
def test_a_site_that_links_here_is_a_touch(referrer, source, medium):
    touch = touch_of({}, f"{SHOP}/", referrer, 5)
    assert touch and (touch["source"], touch["medium"], touch["at"]) == (source, medium, 5)


@pytest.mark.parametrize(
    "referrer", ["", f"{SHOP}/tea", "https://www.shop.example/", "https://pay.shop.example/", "http://["]
)
def test_a_step_within_the_site_is_none(referrer):
    assert touch_of({}, f"{SHOP}/", referrer, 5) is None


# ── with which browser, from where ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U3")
async def test_what_a_browser_tells_is_kept_and_follows_the_visitor_to_the_next_one(acme):
    told = {"language": "pl-PL", "time_zone": "Europe/Warsaw", "screen": "1920x1080", "more": "ignored"}
    vera = await arrive(acme, FIREFOX, browser=told)
    contact = vera.session["contact"]["id"]
    assert (await kept(acme, contact))["facts"] == {
        "browser": "Firefox 140", "os": "Windows 10", "device": "computer", "language": "pl-PL",
        "time_zone": "Europe/Warsaw", "screen": "1920x1080",
    }  # fmt: skip
    await arrive(acme, PHONE, token=vera.token, browser={"screen": "412x915"})
    facts = (await kept(acme, contact))["facts"]
    assert (facts["os"], facts["device"], facts["screen"], facts["language"]) == (
        "Android 14",
        "phone",
        "412x915",
        "pl-PL",
    )


@pytest.mark.annex("U3")
async def test_the_country_comes_built_in_and_the_address_is_written_nowhere(tmp_path):
    from tests.conftest import Company

    data = tmp_path / "data"
    async with open_house(data, trusted_proxies="127.0.0.1") as house:
        acme = Company(house, await house.application("Acme"))
        vera = await arrive(acme, FIREFOX, address="193.0.6.139")
        await vera.call("page", url=f"{SHOP}/", title="", referrer="")
        assert (await kept(acme, vera.session["contact"]["id"]))["facts"]["country"] == "NL"
        await vera.says("Hello")
        await acme.go_home()
    files = [file for file in data.rglob("*") if file.is_file()]
    assert any(b"Firefox 140" in file.read_bytes() for file in files), "the store was written"
    assert [file.name for file in files if b"193.0.6.139" in file.read_bytes()] == []


@pytest.mark.annex("U3")
async def test_a_file_of_places_tells_the_city_and_a_better_country(tmp_path):
    from tests.conftest import Company

    file = write_geo_file(
        tmp_path / "city.mmdb", {"193.0.6.0/24": TEA, "8.8.8.0/24": {"country_code": "US", "city": "Mountain View"}}
    )
    async with open_house(tmp_path / "data", trusted_proxies="127.0.0.1", geo_file=str(file)) as house:
        acme = Company(house, await house.application("Acme"))
        vera = await arrive(acme, FIREFOX, address="193.0.6.139")
        contact = vera.session["contact"]["id"]
        facts = (await kept(acme, contact))["facts"]
        assert (facts["country"], facts["region"], facts["city"]) == ("PL", "Łódź Voivodeship", "Łódź")
        ada = await acme.agent()
        assert (await ada.call("contact.open", contact=contact))["contact"]["city"] == "Łódź"

        await arrive(acme, FIREFOX, token=vera.token, address="8.8.8.8")
        facts = (await kept(acme, contact))["facts"]
        assert (facts["country"], facts.get("region"), facts["city"]) == ("US", None, "Mountain View")

        walt = await arrive(acme, FIREFOX, address="2001:67c:2e8::1")  # the file knows IPv4 only
        assert (await kept(acme, walt.session["contact"]["id"]))["facts"]["country"] == "NL"
        await acme.go_home()


@pytest.mark.parametrize("content", [None, b"", b"no places", b"\0" * 5000])
def test_a_file_of_places_that_cannot_be_read_is_said_at_the_start(tmp_path: Path, content: bytes | None):
    file = tmp_path / "city.mmdb"
    if content is not None:
        file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "server.py", "serve", "--data", str(tmp_path / "data"), "--port", "0", "--geo-file", str(file)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1 and str(file) in lines[0] and "geo_file" in lines[0] and "Traceback" not in done.stderr


def test_a_file_of_places_that_was_cut_is_said_at_the_start_too(tmp_path: Path):
    whole = write_geo_file(tmp_path / "city.mmdb", {"192.0.2.0/24": TEA}).read_bytes()
    cut = whole.replace(b"names", b"\xff\xff\xff\xff\xff")
    (tmp_path / "cut.mmdb").write_bytes(cut)
    done = subprocess.run(
        [sys.executable, "server.py", "serve", "--data", str(tmp_path / "data"), "--port", "0", "--geo-file",
         str(tmp_path / "cut.mmdb")],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1 and "cut.mmdb can't be used" in done.stderr and "Traceback" not in done.stderr


# ── bots, and people who did not agree ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U1")
async def test_a_bot_is_turned_away_before_it_is_a_contact_and_may_still_chat(acme):
    ada = await acme.agent()
    with pytest.raises(ConnectRefused) as refusal:
        await arrive(acme, GOOGLEBOT, page={"url": f"{SHOP}/", "title": "", "referrer": ""})
    assert refusal.value.code == "forbidden" and refusal.value.error["retryable"] is False
    assert await how_many(acme) == 0

    bot = await arrive(acme, GOOGLEBOT, consent=False, page={"url": f"{SHOP}/", "title": "", "referrer": ""})
    assert await bot.refused("page", url=f"{SHOP}/", title="", referrer="") == "forbidden"
    assert await bot.refused("event", name="order") == "forbidden"
    await bot.says("Hello from a program")
    await ada.hears("message", text="Hello from a program")
    contact = await kept(acme, bot.session["contact"]["id"])
    assert (contact["page_views"], set(contact["counts"]) - {"wrote"}, contact["facts"]) == (0, set(), {})
    assert ada.events("page") == []


async def test_a_browser_without_a_screen_is_a_bot_but_on_this_machine_a_test(tmp_path):
    from tests.conftest import Company

    async with open_house(tmp_path / "data", trusted_proxies="127.0.0.1") as house:
        acme = Company(house, await house.application("Acme"))
        with pytest.raises(ConnectRefused):
            await arrive(acme, HEADLESS, address="193.0.6.139")
        assert await how_many(acme) == 0
        await arrive(acme, HEADLESS)
        assert await how_many(acme) == 1
        await acme.go_home()


@pytest.mark.annex("U3")
async def test_without_consent_nothing_is_known_and_with_it_everything_from_then_on(acme):
    told = {"language": "pl-PL", "time_zone": "Europe/Warsaw", "screen": "1920x1080"}
    page = {"url": f"{SHOP}/?utm_source=a", "title": "", "referrer": ""}
    vera = await arrive(acme, FIREFOX, consent=False, browser=told, page=page)
    contact = vera.session["contact"]["id"]
    await vera.says("Hello")
    for command, given in (("page", page), ("event", {"name": "order"})):
        assert await vera.refused(command, **given) == "forbidden"
    assert (await kept(acme, contact))["facts"] == {}

    again = await arrive(acme, FIREFOX, token=vera.token, browser=told)
    await again.call("page", **page)
    after = await kept(acme, contact)
    assert again.session["contact"]["id"] == contact and after["page_views"] == 1
    assert (after["facts"]["browser"], after["facts"]["first_touch"]["source"]) == ("Firefox 140", "a")


# ── what happened ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.annex("U8")
async def test_a_visitor_sends_events_with_data_and_they_count(acme):
    vera = await acme.visitor()
    contact = vera.session["contact"]["id"]
    at = acme.house.hub.clock.now() - 60_000
    await vera.call("event", name="order", data={"total": 12.5, "products": [{"id": 1}]}, at=at)
    await vera.call("event", name="order")
    counts = (await kept(acme, contact))["counts"]
    (count,) = counts.values()
    assert count["count"] == 2 and count["first"] == at
    for wrong in ({"name": ""}, {"name": "x" * 129}, {"name": "a", "at": -1}, {"name": "a", "data": "text"}):
        assert await vera.refused("event", **wrong) == "invalid_payload"


@pytest.mark.annex("U8")
async def test_an_event_that_a_page_tells_twice_is_kept_once(acme):
    vera = await acme.visitor()
    at = acme.house.hub.clock.now() - 1000
    for _ in range(2):
        await vera.call("event", name="order", data={"total": 3}, at=at)
    await vera.call("event", name="order", data={"total": 3}, at=at + 1)
    (count,) = (await kept(acme, vera.session["contact"]["id"]))["counts"].values()
    assert count["count"] == 2
