"""What DNS says of the domain that a sender mails from, and exactly what to publish where it does not say enough."""

from __future__ import annotations

import asyncio
from typing import Literal

from msgspec import Struct

from hub.core.hub import Hub
from hub.outreach.mail.dkim import Key, record_name, record_of
from hub.outreach.mail.names import Names, Unknown
from hub.outreach.mail.sender import Sender, domain_of, keys_of
from hub.outreach.mail.spf import Spf, mended, naming, spf_records
from storage.engine import Document

_FEWEST = 2
"""Labels of a domain above which nobody asks: `example.com` may speak for `shop.example.com`, `com` for nobody."""


class DnsHint(Struct, frozen=True):
    """What a record of the sender's domain says.

    state   `ok`, `missing`, `wrong` (another key, a server that is not named, two of one), `unknown` without an answer
    name    where it stands, or should
    record  what to publish there as TXT; empty where nothing has to be done
    found   what stands there now
    """

    kind: Literal["spf", "dkim", "dmarc"]
    state: Literal["ok", "missing", "wrong", "unknown"]
    name: str
    record: str = ""
    found: str = ""


async def hints_of(hub: Hub, sender: Sender, stored: Document | None) -> list[DnsHint]:
    """Return what DNS says about the sender's domain: SPF, its keys, DMARC."""
    keys = keys_of(stored) if stored else sender.keys
    domain = domain_of(sender.address)
    try:
        names = Names(hub.settings.dns_server)
    except Unknown:
        return [DnsHint("spf", "unknown", domain)]
    asked = [
        _spf(names, domain, sender.host),
        *(_dkim(names, key) for key in keys),
        _dmarc(names, domain, sender.address),
    ]
    return list(await asyncio.gather(*asked))


async def _spf(names: Names, domain: str, host: str) -> DnsHint:
    try:
        records = await spf_records(names, domain)
        if not records:
            return DnsHint("spf", "missing", domain, mended("", host))
        found = " | ".join(records)
        if len(records) > 1:
            mechanisms = [each for record in records for each in record.split()[1:]]
            kept = dict.fromkeys(each for each in mechanisms if each.lstrip("+-~?").lower() != "all")
            return DnsHint("spf", "wrong", domain, " ".join(["v=spf1", *kept, "~all"]), found)
        if naming(host) in records[0].split():
            return DnsHint("spf", "ok", domain, "", found)
        verdicts = {await Spf(names).judge(domain, each) for each in await names.addresses(host)}
        if not verdicts or "pass" in verdicts:  # of a server whose address is nobody's business nothing can be said
            return DnsHint("spf", "ok", domain, "", found)
        return DnsHint("spf", "wrong", domain, mended(records[0], host), found)
    except Unknown:
        return DnsHint("spf", "unknown", domain, mended("", host))


async def _dkim(names: Names, key: Key) -> DnsHint:
    name, wanted = record_name(key), record_of(key)
    try:
        found = await names.texts(name)
    except Unknown:
        return DnsHint("dkim", "unknown", name, wanted)
    if not found:
        return DnsHint("dkim", "missing", name, wanted)
    if any(_public(each) == _public(wanted) for each in found):
        return DnsHint("dkim", "ok", name, "", found[0])
    return DnsHint("dkim", "wrong", name, wanted, " | ".join(found))


async def _dmarc(names: Names, domain: str, address: str) -> DnsHint:
    name = f"_dmarc.{domain}"
    record = f"v=DMARC1; p=none; rua=mailto:{address}"
    labels = domain.split(".")
    try:
        for place in range(max(1, len(labels) - _FEWEST + 1)):
            asked = f"_dmarc.{'.'.join(labels[place:])}"
            found = [each for each in await names.texts(asked) if each.replace(" ", "").lower().startswith("v=dmarc1")]
            if len(found) == 1:
                return DnsHint("dmarc", "ok", asked, "", found[0])
            if found:
                return DnsHint("dmarc", "wrong", asked, found[0], " | ".join(found))
    except Unknown:
        return DnsHint("dmarc", "unknown", name, record)
    return DnsHint("dmarc", "missing", name, record)


def _public(record: str) -> str:
    """Return the key of a record, however it is spaced."""
    tags = dict(part.partition("=")[::2] for part in "".join(record.split()).split(";"))
    return tags.get("p", "")
