"""签封：改动任何一位都不成立，读不懂的只说读不懂，钥匙不对就不签。"""

from __future__ import annotations

import base64
import hmac
import io
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import cbor2
import numpy as np
import pytest
import qrcode
import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from docgen.errors import Defect, EnvironmentLacking
from docgen.model.claim import Claim, Token, identity_text
from docgen.model.key import Algorithm, KeyList, PublicKey
from docgen.seal.algorithms import ed25519_holds
from docgen.seal.keys import (
    kid_of,
)
from docgen.seal.qr import LARGEST_VERSION, MAX_HOST, check_host, draw, verification_url
from docgen.seal.token import (
    MAX_TOKEN_BYTES,
    NotAToken,
    make_identity,
    read_seal,
    sign,
    to_be_signed,
    token_from_bytes,
    token_from_text,
    token_holds,
)

VECTORS = Path(__file__).resolve().parents[2] / "shared" / "vectors"
needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="没有 shared/vectors 文件夹")

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
RAW = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
KEY = PublicKey(kid_of(RAW), "示例省应急管理厅", "鲁", Algorithm.EDDSA, RAW)
KEYS = KeyList((KEY,))
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

CLAIMS = st.builds(
    Claim,
    identity=st.binary(min_size=10, max_size=10),
    type_code=st.integers(1, 255),
    year=st.integers(2000, 9999),
    sequence=st.integers(1, 999_999_999),
    issue_date=st.dates(date(1970, 1, 1), date(2149, 6, 6)),
    content_digest=st.binary(min_size=32, max_size=32),
)


def sealed(claim: Claim) -> Token:
    return sign(claim, KEY.kid, PRIVATE.sign)


@cache
def example(type_code: int = 100) -> Token:
    """一个签好的 token；种类码 100 使 base32 末尾有空闲位。"""
    return sealed(Claim(b"0123456789", type_code, 2026, 12, date(2026, 11, 24), b"d" * 32))


def holds(raw: bytes) -> bool:
    """这些字节是不是一个成立的签封。"""
    try:
        return token_holds(token_from_bytes(raw), KEY)
    except NotAToken:
        return False


# --- the token


@given(CLAIMS)
def test_a_token_reads_back_as_the_claim_that_was_signed(claim: Claim) -> None:
    token = sealed(claim)
    assert len(token.raw) <= MAX_TOKEN_BYTES
    assert token_from_bytes(token.raw) == token
    reading = read_seal(token.text, KEYS)
    assert (reading.token, reading.holds, reading.fault) == (token, True, "")


def test_a_flipped_bit_of_a_token_is_never_accepted() -> None:
    raw = example().raw
    assert holds(raw)
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not holds(bytes(flipped)), bit


def test_a_changed_character_of_a_token_is_never_accepted() -> None:
    text = example().text
    for index, char in enumerate(text):
        for other in BASE32.replace(char, ""):
            changed = text[:index] + other + text[index + 1 :]
            assert not read_seal(changed, KEYS).holds, (index, other)


@given(st.data())
def test_a_cut_lengthened_or_reordered_token_is_never_accepted(data: st.DataObject) -> None:
    raw = example().raw
    cut = data.draw(st.integers(0, len(raw) - 1))
    tail = data.draw(st.binary(min_size=1, max_size=8))
    assert not holds(raw[:cut])
    assert not holds(raw + tail)
    assert not holds(raw[cut:] + raw[:cut]) or cut == 0


def test_the_signature_of_one_claim_never_fits_another() -> None:
    other = replace(example().claim, sequence=13)
    forged = sign(other, KEY.kid, lambda _: example().signature)
    assert token_from_bytes(forged.raw).claim == other
    assert not holds(forged.raw)


def test_base32_is_read_in_any_case_and_with_white_space_around() -> None:
    text = example().text
    for written in (text.lower(), f" {text}\n", text[:50].lower() + text[50:]):
        assert token_from_text(written) == example()


def test_base32_whose_spare_bits_are_not_zero_is_refused() -> None:
    text = example().text
    last = BASE32.index(text[-1])
    spare = (5 - len(example().raw) * 8 % 5) % 5
    assert spare > 0
    for bits in range(1, 2**spare):
        with pytest.raises(NotAToken, match="空闲位"):
            token_from_text(text[:-1] + BASE32[last | bits])


