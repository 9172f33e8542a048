"""Typed keys of what the aiohttp application carries."""

from aiohttp import web

from hub.core.hub import Hub

HUB = web.AppKey("hub", Hub)
