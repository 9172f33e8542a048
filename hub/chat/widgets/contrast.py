"""Whether people can read it: contrast as WCAG 2.2 reckons it."""

from __future__ import annotations

from msgspec import Struct

from hub.chat.widgets.settings import WidgetSettings

_INK, _PAPER = "#000000", "#ffffff"
_USUAL = {
    "light": {"accent": "#4f46e5", "ground": "#ffffff", "text": "#181c26", "muted": "#5f6778"},
    "dark": {"accent": "#8b8cf8", "ground": "#181c26", "text": "#eceef3", "muted": "#a3abbb"},
}
"""As widget/shared/tokens.ts has them; a test compares."""
TEXT, CONTROL = 4.5, 3.0


class WidgetContrast(Struct, frozen=True):
    """The ratios in one theme: what stands on the accent, the accent on its ground, texts on the ground.

    `poor` names those that are too low: 4.5 for text, 3 for controls.
    """

    on_accent: float
    accent: float
    text: float
    muted: float
    poor: list[str]


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours_of(settings: WidgetSettings, theme: str) -> dict[str, str]:
    """Return the colours that decide in a theme."""
    found = dict(_USUAL[theme])
    accent = settings.accent if theme == "light" else settings.accent_dark or settings.accent
    found |= {"accent": accent} if accent else {}
    for name in ("ground", "text", "muted"):
        own = settings.variables.get(f"{name}-dark" if theme == "dark" else name)
        found |= {name: own} if own else {}
    return found


def contrast_of(settings: WidgetSettings, theme: str) -> WidgetContrast:
    """Return the ratios of a widget in a theme. Text on the accent is white or black, whichever has enough."""
    has = colours_of(settings, theme)
    ratios = {
        "on_accent": max(ratio(has["accent"], _PAPER), ratio(has["accent"], _INK)),
        "accent": ratio(has["accent"], has["ground"]),
        "text": ratio(has["text"], has["ground"]),
        "muted": ratio(has["muted"], has["ground"]),
    }
    poor = [name for name, value in ratios.items() if value < (CONTROL if name == "accent" else TEXT)]
    return WidgetContrast(**{name: round(value, 2) for name, value in ratios.items()}, poor=poor)
