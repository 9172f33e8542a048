"""Where an address is: the country by its registry, built in; city, region and a better country by a file of the operator.

Addresses come in, places go out; no address is kept.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from hub.core.settings import SettingsError

if TYPE_CHECKING:
    from hub.core.hub import Hub

_LONGEST = 64


class Places:
    """The tables of one process. Raises SettingsError where the file that `geo_file` names can't be used."""

    def __init__(self, hub: Hub) -> None:
        self._reader = _open(hub.settings.geo_file) if hub.settings.geo_file else None

    def facts_of(self, address: str) -> dict[str, str]:
        """Return country (two letters), region and city of an IP address, as far as known."""
        found = _read(self._reader, address) if self._reader else {}
        country = found.get("country") or _registered(address)
        return {**found, "country": country} if country else found


def warm_up() -> None:
    """Read the table of countries, a fifth of a second that no visitor should wait for."""
    _registered("192.0.2.1")


def _open(file: str) -> Any:
    import maxminddb

    try:
        reader = maxminddb.open_database(file)
        reader.get("192.0.2.1")  # a file that was cut in the middle shows it only now
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "it is not in the MaxMind DB format"
        raise SettingsError(f"The file of places (geo_file) {file} can't be used: {reason.rstrip('.')}.") from None
    return reader


def _read(reader: Any, address: str) -> dict[str, str]:
    """Return what the file says of an address, in the layout of MaxMind and DB-IP, or as flat fields."""
    import maxminddb

    try:
        record = reader.get(address)
    except (ValueError, maxminddb.InvalidDatabaseError):  # no address, or IPv6 where the file knows IPv4 only
        return {}
    if not isinstance(record, dict):
        return {}
    subdivisions = record.get("subdivisions")
    region = (
        subdivisions[0]
        if isinstance(subdivisions, list) and subdivisions
        else record.get("region", record.get("state1"))
    )
    country = record.get("country", record.get("country_code"))
    texts = {
        "country": country.get("iso_code") if isinstance(country, dict) else country,
        "region": _name(region),
        "city": _name(record.get("city")),
    }
    return {what: text.replace("\0", "")[:_LONGEST] for what, text in texts.items() if isinstance(text, str) and text}


def _name(place: Any) -> Any:
    """Return the name of a place in English, however the file keeps it."""
    names = place.get("names") if isinstance(place, dict) else None
    return names.get("en") if isinstance(names, dict) else place


@functools.cache
def _countries() -> Any:
    import iptocc

    return iptocc


@functools.lru_cache(4096)
def _registered(address: str) -> str | None:
    try:
        return _countries().country_code(address) or None
    except ValueError:
        return None
