"""Whether a domain's SPF record (RFC 7208) lets an address send its mails, and what it should say so that it does."""

from __future__ import annotations

import ipaddress
from typing import Literal

from hub.core.addresses import Address, is_public, read_address
from hub.outreach.mail.names import Names

Verdict = Literal["pass", "fail", "softfail", "neutral", "none", "broken"]
_VERDICTS: dict[str, Verdict] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_LOOKUPS = 10
"""Questions that a record may lead to; receivers give up on one that needs more."""

_INCLUDES = {
    "gmail.com": "_spf.google.com", "google.com": "_spf.google.com", "office365.com": "spf.protection.outlook.com",
    "outlook.com": "spf.protection.outlook.com", "amazonaws.com": "amazonses.com", "mailgun.org": "mailgun.org",
    "sendgrid.net": "sendgrid.net", "mailjet.com": "spf.mailjet.com", "postmarkapp.com": "spf.mtasv.net",
    "brevo.com": "spf.brevo.com", "sendinblue.com": "spf.brevo.com", "ovh.net": "mx.ovh.com",
    "sparkpostmail.com": "sparkpostmail.com", "zoho.com": "zohomail.com", "zoho.eu": "zohomail.eu",
}  # fmt: skip
"""Providers that send from other addresses than those of the server that takes mails for them."""

_OWN = "mx"
"""A server in our own network is seen under another address: most likely that of the one which takes the domain's mails."""


class Spf:
    """One evaluation: it counts what it asks."""

    def __init__(self, names: Names) -> None:
        self._names, self._left = names, _LOOKUPS

    async def judge(self, domain: str, address: Address) -> Verdict:
        """Return what receivers think of a mail from this domain that comes from an address. Raises Unknown."""
        records = await spf_records(self._names, domain)
        if not records:
            return "none"
        if len(records) > 1:
            return "broken"
        redirect = ""
        for term in records[0].split()[1:]:
            name, equals, value = term.partition("=")
            if equals and ":" not in name and "/" not in name:
                redirect = value if name.lower() == "redirect" else redirect
                continue
            sign, term = (term[0], term[1:]) if term[0] in _VERDICTS else ("+", term)
            matches = await self._matches(term, domain, address)
            if matches is None:
                return "broken"
            if matches:
                return _VERDICTS[sign]
        if redirect:
            return await self.judge(redirect, address) if self._may_ask() else "broken"
        return "neutral"

    async def _matches(self, term: str, domain: str, address: Address) -> bool | None:
        """Tell whether a mechanism names the address; None where the record is broken."""
        kind, _, value = term.partition(":")
        kind, _, length = kind.partition("/")
        kind = kind.lower()
        if kind == "all":
            return True
        if kind in ("ip4", "ip6"):
            return _within(address, value)
        if kind not in ("a", "mx", "include", "exists", "ptr") or not self._may_ask():
            return None
        target, _, mask = value.partition("/")
        target, mask = target or domain, mask or length
        if kind == "include":
            verdict = await self.judge(target, address)
            return None if verdict in ("none", "broken") else verdict == "pass"
        if kind == "exists" or kind == "ptr" or "%" in target:
            return False  # it depends on the mail
        hosts = await self._names.exchangers(target) if kind == "mx" else [target]
        found = [each for host in hosts[:_LOOKUPS] for each in await self._names.addresses(host)]
        return any(_within(address, f"{each}/{mask}" if mask and "/" not in mask else str(each)) for each in found)

    def _may_ask(self) -> bool:
        self._left -= 1
        return self._left >= 0


async def spf_records(names: Names, domain: str) -> list[str]:
    """Return the SPF records of a domain: there has to be exactly one. Raises Unknown."""
    return [
        each for each in await names.texts(domain) if each.lower() == "v=spf1" or each.lower().startswith("v=spf1 ")
    ]


def naming(host: str) -> str:
    """Return the mechanism that lets a server send: its provider's own, else its address."""
    for domain, include in _INCLUDES.items():
        if host == domain or host.endswith(f".{domain}"):
            return f"include:{include}"
    address = read_address(host)
    if address is None:
        return f"a:{host}" if "." in host else _OWN
    return f"ip{address.version}:{address}" if is_public(address) else _OWN


def mended(record: str, host: str) -> str:
    """Return a record that names a server too, or a new one."""
    terms = record.split() or ["v=spf1", "~all"]
    last = next((place for place, each in enumerate(terms) if each.lower().lstrip("+-~?") == "all"), len(terms))
    last = min(last, next((place for place, each in enumerate(terms) if each.lower().startswith("redirect=")), last))
    return " ".join([*terms[:last], naming(host), *terms[last:]])


def _within(address: Address, network: str) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except (ValueError, TypeError):
        return False
