"""What a browser tells by its own: name, system, device, language; and whether somebody sits before it."""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import Any

from hub.core.text import check_text


@functools.cache
def _parser() -> Any:
    from ua_parser import Parser
    from ua_parser.loaders import load_lazy_builtins
    from ua_parser.regex import Resolver

    return Parser(Resolver(load_lazy_builtins()))


def warm_up() -> None:
    """Read the table of browsers, a tenth of a second that no visitor should wait for."""
    browser_facts("")


@functools.lru_cache(4096)
def browser_facts(user_agent: str) -> dict[str, str]:
    """Return browser, os and device ("phone", "tablet", "computer" or "bot") of a User-Agent header, as far as known."""
    result = _parser().parse(user_agent[:512])
    facts = {}
    if result.user_agent:
        version = result.user_agent.major
        facts["browser"] = f"{result.user_agent.family} {version}" if version else result.user_agent.family
    if result.os:
        version = result.os.major
        facts["os"] = f"{result.os.family} {version}" if version else result.os.family
    facts["device"] = _device(user_agent, result.device and result.device.family)
    return facts


def _device(user_agent: str, family: str | None) -> str:
    if family == "Spider":
        return "bot"
    if "iPad" in user_agent or ("Android" in user_agent and "Mobile" not in user_agent):
        return "tablet"
    return "phone" if "Mobi" in user_agent else "computer"


def is_bot(user_agent: str, address: str) -> bool:
    """Tell whether a program visits the page, and no person.

    A browser without a screen on this very machine is one of its owner's own tests, and counts as a person.
    """
    if browser_facts(user_agent)["device"] == "bot":
        return True
    return bool(_HEADLESS.search(user_agent)) and not _is_loopback(address)


_HEADLESS = re.compile(r"Headless|PhantomJS|Lighthouse|Puppeteer|Playwright|Selenium", re.IGNORECASE)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def told_facts(told: dict[str, Any]) -> dict[str, str]:
    """Return language, time_zone and screen as the page's script told them, cut to what is stored."""
    facts = {}
    for name in ("language", "time_zone", "screen"):
        value = told.get(name)
        if isinstance(value, str) and value:
            facts[name] = check_text(value, name)[:64]
    return facts