@pytest.mark.parametrize("text", ["", "A", "=" * 8, "甲", "0189", "AAAA====", "ſ" * 40, "A" * 4000])
def test_what_is_no_base32_token_is_refused(text: str) -> None:
    with pytest.raises(NotAToken):
        token_from_text(text)


def test_letters_that_only_look_like_base32_are_refused() -> None:
    text = example().text
    assert "S" in text
    for written in (text.replace("S", "ſ", 1), text.replace(text[0], chr(ord(text[0]) + 0xFEE0))):
        with pytest.raises(NotAToken):
            token_from_text(written)


@given(st.binary(max_size=200))
def test_random_bytes_are_never_more_than_not_a_token(raw: bytes) -> None:
    with pytest.raises(NotAToken):
        token_from_bytes(raw)


@given(st.text(max_size=300) | st.text(BASE32, max_size=300))
def test_random_text_is_never_more_than_not_a_token(text: str) -> None:
    with pytest.raises(NotAToken):
        token_from_text(text)
    assert not read_seal(text, KEYS).holds


SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary()
ITEMS = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.integers(0, 8) | st.booleans() | st.text(max_size=2), inner, max_size=6
        )
        | st.builds(cbor2.CBORTag, st.integers(1000, 70000), inner)
    ),
    max_leaves=8,
)


@given(ITEMS, ITEMS, ITEMS, ITEMS)
def test_any_cbor_in_the_shape_of_cose_is_never_more_than_not_a_token(
    protected: object, unprotected: object, payload: object, signature: object
) -> None:
    for parts in (
        [protected, unprotected, payload, signature],
        [cbor2.dumps(protected), {}, cbor2.dumps(payload), b"s" * 64],
        [cbor2.dumps({1: -8, 4: KEY.kid}), {}, cbor2.dumps(payload), b"s" * 64],
    ):
        with pytest.raises(NotAToken):
            token_from_bytes(cbor2.dumps(cbor2.CBORTag(18, parts)))


@pytest.mark.parametrize(
    "tagged",
    [
        "c5821b00000000ffffffff01",
        "c4821b00000000ffffffff01",
        "d8236828612b292b2a24",
        "d81c81d81d00",
        "c11b7fffffffffffffff",
        "c2583c" + "ff" * 60,
        "d81e820100",
        "d9010481f97e00",
    ],
)
def test_hostile_cbor_tags_cost_nothing(tagged: str) -> None:
    payload = bytes.fromhex("a1" + "05" + tagged)
    raw = cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -8, 4: KEY.kid}), {}, payload, b"s" * 64]))
    started = time.perf_counter()
    for hostile in (raw, bytes.fromhex(tagged)):
        with pytest.raises(NotAToken):
            token_from_bytes(hostile)
    assert time.perf_counter() - started < 10


def cose(
    protected: Mapping[Any, Any] | bytes | None = None,
    unprotected: Mapping[Any, Any] | None = None,
    payload: Mapping[Any, Any] | bytes | None = None,
    tag: int = 18,
) -> bytes:
    """自己拼的 COSE_Sign1，签名是真的。"""
    header = {1: -8, 4: KEY.kid} if protected is None else protected
    claims = _claims() if payload is None else payload
    header_raw = header if isinstance(header, bytes) else cbor2.dumps(header, canonical=True)
    claims_raw = claims if isinstance(claims, bytes) else cbor2.dumps(claims, canonical=True)
    signature = PRIVATE.sign(cbor2.dumps(["Signature1", header_raw, b"", claims_raw]))
    return cbor2.dumps(
        cbor2.CBORTag(tag, [header_raw, dict(unprotected or {}), claims_raw, signature])
    )


def _claims(**changes: Any) -> dict[Any, Any]:
    claims: dict[Any, Any] = {1: b"0123456789", 2: 100, 3: 2026, 4: 12, 5: 20781, 6: b"d" * 32}
    return claims | {int(key[1:]): value for key, value in changes.items()}


