"""边缘：环境变量、时钟、随机数与磁盘，只从这里进入程序。

What is slow to import is imported where it is first used: a command that does not print must
not wait for the printer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

import docgen
from docgen.cli.shared.show import show_notices
from docgen.errors import EnvironmentLacking
from docgen.model.register import Slot
from docgen.seal.qr import check_host
from docgen.seal.slate import make_slot
from docgen.seal.token import make_identity
from docgen.settings import Settings, load_settings, packaged_templates, read_pin

if TYPE_CHECKING:
    from docgen.batch.worker import Setup
    from docgen.catalogue import Catalogue
    from docgen.intake import Desk
    from docgen.keyring import Keyring
    from docgen.media.vault import Vault
    from docgen.render.fonts import FontSet
    from docgen.render.press import Press
    from docgen.seal.hardware import Hardware
    from docgen.store.register import Register
    from docgen.window import Window
    from docgen.workshop import Workshop

CHINA = timezone(timedelta(hours=8))


def moment_now() -> datetime:
    """现在，北京时间。"""
    return datetime.now(CHINA).replace(microsecond=0)


class Tools:
    """一次命令所用的工具，用到才备。"""

    @cached_property
    def settings(self) -> Settings:
        """设置。"""
        return load_settings(os.environ)

    @cached_property
    def now(self) -> datetime:
        """这次命令开始的时刻，北京时间。"""
        return moment_now()

    def window(self, now: Callable[[], datetime]) -> Window:
        """对外的窗口。now: the present moment at each call."""
        from docgen.window import Window

        keyring = self.keyring
        return Window(self.existing_register, self.catalogue, lambda: replace(keyring, now=now()))

    @property
    def today(self) -> date:
        """今天，北京时间。"""
        return self.now.date()

    @cached_property
    def catalogue(self) -> Catalogue:
        """模板目录。"""
        from docgen.catalogue import load_catalogue

        return load_catalogue(self.settings.templates, self.settings.profile)

    @property
    def own_templates(self) -> Path | None:
        """本单位自己的模板文件夹（DOCGEN_TEMPLATES），没有设则 None。"""
        given = os.environ.get("DOCGEN_TEMPLATES")
        return Path(given) if given else None

    @property
    def packaged_templates(self) -> Path:
        """随程序一起的模板。"""
        return packaged_templates()

    @property
    def offline_verifier(self) -> Path:
        """离线核验的网页。"""
        return Path(docgen.__file__).parent / "web" / "offline" / "verifier.html"

    @cached_property
    def fonts(self) -> FontSet:
        """字体。"""
        from docgen.render.fonts import load_fonts

        config = self.settings.templates / "layout" / "fonts.yaml"
        return load_fonts(config, self.settings.font_folders, self.settings.cache)

    @cached_property
    def press(self) -> Press:
        """印刷间。"""
        from docgen.render.press import load_press

        return load_press(self.settings.templates, self.fonts)

    @cached_property
    def register(self) -> Register:
        """登记簿，没有则新建。"""
        from docgen.store.register import open_register

        self.refuse_lost_register()
        book = open_register(self.settings.register, os.urandom(32), self.now, _identity, make_slot)
        click.get_current_context().call_on_close(book.close)
        return book

    @property
    def register_place(self) -> str:
        """登记簿在哪里，给人看的，没有口令。"""
        from docgen.store.database import describe

        return describe(self.settings.register)

    @property
    def has_register(self) -> bool:
        """有没有登记簿；什么也不建。"""
        from docgen.store.database import register_exists

        return "register" in vars(self) or register_exists(self.settings.register)

    def refuse_lost_register(self) -> None:
        """有密钥却没有登记簿，绝不另建一个：文号会从头再来。Raises EnvironmentLacking."""
        keys = sorted(self.settings.keys.glob("*.pem"))
        if keys and not self.has_register:
            raise EnvironmentLacking(
                f"登记簿 {self.register_place} 不见了，而密钥还在（{len(keys)} 把）。",
                advice="请从备份恢复登记簿；重新编号会与已签发的文书重号，所以不会另建。",
            )

    def demand_register(self) -> None:
        """登记簿已经有了。Raises EnvironmentLacking when there is none."""
        if not self.has_register:
            self.refuse_lost_register()
            raise EnvironmentLacking(
                f"还没有登记簿（{self.register_place}）。",
                advice="第一次 docgen generate 会建立它；登记簿在别处时请设 DOCGEN_HOME。",
            )

    @property
    def existing_register(self) -> Register:
        """已有的登记簿。Raises EnvironmentLacking when there is none."""
        self.demand_register()
        return self.register

    @cached_property
    def vault(self) -> Vault:
        """录像库：本机文件夹，或者对象存储。"""
        from docgen.media.object_store import ObjectVault
        from docgen.media.vault import FolderVault

        media = self.settings.media
        return ObjectVault(media) if media.startswith("s3://") else FolderVault(Path(media))

    @property
    def desk(self) -> Desk:
        """收录像所用的一切。"""
        from docgen.intake import Desk

        register = self.existing_register
        return Desk(register, self.vault, register.keybook.keys(), self.now)

    @cached_property
    def keyring(self) -> Keyring:
        """钥匙圈。"""
        from docgen.keyring import Keyring

        return Keyring(
            book=self.register.keybook,
            folder=self.settings.keys,
            hardware=self._hardware,
            now=self.now,
            entropy=lambda: os.urandom(32),
            tell=lambda text: show_notices([text]),
        )

    @property
    def processors(self) -> int:
        """能用几个处理器。"""
        return len(os.sched_getaffinity(0))

    @cached_property
    def batch_setup(self) -> Setup:
        """工作进程要备的。"""
        from docgen.batch.worker import Bench, Setup, digest_of

        chosen = self.settings
        digest = digest_of(Bench(self.catalogue, self.press))
        return Setup(
            chosen.templates.absolute(), chosen.profile, chosen.font_folders, chosen.cache, digest
        )

    @property
    def _hardware(self) -> Hardware | None:
        from docgen.seal.hardware import Hardware

        device = self.settings.device
        if device is None:
            return None
        return Hardware(device.module, device.token, lambda: read_pin(device))

    @cached_property
    def workshop(self) -> Workshop:
        """签发所用的一切。"""
        from docgen.workshop import Workshop

        host = check_host(self.settings.host)
        return Workshop(self.press, self.register, self.keyring, host, self.now)


def _identity(secret: bytes, slot: Slot, edition: int) -> bytes:
    return make_identity(secret, slot.agency, slot.case_number, slot.key, edition)
