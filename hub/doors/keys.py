"""Typed keys of what the aiohttp application carries."""

from aiohttp import web

from hub.core.hub import Hub
from hub.doors.web.inflight import InFlight

HUB = web.AppKey("hub", Hub)
IN_FLIGHT = web.AppKey("in_flight", InFlight)
