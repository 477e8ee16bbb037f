"""公开密钥清单的文件：由根密钥签名，任何人可持有，凭它离线验证。"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import rfc8785

from docgen.errors import InputInvalid
from docgen.model.key import Algorithm, KeyList, Publication, PublicKey, fingerprint
from docgen.seal.algorithms import ed25519_holds, well_formed
from docgen.seal.keys import Root, kid_of

FORMAT = "docgen-keys-2"
_DOMAIN = b"docgen-keys-2\0"
_ADVICE = "请用执法机关以 docgen keys export 公布的、没有改过的文件。"
_KEY = {
    *("kid", "agency", "region", "algorithm", "public_key"),
    *("valid_from", "valid_until", "revoked_from", "revoked_reason"),
}
_LIST = {"format", "serial", "made_at", "root", "keys", "revoked", "signature"}
_ROOT = {"algorithm", "public_key"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d\Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")


def write_key_list(
    keys: Sequence[PublicKey], revoked: Sequence[bytes], serial: int, made_at: datetime, root: Root
) -> str:
    """清单的文件内容（JSON）。revoked: SHA-256 of the identities of voided documents."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "serial": serial,
        "made_at": made_at.isoformat(),
        "root": {"algorithm": Algorithm.EDDSA.value, "public_key": _b64(root.public)},
        "keys": [_row(key) for key in keys],
        "revoked": sorted(digest.hex() for digest in revoked),
    }
    data["signature"] = _b64(root.sign(_DOMAIN + rfc8785.dumps(data)))
    return json.dumps(data, ensure_ascii=False, indent=1)


def read_key_list(text: str, name: str, pinned: str = "") -> KeyList:
    """读清单，验根密钥的签名。pinned: the root's fingerprint as published, "" for none.

    Raises InputInvalid naming the file: not a list, changed, or another root's.
    """
    try:
        keys, signed, signature = _parsed(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise InputInvalid(f"{name} 不是公开密钥清单。", advice=_ADVICE) from None
    assert keys.publication is not None
    root = keys.publication.root
    if not ed25519_holds(root, signed, signature):
        raise InputInvalid(f"{name} 的根签名不成立，清单被改过或者是伪造的。", advice=_ADVICE)
    if not _is_pinned(root, pinned):
        raise InputInvalid(
            f"{name} 是另一把根密钥签的，它的指纹是 {fingerprint(root)}。",
            advice="请核对机关公布的指纹；指纹不同的清单不要用。",
        )
    known = replace(keys.publication, root_known=bool(_bare(pinned)))
    return replace(keys, publication=known)


def _bare(typed: str) -> str:
    return re.sub(r"[\s:-]", "", typed).lower()


def _is_pinned(root: bytes, pinned: str) -> bool:
    """指纹可以写前 32 位，也可以写全 64 位；空格、连字符、冒号不计。"""
    typed = _bare(pinned)
    whole = hashlib.sha256(root).hexdigest()
    return not typed or (len(typed) in (32, 64) and whole.startswith(typed))


def _parsed(data: Mapping[str, Any]) -> tuple[KeyList, bytes, bytes]:
    if set(data) != _LIST or data["format"] != FORMAT or set(data["root"]) != _ROOT:
        raise ValueError
    if not isinstance(data["keys"], list) or not isinstance(data["revoked"], list):
        raise TypeError
    if type(data["serial"]) is not int or not 0 <= data["serial"] < 2**53:
        raise ValueError
    root, signature = _raw(data["root"]["public_key"]), _raw(data["signature"])
    if (
        data["root"]["algorithm"] != Algorithm.EDDSA.value
        or len(root) != 32
        or len(signature) != 64
    ):
        raise ValueError
    made_at = datetime.fromisoformat(_moment(data["made_at"]))
    revoked = frozenset(_digest(text) for text in data["revoked"])
    keys = tuple(_key(row) for row in data["keys"])
    if len({key.kid for key in keys}) != len(keys):
        raise ValueError
    unsigned = {name: value for name, value in data.items() if name != "signature"}
    publication = Publication(data["serial"], made_at, root, revoked)
    return KeyList(keys, publication), _DOMAIN + rfc8785.dumps(unsigned), signature


def _row(key: PublicKey) -> dict[str, str | None]:
    days = {n: getattr(key, n) for n in ("valid_from", "valid_until", "revoked_from")}
    return {
        "kid": key.kid.hex(),
        "agency": key.agency,
        "region": key.region,
        "algorithm": key.algorithm.value,
        "public_key": _b64(key.public),
        **{name: None if day is None else day.isoformat() for name, day in days.items()},
        "revoked_reason": key.revoked_reason,
    }


def _key(row: Mapping[str, Any]) -> PublicKey:
    texts = (row["agency"], row["region"], row["revoked_reason"])
    if set(row) != _KEY or not all(isinstance(text, str) for text in texts):
        raise ValueError
    algorithm, public = Algorithm(row["algorithm"]), _raw(row["public_key"])
    kid = bytes.fromhex(_hex(row["kid"]))
    if not well_formed(algorithm, public) or kid != kid_of(public):
        raise ValueError
    return PublicKey(
        kid=kid,
        agency=row["agency"],
        region=row["region"],
        algorithm=algorithm,
        public=public,
        valid_from=_day(row["valid_from"]),
        valid_until=_day(row["valid_until"]),
        revoked_from=_day(row["revoked_from"]),
        revoked_reason=row["revoked_reason"],
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    if not _DAY.match(text):
        raise ValueError
    return date.fromisoformat(text)


def _moment(text: str) -> str:
    if not _MOMENT.match(text):
        raise ValueError
    return text


def _digest(text: str) -> bytes:
    raw = bytes.fromhex(_hex(text))
    if len(raw) != 32:
        raise ValueError
    return raw


def _hex(text: str) -> str:
    if not _HEX.match(text):
        raise ValueError
    return text


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _raw(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if _b64(raw) != text:
        raise ValueError
    return raw