def test_a_token_put_together_by_the_book_is_the_one_we_make() -> None:
    days = (date(2026, 11, 24) - date(1970, 1, 1)).days
    assert cose(payload=_claims(_5=days)) == example().raw


@pytest.mark.parametrize(
    "raw",
    [
        cose(protected={1: -8, 4: KEY.kid, 3: 0}),
        cose(protected={1: -8}),
        cose(protected={1: -7, 4: KEY.kid}),
        cose(protected={1: -8, 4: KEY.kid[:7]}),
        cose(protected={1: -8.0, 4: KEY.kid}),
        cose(protected={True: -8, 4: KEY.kid}),
        cose(protected={1: -8, 4: KEY.kid, 2: [99]}),
        cose(protected=b""),
        cose(unprotected={4: KEY.kid}),
        cose(payload=_claims(_7=1)),
        cose(payload={k: v for k, v in _claims().items() if k != 6}),
        cose(payload=_claims(_1=b"0" * 11)),
        cose(payload=_claims(_1="0123456789")),
        cose(payload=_claims(_2=-1)),
        cose(payload=_claims(_2=True)),
        cose(payload=_claims(_3=2026.0)),
        cose(payload=_claims(_5=10**9)),
        cose(payload=_claims(_5=-1)),
        cose(payload=_claims(_6=b"d" * 31)),
        cose(payload=cbor2.dumps(dict(reversed(_claims().items())))),
        cose(payload=cbor2.dumps(_claims()).replace(b"\x02\x18\x64", b"\x02\x19\x00\x64")),
        cose(payload=b"\xbf" + cbor2.dumps(_claims())[1:] + b"\xff"),
        cose(payload=b"\xa7" + cbor2.dumps(_claims())[1:] + b"\x06\x41x"),
        cose(tag=98),
        cose()[1:],
        cose().replace(b"\xd2\x84", b"\xd2\x9f") + b"\xff",
        cose().replace(b"\xd2\x84", b"\xd8\x12\x84"),
        b"\xd9\xd9\xf7" + cose(),
        cose() + b"\x00",
    ],
)
def test_anything_but_our_own_deterministic_encoding_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAToken):
        token_from_bytes(raw)


def test_a_claim_too_large_for_a_token_is_never_signed() -> None:
    claim = replace(example().claim, type_code=65535, sequence=999_999_999)
    with pytest.raises(Defect, match="150"):
        sealed(replace(claim, issue_date=date(9999, 1, 1)))


def test_a_seal_by_a_key_nobody_lists_does_not_hold_and_says_so() -> None:
    reading = read_seal(example().text, KeyList(()))
    assert (reading.holds, reading.key) == (False, None)
    assert KEY.kid.hex() in reading.fault


def test_a_seal_under_the_name_of_another_key_does_not_hold() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
    forged = sign(example().claim, KEY.kid, other.sign)
    reading = read_seal(forged.text, KEYS)
    assert not reading.holds
    assert "签名不成立" in reading.fault


# --- the identity


def test_an_identity_is_the_same_on_every_run_and_depends_on_every_input() -> None:
    inputs: list[Any] = [b"s" * 32, "示例省应急管理厅", "（鲁）应急案〔2026〕12号", "notice", 1]
    identity = make_identity(*inputs)
    assert identity == make_identity(*inputs)
    assert len(identity) == 10
    for index, other in enumerate(
        [b"t" * 32, "示例市应急管理局", "（鲁）应急案〔2026〕1号", "note", 2]
    ):
        assert make_identity(*inputs[:index], other, *inputs[index + 1 :]) != identity


def test_an_identity_given_out_once_is_given_out_for_ever() -> None:
    name = ("示例省应急管理厅", "（鲁）应急案〔2026〕12号", "notice")
    message = f'["{name[0]}", "{name[1]}", "{name[2]}", 1]'.encode()
    expected = hmac.new(b"s" * 32, message, "sha256").digest()[:10]
    assert make_identity(b"s" * 32, *name, 1) == expected


