"""网站：一扫就有一个明白的回答，不该给的不给，坏输入说得清楚。"""

from __future__ import annotations

import base64
import io
import json
import re
import socket
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pypdfium2
import pytest
import weasyprint
from filmed import NUMBER, Site, add
from PIL import Image
from printed import Sample
from served import BROWSER, CHROMIUM, serving, verdict_of
from support import Docgen
from test_record import Clip, one_row  # noqa: F401  the fixture

from docgen.errors import InputInvalid
from docgen.merkle import verify_inclusion
from docgen.model.claim import identity_text
from docgen.read.presented import read_presented
from docgen.seal.checkpoint import read_checkpoint
from docgen.seal.key_list import read_key_list
from docgen.seal.qr import draw
from docgen.seal.token import token_from_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PARTY = "示例化工有限公司"
FONTS = Path(sys.prefix) / "share" / "docgen" / "fonts"


@pytest.fixture(scope="session")
def printed_home(samples: tuple[Sample, ...], shared_folder: Path) -> Path:
    return shared_folder / "samples" / "home"


@pytest.fixture(scope="module")
def site_url(printed_home: Path) -> Iterator[str]:
    with serving(printed_home) as url:
        yield url


@pytest.fixture(scope="module")
def client(site_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site_url, timeout=60) as made:
        yield made


@pytest.fixture(scope="module")
def order(samples: tuple[Sample, ...]) -> Sample:
    """化工厂案件的责令限期整改指令书。"""
    return next(s for s in samples if s.name == "chemical-plant/rectification_order")


@pytest.fixture(scope="module")
def token(order: Sample) -> str:
    return order.url.partition("/v/")[2]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=list(BROWSER))
        yield opened
        opened.close()


