"""攻击：每种一个文件夹，其中的 attack.py 给出它要交来的东西；全部都不能得到“通过”。"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from docgen.model.claim import Claim, Token
from docgen.model.key import Algorithm, PublicKey
from docgen.seal.keys import kid_of
from docgen.seal.token import sign

FOLDER = Path(__file__).parent / "attacks"


@dataclass(frozen=True)
class Prey:
    """攻击的对象：真的文书、真的签封，与攻击者自己的密钥。

    other: another genuine document of the same case; voided: a token whose document is void;
    expired, revoked: tokens signed by genuine keys outside their days.
    """

    token: Token
    pdf: bytes
    docx: bytes
    other: Token
    other_pdf: bytes
    voided: Token
    expired: Token
    revoked: Token

    @property
    def thief(self) -> Ed25519PrivateKey:
        """攻击者的私钥。"""
        return Ed25519PrivateKey.from_private_bytes(b"\x66" * 32)

    def forged(self, claim: Claim | None = None, kid: bytes | None = None) -> Token:
        """攻击者签的签封。"""
        own = self.thief.public_key().public_bytes_raw()
        return sign(claim or self.token.claim, kid or kid_of(own), self.thief.sign)


@dataclass(frozen=True)
class Attempt:
    """交来的一样东西：文字（网址末段、签封），或者文件。"""

    text: str = ""
    data: bytes = b""


Attack = Callable[[Prey], Iterator[Attempt]]


def attacks() -> dict[str, Attack]:
    """全部攻击，按文件夹。"""
    found = {}
    for path in sorted(FOLDER.glob("*/attack.py")):
        spec = importlib.util.spec_from_file_location(f"attack_{path.parent.name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found[path.parent.name] = module.attack
    return found


def key_of(private: Ed25519PrivateKey, agency: str, region: str, **days: object) -> PublicKey:
    """一把公钥。"""
    raw = private.public_key().public_bytes_raw()
    return PublicKey(kid_of(raw), agency, region, Algorithm.EDDSA, raw, **days)  # type: ignore[arg-type]
