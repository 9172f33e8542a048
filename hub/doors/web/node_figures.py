"""What this node tells operators about the installation: a line for /readyz, and figures for /metrics."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from hub.core.availability import Availability
from hub.core.hub import Hub
from hub.core.nodes import Nodes
from hub.doors.live.delivery import Delivery


def bus_line(hub: Hub) -> str:
    """Return how it is with Redis, or nothing where there is none."""
    if hub.bus.alone:
        return ""
    if not hub.bus.healthy:
        return f"redis: away for {hub.bus.away:.0f} s; this node goes on alone and catches up when it is back\n"
    return f"redis: up, other nodes: {len(hub.part(Nodes).others)}\n"


def node_figures(hub: Hub, delivery: Delivery) -> Iterable[Metric]:
    """Yield the figures of the bus, the other nodes and the delivery."""
    bus, nodes, figures = hub.bus, hub.part(Nodes), hub.bus.figures
    gauges = {
        "hub_bus_up": ("1 while other nodes can be told and heard", float(bus.healthy)),
        "hub_bus_away_seconds": ("Seconds since Redis last proved to work; about 1 is normal", bus.away),
        "hub_bus_waiting": ("Messages that wait for Redis", bus.waiting),
        "hub_bus_channels": ("Channels that this node hears", bus.channels),
        "hub_other_nodes": ("Other nodes that are heard", len(nodes.others)),
        "hub_conversations_waiting": ("Conversations whose events wait for a look into the store", delivery.lanes),
    }
    counters = {
        "hub_bus_sent": ("Messages that Redis took", figures.sent),
        "hub_bus_heard": ("Messages of other nodes", figures.heard),
        "hub_bus_resent": ("Messages sent again after a connection broke", figures.resent),
        "hub_bus_repeated": ("Messages that came twice and were dropped", figures.repeated),
        "hub_bus_rejected": ("Messages in Redis that no node of this installation has made", figures.rejected),
        "hub_bus_connections": ("Connections made to Redis", figures.connections),
        "hub_nodes_lost": ("Nodes that stopped without a goodbye", nodes.lost),
        "hub_catch_ups": ("Times that this node read from the store what it had not heard", delivery.catch_up.runs),
        "hub_caught_up_events": ("Events shown from such a reading", delivery.catch_up.events),
        "hub_gaps_filled": ("Messages read from the store because a later one came first", delivery.filled),
    }
    for name, (text, value) in gauges.items():
        yield GaugeMetricFamily(name, text, value=value)
    for name, (text, value) in counters.items():
        yield CounterMetricFamily(name, text, value=value)
    dropped = CounterMetricFamily("hub_bus_dropped", "Messages not sent; others read from the store", labels=["why"])
    for why in ("full", "large", "refused"):
        dropped.add_metric([why], getattr(figures, f"dropped_{why}"))
    yield dropped


def availability_figures(hub: Hub) -> Iterable[Metric]:
    """Yield how much of this month and the last one each service was there."""
    months = hub.part(Availability).months
    newest = sorted({each.month for each in months}, reverse=True)[:2]
    ratio = GaugeMetricFamily(
        "hub_availability_ratio", "Share of the month in which a service was there", labels=["service", "month"]
    )
    down = GaugeMetricFamily("hub_downtime_seconds", "Downtime of a service in a month", labels=["service", "month"])
    for each in months:
        if each.month in newest:
            ratio.add_metric([each.service, each.month], each.ratio)
            down.add_metric([each.service, each.month], each.down / 1000)
    yield ratio
    yield down
