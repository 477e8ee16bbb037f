"""密钥：每个机关各有一把 Ed25519 私钥，存在只有本人可读的文件里。"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from docgen.errors import EnvironmentLacking, InputInvalid, why
from docgen.model.claim import KeyList, PublicKey

KEY_LIST_FORMAT = "docgen-keys-1"


@dataclass(frozen=True)
class Signer:
    """能签的一把钥匙。sign: message bytes → 64-byte signature."""

    public: PublicKey
    sign: Callable[[bytes], bytes]


def kid_of(public: bytes) -> bytes:
    """公钥的名字：SHA-256 的前 8 字节。"""
    return hashlib.sha256(public).digest()[:8]


def make_signer(folder: Path, agency: str, region: str, since: date, seed: bytes) -> Signer:
    """新做一把私钥并写盘（权限 0600）。seed: 32 random bytes. Raises EnvironmentLacking."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = _public(private, agency, region, since)
    path = key_path(folder, public)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            target.write(pem)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise EnvironmentLacking(
            f"写不了密钥文件 {path}：{why(error)}", advice="请检查该文件夹的权限与空间。"
        ) from error
    return Signer(public, private.sign)


def load_signer(folder: Path, public: PublicKey) -> Signer:
    """按登记的公钥取回私钥；缺失、损坏或不是同一把都报错，绝不另做一把。"""
    path = key_path(folder, public)
    advice = f"请从备份恢复机关“{public.agency}”的密钥文件；没有它不能再签发新文书。"
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
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise EnvironmentLacking(f"密钥文件 {path} 已损坏。", advice=advice) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise EnvironmentLacking(f"密钥文件 {path} 不是 Ed25519 密钥。", advice=advice)
    if _raw(private) != public.public:
        raise EnvironmentLacking(f"密钥文件 {path} 是别的密钥，与登记簿不符。", advice=advice)
    return Signer(public, private.sign)


def key_path(folder: Path, public: PublicKey) -> Path:
    """某把私钥的文件路径。"""
    return folder / f"{public.kid.hex()}.pem"


def key_list_json(keys: KeyList) -> str:
    """公开密钥清单的文件内容（JSON）。"""
    rows = [
        {
            "kid": key.kid.hex(),
            "agency": key.agency,
            "region": key.region,
            "algorithm": "EdDSA",
            "public_key": base64.b64encode(key.public).decode("ascii"),
            "since": key.since.isoformat(),
        }
        for key in keys.keys
    ]
    return json.dumps({"format": KEY_LIST_FORMAT, "keys": rows}, ensure_ascii=False, indent=2)


def read_key_list(text: str, name: str) -> KeyList:
    """读公开密钥清单。Raises InputInvalid naming the file."""
    try:
        data = json.loads(text)
        if data["format"] != KEY_LIST_FORMAT:
            raise ValueError
        keys = tuple(_listed(row) for row in data["keys"])
        if len({key.kid for key in keys}) != len(keys):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputInvalid(
            f"{name} 不是公开密钥清单。", advice="请用 docgen keys export 得到的文件。"
        ) from None
    return KeyList(keys)


def _listed(row: dict[str, str]) -> PublicKey:
    if not all(isinstance(value, str) for value in row.values()):
        raise TypeError
    public = base64.b64decode(row["public_key"], validate=True)
    kid = bytes.fromhex(row["kid"])
    if row["algorithm"] != "EdDSA" or len(public) != 32 or kid != kid_of(public):
        raise ValueError
    return PublicKey(kid, row["agency"], row["region"], public, date.fromisoformat(row["since"]))


def _raw(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _public(private: Ed25519PrivateKey, agency: str, region: str, since: date) -> PublicKey:
    raw = _raw(private)
    return PublicKey(kid_of(raw), agency, region, raw, since)
