"""检查点：日志的条数与树根，由各机关的密钥签名，可以放到别处保存。

Source: C2SP tlog-checkpoint and signed-note (algorithm 0x01, Ed25519).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable

from docgen.errors import InputInvalid
from docgen.model.key import Algorithm, KeyList, PublicKey
from docgen.model.log import Checkpoint, SignedCheckpoint
from docgen.seal.algorithms import signature_holds
from docgen.seal.keys import Signer

# signed-note: 0x01 is Ed25519; 0xff with a name of its own is for what has no number yet
_TYPES = {Algorithm.EDDSA: b"\x01", Algorithm.SM2: b"\xffdocgen/sm2-sm3"}
_LINE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})\Z")


def write_checkpoint(checkpoint: Checkpoint, signers: Iterable[Signer]) -> str:
    """检查点的文件内容：三行正文、空行、每把钥匙一行签名。"""
    body = _body(checkpoint)
    lines = []
    for signer in signers:
        name = _name(checkpoint.origin, signer.public)
        signature = _key_id(name, signer.public) + signer.sign(body.encode("utf-8"))
        lines.append(f"— {name} {base64.b64encode(signature).decode('ascii')}\n")
    return f"{body}\n{''.join(lines)}"


def read_checkpoint(text: str, keys: KeyList, name: str) -> SignedCheckpoint:
    """读检查点；只认清单里的密钥签的。Raises InputInvalid when nothing known signed it."""
    body, blank, tail = text.partition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) < 3 or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
        raise _invalid(name)
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (ValueError, binascii.Error):
        raise _invalid(name) from None
    if len(root) != 32:
        raise _invalid(name)
    checkpoint = Checkpoint(lines[0], int(lines[1]), root)
    signed = f"{body}\n".encode()
    found = [kid for line in tail.splitlines() for kid in _signers(line, signed, lines[0], keys)]
    if not found:
        raise InputInvalid(
            f"{name} 没有一个签名是清单里没有吊销的密钥签的，或者正文被改过。",
            advice="请用 docgen log checkpoint 写出的、没有改过的文件。",
        )
    return SignedCheckpoint(checkpoint, text, tuple(dict.fromkeys(found)))


def _body(checkpoint: Checkpoint) -> str:
    root = base64.b64encode(checkpoint.root).decode("ascii")
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n"


def _name(origin: str, key: PublicKey) -> str:
    return f"{origin}/{key.kid.hex()}"


def _key_id(name: str, key: PublicKey) -> bytes:
    kind = _TYPES[key.algorithm]
    return hashlib.sha256(name.encode("utf-8") + b"\n" + kind + key.public).digest()[:4]


def _signers(line: str, signed: bytes, origin: str, keys: KeyList) -> Iterable[bytes]:
    found = _LINE.fullmatch(line)
    if found is None:
        return
    try:
        blob = base64.b64decode(found[2], validate=True)
    except (ValueError, binascii.Error):
        return
    for key in keys.keys:
        name = _name(origin, key)
        named = found[1] == name and blob[:4] == _key_id(name, key)
        if named and key.revoked_from is None and signature_holds(key, signed, blob[4:]):
            yield key.kid


def _invalid(name: str) -> InputInvalid:
    return InputInvalid(
        f"{name} 不是日志的检查点。", advice="请用 docgen log checkpoint 写出的文件。"
    )
