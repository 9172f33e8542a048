"""Calls over a provider's numbers, with sound: what the phone says is heard in the browser, and the other way round."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.calls import watching
from hub.calls.phone import streams
from tests.calls.conftest import Owner
from tests.calls.test_recording import ADA, VERA, Device, kill_worker
from tests.live.test_availability import ask
from tests.support.carriers import Carriers
from tests.support.house import House, eventually, open_house
from tests.support.phone import G711
from tests.support.tones import PATIENCE, Ear

pytestmark = pytest.mark.annex("H5", "P4", "P5", "P6")
WALT = "+48601111222"


@pytest.fixture
async def house(tmp_path: Path, carriers: Carriers, engine: dict[str, Any]) -> AsyncIterator[House]:
    """A hub that knows the imitations, whose media workers take calls on a busy machine, too."""
    at_ease = {"media_cpu": 1000.0, "media_lag": 5000.0}
    async with open_house(tmp_path / "house", presence_grace=0.2, **at_ease, **carriers.settings, **engine) as house:
        carriers.hub = house.url
        yield house
        assert house.log.tracebacks == []


_TWILIO = {"streamSid": "MZ1"}
_TELNYX = {"stream_id": "32de0dea-53cb-4b21-89a4-9e1819c043bc"}


class ProvidersPhone:
    """Walt's phone, as a provider brings it: a WebSocket with a tone in it, that hears what comes back."""

    def __init__(self, pitch: float, stream: dict[str, str] = _TWILIO) -> None:
        self._stream = stream
        self.ear, self._pitch, self._codec = Ear(), pitch, G711("PCMU")
        self._http = aiohttp.ClientSession()
        self._tasks: list[asyncio.Task[None]] = []

    async def connects(self, house: House, url: str) -> None:
        """Open the stream that the hub asked for."""
        where = re.sub(r"^wss?://[^/]+", house.url.replace("http", "ws", 1), url)
        self._socket = await self._http.ws_connect(where)
        if self._stream is _TWILIO:
            start = {**_TWILIO, "callSid": "CA1", "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000}}
        else:
            start = {
                "call_control_id": "v3:1",
                "media_format": {"encoding": "PCMU", "sample_rate": 8000, "channels": 1},
            }
        for frame in ({"event": "connected"}, {"event": "start", **self._stream, "start": start}):
            await self._socket.send_str(json.dumps(frame))
        self._tasks = [asyncio.ensure_future(self._speaks()), asyncio.ensure_future(self._listens())]

    async def _speaks(self) -> None:
        began = time.monotonic()
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            for number in range(1_000_000):
                await asyncio.sleep(max(0.0, began + number * 0.02 - time.monotonic()))
                payload = base64.b64encode(self._codec.tone(self._pitch, number)).decode()
                frame = {"event": "media", **self._stream, "media": {"track": "inbound", "payload": payload}}
                await self._socket.send_str(json.dumps(frame))

    async def _listens(self) -> None:
        async for message in self._socket:
            frame = json.loads(message.data)
            if frame["event"] == "media":
                self._codec.hear(self.ear, base64.b64decode(frame["media"]["payload"]))

    @property
    def is_over(self) -> bool:
        return self._socket.closed

    async def hangs_up(self) -> None:
        """End the stream, as Twilio does when the phone is put down."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()
        await self._http.close()


async def prepared(owner: Owner, carriers: Carriers, provider: str = "twilio") -> tuple[Device, Any]:
    """Acme has a number at a provider, and Ada is there."""
    await owner.connects(carriers, provider)
    number = await owner.buys()
    ada = Device(await owner.company.agent(), ADA)
    await ask(ada.who, "PUT", "call-rules", on=True)
    return ada, number


async def test_walt_calls_our_number_hears_it_ring_and_talks_with_ada(
    owner: Owner, carriers: Carriers, house: House
) -> None:
    ada, number = await prepared(owner, carriers)
    hook = await owner.hook()
    _, answer = await carriers.twilio_sends(f"{hook}/call", CallSid="CAin", From=WALT, To=number["number"])
    url = re.search(r'<Stream url="([^"]+)"', answer)
    assert url, answer
    ringing = await ada.who.hears("call.ringing", within=PATIENCE)
    phone = ProvidersPhone(VERA)
    await phone.connects(house, url[1])

    def it_rings() -> bool:
        heard = phone.ear.last(0.5).astype(float)
        return len(heard) > 10_000 and float(abs(heard).mean()) > 30

    await eventually(it_rings, PATIENCE)
    await ada.who.call("call.accept", call=ringing["id"], leg=ada.leg)
    await ada.offers(ringing["id"])
    await ada.hears(VERA)
    await phone.ear.hears(ADA, of=(VERA, ADA))
    await ada.who.call("call.hangup", call=ringing["id"])
    await eventually(
        lambda: carriers.twilio.calls.get("CAin", {}).get("status") == "completed" or phone.is_over, PATIENCE
    )
    contact = (await ask(ada.who, "GET", f"calls/{ringing['id']}"))["contact"]["id"]
    assert (await ask(ada.who, "GET", f"contacts/{contact}"))["phone_number"] == WALT
    await phone.hangs_up()
    await ada.peer.close()


async def test_the_same_over_telnyx_whose_caller_gives_up_and_is_missed(
    owner: Owner, carriers: Carriers, house: House
) -> None:
    ada, number = await prepared(owner, carriers, "telnyx")
    hook = await owner.hook()
    rings = {"call_control_id": "v3:1", "direction": "incoming", "from": WALT, "to": number["number"]}
    assert (await carriers.telnyx_sends(f"{hook}/event", "call.initiated", rings, id="e1"))[0] == 200
    ((_, command, body),) = carriers.telnyx.commands
    assert command == "answer"
    ringing = await ada.who.hears("call.ringing", within=PATIENCE)
    phone = ProvidersPhone(VERA, _TELNYX)
    await phone.connects(house, body["stream_url"])
    await ada.who.call("call.accept", call=ringing["id"], leg=ada.leg)
    await ada.offers(ringing["id"])
    await ada.hears(VERA)
    await phone.ear.hears(ADA, of=(VERA, ADA))
    await phone.hangs_up()
    over = await ada.who.hears("call.ended", within=PATIENCE, id=ringing["id"])
    assert over["reason"] == "hung_up"

    rings |= {"call_control_id": "v3:2"}
    await carriers.telnyx_sends(f"{hook}/event", "call.initiated", rings, id="e2")
    ringing = await ada.who.hears("call.ringing", within=PATIENCE)
    gone = {"call_control_id": "v3:2", "hangup_cause": "originator_cancel"}
    await carriers.telnyx_sends(f"{hook}/event", "call.hangup", gone, id="e3")
    await ada.who.hears("call.ended", within=PATIENCE, id=ringing["id"])
    missed = (await ask(ada.who, "GET", "calls?missed=true"))["calls"]
    assert [each["id"] for each in missed] == [ringing["id"]]
    await ada.peer.close()


async def test_ada_calls_walt_from_our_number_and_the_call_outlives_its_media_worker(
    owner: Owner, carriers: Carriers, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "OFTEN", 300)
    ada, _ = await prepared(owner, carriers)
    started = await ada.who.call("call.start", client_id="c", leg=ada.leg, to={"kind": "phone", "number": WALT})
    call = started["call"]["id"]
    await eventually(lambda: carriers.twilio.calls, PATIENCE)
    ((sid, placed),) = carriers.twilio.calls.items()
    url = re.search(r'<Stream url="([^"]+)"', placed["twiml"])
    assert url and placed["to"] == WALT
    phone = ProvidersPhone(VERA)
    await phone.connects(house, url[1])  # Walt has answered
    accepted = await ada.who.hears("call.accepted", within=PATIENCE, id=call)
    assert accepted["route"] == "server"
    await ada.offers(call)
    await ada.hears(VERA)
    await phone.ear.hears(ADA, of=(VERA, ADA))

    kill_worker(house)
    await ada.who.hears("call.changed", within=PATIENCE, id=call, via=accepted["via"] + 1)
    await ada.anew(call)
    await ada.hears(VERA)
    await phone.ear.hears(ADA, of=(VERA, ADA))

    hook = await owner.hook()
    await carriers.twilio_sends(f"{hook}/status", CallSid=sid, CallStatus="completed", CallDuration="12")
    over = await ada.who.hears("call.ended", within=PATIENCE, id=call)
    assert over["reason"] == "hung_up"
    await eventually(lambda: phone.is_over, PATIENCE)
    await phone.hangs_up()
    await ada.peer.close()


async def test_a_phone_that_answers_before_its_provider_has_told_the_name_of_the_call_is_not_cut(
    owner: Owner, carriers: Carriers, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, _ = await prepared(owner, carriers)
    answered, placed = asyncio.Event(), streams.calling.place_call

    async def slowly(*given: Any) -> Any:
        leg = await placed(*given)
        await answered.wait()
        return leg

    monkeypatch.setattr(streams.calling, "place_call", slowly)
    started = await ada.who.call("call.start", client_id="c", leg=ada.leg, to={"kind": "phone", "number": WALT})
    await eventually(lambda: carriers.twilio.calls, PATIENCE)
    ((sid, call),) = carriers.twilio.calls.items()
    phone = ProvidersPhone(VERA)
    await phone.connects(house, re.search(r'<Stream url="([^"]+)"', call["twiml"])[1])
    await ada.who.hears("call.accepted", within=PATIENCE, id=started["call"]["id"])
    answered.set()
    await ada.offers(started["call"]["id"])
    await ada.hears(VERA)
    await carriers.twilio_sends(f"{await owner.hook()}/status", CallSid=sid, CallStatus="completed", CallDuration="1")
    assert (await ada.who.hears("call.ended", within=PATIENCE))["reason"] == "hung_up"
    await phone.hangs_up()
    await ada.peer.close()


async def test_a_call_that_ada_gives_up_ends_at_the_provider_and_a_stranger_brings_no_sound(
    owner: Owner, carriers: Carriers, house: House
) -> None:
    ada, _ = await prepared(owner, carriers)
    started = await ada.who.call("call.start", client_id="c", leg=ada.leg, to={"kind": "phone", "number": WALT})
    call = started["call"]["id"]
    await eventually(lambda: carriers.twilio.calls, PATIENCE)
    ((sid, placed),) = carriers.twilio.calls.items()
    url = re.search(r'<Stream url="([^"]+)"', placed["twiml"])
    assert url
    forged = re.sub(r"[^/]+$", "A" * 22, url[1])
    async with aiohttp.ClientSession() as http:
        for where in (forged, url[1].replace(f"/{call}/", f"/{call + 1}/")):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(re.sub(r"^wss?://[^/]+", house.url.replace("http", "ws", 1), where))
            assert refused.value.status == 404
    await ada.who.call("call.hangup", call=call)
    await eventually(lambda: carriers.twilio.calls[sid]["status"] == "completed", PATIENCE)
    refused_country = await ada.who.ack(
        "call.start", {"client_id": "d", "leg": ada.leg, "to": {"kind": "phone", "number": "+49 30 123456"}}
    )
    assert refused_country["error"]["details"]["reason"] == "number_country"
    await ada.peer.close()
