"""The application's consent mode, told in the very answer that is the widget: nothing is asked or sent before it is known.

The loader itself stays the same file for everybody. What stands around it fills in a `consent` that the page left out,
in the first options with a key that the widget gets, whichever way they come. The page's own word wins.
"""

from __future__ import annotations

from hub.accounts.applications import application_of_widget
from hub.core.errors import InvalidPayload, UnknownApplication
from hub.core.hub import Hub
from hub.core.sharing import Sharing

_BEFORE = """(function(w){var m="%s",f=function(o){if(m&&o&&(o.apiKey||o.appKey)){\
if(o.consent===void 0)o.consent=m;m=0}return o},q=w.UE&&(w.UE.q||w.UE),i;f(w.civchat);\
for(i=0;q&&i<q.length;i++)if(q[i][0]=="init")f(q[i][1]);
"""
_AFTER = """
var p=Object.getOwnPropertyDescriptor(w,"civchat"),u=w.UE&&w.UE.init;\
if(p&&p.set)Object.defineProperty(w,"civchat",{configurable:true,get:p.get,set:function(o){p.set(f(o))}});\
if(u)w.UE.init=function(o){return u(f(o))}})(window);
"""


async def mode_of(hub: Hub, key: str) -> str:
    """Return the consent mode of a widget key; `given` for one that nobody has, which is refused when it connects."""
    try:
        app = await hub.part(Sharing).read(("widget", key), lambda: application_of_widget(hub, key))
    except (UnknownApplication, InvalidPayload):
        return "given"
    return app.consent


def around(loader: bytes, mode: str) -> bytes:
    """Return the loader so that it takes a mode where the page says nothing."""
    return (_BEFORE % mode).encode() + loader + _AFTER.encode()
