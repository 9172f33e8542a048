"""Files in a chat: announced, uploaded, shown, and never able to run (H2)."""

from __future__ import annotations

import asyncio
import io
import re
from typing import Any

import pytest
from PIL import Image

from tests.support.cast import Refused
from tests.support.house import open_house

pytestmark = pytest.mark.annex("H2", "H9")


def picture(format: str = "PNG", size: tuple[int, int] = (900, 300), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format, **more)
    return out.getvalue()


async def start(client, name: str = "notes.txt", size: int = 5, type: str = "text/plain"):
    return await client.call("attachment.start", name=name, size=size, type=type)


async def upload(web, client, data: bytes = b"hello", name: str = "notes.txt", type: str = "text/plain"):
    begun = await start(client, name, len(data), type)
    return await web("PUT", begun["url"], data=data, headers={"Content-Type": type}), begun


async def test_a_file_travels_from_vera_to_ada(acme, web):
    ada, vera = await acme.agent(), await acme.visitor()
    answer, begun = await upload(web, vera)
    attachment = answer.json["attachment"]
    assert answer.status == 200 and answer.json["ok"] is True
    assert (attachment["id"], attachment["name"], attachment["size"], attachment["type"]) == (
        begun["id"],
        "notes.txt",
        5,
        "text/plain",
    )
    message = await vera.says("", attachments=[begun["id"]])
    (heard,) = (await ada.hears("message", id=message["id"]))["attachments"]
    got = await web.get(heard["url"])
    assert (got.status, got.body) == (200, b"hello")
    assert message["text"] == "" and (await ada.hears("conversation"))["last"]["text"] == "notes.txt"


async def test_an_upload_may_be_sent_again_when_its_answer_was_lost(acme, web):
    vera = await acme.visitor()
    first, begun = await upload(web, vera)
    again = await web("PUT", begun["url"], data=b"other")
    assert again.status == 200 and again.json["attachment"]["id"] == first.json["attachment"]["id"]
    assert (await web.get(again.json["attachment"]["url"])).body == b"hello"


async def test_two_uploads_at_once_to_one_address_leave_one_whole_file(acme, web):
    vera = await acme.visitor()
    data = bytes(range(256)) * 4000
    begun = await start(vera, "blob.zip", len(data), "application/zip")
    answers = await asyncio.gather(*[web("PUT", begun["url"], data=data) for _ in range(4)])
    done = [answer for answer in answers if answer.status == 200]
    assert done and all(answer.status in (200, 409, 503) for answer in answers)
    assert (await web.get(done[0].json["attachment"]["url"])).body == data


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_a_picture_gets_its_size_and_a_thumbnail_drawn_anew(acme, web, format):
    vera = await acme.visitor()
    type = f"image/{format.lower()}"
    answer, _ = await upload(web, vera, picture(format), f"tea.{format.lower()}", type)
    attachment = answer.json["attachment"]
    assert (attachment["width"], attachment["height"]) == (900, 300)
    small = await web.get(attachment["thumbnail"])
    assert small.headers["Content-Type"] == "image/webp" and Image.open(io.BytesIO(small.body)).size == (640, 213)
    original = await web.get(attachment["url"])
    assert original.headers["Content-Type"] == type and original.headers["Content-Disposition"].startswith("inline")


async def test_what_a_camera_wrote_into_a_picture_is_not_in_its_thumbnail(acme, web):
    vera = await acme.visitor()
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "taken at 52.2297 N 21.0122 E", 6
    data = picture("JPEG", exif=exif)
    answer, _ = await upload(web, vera, data, "a.jpg", "image/jpeg")
    attachment = answer.json["attachment"]
    assert (attachment["width"], attachment["height"]) == (300, 900), "it was held upright"
    assert b"52.2297" in data and b"52.2297" not in (await web.get(attachment["thumbnail"])).body


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a but not really",
        b"",
        b"<svg onload=alert(1)>",
        picture("JPEG"),
        picture()[:200],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
    ],
)
async def test_a_picture_that_is_none_is_refused_and_can_not_be_sent(acme, web, data):
    vera = await acme.visitor()
    begun = await start(vera, "a.png", max(1, len(data)), "image/png")
    answer = await web("PUT", begun["url"], data=data)
    assert answer.status == 415 and answer.json["error"]["code"] == "attachment_type_refused"
    assert await vera.refused("message.send", client_id="x", text="", attachments=[begun["id"]]) == "attachment_missing"


async def test_a_picture_that_unpacks_to_gigabytes_is_refused(acme, web):
    vera = await acme.visitor()
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    answer, _ = await upload(web, vera, out.getvalue(), "bomb.png", "image/png")
    assert answer.status == 415


@pytest.mark.parametrize("type", ["image/svg+xml", "text/html", "text/plain", "application/pdf", "application/json"])
async def test_what_could_carry_a_script_is_only_a_download(acme, web, type):
    vera = await acme.visitor()
    answer, _ = await upload(web, vera, b"<script>alert(1)</script>", "page.html", type)
    got = await web.get(answer.json["attachment"]["url"])
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")


