"""签封：claim ⇄ COSE_Sign1（RFC 9052 §4.2、§4.4；EdDSA，RFC 9053 §2.2）。

SM2 has no number in the IANA registry of COSE algorithms; it takes one of those for private use.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date, timedelta

import cbor2

from docgen.errors import Defect
from docgen.model.claim import IDENTITY_BYTES, Claim, SealReading, Token
from docgen.model.key import Algorithm, KeyList, PublicKey
from docgen.seal.algorithms import signature_holds

MAX_TOKEN_BYTES = 150
_MOST = {Algorithm.EDDSA: MAX_TOKEN_BYTES, Algorithm.SM2: MAX_TOKEN_BYTES + 4}
_TAG_SIGN1 = 18
_ALG, _KID = 1, 4
_ALGORITHMS = {Algorithm.EDDSA: -8, Algorithm.SM2: -65537}
_NAMED = {number: algorithm for algorithm, number in _ALGORITHMS.items()}
_IDENTITY, _TYPE, _YEAR, _SEQUENCE, _DAY, _DIGEST = 1, 2, 3, 4, 5, 6
_EPOCH = date(1970, 1, 1)


class NotAToken(ValueError):
    """不是签封，或被改动得读不出来；message 说明哪里不对。"""


def make_identity(secret: bytes, agency: str, case_number: str, key: str, edition: int) -> bytes:
    """文书标识：10 字节，同一登记簿里重算不变，外人猜不到（contract 5.3）。"""
    message = json.dumps([agency, case_number, key, edition], ensure_ascii=False).encode()
    return hmac.new(secret, message, hashlib.sha256).digest()[:IDENTITY_BYTES]


def sign(
    claim: Claim,
    kid: bytes,
    signature_of: Callable[[bytes], bytes],
    algorithm: Algorithm = Algorithm.EDDSA,
) -> Token:
    """签一个 claim。signature_of: bytes to be signed → 64-byte signature.

    Raises Defect where the token would be longer than anyone reads.
    """
    protected = _encode({_ALG: _ALGORITHMS[algorithm], _KID: kid})
    payload = _encode(
        {
            _IDENTITY: claim.identity,
            _TYPE: claim.type_code,
            _YEAR: claim.year,
            _SEQUENCE: claim.sequence,
            _DAY: (claim.issue_date - _EPOCH).days,
            _DIGEST: claim.content_digest,
        }
    )
    signature = signature_of(to_be_signed(protected, payload))
    raw = _encode(cbor2.CBORTag(_TAG_SIGN1, [protected, {}, payload, signature]))
    if len(raw) > _MOST[algorithm]:
        raise Defect(f"签封有 {len(raw)} 字节，超过 {_MOST[algorithm]} 字节。")
    return Token(claim, algorithm, kid, signature, raw)


def token_from_text(text: str) -> Token:
    """base32 文字 → Token（未验签）。Raises NotAToken.

    Case is ignored (the server reads the path whatever its case); spare bits must be zero.
    """
    upper = text.strip().upper()
    if not text.isascii():
        raise NotAToken("含有 base32 之外的字符")
    try:
        raw = base64.b32decode(upper + "=" * (-len(upper) % 8))
    except (binascii.Error, ValueError):
        raise NotAToken("不是完整的 base32 文字") from None
    if base64.b32encode(raw).decode("ascii").rstrip("=") != upper:
        raise NotAToken("base32 末尾的空闲位不是零")
    return token_from_bytes(raw)


def token_from_bytes(raw: bytes) -> Token:
    """COSE_Sign1 字节 → Token（未验签）。Only our own deterministic encoding is read."""
    if len(raw) > max(_MOST.values()):
        raise NotAToken(f"超过 {max(_MOST.values())} 字节")
    try:
        message = cbor2.loads(raw)
        protected_raw, unprotected, payload_raw, signature = message.value
        protected, payload = cbor2.loads(protected_raw), cbor2.loads(payload_raw)
        if message.tag != _TAG_SIGN1 or unprotected != {} or set(protected) != {_ALG, _KID}:
            raise NotAToken("不是本系统的 COSE_Sign1 签封")
        claim = Claim(
            identity=payload[_IDENTITY],
            type_code=payload[_TYPE],
            year=payload[_YEAR],
            sequence=payload[_SEQUENCE],
            issue_date=_EPOCH + timedelta(days=payload[_DAY]),
            content_digest=payload[_DIGEST],
        )
        kid = protected[_KID]
        _check_shapes(protected, payload, claim, kid, signature)
        again = sign(claim, kid, lambda _: signature, _NAMED[protected[_ALG]])
    except NotAToken:
        raise
    except Exception as error:  # cbor2 raises many kinds on hostile input
        raise NotAToken("不是 COSE_Sign1 签封") from error
    if again.raw != raw:
        raise NotAToken("CBOR 编码不是确定性编码")
    return again


def kid_in(raw: bytes) -> bytes:
    """签封是哪一把密钥签的。Raises NotAToken."""
    return token_from_bytes(raw).kid


def read_seal(text: str, keys: KeyList) -> SealReading:
    """读一个签封并按密钥清单验签；不成立时说明原因。"""
    try:
        token = token_from_text(text)
    except NotAToken as error:
        return SealReading(text, None, None, False, f"签封读不懂：{error}")
    key = keys.find(token.kid)
    if key is None:
        fault = f"签名所用的密钥（{token.kid.hex()}）不在公开密钥清单里"
        return SealReading(text, token, None, False, fault)
    if not token_holds(token, key):
        return SealReading(text, token, key, False, "签名不成立，签封被改动过或者是伪造的")
    return SealReading(text, token, key, True)


def token_holds(token: Token, key: PublicKey) -> bool:
    """签名是否成立，算法也是这把密钥的（RFC 9052 §4.4，空外部数据）。"""
    protected, _, payload, signature = cbor2.loads(token.raw).value
    agrees = token.algorithm is key.algorithm
    return agrees and signature_holds(key, to_be_signed(protected, payload), signature)


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """所签的字节：Sig_structure（RFC 9052 §4.4），外部数据为空。"""
    return _encode(["Signature1", protected, b"", payload])


def _check_shapes(
    protected: dict[int, object],
    payload: dict[int, object],
    claim: Claim,
    kid: object,
    signature: object,
) -> None:
    integers = (claim.type_code, claim.year, claim.sequence, payload[_DAY])
    lengths = ((claim.identity, IDENTITY_BYTES), (claim.content_digest, 32), (kid, 8))
    if (
        type(protected[_ALG]) is not int
        or protected[_ALG] not in _NAMED
        or set(payload) != {_IDENTITY, _TYPE, _YEAR, _SEQUENCE, _DAY, _DIGEST}
        or any(type(number) is not int or not 0 <= number < 2**64 for number in integers)
        or any(type(value) is not bytes or len(value) != size for value, size in lengths)
        or type(signature) is not bytes
        or len(signature) != 64
    ):
        raise NotAToken("签封的内容不合格式")


def _encode(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)
