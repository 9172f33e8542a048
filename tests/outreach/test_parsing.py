"""Mails of all kinds of programs become what somebody wrote, with what was cut beside it (E5)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hub.outreach.inbox.headers import bare_subject
from hub.outreach.inbox.html import read_html
from hub.outreach.inbox.parsing import Incoming, key_of_head, parse
from hub.outreach.inbox.proof import proof_of
from hub.outreach.inbox.quoting import split
from hub.outreach.inbox.session import Fetched

pytestmark = pytest.mark.annex("E5")

MAILS = Path(__file__).parent / "mails"
SAID = {
    "gmail-pl": "Poproszę czarną, 100 g.",
    "gmail-en-wrapped": "Black, please. See https://shop.example/black",
    "gmail-html-only": "Black, please.\nSee this one (https://shop.example/black)",
    "outlook-desktop-pl": "Dzień dobry,\n\npoproszę zieloną.\n\nPozdrawiam\nVera",
    "outlook-desktop-html": "Poproszę zieloną.",
    "outlook-web": "Poproszę białą.",
    "outlook-phone": "Zielona!",
    "outlook-original-message": "Green, please.",
    "apple-mail-pl": "Czarną, proszę.",
    "apple-mail-en": "Black, please.",
    "apple-mail-html": "Black, please.",
    "thunderbird-pl": "Poproszę czarną, ale taką, która nie jest gorzka.",
    "thunderbird-below": "Czarną.",
    "thunderbird-html": "Czarną, proszę.",
    "iphone-pl": "Czarną",
    "iphone-en": "Black",
    "samsung-pl": "Czarną",
    "webmail-pl": "Poproszę czarną.",
    "user-pl": "Poproszę czarną.",
}
"""mail → what was written in it; the rest is the mail that it answers"""


def read(name: str) -> Incoming:
    raw = (MAILS / f"{name}.eml").read_bytes()
    return parse(Fetched(1, raw, len(raw), 0))


@pytest.mark.parametrize("name", SAID)
def test_what_somebody_wrote_is_told_from_what_their_program_added(name):
    mail = read(name)
    assert mail.said == SAID[name]
    assert any(word in mail.quoted for word in ("Ada", "Tak", "Yes")), "what was cut is kept"


def test_answers_between_the_lines_stay_with_what_they_answer():
    assert read("thunderbird-between").said == "> Which tea do you want?\n\nBlack.\n\n> And how much?\n\n100 g."
    html = (
        "<p>Hi</p><blockquote type=cite>Which?</blockquote><p>Black</p><blockquote type=cite>How much?</blockquote>100"
    )
    assert read_html(html)[0] == "Hi\n\n> Which?\n\nBlack\n\n> How much?\n\n100"


def test_what_only_looks_like_a_quote_stays():
    mail = read("not-a-quote")
    assert mail.said.startswith("On Monday I wrote to you about the tea.\nOd: jutra") and "so I ask again" in mail.said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("latin2-said-as-ascii", "Zażółć gęślą jaźń"), ("unknown-charset", "Zażółć"), ("no-date-no-id", "Hello"),
        ("broken-boundary", "Hello from a broken program"), ("forwarded", "See below"),
        ("machine-html", "Hi <b> click\n\n- one\n\n- two\n\na b"),
    ],
)  # fmt: skip
def test_ugly_mails_are_read_as_well_as_they_go(name, said):
    assert read(name).said.replace("- one\n- two", "- one\n\n- two") == said


def test_headers_are_decoded_and_steer_nothing():
    mail = read("no-date-no-id")
    assert mail.subject.startswith("Zażółć gęślą") and mail.date is None and mail.message_id == ""
    raw = b'From: =?utf-8?q?a=0Ab?= <A@X.example>, "Doe, J" <j@x.example>\r\nSubject: a\r\n b\x00\r\n\r\n'
    head = parse(Fetched(1, raw, len(raw), 0))
    assert head.sender and (head.sender.email, head.sender.name) == ("a@x.example", "a b") and head.subject == "a b"


def test_files_and_pictures_come_along_and_what_programs_add_for_each_other_does_not():
    mail = read("inline-picture")
    assert [(each.name, each.type, each.shown) for each in mail.files] == [
        ("tea.png", "image/png", True), ("zamówienie / 1.pdf", "application/pdf", False),
    ]  # fmt: skip
    assert mail.files[0].data.startswith(b"\x89PNG") and mail.said == "It looks like this: [image: tea.png]"
    (inner,) = read("forwarded").files
    assert (inner.name, inner.type) == ("mail.eml", "message/rfc822") and b"Inner words" in inner.data


@pytest.mark.parametrize(
    ("name", "kind", "why"),
    [
        ("gmail-pl", "person", ""), ("away-pl", "automatic", "subject"), ("away-en", "automatic", "auto-submitted"),
        ("newsletter", "bulk", "precedence"), ("bounce-hard", "bounce", "delivery-status"),
        ("bounce-full", "bounce", "delivery-status"), ("bounce-qmail", "bounce", "delivery-status"),
        ("bounce-delayed", "automatic", "delivery-status"), ("complaint", "complaint", "feedback-report"),
    ],
)  # fmt: skip
def test_people_are_told_from_machines(name, kind, why):
    mail = read(name)
    assert (mail.sorted.kind, mail.sorted.why) == (kind, why)


@pytest.mark.parametrize(("name", "hard"), [("bounce-hard", True), ("bounce-full", False), ("bounce-qmail", True)])
def test_a_bounce_says_whom_a_letter_did_not_reach_and_whether_for_good(name, hard):
    sorted = read(name).sorted
    assert [(each.address, each.hard) for each in sorted.failures] == [("vera@example.com", hard)]
    assert "<chat-1-1-2@acme.example>" in sorted.about


def test_nothing_that_anybody_sends_breaks_the_reading():
    luck = random.Random(7)
    mails = [each.read_bytes() for each in sorted(MAILS.iterdir())]
    for _ in range(1_500):
        raw = bytearray(luck.choice(mails))
        for _ in range(luck.randrange(1, 30)):
            place = luck.randrange(len(raw))
            raw[place : place + luck.randrange(4)] = bytes(luck.randrange(256) for _ in range(luck.randrange(4)))
        mail = parse(Fetched(1, bytes(raw), len(raw), 0))
        assert "\x00" not in mail.said + mail.subject and mail.key


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\r\n\r\n", b"\xff\xfe\x00", b"From: <<<>>>@@@\r\nTo: ,,,;;\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"deep",
        b"Content-Type: text/html\r\n\r\n" + b"<blockquote type=cite>" * 20_000 + b"deep",
        b"Content-Type: text/html\r\n\r\n" + b"<blockquote><div class=gmail_quote>" * 900 + b"deep",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(200)) + b"\r\nx",
        b"From: " + b'"' * 50_001 + b" <a@b.example>\r\n\r\nx",
        b"References: " + b"<" * 100_000 + b"\r\n\r\n" + b"On 1 wrote:\n" * 20_000 + b">" * 100_000,
        b"\r\n" + b"On 29 Nov 2026 " * 60_000 + b"wrote:",
    ],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_what_is_made_to_hurt_takes_no_time(raw):
    parse(Fetched(1, raw, len(raw), 0))


def test_the_same_mail_has_the_same_key_from_its_headers_alone():
    raw = (MAILS / "gmail-pl.eml").read_bytes()
    assert key_of_head(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n") == read("gmail-pl").key != read("iphone-pl").key


@pytest.mark.parametrize(
    "subject", ["Tea", "Re: Tea", "RE: Odp: tea", "AW: Fwd: Tea", "Re[2]: Tea", "Odp:Tea", "PD: Tea", " re : Tea "]
)
def test_a_subject_is_the_same_whatever_stands_before_it(subject):
    assert bare_subject(subject) == "tea"


def test_a_mail_server_is_believed_only_where_it_is_named():
    good = "mx.acme.example; dkim=pass header.d=mail.example.com; spf=none"
    assert proof_of([good], "mx.acme.example", "vera@example.com") == "proven"
    assert proof_of([good], "", "vera@example.com") == "" == proof_of([good], "mx.evil", "vera@example.com")
    assert proof_of([good], "mx.acme.example", "vera@other.example") == ""
    bad = "mx.acme.example; spf=fail smtp.mailfrom=example.com; dmarc=fail"
    assert (
        proof_of([bad], "", "vera@example.com") == "forged" == proof_of([bad, good], "mx.acme.example", "v@example.com")
    )
    assert proof_of(["mx.acme.example; dkim=pass header.d=com"], "mx.acme.example", "vera@example.com") == ""


def test_a_signature_is_cut_and_the_rest_of_the_words_stay():
    assert split("Hi\n\n-- \nVera\nTea Ltd") == ("Hi", "-- \nVera\nTea Ltd")
    assert split("A -- B\nC") == ("A -- B\nC", "") and split("-- \nonly this") == ("-- \nonly this", "")
