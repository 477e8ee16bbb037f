"""各测试共用：一个干净的状态文件夹，一条命令，一个改得动的小案件。"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

import printed
import pytest
import yaml
from books import configure, copy_register, location_of
from database_server import DatabaseServer, database_server
from filmed import ROWS, Site, make_site, visit_data, with_register
from hypothesis import settings
from printed import Sample
from support import CASES, PROCEDURES, Answer, Data, Docgen, WriteCase

from docgen import pipeline
from docgen.catalogue import Catalogue, load_catalogue
from docgen.cli import run
from docgen.fill import fill_case
from docgen.model.document import EXTENSIONS
from docgen.model.draft import Draft
from docgen.model.profile import DEFAULT_PROFILE
from docgen.render.fonts import load_fonts
from docgen.render.press import Press, load_press
from docgen.settings import load_settings, packaged_templates

Items = tuple[Mapping[str, object], ...]

settings.register_profile("docgen", deadline=None)  # how long a case takes proves nothing
settings.load_profile("docgen")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[DatabaseServer]:
    """一个真的 PostgreSQL。"""
    with database_server() as server:
        yield server


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """登记簿用哪一种数据库；books.on_both 让测试各用一遍，其余的由 DOCGEN_TEST_DATABASE 定。"""
    return str(getattr(request, "param", os.environ.get("DOCGEN_TEST_DATABASE", "sqlite")))


@pytest.fixture
def location(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """一个还没有登记簿的位置。"""
    if database == "postgresql":
        server: DatabaseServer = request.getfixturevalue("postgresql")
        return server.fresh()
    return str(tmp_path / "register.sqlite")


@pytest.fixture
def home(
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Path:
    """本测试自己的 DOCGEN_HOME。"""
    folder = tmp_path / "home"
    monkeypatch.setenv("DOCGEN_HOME", str(folder))
    if database == "postgresql":
        configure(folder, request.getfixturevalue("location"))
    return folder


@pytest.fixture
def docgen(home: Path, capfd: pytest.CaptureFixture[str]) -> Docgen:
    """执行一条 docgen 命令。"""

    def call(*arguments: object) -> Answer:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        return Answer(code, *capfd.readouterr())

    return call


@pytest.fixture
def hearing() -> Data:
    """只有一份听证会通知书的案件：改一处便错一处。"""
    text = (CASES / "chemical-plant.yaml").read_text("utf-8")
    data: Data = yaml.load(text, Loader=yaml.BaseLoader)  # every scalar stays text
    for part in ("instruments", "deliveries", "recordings", "proceedings"):
        key = "type" if part == "instruments" else "instrument"
        data[part] = [row for row in data[part] if row[key] == "hearing_notice"]
    return data


@pytest.fixture
def write_case(tmp_path: Path) -> WriteCase:
    """把案件写成 YAML 文件。"""

    def write(data: Data, name: str = "case.yaml") -> Path:
        path = tmp_path / name
        path.write_text(
            yaml.safe_dump(json.loads(json.dumps(data)), allow_unicode=True, sort_keys=False),
            "utf-8",
        )
        return path

    return write


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """本次测试的各进程共同的临时文件夹。"""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session", autouse=True)
def _what_stays_is_read_once(shared_folder: Path) -> Iterator[None]:
    """字体的缓存各测试共用；随程序的模板，一个进程只读一遍。"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_CACHE", str(shared_folder / "cache"))
        patch.setattr("docgen.catalogue.load_catalogue", _catalogue)
        yield


def _catalogue(templates: Path, profile: str = DEFAULT_PROFILE) -> Catalogue:
    packaged = templates == packaged_templates()
    return _packaged(profile) if packaged else load_catalogue(templates, profile)


@cache
def _packaged(profile: str) -> Catalogue:
    return load_catalogue(packaged_templates(), profile)


@pytest.fixture(scope="session")
def printed_site(shared_folder: Path) -> Path:
    """签发过的检查案件，各测试抄一份。"""
    return printed.once(shared_folder, "site", lambda place: make_site(place, visit_data()))


