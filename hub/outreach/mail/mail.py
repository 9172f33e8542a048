"""A mail as an area writes it, and what may become of it."""

from __future__ import annotations

from msgspec import Struct

_SOON, _SELDOM = 1_000, 15 * 60_000
"""Shortest and longest milliseconds between two tries: an hour of trouble loses no mail."""


class MailFile(Struct, frozen=True):
    """A file that goes along; with a `cid` it is an image that the HTML shows (`<img src="cid:…">`)."""

    name: str
    type: str
    content: bytes
    cid: str = ""


class Mail(Struct, frozen=True):
    """A mail as it is to be read: as text, and as HTML made of the same words. The same mail always makes the same bytes.

    id        makes a second copy known as one: together with `at` it decides the `Message-ID`
    sender    the name that readers see; the address is that of the sender that it goes out over
    at        when it was written down that it is to be sent, in milliseconds: the same at every try, never "now"
    before    the message ids of those that it follows, oldest first: mail programs show them as one thread
    reply_to  where answers go, if not to the sender
    headers   others, like `List-Unsubscribe`
    """

    id: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    language: str
    at: int
    before: tuple[str, ...] = ()
    reply_to: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    files: tuple[MailFile, ...] = ()


class MailRefused(Exception):
    """This mail will never be taken."""


class MailLater(Exception):
    """The mail was not taken, and may be later: in `after` milliseconds, where the sender knows (0 where it does not)."""

    def __init__(self, after: int, said: str) -> None:
        super().__init__(said)
        self.after = after

    def wait(self, tries: int) -> int:
        """Return after how many milliseconds to try again a mail that was tried so often before."""
        return self.after or min(_SELDOM, _SOON * 2 ** min(tries, 20))
