"""Where a time zone is: a country and a point on the map, for visitors of whom no better place is known.

A zone is as good as its largest city, so what follows from it is an estimate and is called one.
"""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from typing import NamedTuple

_POINT = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")


class Spot(NamedTuple):
    """A country (two letters) and the coordinates of a place in it, in degrees."""

    country: str
    latitude: float
    longitude: float


def spot_of_zone(zone: str | None) -> Spot | None:
    """Return where a time zone is, by whichever of its names; None where it is no place."""
    zones, _, other_names = _table()
    return zones.get(other_names.get(zone, zone)) if zone else None


def spot_of_country(country: str | None) -> Spot | None:
    """Return a place in a country: that of its first time zone."""
    return _table()[1].get(country) if country else None


@functools.cache
def _table() -> tuple[dict[str, Spot], dict[str, Spot], dict[str, str]]:
    folder = files("tzdata") / "zoneinfo"
    zones: dict[str, Spot] = {}
    countries: dict[str, Spot] = {}
    for line in (folder / "zone.tab").read_text().splitlines():
        if line.startswith("#"):
            continue
        country, point, zone, *_ = line.split("\t")
        spot = zones[zone] = Spot(country, *_degrees(point))
        countries.setdefault(country, spot)
    links = (line.split() for line in (folder / "tzdata.zi").read_text().splitlines() if line.startswith("L "))
    return zones, countries, {name: stands for _, stands, name in links if name not in zones}


def _degrees(point: str) -> tuple[float, float]:
    """Return `+5215+02100` in degrees."""
    found = _POINT.fullmatch(point)
    assert found is not None, point
    north, *latitude, east, degrees, minutes, seconds = found.groups()
    return _angle(north, *latitude), _angle(east, degrees, minutes, seconds)


def _angle(sign: str, degrees: str, minutes: str, seconds: str | None) -> float:
    angle = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return round(-angle if sign == "-" else angle, 2)
