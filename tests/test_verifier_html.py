"""离线核验页：在真浏览器里从磁盘打开，逐个签封与 Python 的判断相比。"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import shutil
import string
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cbor2
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from docgen.catalogue import Catalogue, load_catalogue
from docgen.errors import InputInvalid
from docgen.inquiry import Authorities, evidence_of
from docgen.model.claim import Claim
from docgen.model.verdict import Level
from docgen.read.presented import read_text_input
from docgen.seal.algorithms import ed25519_holds
from docgen.seal.key_list import read_key_list
from docgen.seal.token import (
    NotAToken,
    sign,
    to_be_signed,
    token_from_text,
)
from docgen.settings import packaged_templates
from docgen.verify.steps import verify_alone

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

playwright_api = pytest.importorskip("playwright.sync_api", reason="没有 playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 chromium")

PAGE = Path(__file__).parent.parent / "docgen" / "web" / "offline" / "verifier.html"
VECTORS = Path(__file__).resolve().parents[2] / "shared" / "vectors"
WYCHEPROOF = VECTORS / "wycheproof" / "ed25519_test.json"
FLAGS = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync")
QUIET = ("disable-background-networking", "disable-component-update")
SM2_ALGORITHM = -65537
SM2_PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
SM2_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
UNREADABLE = ("fail", "unreadable")
SIGNATURE = ("fail", "signature")
UNKNOWN_KEY = ("fail", "key_unknown")
HOLDS = ("pass", "holds")
UNCHECKED = ("unknown", "root_unchecked")
KEYS_UNREADABLE = ("unknown", "keys_unreadable")
KEYS_FORGED = ("unknown", "keys_forged")

Verdict = tuple[str, str]
Row = dict[str, object]
Sign = Callable[[bytes], bytes]

VERIFY_ALL = """async ([texts, list, fingerprint]) => {
  const answers = [];
  for (const text of texts) {
    const { verdict, reason } = await window.docgenVerify(text, list, fingerprint);
    answers.push([verdict, reason]);
  }
  return answers;
}"""
HOLDS_ALL = """async ([rows, name]) => {
  const check = { ed25519Holds, ed25519HoldsHere, sm2Holds }[name];
  const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const answers = [];
  for (const row of rows) answers.push(await check(...row.map(bytes)));
  return answers;
}"""


# ---- keys, lists and tokens


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def base32_text(data: bytes | bytearray) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")


def public_of(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def kid_of(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:8]


def key_row(public: bytes, algorithm: str = "EdDSA", /, **changes: object) -> Row:
    return {
        "kid": kid_of(public).hex(),
        "agency": "示例省应急管理厅",
        "region": "鲁",
        "algorithm": algorithm,
        "public_key": base64_text(public),
        "valid_from": None,
        "valid_until": None,
        "revoked_from": None,
        "revoked_reason": "",
        **changes,
    }


def signed_list(root: Ed25519PrivateKey, rows: list[Row], **changes: object) -> Row:
    content: Row = {
        "format": "docgen-keys-2",
        "serial": 17,
        "made_at": "2026-11-27T10:00:00+08:00",
        "root": {"algorithm": "EdDSA", "public_key": base64_text(public_of(root))},
        "keys": rows,
        "revoked": [],
        **changes,
    }
    message = b"docgen-keys-2\0" + rfc8785.dumps(cast("dict[str, str]", content))
    return {**content, "signature": base64_text(root.sign(message))}


def as_text(listed: object) -> str:
    return json.dumps(listed, ensure_ascii=False, indent=1)


def claim(day: date = date(2026, 11, 20), **changes: object) -> Claim:
    values = {"identity": b"0123456789", "type_code": 30, "year": 2026, "sequence": 12}
    digest = hashlib.sha256(b"content").digest()
    return Claim(**{**values, "issue_date": day, "content_digest": digest, **changes})  # type: ignore[arg-type]


def payload_map(**changes: object) -> dict[object, object]:
    row = claim(**changes)  # type: ignore[arg-type]
    days = (row.issue_date - date(1970, 1, 1)).days
    values = (row.identity, row.type_code, row.year, row.sequence, days, row.content_digest)
    return dict(enumerate(values, start=1))


def bstr(data: bytes) -> bytes:
    return cbor2.dumps(data)


def message_of(protected: bytes, payload: bytes, signature_of: Sign) -> bytes:
    """COSE_Sign1 of any protected and payload bytes, with a signature that holds."""
    signature = signature_of(to_be_signed(protected, payload))
    return b"\xd2\x84" + bstr(protected) + b"\xa0" + bstr(payload) + bstr(signature)


@dataclass(frozen=True)
class Office:
    """一个机关的密钥，与签出来的签封。"""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return public_of(self.private)

    @property
    def protected(self) -> bytes:
        return cbor2.dumps({1: -8, 4: kid_of(self.public)})

    def token(self, day: date = date(2026, 11, 20), **changes: object) -> str:
        return sign(claim(day, **changes), kid_of(self.public), self.private.sign).text

    def raw(self) -> bytes:
        return token_from_text(self.token()).raw

    def message(self, payload: bytes, protected: bytes | None = None) -> bytes:
        chosen = self.protected if protected is None else protected
        return message_of(chosen, payload, self.private.sign)


def by_python(text: str, key_list: str, fingerprint: str = "") -> Verdict:
    """docgen verify --keys 离线的结论，换成页面的说法。"""
    presented = read_text_input(text)
    try:
        token_from_text(presented.tokens[0] if presented and presented.tokens else "")
    except NotAToken:
        return UNREADABLE
    assert presented is not None
    try:
        read_key_list(key_list, "keys.json")
    except InputInvalid as error:
        return KEYS_FORGED if "根签名不成立" in error.message else KEYS_UNREADABLE
    try:
        keys = read_key_list(key_list, "keys.json", fingerprint)
    except InputInvalid:
        return "fail", "root_other"
    found = verify_alone(evidence_of(presented, Authorities(keys, catalogue(), None)))
    failed = {f.code: f.message for f in found.verdict.findings if f.level is Level.FAIL}
    if "VER002" in failed:
        return UNKNOWN_KEY if "不在公开密钥清单里" in failed["VER002"] else SIGNATURE
    if "VER010" in failed:
        return "fail", "key_revoked" if "已吊销" in failed["VER010"] else "key_window"
    if "VER004" in failed:
        return "fail", "document_revoked"
    if found.verdict.bottom_line is Level.PASS:
        return HOLDS
    doubted = {f.code for f in found.verdict.findings if f.level is Level.UNKNOWN}
    assert doubted == {"VER011"}
    return UNCHECKED


@cache
def catalogue() -> Catalogue:
    return load_catalogue(packaged_templates())


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with playwright_api.sync_playwright() as playwright:
        arguments = [f"--{flag}" for flag in (*FLAGS, *QUIET)]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        context = browser.new_context(viewport={"width": 320, "height": 720})
        context.set_offline(True)
        yield context
        browser.close()


@pytest.fixture(scope="module")
def page(context: BrowserContext) -> Page:
    opened = context.new_page()
    opened.goto(PAGE.as_uri())
    return opened


@pytest.fixture(scope="module")
def root() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(Ed25519PrivateKey.generate())


@pytest.fixture(scope="module")
def listed(root: Ed25519PrivateKey, office: Office) -> Row:
    return signed_list(root, [key_row(office.public)])


def mark_of(key_list: str) -> str:
    """The fingerprint that the list's root has; none for what is no list."""
    try:
        root = base64.b64decode(json.loads(key_list)["root"]["public_key"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return hashlib.sha256(root).hexdigest()[:32]


def on_page(page: Page, texts: list[str], key_list: str, fingerprint: str = "") -> list[Verdict]:
    rows = page.evaluate(VERIFY_ALL, [texts, key_list, fingerprint])
    return [(verdict, reason) for verdict, reason in rows]


def answers(
    page: Page, texts: list[str], key_list: str, fingerprint: str | None = None
) -> list[Verdict]:
    """The page's answers, which must be Python's; the root's own fingerprint unless another."""
    if fingerprint is None:
        fingerprint = mark_of(key_list)
    told = on_page(page, texts, key_list, fingerprint)
    wanted = [by_python(text, key_list, fingerprint) for text in texts]
    assert [row for row in zip(texts, told, wanted, strict=True) if row[1] != row[2]] == []
    return told


def differences(page: Page, texts: list[str], listed: Row) -> list[tuple[str, Verdict, Verdict]]:
    """Texts on which the page and Python disagree: (text, page, Python)."""
    told = answers(page, texts, as_text(listed))
    wanted = (by_python(text, as_text(listed), mark_of(as_text(listed))) for text in texts)
    compared = zip(texts, told, wanted, strict=True)
    return [row for row in compared if row[1] != row[2]]


# ---- tokens


def test_a_good_token_passes_as_a_bare_text_and_as_an_address(
    page: Page, office: Office, listed: Row
) -> None:
    days = [date(1970, 1, 1) + timedelta(days=step) for step in (0, 23, 24, 255, 256, 65536)]
    numbers = [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1]
    texts = [office.token(day) for day in (*days, date(9999, 12, 31))]
    texts += [office.token(type_code=1, sequence=number) for number in numbers]
    texts += [office.token(days[0], year=1, type_code=1, sequence=2**64 - 1)]
    texts += [f"https://example.gov.cn/v/{text}" for text in texts]
    assert answers(page, texts, as_text(listed)) == [HOLDS] * len(texts)
    assert differences(page, texts, listed) == []


def test_every_flipped_bit_of_a_token_is_judged_as_python_judges_it(
    page: Page, office: Office, listed: Row
) -> None:
    raw = office.raw()
    flipped = [bytearray(raw) for _ in range(8 * len(raw))]
    for index, data in enumerate(flipped):
        data[index // 8] ^= 1 << index % 8
    texts = [base32_text(data) for data in flipped]
    assert differences(page, texts, listed) == []
    assert HOLDS not in answers(page, texts, as_text(listed))


def test_a_token_cut_short_or_lengthened_is_unreadable(
    page: Page, office: Office, listed: Row
) -> None:
    text, raw = office.token(), office.raw()
    texts = [text[:size] for size in range(len(text))]
    texts += [base32_text(raw[:size]) for size in range(len(raw))]
    texts += [text + letter for letter in "A7=" for _ in range(2)] + [text + "A" * 8, text * 2]
    texts += [base32_text(raw + bytes(extra)) for extra in range(1, 12)]
    assert differences(page, texts, listed) == []
    assert set(answers(page, texts, as_text(listed))) == {UNREADABLE}


def test_a_token_of_more_than_150_bytes_is_unreadable(
    page: Page, office: Office, listed: Row
) -> None:
    day = date(1970, 1, 1)
    pairs = ((1, 23), (24, 1), (24, 24))
    payloads = [
        payload_map(day=day, type_code=code, year=year, sequence=2**64 - 1) for code, year in pairs
    ]
    payloads += [payload_map(sequence=2**64 - 1, year=2**64 - 1)]
    raws = [office.message(cbor2.dumps(payload, canonical=True)) for payload in payloads]
    assert [len(raw) for raw in raws] == [149, 150, 151, 160]
    texts = [base32_text(raw) for raw in raws]
    assert answers(page, texts, as_text(listed)) == [HOLDS, HOLDS, UNREADABLE, UNREADABLE]
    assert differences(page, texts, listed) == []


def test_letters_outside_base32_are_refused_and_small_letters_are_read(
    page: Page, office: Office, listed: Row
) -> None:
    text = office.token()
    odd = "0189=-_+/.,;:'\"!@#$%^&*()[]{}<>|\\~` \t\n\0\x7fé中Ａ２ſıK\u200b\ufeff😀"
    texts = [text[:at] + letter + text[at + 1 :] for letter in odd for at in (0, 7, 120)]
    texts += [text[:at] + letter + text[at:] for letter in odd for at in (0, 60, len(text))]
    assert differences(page, texts, listed) == []
    small = [text.lower(), text.swapcase(), text[:50].lower() + text[50:]]
    assert answers(page, small, as_text(listed)) == [HOLDS] * 3


def test_spare_bits_must_be_zero(page: Page, root: Ed25519PrivateKey, office: Office) -> None:
    listed = signed_list(root, [key_row(office.public)])
    texts = [office.token(sequence=sequence) for sequence in (1, 100, 1000, 100_000)]
    ends = [text[:-1] + letter for text in texts for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"]
    assert differences(page, ends, listed) == []
    assert {len(text) % 8 for text in texts} >= {2, 4, 5, 0} - {0}


def test_space_around_the_text_is_taken_away_as_python_takes_it(
    page: Page, office: Office, listed: Row
) -> None:
    text = office.token()
    letters = [chr(code) for code in range(0x3100) if not chr(code).isalnum()] + ["\ufeff"]
    texts = [letter + text for letter in letters if letter.isspace() or ord(letter) < 0x300]
    texts += [f"{text}{letter}" for letter in letters if 0x2000 <= ord(letter) < 0x2070]
    texts += [f"{text}{letter}" for letter in "\u180e\u3000\u1680\ufeff\x1c\x1f\x85\xa0"]
    texts += [f"\r\n\t {text} \u3000\n", f" https://a.cn/v/{text}\n", "", " ", "\u3000"]
    assert differences(page, texts, listed) == []


def test_addresses_are_read_in_the_forms_that_python_reads(
    page: Page, office: Office, listed: Row
) -> None:
    text = office.token()
    shapes = (
        "http://a/v/{}", "HTTPS://A.CN/V/{}", "https://a.cn:8443/v/{}", "https://u:p@a.cn/v/{}",
        "https://示例.cn/v/{}", "https://[::1]/v/{}", "https://a\u00a0b/v/{}", "https://?#/v/{}",
        "https://a b/v/{}", "https://a\tb/v/{}", "https://a\x0bb/v/{}", "https:///v/{}",
        "https://a/x/v/{}", "https://a/v/{}/", "https://a/v/{}?x=1", "https://a/v/{}#x",
        "https://a/v/ {}", "https://a/v//{}", "https://a/r/{}", "ftp://a/v/{}", "//a/v/{}",
        "a/v/{}", "https:/a/v/{}", "httpſ://a/v/{}", "https：//a/v/{}", "见https://a/v/{}",
        "https://a/v/{}\n二维码", "https://a/v/\n{}", "https://a\\v\\{}", "https://a/%76/{}",
        "https://a\ufeff/v/{}", "https://a\u2028/v/{}", "https://a\x1c/v/{}",
    )  # fmt: skip
    texts = [shape.format(form) for shape in shapes for form in (text, text.lower(), text[:90])]
    assert differences(page, texts, listed) == []
    assert answers(page, [shapes[0].format(text)], as_text(listed)) == [HOLDS]


def test_only_the_deterministic_encoding_is_read(page: Page, office: Office, listed: Row) -> None:
    texts = [base32_text(raw) for raw in odd_messages(office)]
    told = answers(page, texts, as_text(listed))
    assert differences(page, texts, listed) == []
    assert set(told) == {UNREADABLE}


def test_a_number_in_a_longer_form_than_it_needs_is_unreadable(
    page: Page, office: Office, listed: Row
) -> None:
    texts = []
    for index, number in enumerate((23, 255, 65535, 2**32 - 1)):
        fields = payload_map(day=date(1970, 1, 1), type_code=1, year=1, sequence=number)
        payload = cbor2.dumps(fields, canonical=True)
        long = bytes([0x18 + index]) + number.to_bytes(1 << index, "big")
        assert payload.count(b"\x04" + cbor2.dumps(number)) == 1
        longer_payload = payload.replace(b"\x04" + cbor2.dumps(number), b"\x04" + long)
        texts += [base32_text(office.message(data)) for data in (payload, longer_payload)]
    assert answers(page, texts, as_text(listed)) == [HOLDS, UNREADABLE] * 4
    assert differences(page, texts, listed) == []


def odd_messages(office: Office) -> list[bytes]:
    """Well signed, each off the one encoding in one place."""
    fields = payload_map()
    payload, protected = cbor2.dumps(fields, canonical=True), office.protected
    good, kid = office.message(payload), kid_of(office.public)
    pairs = [cbor2.dumps(key) + cbor2.dumps(value) for key, value in fields.items()]
    orders = [pairs[::-1], [pairs[1], pairs[0], *pairs[2:]], pairs[:5], [*pairs, pairs[5]]]
    orders += [[*pairs[:5], pairs[0]], [*pairs, b"\x07\x00"], [*pairs, b"\x61a\x00"]]
    payloads = [bytes([0xA0 + len(order)]) + b"".join(order) for order in orders]
    payloads += [b"\xbf" + b"".join(pairs) + b"\xff", b"\xb8\x06" + payload[1:], payload + b"\0"]
    payloads += [payload[:-1], b"\x80", b"\xf6", b"\x01", b"", b"\xd9\xd9\xf7" + payload]
    payloads += [cbor2.dumps({**fields, key: value}) for key, value in odd_values()]
    payloads += [payload.replace(b"\x03\x19\x07\xea", b"\x03" + form) for form in longer(2026)]
    payloads += [payload.replace(b"\x04\x0c", b"\x04" + form) for form in longer(12)]
    payloads += [payload.replace(b"\xa6\x01", b"\xa6" + form) for form in longer(1)]
    heads = [{1: -7, 4: kid}, {1: -8}, {4: kid}, {1: -8, 4: kid, 5: 0}, {1: -8, 4: kid[:7]}]
    heads += [{1: -8, 4: kid + b"0"}, {1: 7, 4: kid}, {1: -8, 4: kid.hex()}, {1: -257, 4: kid}]
    protects = [cbor2.dumps(head) for head in heads]
    protects += [b"\xa2\x04\x48" + kid + b"\x01\x27", b"\xa2\x01\x38\x07\x04\x48" + kid]
    protects += [b"\xbf" + protected[1:] + b"\xff", protected + b"\0", b"", b"\xa0"]
    raws = [office.message(payload, protect) for protect in protects]
    raws += [office.message(odd) for odd in payloads]
    return raws + odd_envelopes(good, protected, payload)


def odd_values() -> list[tuple[int, object]]:
    values: tuple[object, ...] = (-1, True, 1.0, None, "1", b"1", [1], {}, 2**64, -(2**63))
    numbers = [(key, value) for key in (2, 3, 4, 5) for value in values]
    lengths = [(key, bytes(size)) for key in (1, 6) for size in (0, 9, 11, 31, 33)]
    return [*numbers, *lengths, (1, "0123456789"), (5, 2932897), (5, 2**63)]


def longer(number: int) -> list[bytes]:
    sizes = ((0x18, 1), (0x19, 2), (0x1A, 4), (0x1B, 8))
    forms = [bytes([head]) + number.to_bytes(size, "big") for head, size in sizes if number < 256]
    forms += [bytes([head]) + number.to_bytes(size, "big") for head, size in sizes[2:]]
    others = (b"\x1c", b"\x1f", b"\xfa\x44\xfd\x40\0")
    return [*forms, b"\xc2\x42" + number.to_bytes(2, "big"), *others]


def odd_envelopes(good: bytes, protected: bytes, payload: bytes) -> list[bytes]:
    signature, body = good[-64:], good[2:]
    parts = [bstr(protected), b"\xa0", bstr(payload), bstr(signature)]
    split = b"\x5f" + bstr(payload[:20]) + bstr(payload[20:]) + b"\xff"
    kinds: list[tuple[int, bytes]] = [
        (0, protected), (0, b"\x58\x0d" + protected), (1, b"\xbf\xff"), (1, b"\xa1\x01\x01"),
        (1, b"\xf6"), (1, b"\x80"), (1, b"\x40"), (2, split), (2, b"\xf6"), (2, payload),
        (2, b"\x59\x00" + bytes([len(payload)]) + payload), (3, bstr(signature[:63])),
        (3, bstr(signature + b"0")), (3, b"\x59\x00\x40" + signature), (3, b"\xf6"),
        (3, b"\x78\x40" + b"a" * 64),
    ]  # fmt: skip
    raws = [b"\xd2\x84" + b"".join([*parts[:at], odd, *parts[at + 1 :]]) for at, odd in kinds]
    raws += [b"\xd2\x9f" + body + b"\xff", b"\xd2\x85" + body + b"\0", b"\xd2\x83" + body[:-66]]
    raws += [head + good[1:] for head in (b"", b"\xd1", b"\xd8\x12", b"\xd8\x62", b"\xd2\xd2")]
    raws += [b"\xc6" * 149 + b"\0", b"\x81" * 150, b"\xd2" * 100, b"\x5f" * 150, bytes(150)]
    return [*raws, b"\xc6" * 10_000, b"\x81" * 10_000, good + good, b"\xff" * 150]


def test_random_changes_that_are_signed_again_are_judged_as_python_judges_them(
    page: Page, office: Office, listed: Row
) -> None:
    chance = random.Random(2026)
    protected, payload = office.protected, cbor2.dumps(payload_map(), canonical=True)
    texts = []
    for _ in range(600):
        parts = [bytearray(protected), bytearray(payload)]
        part = parts[chance.random() < 0.85]
        for _ in range(chance.randint(1, 2)):
            part[chance.randrange(len(part))] = chance.choice((0, 1, 23, 24, 27, 255, 0x40, 0x27))
        texts.append(base32_text(office.message(bytes(parts[1]), bytes(parts[0]))))
    assert differences(page, texts, listed) == []
    assert {HOLDS, UNREADABLE, UNKNOWN_KEY} <= set(answers(page, texts, as_text(listed)))


def test_a_token_nested_ten_thousand_deep_or_absurdly_long_is_unreadable(
    page: Page, listed: Row
) -> None:
    texts = [base32_text(b"\xc6" * 10_000), base32_text(b"\xd2\x84" * 5_000), "A" * 1_000_000]
    texts += [f"https://{'a' * 500_000}/v/", " " * 500_000 + "x"]
    assert set(answers(page, texts, as_text(listed))) == {UNREADABLE}


# ---- keys and documents


def test_the_key_decides_by_its_name_its_days_and_its_revocation(
    page: Page, root: Ed25519PrivateKey, office: Office
) -> None:
    other = Office(Ed25519PrivateKey.generate())
    days = [date(2026, 11, 20) + timedelta(days=step) for step in range(-2, 3)]
    texts = [office.token(day) for day in days] + [other.token()]
    around = [None, *(day.isoformat() for day in days)]
    reasons = set()
    for name in ("valid_from", "valid_until", "revoked_from"):
        for day in around:
            listed = signed_list(root, [key_row(office.public, **{name: day})])
            assert differences(page, texts, listed) == []
            reasons |= {reason for _, reason in answers(page, texts, as_text(listed))}
    assert reasons == {"holds", "key_window", "key_revoked", "key_unknown"}


def test_a_token_is_not_proven_by_another_agencys_key(
    page: Page, root: Ed25519PrivateKey, office: Office
) -> None:
    other = Office(Ed25519PrivateKey.generate())
    listed = as_text(signed_list(root, [key_row(office.public), key_row(other.public)]))
    forged = sign(claim(), kid_of(office.public), other.private.sign).text
    told = answers(page, [office.token(), other.token(), forged], listed)
    assert told == [HOLDS, HOLDS, SIGNATURE]


def test_a_revoked_document_fails_and_revocation_of_the_key_is_told_first(
    page: Page, root: Ed25519PrivateKey, office: Office
) -> None:
    names = [hashlib.sha256(identity).hexdigest() for identity in (b"abcdefghij", b"0123456789")]
    token, spared = office.token(), office.token(identity=b"9876543210")
    row = key_row(office.public)
    revoked = signed_list(root, [row], revoked=names)
    told = answers(page, [token, spared], as_text(revoked))
    assert told == [("fail", "document_revoked"), HOLDS]
    late = key_row(office.public, revoked_from="2026-11-20", valid_until="2026-01-01")
    both = as_text(signed_list(root, [late], revoked=names))
    assert answers(page, [token], both) == [("fail", "key_revoked")]
    past = as_text(signed_list(root, [{**late, "revoked_from": None}], revoked=names))
    assert answers(page, [token], past) == [("fail", "key_window")]


def test_an_unreadable_token_is_told_before_a_bad_key_list(page: Page, office: Office) -> None:
    assert answers(page, ["x", office.token()], "") == [UNREADABLE, KEYS_UNREADABLE]


# ---- key lists


def list_edits(listed: Row) -> dict[str, object]:
    """Key lists that are not of the form, by what is wrong."""
    row, root = dict(cast("list[Row]", listed["keys"])[0]), cast("Row", listed["root"])
    edits: dict[str, object] = {"nothing": None, "number": 1, "array": [listed], "text": "x"}
    edits |= {f"without {name}": without(listed, name) for name in listed}
    edits |= {f"key without {name}": {**listed, "keys": [without(row, name)]} for name in row}
    edits |= {f"root without {name}": {**listed, "root": without(root, name)} for name in root}
    edits |= {"extra": {**listed, "note": ""}, "duplicate kid": {**listed, "keys": [row, row]}}
    edits |= {"extra in key": {**listed, "keys": [{**row, "since": "2026-01-01"}]}}
    edits |= {"extra in root": {**listed, "root": {**root, "kid": "00"}}}
    edits |= {"proto": {**listed, "__proto__": {}}, "keys object": {**listed, "keys": {"0": row}}}
    for name, values in ODD_MEMBERS.items():
        edits |= {f"{name} {value!r:.30}": {**listed, name: value} for value in values}
    for name, values in ODD_KEY_MEMBERS.items():
        for value in values:
            edits[f"key {name} {value!r:.30}"] = {**listed, "keys": [{**row, name: value}]}
    for form in loose_base64(str(row["public_key"])):
        edits[f"key {form!r}"] = {**listed, "keys": [{**row, "public_key": form}]}
    for form in loose_base64(str(listed["signature"])):
        edits[f"signature {form!r}"] = {**listed, "signature": form}
    return edits


def loose_base64(text: str) -> list[str]:
    """The same bytes in forms that a lenient reader would take."""
    bare = text.rstrip("=")
    pad = text[len(bare) :]
    spare = chr(ord(bare[-1]) + 1)  # the unused bits are zero, so the next letter sets one
    return [bare, bare[:-1] + spare + pad, text + "\n", f" {text}", text[:8] + " " + text[8:]]


def without(value: Row, name: str) -> Row:
    return {key: item for key, item in value.items() if key != name}


ODD: tuple[object, ...] = (None, True, 1, 1.5, [], {}, ["x"])
DAYS: tuple[str, ...] = (
    "",
    "2026-02-30",
    "2026-13-01",
    "2026-1-1",
    "20260101",
    "2026-W01-1",
    "0000-01-01",
)
DAYS += ("2026-01-01T00:00:00", " 2026-01-01", "2026-01-01\n", "+002026-01-01", "２０２６-01-01")
TIMES: tuple[str, ...] = ("2026-11-27", "2026-11-27T10:00:00", "2026-11-27T24:00:00+08:00")
TIMES += ("2026-11-27 10:00:00+08:00", "2026-11-27T10:00:00Z", "2026-11-27T10:60:00+08:00")
ODD_MEMBERS: dict[str, tuple[object, ...]] = {
    "format": (*ODD, "docgen-keys-1", "docgen-keys-2 "),
    "serial": (None, True, 1.5, 17.0, "17", [], -1, 2**53, 10**30, float("nan"), 1e400),
    "made_at": (*ODD, "", *TIMES, "2026-11-31T10:00:00+08:00", "2026-11-27T10:00:00+25:00"),
    "root": (*ODD, "x"),
    "keys": (None, 1, "x", {}, [None], [[]], ["x"]),
    "revoked": (None, 1, "x", {}, [None], [1], ["A" * 64], ["a" * 63], ["g" * 64], [["a" * 64]]),
    "signature": (*ODD, "", "AAAA", "A" * 88, "*" * 88, "A" * 86 + "=="[:1]),
}
ODD_KEY_MEMBERS: dict[str, tuple[object, ...]] = {
    "kid": (*ODD, "", "0" * 16, "x" * 16),
    "agency": (*ODD, "\ud800", "a\udc00b"),
    "region": ODD,
    "algorithm": (*ODD, "SM2", "eddsa", "RS256"),
    "public_key": (*ODD, "", "AAAA", base64_text(bytes(31)), base64_text(bytes(65))),
    "valid_from": (True, 1, [], {}, *DAYS),
    "valid_until": (True, 1, *DAYS),
    "revoked_from": (True, 1, *DAYS),
    "revoked_reason": ODD,
}


def test_a_key_list_off_the_form_in_one_place_is_unreadable(
    page: Page, office: Office, listed: Row
) -> None:
    token = office.token()
    for what, edited in list_edits(listed).items():
        text = json.dumps(edited)  # broken surrogates travel as escapes
        assert answers(page, [token], text) == [KEYS_UNREADABLE], what


def test_a_key_list_that_is_not_whole_json_is_unreadable(
    page: Page, office: Office, listed: Row
) -> None:
    text, token = as_text(listed), [office.token()]
    whole = [text[:size] for size in range(0, len(text) - 1, 37)]
    whole += [text + "x", "\ufeff" + text, text.replace('"serial": 17', '"serial": 17.0')]
    whole += [text.replace('"serial": 17', f'"serial": {odd}') for odd in ("1.7e1", "017", "+17")]
    whole += [text.replace("17", "17,", 1), text.replace("[]", "[,]"), "[" * 100_000, "{}"]
    whole += [text.replace('"serial"', "'serial'"), text.replace("\n", "\u00a0"), "NaN"]
    for broken in whole:
        assert answers(page, token, broken) == [KEYS_UNREADABLE], broken[-80:]


def test_a_key_list_changed_after_signing_is_forged(
    page: Page, root: Ed25519PrivateKey, office: Office, listed: Row
) -> None:
    other = Ed25519PrivateKey.generate()
    row = cast("list[Row]", listed["keys"])[0]
    edits: list[Row] = [{"serial": 18}, {"made_at": "2026-11-28T10:00:00+08:00"}, {"keys": []}]
    edits += [{"revoked": ["0" * 64]}, {"keys": [{**row, "agency": "示例市应急管理局"}]}]
    edits += [{"keys": [{**row, "revoked_reason": "丢失"}]}, {"signature": base64_text(bytes(64))}]
    edits += [{"root": {"algorithm": "EdDSA", "public_key": base64_text(public_of(other))}}]
    edits += [{"keys": [{**row, "valid_from": "2026-01-01"}]}]
    for edit in edits:
        assert answers(page, [office.token()], as_text({**listed, **edit})) == [KEYS_FORGED]


def test_a_key_list_holds_whatever_its_spacing_order_and_letters(
    page: Page, root: Ed25519PrivateKey, office: Office
) -> None:
    names = ['"\\\b\f\n\r\t\x00\x1f\x7f', "é€中😀\u2028\ufb33", "</script>", "1.5e3", '\\"1.0', ""]
    for name in names:
        row = key_row(office.public, agency=name, region=name, revoked_reason=name)
        listed = signed_list(root, [row], serial=0)
        turned = dict(reversed(list(listed.items())))
        texts = [as_text(listed), json.dumps(turned), json.dumps(listed, separators=(",", ":"))]
        texts += [json.dumps(listed).replace('"serial": 0', '"serial":\r\n\t -0')]
        for text in texts:
            assert answers(page, [office.token()], text) == [HOLDS], name
    empty = as_text(signed_list(root, [], serial=2**53 - 1))
    assert answers(page, [office.token()], empty) == [UNKNOWN_KEY]


def test_the_published_fingerprint_decides_whose_list_it_is(
    page: Page, root: Ed25519PrivateKey, office: Office, listed: Row
) -> None:
    full = hashlib.sha256(public_of(root)).hexdigest()
    groups = " ".join(full[at : at + 4] for at in range(0, 32, 4))
    token, text = [office.token()], as_text(listed)
    for none in ("", "  ", " - "):
        assert answers(page, token, text, none) == [UNCHECKED]
    for same in (full, full[:32], full[:32].upper(), groups, f" {groups}\n"):
        assert answers(page, token, text, same) == [HOLDS]
    for other in ("0" * 32, full[:31], full[:33], full[:4], "x", full[1:33]):
        assert answers(page, token, text, other) == [("fail", "root_other")]
    forged = as_text({**listed, "serial": 18})
    assert answers(page, token, forged, "0" * 32) == [KEYS_FORGED]


# ---- Ed25519 and SM2


@pytest.mark.parametrize("check", ["ed25519Holds", "ed25519HoldsHere"])
def test_ed25519_at_its_edges_is_judged_as_python_judges_it(page: Page, check: str) -> None:
    rows = [*small_order_rows(), *wycheproof_rows()]
    told = page.evaluate(HOLDS_ALL, [rows, check])
    in_python = [ed25519_holds(*(bytes.fromhex(part) for part in row)) for row in rows]
    assert told == in_python
    assert {True, False} == set(told)


def small_order_rows() -> list[tuple[str, str, str]]:
    """Points of small order and points encoded out of range, with s = 0."""
    prime = 2**255 - 19
    of_order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
    order_8 = int.from_bytes(bytes.fromhex(of_order_8), "little")
    heights = (0, 1, prime - 1, prime, prime + 1, prime + 2, order_8, 2**255 - 1, 5)
    points = [height | sign << 255 for height in heights for sign in (0, 1)]
    texts = [point.to_bytes(32, "little").hex() for point in points]
    return [
        (public, bytes([message]).hex(), r + "00" * 32)
        for public in texts
        for r in texts
        for message in range(4)
    ]


def wycheproof_rows() -> list[tuple[str, str, str]]:
    if not WYCHEPROOF.exists():
        return []
    groups = json.loads(WYCHEPROOF.read_text("utf-8"))["testGroups"]
    return [
        (group["publicKey"]["pk"], row["msg"], row["sig"])
        for group in groups
        for row in group["tests"]
    ]


@pytest.mark.skipif(not WYCHEPROOF.exists(), reason="没有 Wycheproof 测试向量")
@pytest.mark.parametrize("check", ["ed25519Holds", "ed25519HoldsHere"])
def test_ed25519_agrees_with_wycheproof(page: Page, check: str) -> None:
    groups = json.loads(WYCHEPROOF.read_text("utf-8"))["testGroups"]
    results = [row["result"] == "valid" for group in groups for row in group["tests"]]
    assert page.evaluate(HOLDS_ALL, [wycheproof_rows(), check]) == results


def test_a_browser_without_ed25519_gives_the_same_answers(
    context: BrowserContext, office: Office, listed: Row
) -> None:
    old = context.new_page()
    old.add_init_script("SubtleCrypto.prototype.importKey = () => Promise.reject(Error('no'))")
    old.goto(PAGE.as_uri())
    bad = bytearray(office.raw())
    bad[-1] ^= 1
    assert answers(old, [office.token(), base32_text(bad)], as_text(listed)) == [HOLDS, SIGNATURE]
    old.close()


def test_a_browser_without_cryptography_gives_no_verdict(
    context: BrowserContext, office: Office, listed: Row
) -> None:
    old = context.new_page()
    old.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
    old.goto(PAGE.as_uri())
    assert on_page(old, [office.token()], as_text(listed)) == [("unknown", "browser")]
    old.close()


@dataclass(frozen=True)
class Sm2:
    """openssl 的一把 SM2 密钥。"""

    folder: Path

    def run(self, *arguments: object) -> bytes:
        command = ["openssl", *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, cwd=self.folder).stdout

    def make(self) -> None:
        options = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", "key.pem")
        self.run("genpkey", *options)

    @property
    def public(self) -> bytes:
        return self.run("pkey", "-in", "key.pem", "-pubout", "-outform", "DER")[-65:]

    def sign(self, message: bytes) -> bytes:
        (self.folder / "message").write_bytes(message)
        options = ("-inkey", "key.pem", "-in", "message", "-rawin", "-digest", "sm3")
        user = ("-pkeyopt", "distid:1234567812345678")
        r, s = decode_dss_signature(self.run("pkeyutl", "-sign", *options, *user))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def raw(self, sequence: int = 12) -> bytes:
        protected = cbor2.dumps({1: SM2_ALGORITHM, 4: kid_of(self.public)})
        payload = cbor2.dumps(payload_map(sequence=sequence, type_code=3), canonical=True)
        return message_of(protected, payload, self.sign)


@pytest.fixture(scope="module")
def sm2(tmp_path_factory: pytest.TempPathFactory) -> Sm2:
    if shutil.which("openssl") is None:
        pytest.skip("没有 openssl")
    key = Sm2(tmp_path_factory.mktemp("sm2"))
    key.make()
    return key


@pytest.fixture(scope="module")
def sm2_list(root: Ed25519PrivateKey, office: Office, sm2: Sm2) -> str:
    return as_text(signed_list(root, [key_row(office.public), key_row(sm2.public, "SM2")]))


def test_tokens_signed_by_openssl_with_sm2_pass(page: Page, sm2: Sm2, sm2_list: str) -> None:
    texts = [base32_text(sm2.raw(sequence)) for sequence in range(12)]
    assert answers(page, texts, sm2_list) == [HOLDS] * 12


def test_no_flipped_bit_of_an_sm2_token_passes(page: Page, sm2: Sm2, sm2_list: str) -> None:
    raw = sm2.raw()
    told = {}
    for at in range(0, 8 * len(raw), 7):  # each takes a multiplication of points in the page
        data = bytearray(raw)
        data[at // 8] ^= 1 << at % 8
        told[at] = base32_text(data)
    verdicts = dict(zip(told, answers(page, list(told.values()), sm2_list), strict=True))
    assert set(verdicts.values()) <= {UNREADABLE, UNKNOWN_KEY, SIGNATURE}
    of_signature = [verdict for at, verdict in verdicts.items() if at >= 8 * (len(raw) - 64)]
    assert len(of_signature) >= 73
    assert set(of_signature) == {SIGNATURE}


def test_the_algorithm_of_the_token_and_of_the_key_must_be_the_same(
    page: Page, root: Ed25519PrivateKey, office: Office, sm2: Sm2, sm2_list: str
) -> None:
    payload = cbor2.dumps(payload_map(type_code=3), canonical=True)
    as_eddsa = cbor2.dumps({1: -8, 4: kid_of(sm2.public)})
    as_sm2 = cbor2.dumps({1: SM2_ALGORITHM, 4: kid_of(office.public)})
    raws = [message_of(as_eddsa, payload, sm2.sign), office.message(payload, as_sm2)]
    assert answers(page, [base32_text(raw) for raw in raws], sm2_list) == [SIGNATURE] * 2


def test_an_sm2_key_off_the_curve_or_in_another_form_proves_nothing(
    page: Page, root: Ed25519PrivateKey, sm2: Sm2
) -> None:
    token, public = sm2.raw(), sm2.public
    off = public[:-1] + bytes([public[-1] ^ 1])
    moved = token.replace(kid_of(public), kid_of(off))
    listed = as_text(signed_list(root, [key_row(off, "SM2")]))
    assert answers(page, [base32_text(moved)], listed) == [SIGNATURE]
    for odd in (b"\6" + public[1:], public[1:], public[:33], public + b"0"):
        listed = as_text(signed_list(root, [key_row(odd, "SM2")]))
        assert answers(page, [base32_text(token)], listed) == [KEYS_UNREADABLE]


def test_sm2_numbers_out_of_range_are_refused(page: Page, sm2: Sm2) -> None:
    message, public = b"message", sm2.public
    good = sm2.sign(message)
    r, s = (int.from_bytes(part, "big") for part in (good[:32], good[32:]))
    pairs = [(r, s), (0, s), (r, 0), (0, 0), (SM2_ORDER, s), (r, SM2_ORDER), (r, SM2_ORDER - r)]
    pairs += [(s, r), (r, SM2_ORDER - s), (2**256 - 1, s), (1, 1), (SM2_ORDER - 1, 1)]
    rows = [
        (public.hex(), message.hex(), b"".join(n.to_bytes(32, "big") for n in pair).hex())
        for pair in pairs
    ]
    x = int.from_bytes(public[1:33], "big")
    if x + SM2_PRIME < 2**256:
        rows.append(("04" + hex(x + SM2_PRIME)[2:] + public[33:].hex(), message.hex(), good.hex()))
    assert page.evaluate(HOLDS_ALL, [rows, "sm2Holds"]) == [True] + [False] * (len(rows) - 1)


def test_sm2_and_sm3_agree_with_the_examples_of_the_standards(page: Page) -> None:
    public = (
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    signature = (
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    rows = [(public, text.encode().hex(), signature) for text in ("message digest", "message")]
    assert page.evaluate(HOLDS_ALL, [rows, "sm2Holds"]) == [True, False]
    lengths = [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000]
    texts = [string.ascii_letters[size % 52] * size for size in lengths]
    told = page.evaluate("(texts) => texts.map((text) => hex(sm3(utf8(text))))", texts)
    assert told == [sm3_by_openssl(text.encode()) for text in texts]


def sm3_by_openssl(data: bytes) -> str:
    if shutil.which("openssl") is None:
        pytest.skip("没有 openssl")
    command = ["openssl", "dgst", "-sm3", "-r"]
    told = subprocess.run(command, input=data, check=True, capture_output=True).stdout
    return told.split()[0].decode("ascii")


# ---- the page as a person uses it


@pytest.fixture
def fresh(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    opened.goto(PAGE.as_uri())
    yield opened
    opened.close()


@pytest.fixture
def list_file(tmp_path: Path, listed: Row) -> Path:
    path = tmp_path / "公钥清单.json"
    path.write_text(as_text(listed), "utf-8")
    return path


def press(page: Page) -> Verdict:
    page.get_by_role("button", name="核验").click()
    main = page.locator("main[data-verdict]")
    verdict, reason = (main.get_attribute(f"data-{name}") for name in ("verdict", "reason"))
    return verdict or "", reason or ""


def test_a_person_gives_a_code_and_a_list_and_reads_the_verdict(
    fresh: Page, office: Office, root: Ed25519PrivateKey, list_file: Path
) -> None:
    assert fresh.locator("main").get_attribute("data-verdict") is None
    fresh.get_by_label("二维码的内容").fill(f"https://example.gov.cn/v/{office.token()}")
    fresh.get_by_label("公开密钥清单（文件）").set_input_files(list_file)
    assert press(fresh) == UNCHECKED
    full = hashlib.sha256(public_of(root)).hexdigest()[:32]
    grouped = " ".join(re.findall("....", full))
    assert grouped in fresh.get_by_role("status").inner_text()
    fresh.get_by_label("机关公布的根指纹").fill(grouped)
    assert press(fresh) == HOLDS
    shown = fresh.locator("main").inner_text()
    told = ("通过", "示例省应急管理厅", "2026-11-20", "30", "12", "GAYT EMZU", "17", "录音录像")
    for word in (*told, grouped, "没有核对的"):
        assert word in shown
    assert "通过" in fresh.get_by_role("status").inner_text()


@pytest.mark.parametrize("verdict", ["pass", "fail", "unknown"])
def test_nothing_is_wider_than_a_phone_of_320_pixels(
    fresh: Page, office: Office, root: Ed25519PrivateKey, list_file: Path, verdict: str
) -> None:
    full = hashlib.sha256(public_of(root)).hexdigest()
    fresh.get_by_label("机关公布的根指纹").fill(full)
    fresh.get_by_label("二维码的内容").fill(office.token() if verdict != "fail" else "A" * 300)
    if verdict != "unknown":
        fresh.get_by_label("公开密钥清单（文件）").set_input_files(list_file)
    assert press(fresh)[0] == verdict
    assert fresh.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_alone_is_enough(fresh: Page, office: Office, listed: Row) -> None:
    fresh.keyboard.press("Tab")
    fresh.keyboard.insert_text(office.token())
    for key in ("Tab", "Tab", "Enter", "Tab"):
        fresh.keyboard.press(key)
    fresh.keyboard.insert_text(as_text(listed))
    for key in ("Tab", "Enter"):
        fresh.keyboard.press(key)
    fresh.locator("main[data-verdict=unknown]").wait_for()


def test_an_answer_goes_when_the_question_changes(
    fresh: Page, office: Office, list_file: Path
) -> None:
    fresh.get_by_label("二维码的内容").fill(office.token())
    fresh.get_by_label("公开密钥清单（文件）").set_input_files(list_file)
    press(fresh)
    fresh.get_by_label("机关公布的根指纹").fill("0")
    assert fresh.locator("main").get_attribute("data-verdict") is None
    assert fresh.get_by_role("status").inner_text() == ""
    assert press(fresh) == ("fail", "root_other")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_list_file_that_is_not_plain_utf_8_is_unreadable(
    fresh: Page, office: Office, list_file: Path, encoding: str
) -> None:
    fresh.get_by_label("二维码的内容").fill(office.token())
    list_file.write_bytes(list_file.read_text("utf-8").encode(encoding))
    fresh.get_by_label("公开密钥清单（文件）").set_input_files(list_file)
    assert press(fresh) == KEYS_UNREADABLE


def test_a_stopped_key_passes_with_a_warning_to_ask_the_register(
    fresh: Page, root: Ed25519PrivateKey, office: Office
) -> None:
    row = key_row(office.public, revoked_from="2026-11-25", revoked_reason="私钥丢失")
    fresh.get_by_label("二维码的内容").fill(office.token())
    fresh.get_by_text("改为粘贴").click()
    fresh.get_by_label("清单的全部文字").fill(as_text(signed_list(root, [row])))
    assert press(fresh) == UNCHECKED
    warned = fresh.get_by_role("status").inner_text()
    assert all(word in warned for word in ("2026-11-25", "私钥丢失", "向登记簿查询"))


def test_words_of_the_list_are_shown_as_words(
    fresh: Page, root: Ed25519PrivateKey, office: Office
) -> None:
    row = key_row(office.public, agency="<img src=x onerror=document.title='x'><b>局</b>")
    fresh.get_by_label("二维码的内容").fill(office.token())
    fresh.get_by_text("改为粘贴").click()
    fresh.get_by_label("清单的全部文字").fill(as_text(signed_list(root, [row])))
    press(fresh)
    assert "<b>局</b>" in fresh.locator("main").inner_text()
    assert fresh.locator("main img").count() == 0


def test_the_code_may_come_with_the_address_of_the_page(
    context: BrowserContext, office: Office
) -> None:
    opened = context.new_page()
    for given in (office.token(), f"https%3A%2F%2Fa.cn%2Fv%2F{office.token()}", "%E4%"):
        opened.goto(f"{PAGE.as_uri()}#token={given}")
        shown = opened.get_by_label("二维码的内容").input_value()
        assert shown == given.replace("%3A", ":").replace("%2F", "/")
    opened.close()


# ---- the file


def test_the_page_asks_the_network_for_nothing(
    context: BrowserContext, office: Office, list_file: Path
) -> None:
    opened = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(PAGE.as_uri())
    opened.get_by_label("二维码的内容").fill(office.token())
    opened.get_by_label("公开密钥清单（文件）").set_input_files(list_file)
    press(opened)
    assert (asked, faults) == ([PAGE.as_uri()], [])
    text = PAGE.read_text("utf-8")
    outside = r"\b(?:src|href|action)\s*=\s*[\"']|@import|url\(|fetch\(|import\("
    assert re.findall(outside, text) == []
    opened.close()


@pytest.mark.parametrize("tag", ["script", "style"])
def test_the_policy_allows_this_script_and_this_style_only(tag: str) -> None:
    text = PAGE.read_text("utf-8")
    bodies = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", text, re.DOTALL)
    assert len(bodies) == 1
    hashed = base64_text(hashlib.sha256(bodies[0].encode()).digest())
    assert f"{tag}-src 'sha256-{hashed}';" in text
    assert "default-src 'none'" in text
    assert "unsafe" not in text


def test_axe_finds_no_fault_before_or_after_an_answer(
    fresh: Page, office: Office, list_file: Path
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="没有 axe").Axe()
    fresh.get_by_label("二维码的内容").fill(office.token())
    assert axe.run(fresh).response["violations"] == []
    files: tuple[list[Path], ...] = ([list_file], [])
    for given in files:
        fresh.get_by_label("公开密钥清单（文件）").set_input_files(given)
        press(fresh)
        assert axe.run(fresh).response["violations"] == []
