"""设置：状态放哪里、用哪套模板、验证网站叫什么。从环境变量与配置文件读取。"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Item

from docgen.errors import EnvironmentLacking, why
from docgen.model.profile import DEFAULT_PROFILE
from docgen.model.retention import RetentionRule
from docgen.source import read_source
from docgen.validate import demand

DEFAULT_HOST = "verify.docgen.example"


@dataclass(frozen=True)
class Device:
    """PKCS #11 密码设备。pin_file: holds its PIN, readable by its owner alone."""

    module: Path
    token: str
    pin_file: Path


@dataclass(frozen=True)
class Settings:
    """一次运行的设置。

    home: state ($DOCGEN_HOME); cache: what may be deleted at any time; register: a SQLite file, or
    postgresql://…; templates: the templates/ folder; host: of the verification page; profile:
    which checklist and limits (templates/profiles/); media: where footage is kept, a folder or
    s3://…; retention: how long; device: where new keys are made, None for the key folder;
    font_folders: where fonts are looked for, in order.
    """

    home: Path
    cache: Path
    register: str
    templates: Path
    host: str
    profile: str
    media: str
    retention: tuple[RetentionRule, ...]
    device: Device | None
    font_folders: tuple[Path, ...]

    @property
    def keys(self) -> Path:
        """私钥文件夹。"""
        return self.home / "keys"

    @property
    def host_is_default(self) -> bool:
        """验证网站是否还没有配置。"""
        return self.host == DEFAULT_HOST


class _RetentionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Annotated[str, Item(min_length=1)]
    years: Annotated[int, Item(ge=1, le=200)]
    since: date
    until: date | None = None
    instruments: list[str] = []


class _DeviceFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    module: Path
    token: Annotated[str, Item(min_length=1)]
    pin_file: Path


class _ConfigFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    verify_host: Annotated[str, Item(min_length=1)] = DEFAULT_HOST
    profile: Annotated[str, Item(min_length=1)] = DEFAULT_PROFILE
    database: Annotated[str | None, Item(alias="register", pattern="^postgresql://")] = None
    media: Annotated[str, Item(min_length=1)] | None = None
    retention: list[_RetentionFile] = []
    pkcs11: _DeviceFile | None = None


def load_settings(environment: Mapping[str, str]) -> Settings:
    """从环境变量和 $DOCGEN_HOME/config.yaml 读设置。Raises InputInvalid."""
    given = environment.get("DOCGEN_HOME")
    home = Path(given) if given else Path(platformdirs.user_data_dir("docgen", appauthor=False))
    config = home / "config.yaml"
    chosen = _ConfigFile()
    if config.exists():
        source = read_source(config)
        chosen = demand(_ConfigFile, source.data, source)
    templates = environment.get("DOCGEN_TEMPLATES")
    return Settings(
        home=home.absolute(),
        cache=Path(environment.get("DOCGEN_CACHE") or home / "cache").absolute(),
        register=chosen.database or str(home.absolute() / "register.sqlite"),
        templates=Path(templates) if templates else packaged_templates(),
        host=chosen.verify_host,
        profile=chosen.profile,
        media=chosen.media or str(home.absolute() / "media"),
        retention=tuple(
            RetentionRule(**{**rule.model_dump(), "instruments": tuple(rule.instruments)})
            for rule in chosen.retention
        ),
        device=None if chosen.pkcs11 is None else Device(**chosen.pkcs11.model_dump()),
        font_folders=_font_folders(environment, home),
    )


def read_pin(device: Device) -> str:
    """密码设备的口令。Raises EnvironmentLacking."""
    advice = "口令写在这个文件里，一行，权限 600。"
    try:
        readable = device.pin_file.stat().st_mode & 0o077
        pin = device.pin_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "不是文字文件"
        raise EnvironmentLacking(
            f"读不了密码设备的口令文件 {device.pin_file}：{reason}。", advice=advice
        ) from error
    if readable:
        raise EnvironmentLacking(f"口令文件 {device.pin_file} 别人也能读。", advice=advice)
    return pin


def packaged_templates() -> Path:
    """随程序一起的模板：安装后在包内，源码树里在包旁。"""
    package = Path(__file__).resolve().parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _font_folders(environment: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    named = [Path(p) for p in environment.get("DOCGEN_FONTS", "").split(os.pathsep) if p]
    return (
        *named,
        home / "fonts",
        Path(sys.prefix) / "share" / "docgen" / "fonts",
        Path(platformdirs.user_data_dir("fonts", appauthor=False)),
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
        Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
    )
