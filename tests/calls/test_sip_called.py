"""Walt calls one of Acme's numbers; `sipp` is the provider that brings the call (H5)."""

from __future__ import annotations

import asyncio

import pytest

from hub.calls.sip.events import Answered, Digit, Ended, Held
from tests.support.sipp import HASTY, HERE, a_trunk, free_port, happens, playing

pytestmark = pytest.mark.annex("H5")


async def test_walt_is_answered_holds_presses_a_key_and_hangs_up(tmp_path):
    port = free_port()
    md5 = {"guard": "rose", "algorithms": ("MD5",)}  # sipp knows no other
    async with a_trunk(port, **md5) as line, playing("calls", tmp_path, port, to=line.trunk.local) as walt:
        call = await line.rung()
        assert (call.number, call.caller, call.offer.port) == ("here", "+48600100200", 6000)
        call.ring()
        call.answer(HERE, 40000)
        events = [event async for event in call.events()]
        assert events == [
            Answered(call.offer), Held(True), Held(False), Digit("5"), Ended("hung_up", "them"),
        ]  # fmt: skip
        await walt.done()


async def test_a_provider_that_does_not_prove_its_password_brings_no_call(tmp_path):
    async with a_trunk(free_port(), guard="lily") as line, a_socket() as walt:
        walt.say(line, INVITE)
        answer = await walt.hear()
        assert answer.startswith("SIP/2.0 401") and answer.count("algorithm=") == 2
        assert line.calls.empty()


async def test_walt_gives_up_before_anybody_answers(tmp_path):
    port = free_port()
    async with a_trunk(port) as line, playing("gives_up", tmp_path, port, to=line.trunk.local) as walt:
        call = await line.rung()
        call.ring()
        assert await happens(call.events(), Ended) == Ended("cancelled", "them")
        await walt.done()
        assert line.trunk.calls == set()


async def test_walt_hears_that_the_line_is_busy(tmp_path):
    port = free_port()
    async with a_trunk(port) as line, playing("is_refused", tmp_path, port, to=line.trunk.local) as walt:
        (await line.rung()).reject(486)
        await walt.done()
    async with a_trunk(port, most_calls=0) as line, playing("is_refused", tmp_path, port, to=line.trunk.local) as walt:
        await walt.done()
        assert line.calls.empty()


async def test_a_provider_that_lets_us_offer_answers_in_its_ack(tmp_path):
    port = free_port()
    async with a_trunk(port) as line, playing("offers_later", tmp_path, port, to=line.trunk.local) as walt:
        call = await line.rung()
        call.answer(HERE, 40000)
        assert (await happens(call.events(), Answered)).remote.codec == "PCMU"
        call.hang_up()
        await walt.done()


