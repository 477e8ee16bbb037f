"""密码机、密码卡：私钥不出设备，经 PKCS #11 签名（OASIS PKCS #11 v3.0，CKM_EDDSA）。"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.errors import EnvironmentLacking
from docgen.model.key import Algorithm, PublicKey
from docgen.seal.keys import Signer, kid_of, public_key

_ED25519 = bytes.fromhex("06032b6570")  # the curve's object identifier, RFC 8410 section 3


@dataclass(frozen=True)
class Hardware:
    """一台设备。module: its PKCS #11 library; token: its label; pin: asked when it is opened."""

    module: Path
    token: str
    pin: Callable[[], str]

    def make(self, agency: str, region: str) -> Signer:
        """在设备里新做一把 Ed25519 私钥。Raises EnvironmentLacking."""
        lib = _pkcs11()
        with self._opened(lib, writing=True) as session:
            parameters = session.create_domain_parameters(
                lib.KeyType.EC_EDWARDS, {lib.Attribute.EC_PARAMS: _ED25519}, local=True
            )
            public, private = parameters.generate_keypair(
                mechanism=lib.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label="docgen"
            )
            raw = bytes(public[lib.Attribute.EC_POINT])[-32:]
            for half in (public, private):
                half[lib.Attribute.ID] = kid_of(raw)
        return self._signer(public_key(agency, region, Algorithm.EDDSA, raw))

    def load(self, public: PublicKey) -> Signer | None:
        """设备里的这一把；没有则 None。Raises EnvironmentLacking."""
        if public.algorithm is not Algorithm.EDDSA:
            return None
        lib = _pkcs11()
        with self._opened(lib) as session:
            found = list(session.get_objects(_named(lib, public)))
        return self._signer(public) if found else None

    def _signer(self, public: PublicKey) -> Signer:
        def sign(message: bytes) -> bytes:
            lib = _pkcs11()
            with self._opened(lib) as session:
                (private,) = session.get_objects(_named(lib, public))
                return bytes(private.sign(message, mechanism=lib.Mechanism.EDDSA))

        return Signer(public, sign)

    def _opened(self, lib: Any, *, writing: bool = False) -> AbstractContextManager[Any]:
        try:
            token = lib.lib(str(self.module)).get_token(token_label=self.token)
            session: AbstractContextManager[Any] = token.open(rw=writing, user_pin=self.pin())
        except (lib.PKCS11Error, RuntimeError, OSError) as error:
            reason = f"{type(error).__name__} {error}".strip()
            raise EnvironmentLacking(
                f"打不开密码设备“{self.token}”（{self.module}）：{reason}。",
                advice="请检查设备是否接好、config.yaml 的 pkcs11 与口令文件是否正确。",
            ) from error
        return session


def _named(lib: Any, public: PublicKey) -> dict[Any, Any]:
    return {
        lib.Attribute.CLASS: lib.ObjectClass.PRIVATE_KEY,
        lib.Attribute.ID: public.kid,
    }


def _pkcs11() -> Any:
    try:
        import pkcs11  # noqa: PLC0415
    except ImportError:
        raise EnvironmentLacking(
            "本机没有装 PKCS #11 的程序库。", advice="请执行 pip install 'docgen[pkcs11]'。"
        ) from None
    return pkcs11
