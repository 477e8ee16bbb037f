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

from docgen.model.profile import DEFAULT_PROFILE
from docgen.model.retention import RetentionRule
from docgen.source import read_source
from docgen.validate import demand

DEFAULT_HOST = "verify.docgen.example"


@dataclass(frozen=True)
class Settings:
    """一次运行的设置。

    home: state ($DOCGEN_HOME); templates: the templates/ folder; host: of the verification
    page; profile: which checklist and limits (templates/profiles/); media: where footage is
    kept, a folder or s3://…; retention: how long; font_folders: where fonts are looked for, in
    order.
    """

    home: Path
    templates: Path
    host: str
    profile: str
    media: str
    retention: tuple[RetentionRule, ...]
    font_folders: tuple[Path, ...]

    @property
    def keys(self) -> Path:
        """私钥文件夹。"""
        return self.home / "keys"

    @property
    def register(self) -> Path:
        """登记簿文件。"""
        return self.home / "register.sqlite"

    @property
    def cache(self) -> Path:
        """可随时删除的缓存。"""
        return self.home / "cache"

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


class _ConfigFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    verify_host: Annotated[str, Item(min_length=1)] = DEFAULT_HOST
    profile: Annotated[str, Item(min_length=1)] = DEFAULT_PROFILE
    media: Annotated[str, Item(min_length=1)] | None = None
    retention: list[_RetentionFile] = []


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
        templates=Path(templates) if templates else packaged_templates(),
        host=chosen.verify_host,
        profile=chosen.profile,
        media=chosen.media or str(home.absolute() / "media"),
        retention=tuple(
            RetentionRule(**{**rule.model_dump(), "instruments": tuple(rule.instruments)})
            for rule in chosen.retention
        ),
        font_folders=_font_folders(environment, home),
    )


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
