"""密钥：只有本人可读，坏的、别人的、丢了的都不签，清单谁都能持有。"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import rfc8785
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
from docgen.model.key import Algorithm, Publication, PublicKey, fingerprint
from docgen.seal.algorithms import ed25519_holds, public_of, signing_with
from docgen.seal.key_list import read_key_list, write_key_list
from docgen.seal.keys import (
    Root,
    key_path,
    kid_of,
    load_signer,
    make_signer,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
RAW = PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
KEY = PublicKey(kid_of(RAW), "示例省应急管理厅", "鲁", Algorithm.EDDSA, RAW)


def made(folder: Path, seed: bytes = b"\x07" * 32) -> Any:
    return make_signer(folder, "示例省应急管理厅", "鲁", seed)


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


ROOT = Root(public_of(Algorithm.EDDSA, b"\x05" * 32), signing_with(Algorithm.EDDSA, b"\x05" * 32))
MADE_AT = datetime(2026, 11, 27, 10, 0, tzinfo=timezone(timedelta(hours=8)))
GONE = hashlib.sha256(b"0123456789").digest()


def listed(keys: Sequence[PublicKey] = (KEY,), root: Root = ROOT) -> str:
    return write_key_list(keys, [GONE], 17, MADE_AT, root)


def signed(**changes: Any) -> str:
    """清单改了几处，由同一把根密钥重新签名。"""
    data = json.loads(listed()) | changes
    return json.dumps(data | {"signature": signature_of(data)})


def signature_of(data: dict[str, Any]) -> str:
    rest = {name: value for name, value in data.items() if name != "signature"}
    return base64.b64encode(ROOT.sign(b"docgen-keys-2\0" + rfc8785.dumps(rest))).decode()


def row(**changes: Any) -> str:
    data = json.loads(listed())
    return signed(keys=[data["keys"][0] | changes])


def test_a_key_list_reads_back_as_it_was_and_holds_no_private_key(tmp_path: Path) -> None:
    first, second = made(tmp_path).public, made(tmp_path, b"\x08" * 32).public
    second = replace(
        second,
        valid_from=date(2026, 5, 1),
        valid_until=date(2026, 12, 31),
        revoked_from=date(2026, 11, 1),
        revoked_reason="密钥文件泄露",
    )
    text = listed((first, second))
    keys = read_key_list(text, "keys.json")
    assert keys.keys == (first, second)
    assert keys.publication == Publication(
        17, MADE_AT, ROOT.public, frozenset({GONE}), root_known=False
    )
    assert "示例省应急管理厅" in text
    for secret in (b"\x07" * 32, b"\x05" * 32):
        assert base64.b64encode(secret).decode() not in text
    assert keys.find(second.kid) == second
    assert keys.find(b"\0" * 8) is None


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
        "甲",
        '{"format": "docgen-keys-2"}',
        '{"format": "docgen-keys-2", "keys": []}',
        signed(format="docgen-keys-1"),
        signed(keys=5),
        signed(keys=["x"]),
        signed(keys=[[]]),
        signed(serial=-1),
        signed(serial="17"),
        signed(serial=True),
        signed(made_at="2026-11-27"),
        signed(made_at="2026-13-27T10:00:00+08:00"),
        signed(root={"algorithm": "EdDSA"}),
        signed(revoked=["00"]),
        signed(revoked=["ZZ" * 32]),
        signed(more=1),
        row(kid="00" * 8),
        row(kid="zz"),
        row(public_key="甲"),
        row(public_key=base64.b64encode(b"x" * 31).decode()),
        row(public_key=5),
        row(algorithm="ES256"),
        row(algorithm="SM2"),
        row(valid_from="2026-02-30"),
        row(valid_from=5),
        row(valid_until="20260101"),
        row(revoked_reason=None),
        row(agency=5),
        row(region=None),
        row(note="x"),
    ],
)
def test_what_is_no_key_list_is_refused_naming_the_file(text: str) -> None:
    with pytest.raises(InputInvalid, match=r"^keys\.json 不是公开密钥清单"):
        read_key_list(text, "keys.json")


def test_a_key_list_that_gives_one_key_to_two_agencies_is_refused() -> None:
    twice = (KEY, replace(KEY, agency="示例市应急管理局"))
    with pytest.raises(InputInvalid, match="不是公开密钥清单"):
        read_key_list(listed(twice), "keys.json")


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 18},
        {"made_at": "2027-11-27T10:00:00+08:00"},
        {"revoked": []},
        {"keys": []},
        {"signature": base64.b64encode(b"\0" * 64).decode()},
    ],
)
def test_a_key_list_changed_after_it_was_signed_is_refused(change: dict[str, Any]) -> None:
    text = json.dumps(json.loads(listed()) | change)
    with pytest.raises(InputInvalid, match="根签名不成立"):
        read_key_list(text, "keys.json")


def test_a_list_of_another_root_is_refused_by_one_who_knows_the_fingerprint() -> None:
    secret = b"\x06" * 32
    other = Root(public_of(Algorithm.EDDSA, secret), signing_with(Algorithm.EDDSA, secret))
    read_key_list(listed(), "keys.json", fingerprint(ROOT.public))
    read_key_list(listed(), "keys.json", fingerprint(ROOT.public).replace(" ", "").upper())
    with pytest.raises(InputInvalid, match="另一把根密钥签的"):
        read_key_list(listed(root=other), "keys.json", fingerprint(ROOT.public))


@pytest.mark.parametrize(
    ("change", "day", "fault"),
    [
        ({}, date(1999, 1, 1), ""),
        ({"valid_from": date(2026, 5, 2)}, date(2026, 5, 1), "自 2026-05-02 起才用"),
        ({"valid_from": date(2026, 5, 2)}, date(2026, 5, 2), ""),
        ({"valid_until": date(2026, 5, 2)}, date(2026, 5, 2), ""),
        ({"valid_until": date(2026, 5, 2)}, date(2026, 5, 3), "只用到 2026-05-02"),
        ({"revoked_from": date(2026, 5, 2)}, date(2026, 5, 1), ""),
        ({"revoked_from": date(2026, 5, 2)}, date(2026, 5, 2), "已吊销"),
    ],
)
def test_a_key_seals_the_days_of_its_window_and_none_from_its_revocation(
    change: dict[str, Any], day: date, fault: str
) -> None:
    told = replace(KEY, **change).fault_on(day)
    assert (fault in told) if fault else told == ""
