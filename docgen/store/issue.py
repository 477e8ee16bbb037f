"""签发的写出：文件与清单（manifest.json）一并到位，再登记。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docgen.errors import InputInvalid
from docgen.model.case import Case
from docgen.model.claim import identity_text
from docgen.model.document import Printed
from docgen.model.draft import Draft
from docgen.model.register import Acceptance, CaseFacts, Issue, IssuedFile, Reservation, Slot
from docgen.store.files import locked, prepare_folder, stage_files

MANIFEST = "manifest.json"


def reservation_of(draft: Draft) -> Reservation:
    """一份稿要留的号。"""
    return Reservation(
        slot=Slot(draft.agency, draft.case_number, draft.key),
        type=draft.instrument.id,
        region=draft.region,
        code=draft.instrument.number_code,
        date=draft.date,
        number=draft.number,
    )


def facts_of(case: Case) -> CaseFacts:
    """要登记的案件事实。"""
    return CaseFacts(case.agency.name, case.case_number, case.facts)


def issue_of(printed: Printed, accepted: Sequence[Acceptance]) -> Issue:
    """一份印好的文书的登记内容。"""
    assert printed.sealed is not None
    files = tuple(IssuedFile(d.media_type, d.sha256, d.pages) for d in printed.documents)
    sealed = printed.sealed
    return Issue(
        identity=sealed.token.claim.identity,
        date=sealed.draft.date,
        content=sealed.content,
        token=sealed.token.raw,
        host=sealed.host,
        files=files,
        acceptances=tuple(accepted),
    )


@contextmanager
def staged(printed: Sequence[Printed], folder: Path, font_set: str) -> Iterator[Callable[[], None]]:
    """备好全部文件；调用给出的函数才到位，并写清单。Raises EnvironmentLacking, InputInvalid.

    The manifest is read and written under a lock of the folder, so that runs into one folder at
    the same time lose no row of each other.
    """
    prepare_folder(folder)
    _rows(printed, folder)
    files = {p.file_name(d.media_type): d.data for p in printed for d in p.documents}

    def put() -> None:
        with locked(folder):
            content = {"documents": _rows(printed, folder), "font_set": font_set}
            text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
            with stage_files(folder, {MANIFEST: text.encode("utf-8")}) as place_manifest:
                place()
                place_manifest()

    with stage_files(folder, files) as place:
        yield put


def document_rows(printed: Sequence[Printed]) -> list[dict[str, Any]]:
    """清单里的各行（contract 5.2）；path 相对于清单所在的文件夹。"""
    return [_row(item, index) for item in printed for index in range(len(item.documents))]


def _rows(printed: Sequence[Printed], folder: Path) -> list[dict[str, Any]]:
    """清单的各行：这一次的文件，加上同一文件夹里以前生成、仍然在的文件。"""
    rows = {
        row["path"]: row for row in _previous(folder / MANIFEST) if (folder / row["path"]).is_file()
    }
    for row in document_rows(printed):
        before = rows.get(row["path"])
        if before is not None and before.get("identity") != row["identity"]:
            raise InputInvalid(
                f"{folder / row['path']} 是另一份文书的文件，没有覆盖。",
                advice="请换一个文件夹；几个登记簿不要写进同一个文件夹。",
            )
        _refuse_foreign(folder / row["path"], row, before)
        rows[row["path"]] = row
    return list(rows.values())


def _refuse_foreign(path: Path, row: dict[str, Any], before: dict[str, Any] | None) -> None:
    """不覆盖不是本程序写的、或者写后被人改过的文件。Raises InputInvalid."""
    try:
        there = hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputInvalid(f"{path} 不能覆盖。", advice="请移走它，或者换一个文件夹。") from error
    if there not in (row["sha256"], before and before.get("sha256")):
        raise InputInvalid(
            f"{path} 已经有了，而且不是本程序写的样子（别处来的，或者改动过），没有覆盖。",
            advice="请移走或改名（例如签过字的扫描件），或者换一个文件夹。",
        )


def _row(printed: Printed, index: int) -> dict[str, Any]:
    document, sealed, draft = printed.documents[index], printed.sealed, printed.draft
    return {
        "path": printed.file_name(document.media_type),
        "case_number": draft.case_number,
        "instrument": draft.instrument.id,
        "key": draft.key,
        "number": draft.number.text if sealed and draft.number else None,
        "identity": identity_text(sealed.token.claim.identity) if sealed else None,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "pages": document.pages,
        "verification_url": sealed.url if sealed else None,
    }


def _previous(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text("utf-8"))["documents"]
        if any("\0" in row["path"] or Path(row["path"]).name != row["path"] for row in rows):
            raise ValueError
        return list(rows)
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise InputInvalid(
            f"{path} 不是本程序写的清单，不敢覆盖。", advice="请换一个文件夹，或者移走该文件。"
        ) from None
