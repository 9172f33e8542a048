"""The plain pages that links of mails lead to: a sentence and at most one button, without scripts."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from aiohttp import web

_STYLE = """
:root{color-scheme:light dark;--text:#181c26;--muted:#5f6778;--ground:#f5f6f8;--paper:#fff;--line:#e0e3ea;\
--accent:#4f46e5;--on:#fff}
@media(prefers-color-scheme:dark){:root{--text:#eceef3;--muted:#a3abbb;--ground:#10131a;--paper:#1f2430;--line:#2e3545;\
--accent:#8b8cf8;--on:#10131a}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:20px;background:var(--ground);color:var(--text);\
font:16px/1.5 system-ui,sans-serif}
main{width:min(440px,100%);padding:32px;background:var(--paper);border:1px solid var(--line);border-radius:16px}
small{color:var(--muted);font-size:14px}
h1{font-size:22px;line-height:1.3;margin:4px 0 8px}
p{margin:0 0 24px;overflow-wrap:anywhere}
p:last-child{margin:0}
button{font:inherit;font-weight:600;min-height:44px;padding:0 20px;border:0;border-radius:8px;background:var(--accent);\
color:var(--on);cursor:pointer}
label{display:block;margin:0 0 16px;font-size:14px}
input:not([type=hidden],[type=radio]),textarea{display:block;width:100%;min-height:44px;margin-top:4px;padding:0 12px;\
border:1px solid var(--muted);border-radius:8px;background:var(--paper);color:var(--text);font:inherit;font-size:16px}
textarea{padding:12px;resize:vertical}
fieldset{margin:0 0 24px;padding:0;border:0}
legend{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.face{display:flex;align-items:center;gap:12px;min-height:44px;margin:0 0 4px;padding:0 12px;border:1px solid var(--line);\
border-radius:8px;font-size:16px;cursor:pointer}
.face:has(:checked){border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.face svg{width:28px;height:28px;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.face input{width:18px;height:18px;margin:0;accent-color:var(--accent)}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
"""
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer"><title>{title}</title>
<style>{style}</style></head>
<body><main><small>{company}</small><h1>{title}</h1><p>{text}</p>{button}</main></body></html>
"""


def language_of(request: web.Request) -> str:
    """Return the language for whoever opens a page of which nothing is known."""
    return "pl" if request.headers.get("Accept-Language", "").lower().startswith("pl") else "en"


def button(label: str) -> str:
    """Return a form with one button, which posts to the page's own address."""
    return f'<form method="post"><button>{escape(label)}</button></form>'


def page(language: str, company: str, title: str, text: str, button: str = "", status: int = 200) -> web.Response:
    """Return the page; `button` is HTML, all else text."""
    body = _PAGE.format(
        language=language, company=escape(company), title=escape(title), text=escape(text).replace("\n", "<br>"),
        style=_STYLE, button=button,
    )  # fmt: skip
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(text=body, status=status, content_type="text/html", headers=headers)