def test_a_scan_answers_in_a_real_browser_without_javascript(
    browser: Browser, site_url: str, token: str, order: Sample
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(f"{site_url}/v/{token}")
    assert page.locator("main").get_attribute("data-verdict") == "pass"
    text = page.inner_text("main")
    assert text.split()[:2] == [
        "签封真，纸面未核",
        "签封是真的，登记在册，没有作废；纸面还没有核对",
    ]
    for told in (order.number, "责令限期整改指令书", "2026年11月9日", "5 项", "示例＊＊＊公司"):
        assert told in text
    for secret in (PARTY, "可燃气体", "91370000", "0531-"):
        assert secret not in page.content()
    page.fill("#name", PARTY)
    page.click("text=看原文")
    assert "可燃气体" in page.inner_text("main")
    assert page.locator("main").get_attribute("data-verdict") == "pass"
    context.close()


@pytest.mark.parametrize("path", ["/", "/v/{token}", "/v/zzz", "/r/ABCDEFGHABCD12", "/nothing"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, site_url: str, token: str, path: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    for width in (1280, 320):  # 320 is 1280 at 400 %
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(site_url + path.format(token=token))
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_nothing_but_the_site_itself_is_asked_and_its_policy_breaks_nothing(
    browser: Browser, site_url: str, token: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site_url}/v/{token}")
    assert all(url.startswith((site_url, "data:")) for url in asked), asked
    assert said == []
    context.close()


def test_a_photo_and_the_issued_files_answer_by_upload(
    browser: Browser, site_url: str, order: Sample, tmp_path: Path
) -> None:
    photo = tmp_path / "照片.jpg"
    page_image(order.pdf).convert("RGB").save(photo, quality=80)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path, verdict in ((order.pdf, "pass"), (order.docx, "pass"), (photo, "unknown")):
        page.goto(site_url)
        page.set_input_files("#file", path)
        page.click("text=查验文件")
        main = page.locator("main")
        assert main.get_attribute("data-verdict") == verdict, page.inner_text("main")
        assert order.number in page.inner_text("main")
    assert "纸面还没有核对" in page.inner_text("h1")
    context.close()


def page_image(pdf: Path) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    image: Image.Image = document[0].render(scale=150 / 72, grayscale=True).to_pil()
    document.close()
    return image


def upload(client: httpx.Client, data: bytes, name: str = "a.pdf") -> httpx.Response:
    return client.post("/api/v1/verify", files={"file": (name, data)})


def test_an_edited_document_is_told_from_the_issued_one_and_its_words_stay_inside(
    client: httpx.Client, order: Sample
) -> None:
    edited = upload(client, changed(order.docx, "2026年12月10日", "2026年12月19日"), "a.docx")
    body = edited.json()
    assert (body["verdict"], edited.status_code) == ("fail", 200)
    assert "可燃气体" not in edited.text
    saved = upload(client, changed(order.docx, "", ""), "a.docx").json()
    assert saved["verdict"] == "unknown"
    assert {s["level"] for s in saved["steps"] if s["code"] == "VER005"} == {"pass"}


def changed(docx: Path, old: str, new: str) -> bytes:
    """另存的 DOCX，改一处；不写 old 的只是重新压缩。"""
    target = io.BytesIO()
    with zipfile.ZipFile(docx) as source, zipfile.ZipFile(target, "w", 8) as copy:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "word/document.xml" and old:
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode(), 1)
            copy.writestr(item.filename, data)
    return target.getvalue()


def test_the_api_gives_the_same_answer_and_its_proofs_hold(
    client: httpx.Client, token: str, order: Sample
) -> None:
    body = client.get(f"/api/v1/verify/{token}").json()
    assert (body["verdict"], body["document"]["number"]) == ("pass", order.number)
    assert PARTY not in json.dumps(body, ensure_ascii=False)
    keys = read_key_list(client.get("/api/v1/keys").text, "keys")
    proof = client.get(f"/api/v1/proof/{body['document']['leaf']}").json()
    signed = read_checkpoint(proof["checkpoint"], keys, "checkpoint")
    leaf, *path = (base64.b64decode(step) for step in (proof["leaf_hash"], *proof["path"]))
    index, size = proof["index"], proof["size"]
    assert verify_inclusion(leaf, index, size, path, signed.checkpoint.root)
    assert not verify_inclusion(leaf, index + 1, size, path, signed.checkpoint.root)
    assert client.get("/api/v1/checkpoint").text == proof["checkpoint"]
    assert client.get(f"/api/v1/proof/{size}").status_code == 404


def test_what_is_typed_from_the_paper_answers_and_what_is_unknown_answers_alike(
    client: httpx.Client, token: str
) -> None:
    identity = identity_text(token_from_text(token).claim.identity)
    for typed in (
        identity,
        identity.lower(),
        identity.replace(" ", "-"),
        f"https://x.example/v/{token}",
    ):
        answer = client.post("/", files={"identity": (None, typed)})
        assert answer.status_code == 200
    pages, spans = set(), []
    for wrong in ("AAAA AAAA AAAA AAAA", "AAAABBBBCCCCDDD7", "x", "甲", "AAAA" * 5):
        begun = time.monotonic()
        answer = client.post("/", files={"identity": (None, wrong)})
        spans.append(time.monotonic() - begun)
        pages.add((answer.status_code, answer.text))
    assert len(pages) == 1
    assert min(spans) >= 0.5


def test_the_whole_text_is_shown_to_who_knows_the_party_alone(
    token: str, printed_home: Path
) -> None:
    with serving(printed_home) as fresh, httpx.Client(base_url=fresh, timeout=30) as client:
        for wrong in ("示例化工", "示例化工有限责任公司", "", "%"):
            answer = client.post(f"/v/{token}", files={"name": (None, wrong)})
            assert ("不符" in answer.text, "可燃气体" in answer.text) == (True, False)
        right = client.post(f"/v/{token}", files={"name": (None, " 示例化工 有限公司： ")})
        assert "可燃气体" in right.text
        tried = [client.post(f"/v/{token}", files={"name": (None, str(n))}) for n in range(3)]
        assert [a.status_code for a in tried] == [200, 429, 429]
        assert "retry-after" in tried[-1].headers


def test_every_answer_carries_the_headers_that_keep_it_private(
    client: httpx.Client, token: str
) -> None:
    for path in ("/", f"/v/{token}", "/v/x", "/nothing", "/api/v1/keys", "/api/v1/verify/x"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert "noindex" in headers["x-robots-tag"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert "server" not in headers
        assert "set-cookie" not in headers


def test_what_people_asked_for_stands_in_no_log(
    token: str, order: Sample, printed_home: Path, tmp_path: Path
) -> None:
    log = tmp_path / "serve.log"
    with serving(printed_home, log=log) as url, httpx.Client(base_url=url, timeout=60) as client:
        client.get(f"/v/{token}")
        client.post(f"/v/{token}", files={"name": (None, PARTY)})
        client.post("/", files={"identity": (None, "AAAA AAAA AAAA AAAA")})
        client.post("/", files={"file": ("当事人的照片.pdf", order.pdf.read_bytes())})
        client.post("/", files={"file": ("坏的.pdf", b"%PDF-1.7 broken")})
        client.get("/v/%00", headers={"host": "evil.example"})
    told = log.read_text("utf-8").splitlines()
    assert [line for line in told if not line.startswith(("网站开在", "提示："))] == []


def test_another_host_name_is_not_answered(client: httpx.Client, token: str) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "verify.docgen.example@evil"):
        answer = client.get(f"/v/{token}", headers={"host": host})
        assert (answer.status_code, "责令" in answer.text) == (400, False)
    assert client.get("/", headers={"host": "verify.docgen.example"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/v/", "/v/%00", "/v/..%2f..%2fetc%2fpasswd", "/v/%E7%94%B2", "/v/" + "A" * 8000),
        *("/v/<script>", "/r/", "/r/x%0d%0aSet-Cookie:a=1", "/r/" + "A" * 5000, "/footage/1.mp4"),
        *("/api/v1/proof/-1", "/api/v1/proof/x", "/api/v1/proof/99999999999999999999"),
        *("/api/v1/verify/%2e%2e", "/docs", "/openapi.json", "/keys/root.pem", "/register.sqlite"),
    ],
)
def test_odd_paths_are_answered_calmly(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (200, 400, 404, 405)
    assert "Traceback" not in answer.text
    assert "<script>" not in answer.text
    if not path.startswith("/api"):
        assert verdict_of(answer.text) != "pass"


def test_too_much_is_refused_before_it_is_read(client: httpx.Client, site_url: str) -> None:
    host, _, port = site_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as declared:
        head = f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2000000000\r\n\r\n"
        declared.sendall(head.encode("ascii"))
        assert declared.recv(200).startswith(b"HTTP/1.1 413")

    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 1_000_000

    streamed = client.post(
        "/api/v1/verify",
        content=endless(),
        headers={"content-type": "multipart/form-data; boundary=b"},
    )
    assert streamed.status_code in (400, 413)
    assert client.post(f"/v/{'A' * 200}", content=b"x" * 100_000).status_code == 413


def bomb_png() -> bytes:
    """声称六万乘六万的 PNG。"""
    target = io.BytesIO()
    Image.new("1", (1, 1)).save(target, "PNG")
    data = bytearray(target.getvalue())
    data[16:24] = (60_000).to_bytes(4) * 2
    return bytes(data)


def test_hostile_files_are_refused_in_words_and_the_site_goes_on(
    printed_home: Path, order: Sample
) -> None:
    hostile = {
        "empty": b"",
        "text": b"hello",
        "cut": order.pdf.read_bytes()[:5000],
        "bomb": bomb_png(),
        "nested": b"PK\x03\x04" + b"\x00" * 2000,
        "zeros": bytes(1_000_000),
    }
    with serving(printed_home) as url, httpx.Client(base_url=url, timeout=90) as client:
        for name, data in hostile.items():
            answer = client.post("/api/v1/verify", files={"file": (name, data)})
            if answer.status_code == 200:
                assert answer.json()["verdict"] != "pass", name
            else:
                assert answer.status_code == 422, (name, answer.text)
                assert re.search("[一-鿿]{4}", answer.json()["title"]), name
            assert "Traceback" not in answer.text
        assert client.get("/").status_code == 200


def guess_page(order: Sample, body: str, foot: str) -> bytes:
    """自己做的一页：真的二维码与标识，别的都是猜的。"""
    token = token_from_text(order.url.partition("/v/")[2])
    font = FONTS / "FandolFang-Regular.otf"
    symbol = draw("verify.docgen.example", token.text).png(6)
    code = base64.b64encode(symbol).decode("ascii")
    margin = f"{identity_text(token.claim.identity)}verify.docgen.example{foot}"
    html = (
        f"<style>@font-face{{font-family:F;src:url({font.as_uri()})}}"
        "@page{size:A4;margin:37mm 26mm 35mm 28mm;@top-center{content:element(t)}}"
        "body{font:16pt F}.t{position:running(t);font-size:9pt}.t img{width:26mm}</style>"
        f'<div class="t"><img src="data:image/png;base64,{code}">{margin}</div><p>{body}</p>'
    )
    made: bytes = weasyprint.HTML(string=html).write_pdf()
    return made


def test_no_upload_tells_whether_a_line_of_its_own_stands_in_the_document(
    client: httpx.Client, order: Sample
) -> None:
    told = set()
    for body in ("示例化工有限", "示例钢铁有限", "可燃气体", "甲乙丙丁"):
        answer = upload(client, guess_page(order, body, "第2页共3页"))
        assert answer.status_code == 200
        told.add((answer.json()["verdict"], json.dumps(answer.json()["steps"])))
    assert len(told) == 1, told


def test_where_footage_and_delivery_are_filed_the_scan_tells_when_and_proves_it(
    site: Site,
    docgen: Docgen,
    one_row: Clip,  # noqa: F811
) -> None:
    assert add(docgen, one_row()).code == 0
    facts = ("--mode", "direct", "--at", "2026-04-09T08:50:02", "--by", "乙示例")
    assert docgen("record", "delivery", NUMBER, *facts).code == 0
    manifest = json.loads((site.case.parent / "out" / "manifest.json").read_text("utf-8"))
    url = next(r["verification_url"] for r in manifest["documents"] if r["number"] == NUMBER)
    token = url.partition("/v/")[2]
    with serving(site.home) as base, httpx.Client(base_url=base, timeout=30) as client:
        body = client.get(f"/api/v1/verify/{token}").json()
        reading, handing = body["document"]["events"][:2]
        assert (reading["name"], reading["recorded"]) == ("宣读", True)
        assert (handing["name"], handing["recorded"]) == ("送达", True)
        (film,) = handing["filmed"]
        assert 2.5 <= film["seconds"] <= 4.5
        assert [m["at"][:16] for m in handing["moments"]] == ["2026-04-09T08:50"]
        (recording,) = docgen("record", "list", "--json").json["recordings"]
        assert film["sha256"] == [recording["sha256"]]
        page = client.get(f"/v/{token}")
        assert "宣读：有音像记录" in page.text
        assert "乙示例" not in page.text
        for leaf in (*film["leaves"], handing["moments"][0]["leaf"]):
            assert client.get(f"/api/v1/proof/{leaf}").status_code == 200
        number = ("register", "void", NUMBER, "--reason", "日期写错")
        assert docgen(*number).code == 0
        voided = client.get(f"/api/v1/verify/{token}").json()
        assert (voided["verdict"], voided["headline"]) == ("fail", "已经作废，不再有效")
        assert "日期写错" not in json.dumps(voided, ensure_ascii=False)


def test_a_port_that_is_taken_is_told(docgen: Docgen, site: Site, site_url: str) -> None:
    answer = docgen("serve", "--port", site_url.rpartition(":")[2])
    assert (answer.code, "端口已经有人用" in answer.err) == (5, True)


def test_a_token_on_a_voided_or_foreign_register_reveals_nothing(
    client: httpx.Client, token: str
) -> None:
    raw = bytearray(token_from_text(token).raw)
    raw[-1] ^= 1
    forged = base64.b32encode(bytes(raw)).decode().rstrip("=")
    body = client.get(f"/api/v1/verify/{forged}").json()
    assert (body["verdict"], body["document"], body["identity"]) == ("fail", None, None)


def test_read_presented_says_no_more_pages_than_allowed(order: Sample) -> None:
    with pytest.raises(InputInvalid) as caught:
        read_presented(order.pdf.read_bytes(), "a.pdf", max_pages=1)
    assert "一次至多 1 页" in caught.value.advice