@given(st.tuples(st.text(), st.text(), st.text()), st.tuples(st.text(), st.text(), st.text()))
def test_no_two_instruments_share_an_identity_however_their_names_join(
    left: tuple[str, str, str], right: tuple[str, str, str]
) -> None:
    same = make_identity(b"s", *left, 1) == make_identity(b"s", *right, 1)
    assert same is (left == right)


@given(st.binary(min_size=10, max_size=10))
def test_the_printed_identity_is_four_groups_of_four(identity: bytes) -> None:
    text = identity_text(identity)
    assert [len(group) for group in text.split(" ")] == [4, 4, 4, 4]
    assert base64.b32decode(text.replace(" ", "")) == identity


# --- the public vectors


@needs_vectors
def test_every_wycheproof_ed25519_vector_is_judged_as_it_should_be() -> None:
    data = json.loads((VECTORS / "wycheproof" / "ed25519_test.json").read_text("utf-8"))
    judged = 0
    for group in data["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
            assert ed25519_holds(public, message, signature) is (case["result"] == "valid"), case
            judged += 1
    assert judged == data["numberOfTests"] > 100


@given(st.binary(max_size=64), st.binary(max_size=64), st.binary(max_size=100))
def test_malformed_keys_and_signatures_never_hold_and_never_raise(
    public: bytes, message: bytes, signature: bytes
) -> None:
    assert ed25519_holds(public, message, signature) is False
    assert ed25519_holds(public, message, b"\0" * 64) is False
    assert ed25519_holds(KEY.public, message, signature) is False


def vectors(folder: str) -> list[Path]:
    return sorted((VECTORS / "cose" / folder).glob("*.json"))


def cose_vector(path: Path) -> tuple[dict[str, Any], Any]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data, cbor2.loads(bytes.fromhex(data["output"]["cbor"]))


@needs_vectors
def test_the_cose_ed25519_vector_holds_and_its_sig_structure_is_ours() -> None:
    data, message = cose_vector(VECTORS / "cose" / "eddsa" / "eddsa-sig-01.json")
    protected, _, payload, signature = message.value
    signed = to_be_signed(protected, payload)
    public = bytes.fromhex(data["input"]["sign0"]["key"]["x_hex"])
    assert signed.hex().upper() == data["intermediates"]["ToBeSign_hex"]
    assert ed25519_holds(public, signed, signature)
    assert not ed25519_holds(public, to_be_signed(b"", payload), signature)
    assert not ed25519_holds(public, to_be_signed(protected, payload + b"."), signature)


@needs_vectors
def test_the_cose_ed448_vector_has_our_sig_structure_but_is_no_ed25519_signature() -> None:
    data, message = cose_vector(VECTORS / "cose" / "eddsa" / "eddsa-sig-02.json")
    protected, _, payload, signature = message.value
    signed = to_be_signed(protected, payload)
    assert signed.hex().upper() == data["intermediates"]["ToBeSign_hex"]
    public = bytes.fromhex(data["input"]["sign0"]["key"]["x_hex"])
    assert not ed25519_holds(public, signed, signature)


@needs_vectors
@pytest.mark.parametrize("path", vectors("sign1"), ids=lambda path: path.stem)
def test_our_sig_structure_agrees_with_each_cose_sign1_vector(path: Path) -> None:
    data, message = cose_vector(path)
    protected, _, payload, signature = getattr(message, "value", message)
    header = b"" if protected == b"\xa0" else protected  # an empty header is signed as empty bytes
    signed = to_be_signed(header, payload)
    intact = signed.hex().upper() == data["intermediates"]["ToBeSign_hex"]
    assert _es256_holds(data["input"]["sign0"]["key"], signed, signature) is intact
    # fail-01 has only its tag wrong; pass-02 signs external data as well.
    assert intact is (path.stem in ("sign-pass-01", "sign-pass-03", "sign-fail-01"))


def _es256_holds(key: Mapping[str, str], message: bytes, signature: bytes) -> bool:
    x, y = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "==")) for name in "xy")
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@needs_vectors
@pytest.mark.parametrize(
    "path", [*vectors("sign1"), *vectors("eddsa"), *vectors("cwt")], ids=lambda path: path.stem
)
def test_no_foreign_cose_message_is_ever_taken_for_a_token(path: Path) -> None:
    with pytest.raises(NotAToken):
        token_from_bytes(bytes.fromhex(json.loads(path.read_text("utf-8"))["output"]["cbor"]))


