"""Whatever the network sends becomes a message or is refused; what we write others can read (H5)."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.calls.sip import digest
from hub.calls.sip.address import address_of, number_of, uri_of, via_of
from hub.calls.sip.digest import Credentials, Guard
from hub.calls.sip.message import MAX_BYTES, Malformed, Message, parse
from hub.calls.sip.sdp import Media, NotAcceptable, remote_of
from tests.support.sipp import a_trunk, free_port

pytestmark = pytest.mark.annex("H5")

CALL = (
    b"INVITE sip:+48221000000@acme.example SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1;rport\r\n"
    b'f: "Walt, of Globex" <sip:+48600100200@192.0.2.1>;tag=w\r\nt: <sip:+48221000000@acme.example>\r\n'
    b"i: one@192.0.2.1\r\nCSeq: 7 INVITE\r\nm: <sip:walt@192.0.2.1:5062>\r\nSubject: It goes\r\n\ton here\r\n"
    b"c: application/sdp\r\nl: 4\r\n\r\nv=0\n and what is behind"
)
PIECES = [
    b"INVITE", b"SIP/2.0", b" ", b"\r\n", b"\r\n\r\n", b"Via:", b"v:", b";branch=", b"Content-Length: 99999999999", b"\x00",
    b"\xff", b"From: <<<", b'"', b"\\", b"CSeq: 1 INVITE", b"To:", b"Call-ID: x", b";tag=", b"m=audio ", b"c=IN IP4 ",
    b"sip:[::1", b"=" * 40,
]  # fmt: skip


def test_short_names_folded_lines_and_lengths_are_read():
    message = parse(b"\r\n\r\n" + CALL)
    assert (message.method, message.sequence, message.body) == ("INVITE", (7, "INVITE"), b"v=0\n")
    assert message.get("subject") == "It goes on here"
    walt = address_of(message.get("from"))
    assert (walt.name, number_of(message.get("from")), walt.params) == ("Walt, of Globex", "+48600100200", {"tag": "w"})
    assert via_of(message.get("via")).params == {"branch": "z9hG4bK1", "rport": ""}


def test_lists_become_entries_and_a_comma_in_quotes_or_brackets_does_not_separate():
    message = parse(CALL.replace(b"\r\nm:", b'\r\nRecord-Route: "a,b" <sip:one;lr>, <sip:two;lr?x=1,2>\r\nm:'))
    assert message.all("record-route") == ['"a,b" <sip:one;lr>', "<sip:two;lr?x=1,2>"]


@pytest.mark.parametrize(
    "wrong",
    [
        b"", b"\r\n\r\n", b"hello\r\n\r\n", CALL.replace(b"SIP/2.0\r\n", b"HTTP/1.1\r\n", 1),
        CALL.replace(b"CSeq: 7 INVITE\r\n", b""),
        CALL.replace(b"7 INVITE", b"7 BYE"), CALL.replace(b"7 INVITE", b"99999999999 INVITE"), CALL.replace(b"7", b"\xd9\xa7"),
        CALL.replace(b"l: 4", b"l: 400"), CALL.replace(b"l: 4", b"l: -4"), CALL.replace(b"\nv:", b"\n first\r\nv:", 1),
        CALL.replace(b"Subject", b"Sub ject"), CALL.replace(b"Subject", b"Subject: " + b"a" * 9_000 + b"\r\nX"),
        CALL.replace(b"Subject", b"X: 1\r\n" * 200 + b"Subject"), CALL.replace(b"It goes", b"It\x00goes"), CALL + b"x" * MAX_BYTES,
        CALL.replace(b"v: ", b"v: " + b"SIP/2.0/UDP h;branch=x," * 300),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(wrong):
    with pytest.raises(Malformed):
        parse(wrong)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=60).map(b"".join)
    )
)
def test_no_bytes_do_anything_else_than_being_refused(data):
    for read in (parse, lambda raw: remote_of(raw), lambda raw: remote_of(b"v=0\r\n" + raw)):
        try:
            read(data)
        except (Malformed, NotAcceptable):
            pass
    for read in (uri_of, address_of, via_of):
        try:
            read(data.decode("utf-8", "surrogateescape"))
        except Malformed:
            pass


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_message_with_a_few_wrong_bytes_is_read_again_as_it_was_read_or_refused(data):
    raw = bytearray(CALL)
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        first = parse(bytes(raw))
    except Malformed:
        return
    again = parse(bytes(first))
    assert (again.method, again.uri, again.body) == (first.method, first.uri, first.body)
    assert [each for each in again.headers if each[0] != "content-length"] == [
        each for each in first.headers if each[0] != "content-length"
    ]


async def test_a_trunk_that_is_sent_rubbish_goes_on_answering():
    port = free_port()
    async with a_trunk(port) as line:
        receive, here = line.trunk.transactions.receive, ("127.0.0.1", port)
        asked = CALL.replace(b"INVITE", b"OPTIONS")
        for at in range(len(asked)):  # every byte wrong once, and every end
            receive(asked[:at] + b"\xff" + asked[at + 1 :], here)
            receive(asked[:at] + bytes([asked[at] ^ 1]) + asked[at + 1 :], here)
            receive(asked[:at], here)
        assert line.trunk.counts["malformed"] > 100
        loop, heard = asyncio.get_running_loop(), asyncio.Queue()

        class Ear(asyncio.DatagramProtocol):
            def datagram_received(self, data, addr):
                heard.put_nowait(data)

        ear, _ = await loop.create_datagram_endpoint(Ear, local_addr=here)
        ear.sendto(asked.replace(b"z9hG4bK1", b"z9hG4bK-last"), line.trunk.local)
        async with asyncio.timeout(10):
            while b"z9hG4bK-last" not in (answer := await heard.get()) or b"SIP/2.0 200" not in answer:
                pass
        ear.close()


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\0b"])
def test_nothing_breaks_out_of_a_header(value):
    with pytest.raises(ValueError, match="one line"):
        Message(method="INVITE").add("to", value)


@pytest.mark.parametrize(
    ("algorithm", "right"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_proof_of_a_password_is_that_of_the_standards_example(monkeypatch, algorithm, right):
    """RFC 7616, section 3.9.1."""
    challenge = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    monkeypatch.setattr(digest.secrets, "token_hex", lambda size: cnonce)
    said = Credentials("Mufasa", "Circle of Life").answer([challenge], "GET", "/dir/index.html")
    assert f'response="{right}"' in said and "nc=00000001" in said


def test_a_challenge_of_another_realm_or_in_an_unknown_algorithm_is_not_answered():
    assert Credentials("a", "b").answer(['Digest realm="x", nonce="n", algorithm=AKAv1-MD5'], "INVITE", "sip:x") is None
    assert Credentials("a", "b", "acme").answer(['Digest realm="evil", nonce="n"'], "INVITE", "sip:x") is None


def test_a_guard_lets_in_who_knows_the_password_once_per_count_and_only_while_the_nonce_is_fresh():
    now = [0.0]
    guard, walt = Guard("acme", "rose", "acme.example", lambda: now[0]), Credentials("acme", "rose")
    challenges = guard.challenges()
    proof = walt.answer(challenges, "INVITE", "sip:here")
    assert "SHA-256" in proof and guard.check(proof, "INVITE") == "ok"
    assert guard.check(proof, "INVITE") == "stale"  # said twice: somebody listened
    assert guard.check(walt.answer(challenges, "INVITE", "sip:here"), "INVITE") == "ok"
    assert guard.check(Credentials("acme", "lily").answer(challenges, "INVITE", "sip:here"), "INVITE") == "no"
    assert guard.check(walt.answer(challenges, "BYE", "sip:here"), "INVITE") == "no"
    now[0] = 61.0
    assert guard.check(walt.answer(challenges, "INVITE", "sip:here"), "INVITE") == "stale"
    assert guard.check("", "INVITE") == guard.check("Basic YWNtZTpyb3Nl", "INVITE") == "no"


OFFER = """v=0
o=- 1 1 IN IP4 192.0.2.7
s=-
c=IN IP4 192.0.2.7
t=0 0
m=video 7000 RTP/AVP 31
m=audio 6000 RTP/AVP 18 8 0 96
a=rtpmap:96 telephone-event/8000
a={}
m=audio 6002 RTP/AVP 0
"""


@pytest.mark.parametrize(
    ("theirs", "ours", "holding"),
    [("sendrecv", "sendrecv", "sendonly"), ("sendonly", "recvonly", "inactive"), ("recvonly", "sendonly", "sendonly"),
     ("inactive", "inactive", "inactive")],
)  # fmt: skip
def test_an_answer_takes_one_stream_and_mirrors_who_speaks(theirs, ours, holding):
    media = Media("198.51.100.1", 40000)
    body, remote = media.answer(OFFER.format(theirs).encode())
    assert (remote.host, remote.port, remote.codec, remote.dtmf) == ("192.0.2.7", 6000, "PCMA", 96)
    assert remote.holds == (theirs in ("sendonly", "inactive"))
    text = body.decode()
    assert [line for line in text.split("\r\n") if line[:2] == "m="] == [
        "m=video 0 RTP/AVP 31", "m=audio 40000 RTP/AVP 8 96", "m=audio 0 RTP/AVP 0",
    ]  # fmt: skip
    assert f"a={ours}\r\n" in text
    media.holds = True
    assert f"a={holding}\r\n" in media.answer(OFFER.format(theirs).encode())[0].decode()


@pytest.mark.parametrize(
    "change",
    [("6000", "0"), ("8 0 96", "9 18"), ("RTP/AVP 18", "RTP/SAVP 18"), ("IP4 192.0.2.7\nt", "IP4 host.example\nt"),
     ("IP4 192.0.2.7\nt", "IP4 239.1.1.1\nt")],
)  # fmt: skip
def test_an_offer_that_we_could_not_hear_is_refused(change):
    offer = OFFER.partition("m=video")[0] + "m=audio 6000 RTP/AVP 18 8 0 96\n"
    Media("198.51.100.1", 40000).answer(offer.encode())
    with pytest.raises(NotAcceptable):
        Media("198.51.100.1", 40000).answer(offer.replace(*change).encode())


def test_an_old_phone_holds_with_an_address_of_zeros():
    offer = OFFER.format("sendrecv").replace("IP4 192.0.2.7\nt", "IP4 0.0.0.0\nt")
    assert Media("198.51.100.1", 40000).answer(offer.encode())[1].holds
