"""密钥文件：私钥在只有本人可读的文件里（PKCS #8），缺失、损坏、别人的都不用。"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from docgen.errors import EnvironmentLacking, why
from docgen.model.key import Algorithm, PublicKey
from docgen.seal.algorithms import SECRET_BYTES, Sign, public_of, signing_with

ROOT_NAME = "root"
# PrivateKeyInfo of an SM2 key (RFC 5208, RFC 5915), up to the 32 bytes of the secret
_SM2_PREFIX = bytes.fromhex(
    "3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420"
)
_PEM = (b"-----BEGIN PRIVATE KEY-----\n", b"-----END PRIVATE KEY-----\n")


@dataclass(frozen=True)
class Signer:
    """能签的一把钥匙。sign: message bytes → 64-byte signature."""

    public: PublicKey
    sign: Sign


@dataclass(frozen=True)
class Root:
    """根密钥：只签公开密钥清单。public: 32 raw bytes (Ed25519)."""

    public: bytes
    sign: Callable[[bytes], bytes]


def kid_of(public: bytes) -> bytes:
    """公钥的名字：SHA-256 的前 8 字节。"""
    return hashlib.sha256(public).digest()[:8]


def public_key(agency: str, region: str, algorithm: Algorithm, public: bytes) -> PublicKey:
    """机关新做的一把，哪天都能签。"""
    return PublicKey(kid_of(public), agency, region, algorithm, public)


def make_signer(
    folder: Path, agency: str, region: str, seed: bytes, algorithm: Algorithm = Algorithm.EDDSA
) -> Signer:
    """新做一把私钥并写盘（权限 0600）。seed: 32 random bytes. Raises EnvironmentLacking."""
    public = public_key(agency, region, algorithm, public_of(algorithm, seed))
    _write(key_path(folder, public), algorithm, seed)
    return Signer(public, signing_with(algorithm, seed))


def load_signer(folder: Path, public: PublicKey) -> Signer:
    """按登记的公钥取回私钥；缺失、损坏或不是同一把都报错，绝不另做一把。"""
    advice = f"请从备份恢复机关“{public.agency}”的密钥文件；没有它不能再签发新文书。"
    secret = _read(key_path(folder, public), public.algorithm, public.public, advice)
    return Signer(public, signing_with(public.algorithm, secret))


def make_root(folder: Path, seed: bytes) -> Root:
    """新做根密钥并写盘。seed: 32 random bytes. Raises EnvironmentLacking."""
    _write(folder / f"{ROOT_NAME}.pem", Algorithm.EDDSA, seed)
    return Root(public_of(Algorithm.EDDSA, seed), signing_with(Algorithm.EDDSA, seed))


def load_root(path: Path, public: bytes) -> Root:
    """取回根密钥。path: of the file; public: as registered. Raises EnvironmentLacking."""
    advice = "根密钥离线保管的，用 --root-key 给出它的文件；没有它不能公布新的清单。"
    secret = _read(path, Algorithm.EDDSA, public, advice)
    return Root(public, signing_with(Algorithm.EDDSA, secret))


def key_path(folder: Path, public: PublicKey) -> Path:
    """某把私钥的文件路径。"""
    return folder / f"{public.kid.hex()}.pem"


def _write(path: Path, algorithm: Algorithm, secret: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            target.write(_pem(algorithm, secret))
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise EnvironmentLacking(
            f"写不了密钥文件 {path}：{why(error)}", advice="请检查该文件夹的权限与空间。"
        ) from error


def _read(path: Path, algorithm: Algorithm, public: bytes, advice: str) -> bytes:
    try:
        mode = path.stat().st_mode & 0o077
        pem = path.read_bytes()
    except OSError as error:
        raise EnvironmentLacking(f"读不到密钥文件 {path}：{why(error)}", advice=advice) from error
    if mode:
        raise EnvironmentLacking(
            f"密钥文件 {path} 别人也能读。", advice=f"请执行 chmod 600 {path}，并查清谁读过它。"
        )
    try:
        secret = _secret(algorithm, pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise EnvironmentLacking(f"密钥文件 {path} 已损坏。", advice=advice) from error
    if secret is None:
        raise EnvironmentLacking(f"密钥文件 {path} 不是 {algorithm.label} 密钥。", advice=advice)
    if public_of(algorithm, secret) != public:
        raise EnvironmentLacking(f"密钥文件 {path} 是别的密钥，与登记簿不符。", advice=advice)
    return secret


def _pem(algorithm: Algorithm, secret: bytes) -> bytes:
    if algorithm is Algorithm.SM2:
        return _PEM[0] + base64.encodebytes(_SM2_PREFIX + secret) + _PEM[1]
    private = Ed25519PrivateKey.from_private_bytes(secret)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _secret(algorithm: Algorithm, pem: bytes) -> bytes | None:
    """PEM 里的私钥；是别的算法的则 None。Raises ValueError."""
    if algorithm is Algorithm.SM2:
        body = pem.strip().removeprefix(_PEM[0].strip()).removesuffix(_PEM[1].strip())
        raw = base64.b64decode(b"".join(body.split()), validate=True)
        whole = raw.startswith(_SM2_PREFIX) and len(raw) == len(_SM2_PREFIX) + SECRET_BYTES
        return raw.removeprefix(_SM2_PREFIX) if whole else None
    private = load_pem_private_key(pem, password=None)
    if not isinstance(private, Ed25519PrivateKey):
        return None
    return private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
