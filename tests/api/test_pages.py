"""What else the port serves: widget, panel, documentation, health and figures."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from hub.doors.api.routes import ROUTES
from tests.support.house import open_house

OPEN_TO_ALL = {
    "sso/begin",
    "sso/finish",
    "sign-in",
    "sign-in/passkey",
    "sign-in/passkey/begin",
    "sign-in/second",
    "join",
    "join/look",
    "password/forgotten",
    "password/new",
}
"""Calls of people who have no token yet."""
DIST = Path(__file__).parents[2] / "widget" / "dist"


@pytest.mark.annex("H9")
class TestWidget:
    async def test_the_loader_is_cached_for_a_while_and_checked_by_etag(self, web):
        got = await web.get("/widget.js")
        assert got.status == 200 and got.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert (
            re.search(r"max-age=\d{1,4}\b", got.headers["Cache-Control"])
            and "immutable" not in got.headers["Cache-Control"]
        )
        again = await web.get("/widget.js", headers={"If-None-Match": got.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
        assert (await web.get("/widget.js", headers={"If-None-Match": '"other"'})).status == 200

    async def test_any_website_may_load_it(self, web):
        got = await web.get("/widget.js")
        assert got.headers["Access-Control-Allow-Origin"] == "*"
        assert got.headers["Cross-Origin-Resource-Policy"] == "cross-origin"

    async def test_it_is_sent_compressed_to_who_takes_that(self, web):
        plain = await web.get("/widget.js", headers={"Accept-Encoding": "identity"})
        zipped = await web.get("/widget.js", headers={"Accept-Encoding": "gzip"})
        assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.body) == plain.body

    async def test_chunks_are_kept_for_good(self, web):
        chunk = next(path.name for path in DIST.glob("*.*.js"))
        got = await web.get(f"/widget/{chunk}")
        assert got.status == 200 and "immutable" in got.headers["Cache-Control"]
        assert (await web.get("/widget/nothing.js")).status == 404


@pytest.mark.annex("H10")
class TestPanel:
    async def test_every_address_inside_is_the_app_and_is_never_cached_blindly(self, web):
        for path in ("/panel/", "/panel/inbox/12", "/panel/some/where"):
            got = await web.get(path)
            assert got.status == 200 and got.headers["Content-Type"].startswith("text/html")
            assert got.headers["Cache-Control"] == "no-cache"
        assert (await web.get("/panel")).headers["Location"] == "/panel/"
        assert (await web.get("/")).headers["Location"] == "/setup", "nobody has set anything up yet"

    async def test_its_policy_allows_no_foreign_script(self, web):
        policy = (await web.get("/panel/")).headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy

    async def test_its_files_are_kept_for_good_and_a_missing_one_is_404(self, web):
        html = (await web.get("/panel/", headers={"Accept-Encoding": "identity"})).body.decode()
        assets = re.findall(r'/panel/(assets/[^"]+)', html)
        assert assets
        for asset in assets:
            got = await web.get(f"/panel/{asset}")
            assert got.status == 200 and "immutable" in got.headers["Cache-Control"]
        assert (await web.get("/panel/assets/old.js")).status == 404

    async def test_it_can_be_installed(self, web):
        manifest = await web.get("/panel/manifest.webmanifest", headers={"Accept-Encoding": "identity"})
        assert manifest.headers["Content-Type"].startswith("application/manifest+json")
        assert json.loads(manifest.body)["icons"]


@pytest.mark.annex("X5")
class TestDocumentation:
    async def test_the_page_needs_nothing_from_elsewhere(self, web):
        page = await web.get("/docs", headers={"Accept-Encoding": "identity"})
        html = page.body.decode()
        assert page.status == 200 and (await web.get("/docs/")).status == 200
        own = [link for link in re.findall(r'(?:src|href)="([^"#]+)"', html) if not link.startswith("data:")]
        assert own and not [address for address in own if address.startswith(("http:", "https:", "//"))]
        for address in own:
            asset = await web.get(address if address.startswith("/") else f"/docs/{address}")
            assert asset.status == 200, address
        script = (Path(__file__).parents[2] / "hub/doors/web/static/docs.js").read_text()
        assert not re.search(r"https?://", html + script)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "http" not in policy
        assert (await web.get("/docs/nothing.js")).status == 404

    async def test_the_document_is_openapi_3_1_and_has_every_route(self, web):
        answer = await web.get("/openapi.json")
        document = answer.json
        assert (
            answer.status == 200
            and document["openapi"].startswith("3.1.")
            and {"title", "version"} <= set(document["info"])
        )
        described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
        assert described == {(route.method, route.path) for route in ROUTES}
        operations = [operation for methods in document["paths"].values() for operation in methods.values()]
        ids = [operation["operationId"] for operation in operations]
        assert len(ids) == len(set(ids)), "operationIds have to be unique"
        for path, methods in document["paths"].items():
            named = set(re.findall(r"{(\w+)}", path))
            for operation in methods.values():
                parameters = operation["parameters"]
                assert {p["name"] for p in parameters if p["in"] == "path"} == named
                assert all(p["schema"] and p["in"] in ("path", "query", "header") for p in parameters)
                assert all(p["required"] for p in parameters if p["in"] == "path")
                assert operation["summary"] and operation["responses"]
                for status, response in operation["responses"].items():
                    if "$ref" in response:
                        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
                    assert re.match(r"^[2-5]\d\d$", status) and response["description"]
                for requirement in operation.get("security", []):
                    assert set(requirement) <= set(document["components"]["securitySchemes"])

    async def test_every_reference_in_the_document_leads_somewhere(self, web):
        document = (await web.get("/openapi.json")).json
        references = re.findall(r'"\$ref": ?"([^"]+)"', json.dumps(document))
        assert references
        for reference in references:
            found = document
            for step in reference.removeprefix("#/").split("/"):
                found = found[step]
            assert found
        for kind in ("schemas", "responses"):
            used = {ref.rpartition("/")[2] for ref in references if ref.startswith(f"#/components/{kind}/")}
            assert used == set(document["components"][kind]), f"one of the {kind} that nothing uses"

    async def test_calls_that_need_a_key_say_so(self, web):
        paths = (await web.get("/openapi.json")).json["paths"]
        open_to_all = {f"/api/app/{path}" for path in OPEN_TO_ALL}
        for path, methods in paths.items():
            for operation in methods.values():
                assert ("security" in operation) == (path not in open_to_all), path


@pytest.mark.annex("X5")
class TestOperators:
    async def test_healthy_and_ready(self, web):
        assert (await web.get("/healthz")).body == b"ok\n"
        assert ((await web.get("/readyz")).status, (await web.get("/readyz")).body) == (200, b"ready\n")

    async def test_a_server_whose_store_is_closed_is_not_ready_but_alive(self, web, house):
        await house.hub.store.close()
        assert (await web.get("/readyz")).status == 503 and (await web.get("/healthz")).status == 200

    async def test_figures_are_for_this_machine(self, acme, web):
        await acme.visitor()
        got = await web.get("/metrics")
        assert got.status == 200 and b'hub_sockets{namespace="visitor"} 1.0' in got.body
        assert re.search(rb"^hub_live_packets_out_total \d", got.body, re.M)
        for line in got.body.decode().splitlines():
            assert re.match(r"^(# (HELP|TYPE) |[a-zA-Z_:][\w:]*(\{.*\})? [-+.\deEinfNa]+$)", line), line

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
    async def test_behind_a_proxy_they_are_for_nobody_without_a_token(self, web, header):
        assert (await web.get("/metrics", headers={header: "for=127.0.0.1"})).status == 403
        assert (await web.get("/metrics", headers={"Authorization": "Bearer ", header: "x"})).status == 403

    async def test_the_token_opens_them(self, tmp_path, web):
        async with open_house(tmp_path / "with-token", metrics_token="a-token") as house:
            for token, status in (("a-token", 200), ("wrong", 403), ("", 403), ("ż", 403)):
                got = await web.get(f"{house.url}/metrics", headers={"Authorization": f"Bearer {token}"})
                assert got.status == status, token


async def test_every_answer_forbids_guessing_its_type(acme, web, api):
    for path in (
        "/",
        "/panel/",
        "/widget.js",
        "/docs",
        "/openapi.json",
        "/healthz",
        "/nothing",
        "/api/public/conversations/",
    ):
        assert (await web.get(path)).headers["X-Content-Type-Options"] == "nosniff", path


@pytest.mark.annex("X5")
class TestDemo:
    @pytest.fixture
    async def shop(self, tmp_path):
        from hub.accounts.demo import ensure_demo

        async with open_house(tmp_path / "demo", demo=True) as house:
            await ensure_demo(house.hub)
            yield house

    async def test_the_shop_has_three_pages_with_the_real_snippet(self, shop, web):
        for path in ("", "tea", "contact"):
            got = await web.get(f"{shop.url}/demo/{path}")
            html = got.body.decode()
            assert got.status == 200 and f'src="{shop.url}/widget.js"' in html
            key = re.search(r'window\.civchat = {"apiKey": "(\w{6})"', html).group(1)
        assert (await web.get(f"{shop.url}/demo")).headers["Location"] == "/demo/"
        assert (await web.get(f"{shop.url}/demo/nothing")).status == 404
        assert key

    async def test_without_the_demo_there_is_no_shop(self, house, web):
        assert (await web.get("/demo/")).status == 404