async def test_whatever_is_served_can_not_run(acme, web):
    vera = await acme.visitor()
    picture_answer, _ = await upload(web, vera, picture(), "a.png", "image/png")
    text_answer, _ = await upload(web, vera)
    for answer in (picture_answer, text_answer):
        got = await web.get(answer.json["attachment"]["url"])
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert (
            "default-src 'none'" in got.headers["Content-Security-Policy"]
            and "sandbox" in got.headers["Content-Security-Policy"]
        )
        assert "private" in got.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [("../../etc/passwd", "_etc_passwd"), ('a".html\r\nSet-Cookie: x=1', "a_.html__Set-Cookie_ x=1"), ("żółw.txt", "żółw.txt"),
     ("...", "file"), ("a\u202etxt.exe", "a_txt.exe"), ("C:\\evil.bat", "C__evil.bat")],
)  # fmt: skip
async def test_the_name_of_a_file_is_harmless(acme, web, name, safe):
    vera = await acme.visitor()
    answer, _ = await upload(web, vera, name=name)
    attachment = answer.json["attachment"]
    assert attachment["name"].lstrip("._") == safe.lstrip("._")
    got = await web.get(attachment["url"])
    assert got.status == 200 and "Set-Cookie" not in got.headers
    assert (
        "\r" not in got.headers["Content-Disposition"]
        and "/" not in got.headers["Content-Disposition"].partition("''")[2]
    )


async def test_more_bytes_than_announced_are_refused_and_nothing_is_kept(acme, web, house):
    vera = await acme.visitor()
    begun = await start(vera, size=5)
    answer = await web("PUT", begun["url"], data=b"x" * 1_000_000)
    assert (answer.status, answer.json["error"]["code"]) == (413, "attachment_too_large")
    assert not [path for path in (house.hub.settings.folder / "files").rglob("*") if path.is_file()]
    assert (await web("PUT", begun["url"], data=b"hello")).status == 200


async def test_a_file_over_the_limit_and_a_type_that_is_not_taken_are_refused_at_once(acme):
    vera = await acme.visitor()
    rules = vera.session["application"]["attachments"]
    with pytest.raises(Refused) as large:
        await start(vera, size=rules["max_size"] + 1)
    assert large.value.code == "attachment_too_large" and "MB" in large.value.message
    assert (await start(vera, size=rules["max_size"]))["url"]
    for type in ("application/x-msdownload", "text/javascript", "image/bmp", "nonsense", "text/plain/html", "*/*"):
        with pytest.raises(Refused) as strange:
            await start(vera, type=type)
        assert strange.value.code == "attachment_type_refused", type


async def test_only_the_browser_that_uploaded_a_file_may_send_it(acme, web):
    ada, vera, walt = await acme.agent(), await acme.visitor(), await acme.visitor()
    _, begun = await upload(web, vera)
    conversation = (await walt.says("Hello"))["conversation"]
    for who, more in ((walt, {}), (ada, {"conversation": conversation})):
        code = await who.refused("message.send", client_id="x", text="", attachments=[begun["id"]], **more)
        assert code == "attachment_missing"
    tab = await acme.visitor(vera.token)
    assert (await tab.says("", attachments=[begun["id"]]))["attachments"][0]["id"] == begun["id"]


async def test_a_file_that_was_not_uploaded_yet_can_not_be_sent(acme):
    vera = await acme.visitor()
    begun = await start(vera)
    assert (
        await vera.refused("message.send", client_id="x", text="a", attachments=[begun["id"]]) == "attachment_missing"
    )


async def test_an_address_that_was_changed_opens_nothing(acme, globex, web):
    vera, gina = await acme.visitor(), await globex.visitor()
    answer, begun = await upload(web, vera)
    theirs, _ = await upload(web, gina, b"other", "other.txt")
    url, other = answer.json["attachment"]["url"], theirs.json["attachment"]["url"]
    expires, signature = re.search(r"e=(\d+)&s=(.+)$", url).groups()
    path = url.partition("?")[0]
    tries = [path, f"{path}?e={expires}", f"{path}?e={int(expires) + 1}&s={signature}", f"{path}?e={expires}&s={signature[:-1]}",
             f"{path}?e={expires}&s=", f"{path}?e=abc&s={signature}", f"{path}?e={'9' * 5000}&s={signature}",
             f"{path}?e={expires}&s=%ED%A0%80",
             other.partition("?")[0] + "?" + url.partition("?")[2],
             url.replace("/original/", "/thumbnail/")]  # fmt: skip
    for address in tries:
        got = await web.get(address)
        assert got.status == 404 and got.json["error"]["code"] == "not_found", address
    put = begun["url"]
    e, s = re.search(r"e=(\d+)&s=(.+)$", put).groups()
    for address in (put.partition("?")[0], put.replace(s, "x" * len(s)), put.replace(e, str(int(e) + 1)),
                    put.replace(f"/{begun['id']}?", "/987654?"),
                    f"{path}?e={expires}&s={signature}"):  # fmt: skip
        assert (await web("PUT", address, data=b"hello")).status in (404, 405), address
    assert (await web.get(url)).body == b"hello"


