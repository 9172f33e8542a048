"""Where a visit came from: the campaign in its address, else the site that linked to it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from storage.engine import Document

UTM = ("source", "medium", "campaign", "term", "content")
_CLICKS = {"gclid": ("google", "cpc"), "fbclid": ("facebook", "social")}
"""Parameters that advertisers add to a click, and what they say where no UTM parameter says more."""
_NAMES = {f"utm_{name}": name for name in UTM} | {click: click for click in _CLICKS}
_SEARCH = ("google.", "bing.", "duckduckgo.", "yahoo.", "ecosia.", "seznam.", "yandex.", "baidu.", "qwant.")
_LONGEST = 256


def campaign_of(url: str) -> dict[str, str]:
    """Return the UTM parameters of an address without their prefix, and its click ids; the first of each counts."""
    found: dict[str, str] = {}
    for parameter, value in _parameters(url):
        name = _NAMES.get(parameter.lower())
        cut = value.replace("\0", "").strip()[:_LONGEST]  # NUL can't be stored
        if name and cut:
            found.setdefault(name, cut)
    return found


def host_of(url: str) -> str:
    """Return the host of an address without its `www.`, or nothing."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def touch_of(said: dict[str, str], url: str, referrer: str, at: int) -> Document | None:
    """Return the touch that a visit is: a campaign or a link of another site; None for a step within the site."""
    host, own = host_of(referrer), host_of(url)
    came_from_outside = bool(host) and not _same_site(host, own)
    if not said and not came_from_outside:
        return None
    touch: Document = {**said, "url": url, "at": at}
    if came_from_outside:
        touch["referrer"] = host
    for click, (source, medium) in _CLICKS.items():
        if click in said:
            touch.setdefault("source", source)
            touch.setdefault("medium", medium)
    if came_from_outside and not said:
        touch["source"] = host
        is_search = any(f".{engine}" in f".{host}" for engine in _SEARCH)
        touch["medium"] = "organic" if is_search else "referral"
    return touch


def _same_site(host: str, own: str) -> bool:
    return host == own or host.endswith(f".{own}") or own.endswith(f".{host}")


def _parameters(url: str) -> list[tuple[str, str]]:
    """Return the parameters of the query, and of the one that a single-page app keeps behind its hash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    behind = parts.fragment.partition("?")[2] if "?" in parts.fragment else parts.fragment
    return [*parse_qsl(parts.query), *parse_qsl(behind)]
