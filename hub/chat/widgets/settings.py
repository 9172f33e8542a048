"""What can be said of a widget. Everything has a meaning of its own: nothing here is CSS or HTML that somebody wrote."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Colour = Annotated[str, Meta(pattern="^(#[0-9a-fA-F]{6})?$")]
Pixels = Annotated[int, Meta(ge=0, le=400)]
Line = Annotated[str, Meta(max_length=80)]
Lines = Annotated[str, Meta(max_length=300)]
Glob = Annotated[str, Meta(min_length=1, max_length=500)]
Globs = Annotated[list[Glob], Meta(max_length=20)]
Language = Literal["en", "pl"]
Launcher = Literal["chat", "question", "hand", "mail", "none"]
Mode = Literal["window", "side", "full", "inline"]


class WidgetWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a widget says in one language; an empty text leaves the usual one.

    title        in the header, for the name of the application
    greeting     in large letters, before anybody has written
    intro        below it
    offline      in its place while nobody of the team is there
    placeholder  in the field
    launcher     beside the icon of the launcher, which is round without it
    """

    title: Line = ""
    greeting: Line = ""
    intro: Lines = ""
    offline: Lines = ""
    placeholder: Line = ""
    launcher: Annotated[str, Meta(max_length=40)] = ""


class WidgetTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of both languages."""

    en: WidgetWords = WidgetWords()
    pl: WidgetWords = WidgetWords()


class WidgetRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Where and when a widget shows itself; everything that is said has to hold.

    urls     globs of the pages on which it does; none for all
    not_on   globs of the pages on which it does not
    device   phones have less than 480 pixels
    delay    seconds on the page
    scroll   how far the page was scrolled, in percent
    hours    `open` hides it outside of the opening hours
    where    conditions on the contact, as segments have them; who is not known yet fulfils none
    """

    urls: Globs = []
    not_on: Globs = []
    device: Literal["all", "phone", "computer"] = "all"
    delay: Annotated[int, Meta(ge=0, le=3600)] = 0
    scroll: Annotated[int, Meta(ge=0, le=100)] = 0
    hours: Literal["always", "open"] = "always"
    where: dict[str, Any] | None = None


class WidgetSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that can be said of a widget.

    accent, accent_dark   empty takes the usual one; without a dark one the light one serves both
    theme                 `auto` follows the visitor's browser
    logo                  an uploaded picture, in the header for the faces
    side, x, y            where it stands, and how far from the edges
    mode, place           `inline` puts it into the element that the selector `place` finds
    form                  is asked before the first message
    variables             names and values of a closed list (hub/chat/widgets/variables.py)
    """

    on: bool = True
    texts: WidgetTexts = WidgetTexts()
    accent: Colour = ""
    accent_dark: Colour = ""
    theme: Literal["auto", "light", "dark"] = "auto"
    logo: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    side: Literal["right", "left"] = "right"
    x: Pixels = 20
    y: Pixels = 20
    launcher: Launcher = "chat"
    mode: Mode = "window"
    place: Annotated[str, Meta(max_length=200)] = ""
    form: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    rules: WidgetRules = WidgetRules()
    variables: Annotated[dict[str, Annotated[str, Meta(max_length=100)]], Meta(max_length=20)] = {}


USUAL = WidgetSettings()
"""How the chat looks where nobody has said anything."""
