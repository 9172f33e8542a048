"""Structured logs: one line per fact, with names and values. Never secrets, never what people wrote."""

from __future__ import annotations

import logging
import re
import sys
from collections import deque
from typing import Any

import structlog

_RECENT: deque[str] = deque(maxlen=50)
_SECRETS = (
    (re.compile(r"(?i)(pass\w*|token|secret|\w*key|authorization)(['\"]?\s*[=:]\s*)\S+"), r"\1\2…"),
    (re.compile(r"://[^/@\s]+@"), "://…@"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "…@…"),
    (re.compile(r"\b[A-Za-z0-9_-]{24,}\b"), "…"),
)


def recent_lines() -> list[str]:
    """Return the last warnings and errors of this process, without anything in them that could be a secret or an address."""
    return list(_RECENT)


def _remember(_logger: Any, _name: str, facts: Any) -> Any:
    if facts.get("level") in ("warning", "error", "critical"):
        error = facts.get("exc_info")
        more = {name: value for name, value in facts.items() if name not in ("event", "level", "timestamp", "exc_info")}
        line = (
            f"{facts.get('timestamp', '')} {facts['level']} {facts.get('event', '')} {more or ''} {error or ''}".strip()
        )
        for pattern, instead in _SECRETS:
            line = pattern.sub(instead, line)
        _RECENT.append(line[:500])
    return facts


def configure(level: str, format: str) -> Any:
    """Return the logger of this process, writing to standard error as text or as JSON."""
    renderer: Any
    if format == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        # Not the decorated tracebacks of a library that may be there: they show the values of variables, secrets among
        # them, and drawing one holds the event loop up for a second.
        plain = structlog.dev.plain_traceback
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _remember,
            structlog.processors.format_exc_info if format == "json" else _same,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    return structlog.get_logger()


def _same(_logger: Any, _name: str, facts: Any) -> Any:
    return facts