@pytest.fixture
def site(printed_site: Path, home: Path) -> Site:
    """签发过的检查案件，与它的场记板。"""
    shutil.copytree(printed_site / "home", home, dirs_exist_ok=True)
    if "://" in location_of(home):
        (home / "register.sqlite").unlink()
        copy_register(str(printed_site / "home" / "register.sqlite"), location_of(home))
    return Site(home, printed_site / "case.yaml", with_register(home, ROWS))


@pytest.fixture(scope="session")
def samples(shared_folder: Path) -> tuple[Sample, ...]:
    """全部样本案件印出的文书。"""
    return printed.samples_in(printed.once(shared_folder, "samples", printed.print_samples))


@pytest.fixture(scope="session")
def long_sample(shared_folder: Path) -> Sample:
    """一份有两万字的一段的文书。"""
    return printed.samples_in(printed.once(shared_folder, "long", printed.print_long))[0]


@pytest.fixture(scope="session")
def office_pdfs(
    samples: tuple[Sample, ...],
    lengths: tuple[Path, ...],
    lists: tuple[Path, ...],
    press: Press,
    shared_folder: Path,
) -> dict[str, Path]:
    """LibreOffice 从各 DOCX 印出的 PDF，键为 Sample.name，或 lengths、lists 的文件名（无后缀）。"""
    made = (*lengths, *lists)
    names = {sample.name: f"{index}" for index, sample in enumerate(samples)}
    documents = {names[sample.name]: sample.docx for sample in samples}
    documents |= {path.stem: path for path in made if path.suffix == ".docx"}
    folder = printed.once(
        shared_folder,
        "office",
        lambda place: printed.convert(documents, place, press.fonts.fontconfig),
    )
    names |= {path.stem: path.stem for path in made}
    return {name: folder / f"{stem}.pdf" for name, stem in names.items()}


@pytest.fixture(scope="session")
def press(shared_folder: Path) -> Press:
    """印刷间：随程序的模板与核定的字体。"""
    settings = load_settings({**os.environ, "DOCGEN_HOME": str(shared_folder / "press")})
    config = settings.templates / "layout" / "fonts.yaml"
    return load_press(settings.templates, load_fonts(config, settings.font_folders, settings.cache))


@pytest.fixture(scope="session")
def lengths(press: Press, draft: Draft, shared_folder: Path) -> tuple[Path, ...]:
    """同一文书，正文逐行加长，直到署名到过页面的每一处：PDF 与 DOCX。"""

    def make(folder: Path) -> None:
        for extra in range(0, 22, 1):
            longer = dict(draft.fields, hearing_place="某处" * 14 * extra + "某处")
            print_as(folder / f"length-{extra}", press, replace(draft, fields=longer))

    return tuple(sorted(printed.once(shared_folder, "lengths", make).glob("length-*")))


@pytest.fixture(scope="session")
def lists(press: Press, shared_folder: Path) -> tuple[Path, ...]:
    """同一清单，逐行加长，直到署名到过页面的每一处：PDF 与 DOCX。"""

    def make(folder: Path) -> None:
        draft = drafts(PROCEDURES / "sealing-and-cutoff.yaml")["sealing_list"]
        items = cast(Items, draft.fields["items"])
        for count in range(1, 15):
            longer = dict(draft.fields, items=items[3:4] * count)
            print_as(folder / f"list-{count}", press, replace(draft, fields=longer))

    return tuple(sorted(printed.once(shared_folder, "lists", make).glob("list-*")))


def print_as(path: Path, press: Press, draft: Draft) -> None:
    """印成草稿：path 加上两种后缀。"""
    for document in press.print(draft, None, None):
        path.with_suffix(EXTENSIONS[document.media_type]).write_bytes(document.data)


def drafts(path: Path) -> Mapping[str, Draft]:
    """一个案件的全部稿，按文书的键。"""
    catalogue = load_catalogue(packaged_templates())
    case = pipeline.load_case(path, catalogue)
    return fill_case(case, catalogue.instruments, catalogue.law)


@pytest.fixture(scope="session")
def draft() -> Draft:
    """chemical-plant 的听证会通知书。"""
    return drafts(CASES / "chemical-plant.yaml")["hearing_notice"]
