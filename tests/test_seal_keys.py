"""密钥：只有本人可读，坏的、别人的、丢了的都不签，清单谁都能持有。"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from docgen.errors import EnvironmentLacking, InputInvalid
from docgen.model.claim import KeyList, PublicKey
from docgen.seal.keys import (
    key_list_json,
    key_path,
    kid_of,
    load_signer,
    make_signer,
    read_key_list,
)
from docgen.seal.token import (
    ed25519_holds,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
RAW = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
KEY = PublicKey(kid_of(RAW), "示例省应急管理厅", "鲁", RAW, date(2026, 1, 1))
KEYS = KeyList((KEY,))


def made(folder: Path, seed: bytes = b"\x07" * 32) -> Any:
    return make_signer(folder, "示例省应急管理厅", "鲁", date(2026, 1, 1), seed)


def test_a_key_file_is_readable_by_its_owner_alone_and_loads_as_the_same_key(
    tmp_path: Path,
) -> None:
    signer = made(tmp_path / "keys")
    path = key_path(tmp_path / "keys", signer.public)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    again = load_signer(tmp_path / "keys", signer.public)
    assert again.sign("甲".encode()) == signer.sign("甲".encode())
    assert ed25519_holds(signer.public.public, b"m", again.sign(b"m"))


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    signer = made(tmp_path)
    before = key_path(tmp_path, signer.public).read_bytes()
    with pytest.raises(EnvironmentLacking, match="写不了密钥文件"):
        made(tmp_path)
    assert key_path(tmp_path, signer.public).read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_key_file_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    signer = made(tmp_path)
    key_path(tmp_path, signer.public).chmod(mode)
    with pytest.raises(EnvironmentLacking, match="别人也能读") as caught:
        load_signer(tmp_path, signer.public)
    assert "chmod 600" in caught.value.advice


def _pem(private: Any, password: bytes | None = None) -> bytes:
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    pem: bytes = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    return pem


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda pem: b"", "已损坏"),
        (lambda pem: pem[: len(pem) // 2], "已损坏"),
        (lambda pem: pem.replace(b"M", b"!"), "已损坏"),
        (lambda pem: b"\x00\xff" * 100, "已损坏"),
        (lambda pem: _pem(PRIVATE, b"secret"), "已损坏"),
        (lambda pem: _pem(rsa.generate_private_key(65537, 2048)), "不是 Ed25519"),
        (lambda pem: _pem(Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)), "是别的密钥"),
    ],
)
def test_a_broken_or_foreign_key_file_is_refused_and_left_as_it_is(
    tmp_path: Path, spoil: Callable[[bytes], bytes], said: str
) -> None:
    signer = made(tmp_path)
    path = key_path(tmp_path, signer.public)
    path.write_bytes(spoil(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(EnvironmentLacking, match=said) as caught:
        load_signer(tmp_path, signer.public)
    assert "备份" in caught.value.advice
    assert path.read_bytes() == before


def test_a_missing_key_file_is_refused_and_no_other_key_is_made(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentLacking, match="读不到密钥文件") as caught:
        load_signer(tmp_path, KEY)
    assert KEY.agency in caught.value.advice
    assert list(tmp_path.iterdir()) == []


def test_a_key_list_reads_back_as_it_was_and_holds_no_private_key(tmp_path: Path) -> None:
    keys = KeyList((made(tmp_path).public, made(tmp_path, b"\x08" * 32).public))
    text = key_list_json(keys)
    assert read_key_list(text, "keys.json") == keys
    assert "示例省应急管理厅" in text
    assert base64.b64encode(b"\x07" * 32).decode() not in text
    assert keys.find(keys.keys[1].kid) == keys.keys[1]
    assert keys.find(b"\0" * 8) is None


def listed(**changes: Any) -> str:
    data = json.loads(key_list_json(KEYS))
    data["keys"][0] |= changes
    return json.dumps(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "5",
        '"x"',
        "[" * 100000,
        '{"format": "docgen-keys-1"}',
        "甲",
        '{"format": "docgen-keys-1", "keys": 5}',
        '{"format": "docgen-keys-1", "keys": ["x"]}',
        '{"format": "docgen-keys-2", "keys": []}',
        '{"format": "docgen-keys-1", "keys": [[]]}',
        listed(kid="00" * 8),
        listed(kid="zz"),
        listed(public_key="甲"),
        listed(public_key=base64.b64encode(b"x" * 31).decode()),
        listed(public_key=5),
        listed(algorithm="ES256"),
        listed(since="2026-02-30"),
        listed(since=None),
        listed(agency=5),
        listed(region=None),
    ],
)
def test_what_is_no_key_list_is_refused_naming_the_file(text: str) -> None:
    with pytest.raises(InputInvalid, match=r"^keys\.json 不是公开密钥清单"):
        read_key_list(text, "keys.json")


def test_a_key_list_that_gives_one_key_to_two_agencies_is_refused() -> None:
    twice = KeyList((KEY, replace(KEY, agency="示例市应急管理局")))
    with pytest.raises(InputInvalid):
        read_key_list(key_list_json(twice), "keys.json")