class Walt(asyncio.DatagramProtocol):
    """A bare socket, for what no decent provider says."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.heard.put_nowait(data.decode())

    def say(self, line, text, **facts):
        host, port = self.transport.get_extra_info("sockname")
        text = text.replace("@here@", f"{host}:{port}").replace("\n", "\r\n")
        self.transport.sendto(text.encode(), line.trunk.local)

    async def hear(self, seconds=10.0):
        """Return the next message that is no "Trying"."""
        async with asyncio.timeout(seconds):
            while (text := await self.heard.get()).startswith("SIP/2.0 100"):
                pass
            return text


class a_socket:
    def __init__(self, host=HERE):
        self.host = host

    async def __aenter__(self):
        loop = asyncio.get_running_loop()
        self.transport, walt = await loop.create_datagram_endpoint(Walt, local_addr=(self.host, 0))
        return walt

    async def __aexit__(self, *_):
        self.transport.close()


HEAD = """Via: SIP/2.0/UDP @here@;branch=z9hG4bK{branch}
From: <sip:+48600100200@127.0.0.1>;tag=walt
To: <sip:here@127.0.0.1>{tag}
Call-ID: one@127.0.0.1
CSeq: {number} {method}
Contact: <sip:walt@@here@>
Max-Forwards: 70
"""
SOUND = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 6000 RTP/AVP {formats}\n"


def a_request(method, number=1, tag="", more="", body=""):
    head = HEAD.format(method=method, number=number, tag=tag, branch=f"{method}{number}")
    return f"{method} sip:here@127.0.0.1 SIP/2.0\n{head}{more}\n{body}"


INVITE = a_request("INVITE", more="Content-Type: application/sdp\n", body=SOUND.format(formats="0 101"))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (a_request("OPTIONS"), 200),
        (a_request("BYE", tag=";tag=nobody"), 481),
        (a_request("INVITE", tag=";tag=nobody", body=SOUND.format(formats="0")), 481),
        (a_request("CANCEL"), 481),
        (a_request("REFER", more="Refer-To: <sip:+1900@evil.example>\n"), 603),
        (a_request("REGISTER"), 405),
        (a_request("SUBSCRIBE", more="Event: presence\n"), 489),
        (a_request("INVITE", more="Require: 100rel\n", body=SOUND.format(formats="0")), 420),
        (a_request("INVITE", body=SOUND.format(formats="9 18")), 488),
        (a_request("INVITE", body=SOUND.format(formats="0").replace("IP4 127.0.0.1\nt", "IP4 evil.example\nt")), 488),
        (a_request("INVITE", body="v=0\nm=audio x RTP/AVP 0\n"), 400),
    ],
    ids=lambda value: value.partition("\n")[0] if isinstance(value, str) else None,
)
async def test_what_is_asked_gets_the_answer_of_the_standard(request_, status):
    async with a_trunk(free_port()) as line, a_socket() as walt:
        walt.say(line, request_)
        assert (await walt.hear()).startswith(f"SIP/2.0 {status} ")
        assert line.calls.empty() and line.trunk.calls == set()


async def test_whoever_is_not_the_provider_hears_nothing_and_is_counted():
    async with a_trunk(free_port()) as line, a_socket("127.0.0.9") as mallory, a_socket() as walt:
        mallory.say(line, INVITE)
        mallory.say(line, a_request("OPTIONS"))
        walt.say(line, a_request("OPTIONS", number=2))
        await walt.hear()  # what came before it has been read
        assert line.trunk.counts["foreign"] == 2 and line.calls.empty() and mallory.heard.empty()


async def test_an_answer_that_nobody_acknowledges_is_repeated_and_then_taken_back():
    async with a_trunk(free_port(), HASTY) as line, a_socket() as walt:
        walt.say(line, INVITE)
        call = await line.rung()
        call.answer(HERE, 40000)
        assert (await walt.hear()).startswith("SIP/2.0 200")
        assert (await walt.hear()).startswith("SIP/2.0 200")
        assert await happens(call.events(), Ended) == Ended("lost", "us")
        while not (text := await walt.hear()).startswith("BYE"):
            pass
        assert "To: <sip:+48600100200@127.0.0.1>;tag=walt" in text


@pytest.mark.parametrize("knows", [True, False])
async def test_a_far_end_that_is_asked_whether_it_is_there_keeps_the_call_or_has_lost_it(knows):
    async with a_trunk(free_port()) as line, a_socket() as walt:
        walt.say(line, INVITE)
        call = await line.rung()
        call.answer(HERE, 40000)
        tag = (await walt.hear()).partition("To: ")[2].partition("\r")[0].partition(";")[2]
        walt.say(line, a_request("ACK", tag=f";{tag}"))
        call.check()
        while not (asked := await walt.hear()).startswith("OPTIONS"):
            pass
        status = "200 OK" if knows else "481 Call/Transaction Does Not Exist"
        walt.say(line, f"SIP/2.0 {status}\n" + "\n".join(asked.split("\r\n")[1:]))
        if knows:
            walt.say(
                line, a_request("INFO", number=2, tag=f";{tag}", more="Content-Type: application/dtmf\n", body="5")
            )
            assert await happens(call.events(), Digit) == Digit("5")
            assert call.ended is None
        else:
            assert await happens(call.events(), Ended) == Ended("lost", "us")


async def test_the_same_invitation_twice_is_one_call():
    async with a_trunk(free_port()) as line, a_socket() as walt:
        for _ in range(3):
            walt.say(line, INVITE)
        walt.say(line, a_request("OPTIONS"))
        await walt.hear()
        assert line.calls.qsize() == 1 == len(line.trunk.calls)


async def test_a_call_lasts_no_longer_than_it_may_and_rings_no_longer_than_it_may():
    async with a_trunk(free_port(), longest=0.3) as line, a_socket() as walt:
        walt.say(line, INVITE)
        call = await line.rung()
        call.answer(HERE, 40000)
        tag = (await walt.hear()).partition("To: ")[2].partition("\r")[0].partition(";")[2]
        walt.say(line, a_request("ACK", tag=f";{tag}"))
        assert await happens(call.events(), Ended) == Ended("limit", "us")
        assert (await walt.hear()).startswith("BYE")
    async with a_trunk(free_port(), rings=0.3) as line, a_socket() as walt:
        walt.say(line, INVITE)
        assert await happens((await line.rung()).events(), Ended) == Ended("unanswered", "us")
        assert (await walt.hear()).startswith("SIP/2.0 480")
