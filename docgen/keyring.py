"""钥匙圈：登记簿里的公钥，与它们在文件或者密码设备里的私钥。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from docgen.errors import EnvironmentLacking, InputInvalid, Refused
from docgen.model.key import Algorithm, PublicKey
from docgen.seal.hardware import Hardware
from docgen.seal.key_list import write_key_list
from docgen.seal.keys import (
    ROOT_NAME,
    Root,
    Signer,
    key_path,
    load_root,
    load_signer,
    make_root,
    make_signer,
)
from docgen.seal.token import kid_in
from docgen.store.files import read_if_there, write_file
from docgen.store.keybook import Keybook


@dataclass(frozen=True)
class Keyring:
    """签名所用的一切。

    folder: of key files; hardware: where new keys are made instead, None for the folder;
    entropy: 32 fresh random bytes at each call; tell: what the user should know.
    """

    book: Keybook
    folder: Path
    hardware: Hardware | None
    now: datetime
    entropy: Callable[[], bytes]
    tell: Callable[[str], None]
    _loaded: dict[bytes, Signer] = field(default_factory=dict)
    _known: dict[tuple[str, str], tuple[PublicKey, ...]] = field(default_factory=dict)

    def signer_for(self, agency: str, region: str, day: date) -> Signer:
        """签这一天的文书的密钥；机关第一次用时新做一把。

        Raises Refused when no key of the agency may seal that day; EnvironmentLacking.
        """
        keys = self._known.get((agency, region))
        if keys is None:
            first = lambda: self._first(agency, region)  # noqa: E731
            keys = self._known[agency, region] = self.book.of_agency(
                agency, region, first, self.now
            )
        fit = [key for key in keys if key.covers(day)]
        if not fit:
            raise Refused(
                f"机关“{agency}”没有能签 {day} 的文书的密钥：{keys[-1].fault_on(day)}。",
                advice="请改文书的日期，或者用 docgen keys rotate --from 换一把自那天起用的。",
            )
        return self.signer_of(fit[-1])

    def signer_of(self, key: PublicKey) -> Signer:
        """某一把的私钥。Raises EnvironmentLacking."""
        if key.kid not in self._loaded:
            self._loaded[key.kid] = self._load(key)
        return self._loaded[key.kid]

    def signer_that_sealed(self, kid: bytes, day: date) -> Signer:
        """当时签封的那一把，重印用。Raises Refused when it was revoked for that day."""
        key = self.book.keys().find(kid)
        if key is None:
            raise InputInvalid(
                f"登记簿里没有密钥 {kid.hex()}。", advice="登记簿不全，请从备份恢复。"
            )
        if not key.covers(day):
            raise Refused(
                f"签发时的{key.fault_on(day)}，没有重印。",
                advice="请 docgen register void 作废这份文书，再重新生成，就用现在的密钥。",
            )
        return self.signer_of(key)

    def standing(self) -> tuple[Signer, ...]:
        """没有吊销的各把，检查点由它们签。"""
        keys = self.book.keys().keys
        return tuple(self.signer_of(key) for key in keys if key.revoked_from is None)

    def found(self, agency: str, region: str, algorithm: Algorithm) -> PublicKey:
        """给新机关立第一把。Raises Refused, InputInvalid, EnvironmentLacking."""
        make = lambda: self._make(agency, region, algorithm)  # noqa: E731
        return self.book.found(agency, region, make, self.now)

    def rotate(self, agency: str, first: date, algorithm: Algorithm) -> PublicKey:
        """换一把，自 first 起签。Raises Refused, InputInvalid, EnvironmentLacking."""
        region = self.book.regions().get(agency, "")
        return self.book.rotate(
            agency, lambda: self._make(agency, region, algorithm), first, self.now, kid_in
        )

    def publish(self, root_file: Path | None) -> tuple[str, bytes]:
        """根密钥签好的公开密钥清单，与根公钥。root_file: where the root key is kept offline."""
        root = self._root(root_file)
        keys, revoked, serial = self.book.published()
        text = write_key_list(keys.keys, revoked, serial, self.now, root)
        write_file(self._published, text.encode("utf-8"))
        return text, root.public

    def published_list(self) -> str:
        """现在的清单；根密钥不在本机的，给出上次公布的。Raises EnvironmentLacking."""
        try:
            return self.publish(None)[0]
        except EnvironmentLacking:
            kept = read_if_there(self._published)
            if kept is None:
                raise
            return kept.decode("utf-8")

    @property
    def _published(self) -> Path:
        return self.folder / "published.json"

    def is_here(self, key: PublicKey) -> bool:
        """私钥在不在本机或者设备里。"""
        if key_path(self.folder, key).exists():
            return True
        return self.hardware is not None and self.hardware.load(key) is not None

    def _first(self, agency: str, region: str) -> PublicKey:
        made = self._make(agency, region, Algorithm.EDDSA)
        where = "密码设备" if self.hardware else str(self.folder)
        self.tell(f"第一次为“{agency}”（{region}）签发，新做了一把签名密钥，请备份 {where}")
        return made

    def _make(self, agency: str, region: str, algorithm: Algorithm) -> PublicKey:
        if self.hardware is None:
            signer = make_signer(self.folder, agency, region, self.entropy(), algorithm)
        elif algorithm is Algorithm.EDDSA:
            signer = self.hardware.make(agency, region)
        else:
            raise InputInvalid(
                f"密码设备里只做 {Algorithm.EDDSA.label} 密钥，不做 {algorithm.label}。",
                advice="去掉 --algorithm，或者从 config.yaml 去掉 pkcs11。",
            )
        self._loaded[signer.public.kid] = signer
        return signer.public

    def _load(self, key: PublicKey) -> Signer:
        in_file = key_path(self.folder, key).exists()
        found = None if in_file or self.hardware is None else self.hardware.load(key)
        return found or load_signer(self.folder, key)

    def _root(self, root_file: Path | None) -> Root:
        path = root_file or self.folder / f"{ROOT_NAME}.pem"
        made: list[Root] = []

        def make() -> bytes:
            if root_file is not None:
                raise EnvironmentLacking(
                    "登记簿还没有根密钥。", advice="第一次公布清单不写 --root-key，会新做一把。"
                )
            made.append(make_root(self.folder, self.entropy()))
            self.tell(f"新做了根密钥 {path}：请抄到离线的介质保管，并公布它的指纹")
            return made[0].public

        public = self.book.root_of(make, self.now)
        return made[0] if made else load_root(path, public)
