"""签名算法：Ed25519（RFC 8032），与 SM2、SM3（GB/T 32918.2、32905，可选）。"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docgen.errors import EnvironmentLacking
from docgen.model.key import Algorithm, PublicKey

SECRET_BYTES = 32
_USER = b"1234567812345678"
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123

Sign = Callable[[bytes], bytes]


def signature_holds(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """签名是否成立；公钥或签名本身不合格也是不成立。

    Raises EnvironmentLacking for SM2 without its extra: that cannot be decided here.
    """
    if key.algorithm is Algorithm.SM2:
        return _sm2_holds(key.public, message, signature)
    return ed25519_holds(key.public, message, signature)


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519 签名是否成立（RFC 8032）。public: 32 raw bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_of(algorithm: Algorithm, secret: bytes) -> bytes:
    """私钥（32 字节）对应的公钥。Raises ValueError for a secret that the curve does not have."""
    if algorithm is Algorithm.EDDSA:
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key()
        return public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    if not 0 < int.from_bytes(secret) < _ORDER - 1:
        raise ValueError("SM2 secret out of range")
    made: bytes = _sm2()().generate_pk(secret)
    return made


def signing_with(algorithm: Algorithm, secret: bytes) -> Sign:
    """用私钥（32 字节）签：字节 → 64 字节签名；同样的字节总得同样的签名。"""
    if algorithm is Algorithm.EDDSA:
        return Ed25519PrivateKey.from_private_bytes(secret).sign
    return lambda message: _sm2_sign(secret, message)


def well_formed(algorithm: Algorithm, public: bytes) -> bool:
    """公钥的写法是不是这种算法的。"""
    if algorithm is Algorithm.EDDSA:
        return len(public) == 32
    return len(public) == 65 and public[0] == 4


def on_curve(public: bytes) -> bool:
    """SM2 公钥在不在曲线上（GB/T 32918.1 第 6.2 节）。public: 65 bytes."""
    x, y = int.from_bytes(public[1:33]), int.from_bytes(public[33:])
    return x < _P and y < _P and (y * y - (x * x * x - 3 * x + _B)) % _P == 0


def _sm2_sign(secret: bytes, message: bytes) -> bytes:
    """k 由私钥与所签的字节导出（RFC 6979 的用意）：不靠随机数，重印还是同样的签名。"""
    counter = 0

    def nonce(bits: int) -> int:
        nonlocal counter
        counter += 1
        drawn = hmac.digest(secret, b"docgen-sm2-k" + bytes([counter]) + message, hashlib.sha512)
        return int.from_bytes(drawn) >> (8 * len(drawn) - bits)

    public = public_of(Algorithm.SM2, secret)
    signer = _sm2()(secret, uid=_USER, pk=public, rnd_fn=nonce)
    r, s = (bytes(part) for part in signer.sign(message))
    return r.rjust(32, b"\0") + s.rjust(32, b"\0")


def _sm2_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    if not well_formed(Algorithm.SM2, public) or not on_curve(public) or len(signature) != 64:
        return False
    verifier = _sm2()
    try:
        held: bool = verifier(pk=public, uid=_USER).verify(message, signature[:32], signature[32:])
    except Exception:  # gmalg raises many kinds on points and numbers that are none
        return False
    return held


def _sm2() -> Any:
    try:
        from gmalg import SM2  # noqa: PLC0415
    except ImportError:
        raise EnvironmentLacking(
            "本机没有装 SM2 国密算法的程序库。", advice="请执行 pip install 'docgen[sm2]'。"
        ) from None
    return SM2
