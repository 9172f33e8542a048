"""What a client can get wrong, and how often the log may hear of it."""

import logging
import time

# WebSocket close codes that this engine sends (RFC 6455, section 7.4.1).
NORMAL = 1000
GOING_AWAY = 1001
PROTOCOL_ERROR = 1002
UNSUPPORTED_DATA = 1003
INVALID_PAYLOAD = 1007
POLICY_VIOLATION = 1008
TOO_BIG = 1009
INTERNAL_ERROR = 1011
SERVICE_RESTART = 1012
TRY_AGAIN_LATER = 1013


class Malformed(ValueError):
    """A frame that no honest client sends: its session ends with this code and reason."""

    def __init__(self, reason: str, code: int = PROTOCOL_ERROR) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class QuietLog:
    """Writes at most one line per period and counts the rest, so that an attacker cannot fill the log."""

    def __init__(self, logger: logging.Logger, period: float = 10.0) -> None:
        self.logger = logger
        self.period = period
        self._quiet_until: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def warning(self, subject: str, message: str, *args: object) -> None:
        """Log a warning, unless one of the same subject was logged within the period."""
        self._say(subject, logging.WARNING, message, args, exc_info=False)

    def exception(self, subject: str, message: str, *args: object) -> None:
        """Log the current exception with its traceback, under the same restraint."""
        self._say(subject, logging.ERROR, message, args, exc_info=True)

    def _say(self, subject: str, level: int, message: str, args: tuple[object, ...], exc_info: bool) -> None:
        now = time.monotonic()
        if now < self._quiet_until.get(subject, 0.0):
            self._unsaid[subject] = self._unsaid.get(subject, 0) + 1
            return
        self._quiet_until[subject] = now + self.period
        unsaid = self._unsaid.pop(subject, 0)
        if unsaid:
            message += f" ({unsaid} more since the last such line)"
        self.logger.log(level, message, *args, exc_info=exc_info)
