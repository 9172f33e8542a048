"""Running totals of one engine, for whoever publishes metrics."""


class Counters:
    """Plain integers; read them whenever you like. All but `connections` only grow."""

    __slots__ = (
        "bytes_out",
        "connections",
        "connections_total",
        "handler_errors",
        "malformed",
        "packets_in",
        "packets_out",
        "slow_consumers",
        "timeouts",
        "volatile_dropped",
    )

    def __init__(self) -> None:
        self.connections = 0  # sessions open now
        self.connections_total = 0
        self.packets_in = 0
        self.packets_out = 0
        self.bytes_out = 0  # as handed to the transport, with framing
        self.slow_consumers = 0  # cut because they stopped reading
        self.volatile_dropped = 0
        self.malformed = 0  # sessions ended for a bad frame
        self.timeouts = 0  # sessions ended for a missing pong or a missing connect
        self.handler_errors = 0

    def as_dict(self) -> dict[str, int]:
        """All totals by name."""
        return {name: getattr(self, name) for name in self.__slots__}
