"""What a mail is on the wire: nothing breaks out of a header, and the same mail is always the same bytes (E4)."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.errors import InvalidPayload
from hub.outreach.mail.dkim import Key, new_key, record_name, record_of, signed
from hub.outreach.mail.mail import MailFile
from hub.outreach.mail.message import message_of
from tests.mail.conftest import a_mail

pytestmark = pytest.mark.annex("E4")

RSA, ED = new_key("acme.example", "hub1", "rsa"), new_key("acme.example", "hub2", "ed25519")
ID = "<one@acme.example>"


def sent(**more: Any) -> bytes:
    return message_of(a_mail(**more), "hello@acme.example", "Acme", ID).as_bytes()


def read(raw: bytes) -> Any:
    return email.message_from_bytes(raw, policy=email.policy.default)


def holds(raw: bytes, *keys: Key) -> list[bool]:
    """Tell of each signature whether another implementation finds that it holds."""
    records = {f"{record_name(key)}.".encode(): record_of(key).encode() for key in keys}

    def hold(place: int) -> bool:
        try:
            return bool(dkim.DKIM(raw).verify(place, dnsfunc=lambda name, timeout=5: records.get(name)))
        except dkim.ValidationError:  # it raises where the body is another one
            return False

    return [hold(place) for place in range(len(keys))]


@pytest.mark.parametrize(
    "more",
    [
        {"subject": "Tea\r\nBcc: all@example.com"},
        {"subject": "Tea\nBcc: all@example.com"},
        {"to": "vera@example.com\r\nBcc: all@example.com"},
        {"reply_to": "a@example.com\r\nBcc: all@example.com"},
        {"headers": (("X-Kind", "a\r\nBcc: all@example.com"),)},
        {"headers": (("Bcc", "all@example.com"),)},
        {"headers": (("X: y\r\nBcc", "all@example.com"),)},
        {"before": ("<a@b>\r\nBcc: all@example.com",)},
    ],
)
def test_what_would_break_out_of_its_header_is_not_sent(more):
    with pytest.raises(InvalidPayload):
        sent(**more)


@pytest.mark.parametrize(
    "name", ["Eve\r\nBcc: all@example.com", 'Eve" <eve@example.com>', "Eve <eve@example.com>, x", "Żaneta, Źdźbło; a@b"]
)
def test_a_name_stays_a_name(name):
    found = read(sent(sender=name))
    assert found["Bcc"] is None and [each.addr_spec for each in found["From"].addresses] == ["hello@acme.example"]


def test_a_link_to_unsubscribe_stays_whole_however_long_it_is():
    link = f"<https://hub.example/unsubscribe/{'a' * 300}>"
    headers = (("List-Unsubscribe", link), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    raw = signed(sent(headers=headers), [RSA], 1_700_000_000_000)
    assert b"List-Unsubscribe: " + link.encode() + b"\r\n" in raw
    covered = "".join(read(raw)["DKIM-Signature"].split()).partition("h=")[2].partition(";")[0].split(":")
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(covered) and holds(raw, RSA) == [True]


def test_files_go_along_and_images_stand_in_the_text():
    files = (MailFile("Zamówienie.pdf", "application/pdf", b"%PDF"), MailFile("ż.png", "image/png", b"png", "one"))
    found = read(sent(files=files, html='<img src="cid:one">', reply_to="reply@acme.example"))
    assert [each.get_filename() for each in found.iter_attachments()] == ["Zamówienie.pdf"]
    (image,) = [each for each in found.walk() if each.get_content_type() == "image/png"]
    assert (image["Content-ID"], image.get_content()) == ("<one>", b"png")
    assert found["Reply-To"] == "reply@acme.example" and found.get_body(("plain",)).get_content().strip() == "Zażółć"
    assert found["Content-Language"] == "pl" and found["Auto-Submitted"] == "auto-generated"


def test_the_same_mail_is_always_the_same_bytes():
    files = (MailFile("a.bin", "application/octet-stream", bytes(range(256))),)
    one, other = (signed(sent(files=files), [RSA, ED], 1_700_000_000_000) for _ in range(2))
    assert one == other != signed(sent(files=files, id="two"), [RSA, ED], 1_700_000_000_000)


def test_a_domain_with_polish_letters_is_written_as_servers_know_it():
    assert read(sent(to="vera@żółw.example"))["To"] == "vera@xn--w-uga1v8h.example"


lines = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(lines, st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=90))
def test_another_implementation_finds_that_both_signatures_hold_whatever_a_mail_says(text, subject):
    raw = signed(sent(text=text, html=f"<p>{text}  \n\n", subject=subject), [RSA, ED], 1_700_000_000_000)
    assert holds(raw, RSA, ED) == [True, True]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: Tea", b"Subject: Free tea"),
        (b"To: vera@", b"Reply-To: eve@example.com\r\nTo: vera@"),
        (b"To: vera@", b"From: Eve <eve@example.com>\r\nTo: vera@"),
        (b"Za=C5=BC", b"Zb=C5=BC"),
    ],
)
def test_a_mail_that_was_changed_on_its_way_is_known_as_such(before, after):
    raw = signed(sent(), [RSA], 1_700_000_000_000)
    assert before in raw and holds(raw.replace(before, after, 1), RSA) == [False]


def test_what_a_relay_may_do_with_spaces_breaks_nothing():
    raw = signed(sent(text="a  b\n\n\n"), [RSA, ED], 1_700_000_000_000)
    folded = raw.replace(b"Subject: Tea", b"subject:   Tea  ").replace(b"a  b", b"a \t b   ") + b"\r\n\r\n"
    assert holds(folded, RSA, ED) == [True, True]
