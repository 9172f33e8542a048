"""Whether somebody really is who the From of a mail says: what the company's own mail server has found out (RFC 8601).

Anybody can write such a header, so a good result counts only from the server that the mailbox names. A bad one counts from
whoever says it: nobody forges a mail to be told that it is forged.
"""

from __future__ import annotations

import re
from typing import Literal

Proof = Literal["proven", "", "forged"]

_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?:header\.d|header\.i|smtp\.mailfrom|smtp\.helo)\s*=\s*\"?(?:[^\s@;\"]*@)?([^\s;\"]+)", re.IGNORECASE
)


def proof_of(results: list[str], checker: str, sender: str) -> Proof:
    """Return what the results say of a sender's address; `checker` is the server that is believed, or empty."""
    domain = sender.rpartition("@")[2].lower()
    if checker:
        own = [each for each in results if _server(each) == checker.lower()]
        if own:
            return _verdict(own[0], domain)
    elif results and _verdict(results[0], domain) == "forged":
        return "forged"
    return ""


def _server(result: str) -> str:
    return result.partition(";")[0].split(" ")[0].strip().lower()


def _verdict(result: str, domain: str) -> Proof:
    found = [(kind.lower(), word.lower(), rest) for kind, word, rest in _RESULT.findall(result.partition(";")[2])]
    dmarc = [word for kind, word, _ in found if kind == "dmarc"]
    if "pass" in dmarc:
        return "proven"
    passed = [_aligned(rest, domain) for kind, word, rest in found if kind in ("dkim", "spf") and word == "pass"]
    if any(passed):
        return "proven"
    failed = "fail" in dmarc or any(kind == "spf" and word == "fail" for kind, word, _ in found)
    return "forged" if "fail" in dmarc or (failed and not passed) else ""


def _aligned(rest: str, domain: str) -> bool:
    """Tell whether what was checked belongs to the domain of the From: the same one, or one above or below it."""
    return any(
        each == domain or each.endswith(f".{domain}") or (domain.endswith(f".{each}") and "." in each)
        for each in (found.lower().rstrip(".") for found in _DOMAIN.findall(rest))
    )
