"""The page on which somebody who is away says how a conversation was: five faces, some words, no script.

Opening it changes nothing, as programs that look for malware open every link; a POST does, once.
"""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec
from aiohttp import web

from hub.accounts.system import system_of
from hub.chat.ratings.answering import COMMENT, AnswerRating, RatingPage, answer_rating, read_rating_link
from hub.chat.ratings.links import PATH, RatingLink
from hub.core.errors import NotFound
from hub.core.words import words_in
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.doors.web.pages import language_of, page
from storage.engine import Scope

_FACES = {5: "M7.5 14q4.5 7 9 0z", 4: "M8 15q4 3 8 0", 3: "M8 16h8", 2: "M8 16.5q4-2.5 8 0", 1: "M8 17q4-5 8 0"}
"""score → the mouth of its face"""


def add_routes(app: web.Application) -> None:
    """Serve the page."""
    app.router.add_get(PATH, _look)
    app.router.add_post(PATH, _press)


async def _look(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        return _page(await read_rating_link(hub, _link(request)))
    except Exception as error:
        return _refused(request, error)


async def _press(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        link = _link(request)
        found = await read_rating_link(hub, link)
        form = await request.post()
        score = str(form.get("score") or "")
        if score not in {str(each) for each in _FACES}:
            return _page(found, status=400)
        system = system_of(Scope(link.a))
        comment = str(form.get("comment") or "").replace("\r\n", "\n")[:COMMENT]
        given = AnswerRating(found.conversation, found.rating.id, int(score), comment)
        return _page(msgspec.structs.replace(found, rating=await answer_rating(hub, system, given)))
    except Exception as error:
        return _refused(request, error)


def _link(request: web.Request) -> RatingLink:
    try:
        return msgspec.convert(dict(request.query), RatingLink, strict=False)
    except msgspec.ValidationError:
        raise NotFound from None


def _page(found: RatingPage, status: int = 200) -> web.Response:
    words = words_in(found.language, "pages")
    if found.rating.answered is not None:
        return page(found.language, found.company, words("ratedTitle"), words("ratedText", company=found.company))
    text = found.question if status == 200 else f"{found.question}\n{words('rateChoose')}"
    return page(found.language, found.company, words("rateTitle"), text, _form(found, words), status)


def _form(found: RatingPage, words: Any) -> str:
    faces = "".join(
        f'<label class="face"><input type="radio" name="score" value="{score}" required>'
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM9 9.5v.1M15 9.5v.1{mouth}"/>'
        f"</svg>{escape(words(f'rate{score}'))}</label>"
        for score, mouth in _FACES.items()
    )
    comment = (
        f'<label>{escape(words("rateComment"))}<textarea name="comment" rows="4" maxlength="{COMMENT}"></textarea></label>'
        if found.comment
        else ""
    )
    return (
        f'<form method="post"><fieldset><legend>{escape(words("rateLegend"))}</legend>{faces}</fieldset>{comment}'
        f"<button>{escape(words('rateSend'))}</button></form>"
    )


def _refused(request: web.Request, error: Exception) -> web.Response:
    if isinstance(error, NotFound):
        language = language_of(request)
        words = words_in(language, "pages")
        return page(language, "", words("wrongTitle"), words("wrongText"), status=404)
    refusal = as_hub_error(request.app[HUB], error, "rating")
    return web.Response(text=refusal.message, status=refusal.status, content_type="text/plain")