# --- the QR


def scanned(png: bytes) -> str:
    picture = Image.open(io.BytesIO(png)).convert("L")
    codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(codes) == 1
    return str(codes[0].text)


@settings(max_examples=25)
@given(CLAIMS, st.sampled_from(["verify.docgen.example", "v.cn", "a" * 35, "localhost:8000"]))
def test_a_qr_says_exactly_the_url_with_its_prefix_in_lower_case(claim: Claim, host: str) -> None:
    text = sealed(claim).text
    symbol = draw(host, text)
    assert symbol.version <= LARGEST_VERSION
    assert scanned(symbol.png(3)) == f"https://{host}/v/{text}" == verification_url(host, text)


@pytest.mark.parametrize("host", ["verify.docgen.example", "v.cn", "localhost:8000"])
def test_another_encoder_draws_the_same_symbol_of_level_m(host: str) -> None:
    symbol = draw(host, example().text)
    prefix, _, rest = verification_url(host, example().text).rpartition("/")
    drawn = []
    for mask in range(8):
        code = qrcode.QRCode(
            symbol.version, qrcode.constants.ERROR_CORRECT_M, border=4, mask_pattern=mask
        )
        code.add_data(QRData(prefix.encode(), mode=MODE_8BIT_BYTE), optimize=0)
        code.add_data(QRData(f"/{rest}".encode(), mode=MODE_ALPHA_NUM), optimize=0)
        code.make(fit=False)
        drawn.append(tuple(tuple(map(bool, row)) for row in code.get_matrix()))
    assert drawn.count(symbol.modules) == 1


@pytest.mark.parametrize("scale", [1, 3, 8, 12])
def test_the_picture_of_a_symbol_has_each_module_as_a_square_of_dots(scale: int) -> None:
    symbol = draw("v.cn", example().text)
    picture = Image.open(io.BytesIO(symbol.png(scale)))
    assert picture.mode == "1"
    dark = ~np.asarray(picture)
    assert (dark == np.kron(np.array(symbol.modules), np.ones((scale, scale), bool))).all()


def test_the_largest_token_and_the_longest_host_still_fit_a_version_10_symbol() -> None:
    claim = Claim(b"i" * 10, 255, 9999, 999_999_999, date(2149, 6, 6), b"d" * 32)
    token = sealed(claim)
    assert len(token.raw) == MAX_TOKEN_BYTES
    symbol = draw("a" * MAX_HOST, token.text)
    assert symbol.version == LARGEST_VERSION
    assert len(symbol.modules) * 0.40 <= 26.0
    with pytest.raises(EnvironmentLacking, match="26 mm"):
        draw("a" * (MAX_HOST + 2), token.text)


def test_a_symbol_has_a_quiet_zone_of_four_modules() -> None:
    rows = draw("v.cn", example().text).modules
    side = len(rows)
    assert all(len(row) == side for row in rows)
    for index in range(side):
        edges = [*rows[index][:4], *rows[index][-4:]]
        assert not any(edges)
    assert not any(any(row) for row in (*rows[:4], *rows[-4:]))
    assert rows[4][4]


def test_the_same_token_is_drawn_as_the_same_bytes() -> None:
    assert draw("v.cn", example().text).png(4) == draw("v.cn", example().text).png(4)


@pytest.mark.parametrize("host", ["verify.docgen.example", "a", "127.0.0.1:8000", "a" * 35])
def test_a_plain_host_is_usable(host: str) -> None:
    assert check_host(host) == host


@pytest.mark.parametrize(
    "host",
    [
        "",
        "A.cn",
        "a b",
        "a/b",
        "-a",
        "a.",
        "https://a",
        "a" * 36,
        "示例.cn",
        "a?x",
        "a:port",
        "a\n",
    ],
)
def test_a_host_that_could_not_stand_in_the_url_is_refused(host: str) -> None:
    with pytest.raises(EnvironmentLacking, match="主机名"):
        check_host(host)