async def test_addresses_expire(acme, web, house):
    vera = await acme.visitor()
    answer, _begun = await upload(web, vera)
    other = await start(vera)
    clock = house.hub.clock.now
    house.hub.clock.now = lambda: clock() + 2 * 3_600_000
    assert (await web("PUT", other["url"], data=b"hello")).status == 404
    assert (await web.get(answer.json["attachment"]["url"])).status == 200
    house.hub.clock.now = lambda: clock() + 9 * 86_400_000
    assert (await web.get(answer.json["attachment"]["url"])).status == 404


@pytest.mark.parametrize(
    "path",
    ["/files/../hub.db", "/files/%2e%2e/hub.db", "/files/1/../../hub.db",
     "/files/1/1/original/..%2f..%2fhub.db?e=99999999999999&s=x",
     "/files/1/1/secret/a?e=1&s=x", "/widget/../../server.py", "/widget/..%2f..%2fserver.py", "/widget/%2e%2e/package.json",
     "/panel/../../server.py", "/panel/..%2f..%2fserver.py", "/panel/assets/..%2f..%2f..%2fserver.py", "/docs/..%2fdocs.py",
     "/docs/%2fetc%2fpasswd", "/panel//etc/passwd",
     "/panel/%2fetc%2fpasswd", "/widget/%2fetc%2fpasswd", "/widget//etc/passwd", "/panel/%00", "/widget/%00.js"],
)  # fmt: skip
async def test_no_path_leads_out_of_a_folder(house, path):
    # By hand, because clients tidy such a path before they send it.
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode("utf-8", "replace")
    writer.close()
    status, is_panel = int(answer.split()[1]), '<div id="root">' in answer or "<!doctype html>" in answer.lower()
    assert status in (400, 404) or (path.startswith("/panel") and status == 200 and is_panel), answer[:200]
    assert not any(found in answer for found in ("SQLite format", "def main", "root:x:", "workspaces"))


async def test_a_browser_of_another_site_may_upload(acme, web):
    vera = await acme.visitor()
    begun = await start(vera)
    preflight = await web(
        "OPTIONS", begun["url"], headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT"}
    )
    assert preflight.status == 204 and preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    answer = await web("PUT", begun["url"], data=b"hello", headers={"Origin": "https://shop.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_part_of_a_file_can_be_asked_for(acme, web):
    vera = await acme.visitor()
    answer, _ = await upload(web, vera)
    part = await web.get(answer.json["attachment"]["url"], headers={"Range": "bytes=1-3"})
    assert (part.status, part.body) == (206, b"ell")


async def test_a_file_that_never_became_a_message_is_forgotten_after_a_day(acme, web, house):
    from hub.chat.attachments import FORGET
    from hub.subscribers import JOBS
    from storage.engine import Scope

    vera = await acme.visitor()
    kept, lost = [(await upload(web, vera))[1]["id"] for _ in range(2)]
    await vera.says("", attachments=[kept])
    due = [row for chunk in [c async for c in house.hub.store.export(Scope(0), _jobs())] for row in chunk]
    assert {row["payload"]["attachment"] for row in due if row["kind"] == FORGET} == {kept, lost}
    for id in (kept, lost, lost):
        await JOBS[FORGET](house.hub, Scope(acme.id), {"attachment": id})
    files = [path.name for path in (house.hub.settings.folder / "files").rglob("*") if path.is_file()]
    assert files == [f"{kept}-original"]


def _jobs():
    from hub.core.collections import JOBS

    return JOBS


async def test_an_application_may_take_less_than_the_server(tmp_path, acme):
    async with open_house(tmp_path / "small", attachment_limit=1000) as house:
        from tests.conftest import Company

        company = Company(house, await house.application("Acme"))
        vera = await company.visitor()
        assert vera.session["application"]["attachments"]["max_size"] == 1000
        with pytest.raises(Refused):
            await start(vera, size=1001)
        await company.go_home()


async def test_a_picture_of_a_message_stays_the_messages_alone(acme, web):
    ada, vera = await acme.agent(), await acme.visitor()
    talk = (await vera.says("Which colour?"))["conversation"]
    _, begun = await upload(web, ada, picture(), "teal.png", "image/png")
    (kept,) = (await ada.says("This one", talk, attachments=[begun["id"]]))["attachments"]
    block = {"kind": "image", "file": begun["id"], "text": {"en": "Teal"}}
    headers = {"Authorization": f"Bearer {await acme.token()}"}
    refused = await web.post("/api/app/modals", {"name": "x", "blocks": [block]}, headers=headers)
    assert refused.status == 409 and refused.json["code"] == "attachment_missing", refused.body
    assert (await web.get(kept["url"])).status == 200
