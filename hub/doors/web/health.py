"""For operators and load balancers: /healthz, /readyz, /metrics."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from hub.core.hub import Hub
from hub.doors.live.door import LiveDoor
from hub.doors.peers import is_trusted
from hub.doors.web.node_figures import availability_figures, bus_line, node_figures
from hub.doors.workers.figures import merged
from hub.webhooks.sending import Sender
from storage.engine import StorageError

_LOOPBACK = "127.0.0.0/8, ::1/128"


def add_routes(app: web.Application, hub: Hub, live: LiveDoor) -> None:
    """Serve the three addresses."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    registry.register(_Figures(hub, live))
    neighbours = live.neighbours
    if neighbours:
        neighbours.figures = lambda: generate_latest(registry)

    async def healthz(request: web.Request) -> web.Response:
        """The process runs and its loop turns."""
        return web.Response(text="ok\n")

    async def readyz(request: web.Request) -> web.Response:
        """New connections may come: the store answers, and the server is not stopping."""
        if live.draining:
            return web.Response(status=503, text="stopping: this node takes no new connections\n")
        try:
            await hub.store.ping()
        except StorageError as error:
            return web.Response(status=503, text=f"the store does not answer: {error}\n")
        # Without Redis it stays ready: a balancer that took every node out would cut everybody for a lost convenience.
        return web.Response(text=f"ready\n{bus_line(hub)}")

    async def metrics(request: web.Request) -> web.Response:
        """Figures for Prometheus, for this machine or with the token."""
        if not _may_see(hub, request):
            raise web.HTTPForbidden(text="Metrics are for this machine, or for a bearer of HUB_METRICS_TOKEN.\n")
        page = merged(await neighbours.ask_figures()) if neighbours else generate_latest(registry)
        return web.Response(body=page, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


def _may_see(hub: Hub, request: web.Request) -> bool:
    token = hub.settings.metrics_token
    word, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and word.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.encode())
    # Behind a proxy on this machine every visitor comes from loopback; then only the token opens.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and is_trusted(_LOOPBACK, request.remote or "")


class _Figures:
    """Reads the figures at the moment they are asked for; the hot path only counts."""

    def __init__(self, hub: Hub, live: LiveDoor) -> None:
        self._hub, self._live = hub, live

    def collect(self) -> Iterable[Metric]:
        sockets = GaugeMetricFamily("hub_sockets", "Connected sockets", labels=["namespace"])
        for face, number in self._live.numbers().items():
            sockets.add_metric([face], number)
        yield sockets
        yield GaugeMetricFamily("hub_tasks", "Tasks of the event loop", value=float(len(asyncio.all_tasks())))
        yield from node_figures(self._hub, self._live.delivery)
        yield from availability_figures(self._hub)
        limited = CounterMetricFamily("hub_limited", "What was refused because of a limit", labels=["limit"])
        for limit, times in self._live.limits.refused.items():
            limited.add_metric([limit], times)
        yield limited
        deliveries = CounterMetricFamily("hub_webhooks", "What became of deliveries of webhooks", labels=["outcome"])
        for outcome, times in self._hub.part(Sender).figures.items():
            deliveries.add_metric([outcome], times)
        yield deliveries
        for name, value in _counters(self._live.sockets.counters).items():
            yield CounterMetricFamily(f"hub_live_{name}", f"Live engine: {name.replace('_', ' ')}", value=value)


def _counters(counters: Any) -> dict[str, float]:
    names = getattr(counters, "__slots__", None) or vars(counters)
    values = {name: getattr(counters, name) for name in names}
    return {name: float(value) for name, value in values.items() if isinstance(value, int | float)}
