"""录像：登记、认码、归到文书，只增不改；核查照它判断。"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import wave
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import printed
import pytest
from books import on_both
from filmed import (
    END,
    NUMBER,
    ORDER,
    PRINTED,
    ROWS,
    START,
    VISIT,
    Site,
    add,
    record_clip,
    visit_data,
)
from support import Answer, Docgen, WriteCase

Clip = Callable[..., Path]


@pytest.fixture
def one_row(site: Site, tmp_path: Path, shared_folder: Path) -> Clip:
    """指令书第 9 行的一段录像：一秒现场，开始的场记板，现场，结束的场记板；同样的只拍一次。"""

    def make(name: str = "a.mp4", **labels: Any) -> Path:
        told = repr((sorted(labels.items()), Path(name).suffix, site.url(ORDER, 9, START)))
        folder = "row-" + hashlib.sha256(told.encode()).hexdigest()[:16]
        kept = printed.once(shared_folder, folder, lambda place: film_it(place / name, labels))
        (made,) = kept.glob("*.m*")
        shutil.copy(made, tmp_path / name)
        return tmp_path / name

    def film_it(path: Path, labels: Any) -> None:
        plan = [
            (None, 1.0),
            (site.url(ORDER, 9, START), 1.0),
            (None, 2.0),
            (site.url(ORDER, 9, END), 1.0),
            (None, 0.5),
        ]
        record_clip(path, plan, **labels)

    return make


def links(answer: Answer) -> list[Any]:
    return [link for row in answer.json["recordings"] for link in row["links"]]


def codes(answer: Answer, level: str = "fail") -> set[str]:
    findings = answer.json["findings"]
    return {f["code"] for f in findings if f["level"] == level and not f["advice"]}


@on_both
def test_a_visit_filmed_with_slates_finds_its_documents_and_the_evidence_check_passes(
    site: Site, docgen: Docgen, tmp_path: Path
) -> None:
    plan: list[tuple[str | None, float]] = [(None, 0.5)]
    for key, row in ROWS:
        plan += [(site.url(key, row, START), 0.6), (None, 0.8), (site.url(key, row, END), 0.6)]
        plan += [(None, 0.4)]
    clip = record_clip(tmp_path / "visit.mp4", plan)
    answer = add(docgen, clip, "--officers", "甲示例,乙示例")
    assert (answer.code, answer.json["bottom_line"]) == (0, "pass"), answer.out
    found = {(link["key"], link["row"]): link for link in links(answer)}
    assert list(found) == ROWS
    for number, spot in enumerate(ROWS):
        begun, ended = 0.5 + number * 2.4, 0.5 + number * 2.4 + 2.0
        assert abs(found[spot]["start"] - begun) < 0.3
        assert abs(found[spot]["until"] - ended) < 0.3
        assert found[spot]["opened"]
        assert found[spot]["closed"]
    onsite = "（示县）应急现决〔2026〕1号"
    for number, seconds in ((onsite, 20.7), (NUMBER, 23.1)):
        moment = (VISIT + timedelta(seconds=seconds)).isoformat(timespec="seconds")
        facts = ("--mode", "direct", "--at", moment, "--place", "示例场所", "--signed", "--sealed")
        told = docgen("record", "delivery", number, *facts, "--by", "乙示例")
        assert told.code == 0, told.err
    after = ("check", site.case, "--phase", "evidence", "--at", "2026-04-10", "--json")
    checked = docgen(*after)
    assert (checked.code, checked.json["bottom_line"]) == (0, "pass"), checked.out
    swept = docgen("check", "--register", "--at", "2026-04-10")
    assert swept.code == 0, swept.out
    before = docgen("check", "--register", "--at", "2026-04-09", "--json")
    assert before.code == 0, "filmed and delivered on the day itself"
    audit = docgen("log", "verify", "--json")
    assert audit.code == 0, audit.out


def test_a_row_that_was_not_filmed_is_named_by_the_evidence_check(
    site: Site, docgen: Docgen, one_row: Clip
) -> None:
    assert add(docgen, one_row()).code == 0
    after = ("check", site.case, "--phase", "evidence", "--at", "2026-04-10", "--strict", "--json")
    assert {"REC001", "REC002", "REC008"} <= codes(docgen(*after))


@on_both
def test_the_same_file_again_is_registered_once(docgen: Docgen, one_row: Clip) -> None:
    clip = one_row()
    assert add(docgen, clip).code == 0
    again = add(docgen, clip)
    assert [row["fresh"] for row in again.json["recordings"]] == [False]
    assert len(docgen("record", "list", "--json").json["recordings"]) == 1


@on_both
def test_one_event_over_three_files_is_one_recording(
    site: Site, docgen: Docgen, tmp_path: Path
) -> None:
    start, end = site.url(ORDER, 9, START), site.url(ORDER, 9, END)
    first = record_clip(tmp_path / "1.mp4", [(None, 1.0), (start, 1.0), (None, 1.0)])
    middle = record_clip(tmp_path / "2.mp4", [(None, 15.0)], VISIT + timedelta(seconds=3))
    last = record_clip(tmp_path / "3.mp4", [(None, 1.0), (end, 1.0)], VISIT + timedelta(seconds=18))
    alone = add(docgen, first)
    assert (alone.code, codes(alone, "unknown")) == (1, {"LNK005"}), "its end was not seen yet"
    answer = add(docgen, last)
    assert answer.code == 1, "the file between them is not there"
    whole = add(docgen, middle)
    assert whole.code == 0, whole.out
    assert [(link["start"], link["until"]) for link in links(whole)] == [(0.0, 15.0)]
    checked = docgen("check", site.case, "--phase", "evidence", "--at", "2026-04-10", "--json")
    told = [f for f in checked.json["findings"] if f["code"].startswith("LNK")]
    assert [(f["code"], f["advice"]) for f in told] == [("LNK010", True)], "nobody said the steps"


def test_two_slates_held_up_together_count_for_nothing(
    site: Site, docgen: Docgen, tmp_path: Path
) -> None:
    from film import Labels, Shot, film
    from filmed import SMALL, card
    from PIL import Image

    left, right = card(site.url(ORDER, 9, START)), card(site.url(ORDER, 9, END))
    both = Image.new("L", (left.width * 2, left.height), 255)
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    film([Shot(1.0), Shot(2.0, both)], tmp_path / "both.mp4", SMALL, Labels(VISIT))
    answer = add(docgen, tmp_path / "both.mp4")
    assert links(answer) == []
    assert {"LNK006", "LNK009"} <= codes(answer, "unknown")


def test_a_slate_of_another_register_is_told_and_binds_nothing(
    site: Site, docgen: Docgen, tmp_path: Path
) -> None:
    from docgen.model.register import SlatePlace
    from docgen.seal.slate import make_slot

    strange = make_slot(b"another register's secret 32 byte", SlatePlace(bytes(10), 9, START))
    plan = [(f"https://verify.docgen.example/r/{strange}", 1.0)]
    answer = add(docgen, record_clip(tmp_path / "a.mp4", plan))
    assert (answer.code, links(answer)) == (1, [])
    assert codes(answer, "unknown") == {"LNK008", "LNK009"}


def test_footage_from_before_the_printing_or_after_the_filing_is_told(
    docgen: Docgen, one_row: Clip
) -> None:
    early = add(docgen, one_row("early.mp4", started_at=PRINTED - timedelta(hours=1)))
    assert codes(early) == {"LNK003"}
    late = add(docgen, one_row("late.mp4", started_at=VISIT + timedelta(days=3650)))
    assert codes(late) == {"LNK003"}
    unknown = add(docgen, one_row("unknown.mp4", started_at=None))
    assert "LNK003" in codes(unknown, "unknown")
    said = add(docgen, one_row("said.mkv", started_at=None), "--started-at", VISIT.isoformat())
    assert said.code == 0, said.out


def test_a_scan_of_the_document_tells_when_it_was_filmed_and_delivered(
    site: Site, docgen: Docgen, one_row: Clip
) -> None:
    manifest = json.loads((site.case.parent / "out" / "manifest.json").read_text("utf-8"))
    token = next(r["verification_url"] for r in manifest["documents"] if r["number"] == NUMBER)
    before = docgen("verify", token, "--json")
    told = [f["message"] for f in before.json["findings"] if f["code"] == "VER007"]
    assert told == ["登记簿里还没有它的音像记录和送达。"]
    assert add(docgen, one_row()).code == 0
    facts = ("--mode", "direct", "--at", "2026-04-09T08:50:02", "--by", "乙示例")
    assert docgen("record", "delivery", NUMBER, *facts).code == 0
    after = docgen("verify", token, "--json")
    told = [f["message"] for f in after.json["findings"] if f["code"] == "VER007"]
    assert told[0] == "登记的送达时间：2026-04-09 08:50。"
    assert "第 9 行“采取现场处置措施”，2026-04-09 08:50:01 至 2026-04-09 08:50:04" in told[1]


def test_what_the_case_file_says_against_the_register_is_told(
    site: Site, docgen: Docgen, one_row: Clip, write_case: WriteCase
) -> None:
    assert add(docgen, one_row()).code == 0
    facts = ("--mode", "direct", "--at", "2026-04-09T08:50:02", "--by", "乙示例")
    assert docgen("record", "delivery", NUMBER, *facts).code == 0
    data = visit_data()
    told = next(d for d in data["deliveries"] if d["instrument"] == ORDER)
    told["at"] = "2026-04-09T15:00:00+08:00"
    data["recordings"][0] |= {"file": "没有登记.mp4", "started_at": "2026-04-09T11:30:00+08:00"}
    after = ("check", write_case(data), "--phase", "evidence", "--at", "2026-04-10", "--json")
    checked = docgen(*after)
    found = {f["code"]: f for f in checked.json["findings"] if f["code"].startswith("LNK")}
    assert found["LNK012"]["where"] == "deliveries[1].at"
    assert found["LNK013"]["where"] == "recordings[0].file"


def test_sound_alone_is_left_to_the_supervisor(site: Site, docgen: Docgen, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000 * 5))
    assert add(docgen, tmp_path / "a.wav", "--started-at", VISIT.isoformat()).code == 1
    where = ("--to", NUMBER, "--row", 9, "--by", "乙示例")
    bound = docgen("record", "bind", "a.wav", *where)
    assert "只有声音没有画面" in bound.out


def test_footage_of_a_voided_document_is_told(docgen: Docgen, one_row: Clip) -> None:
    assert add(docgen, one_row()).code == 0
    assert docgen("register", "void", NUMBER, "--reason", "写错").code == 0
    shown = docgen("record", "show", "a.mp4", "--json")
    assert codes(shown) == {"LNK001"}


def test_what_a_person_says_stands_beside_what_the_machine_found(
    docgen: Docgen, one_row: Clip
) -> None:
    assert add(docgen, one_row()).code == 0
    by = ("--by", "乙示例")
    bound = docgen("record", "bind", "a.mp4", "--to", NUMBER, "--row", 9, "--until", "0:03", *by)
    assert bound.code == 0, bound.err
    again = ("record", "bind", "a.mp4", "--to", NUMBER, "--row", 9, "--from", "1.5", *by)
    strange = docgen(*again, "--until", "3.5", "--steps", "read_aloud,念一遍")
    assert "没有步骤“念一遍”" in strange.err
    mended = ("--steps", "read_aloud,送达", "--supersedes", 2, "--reason", "时间写错")
    moved = docgen(*again, "--until", "3.5", *mended)
    assert moved.code == 0, moved.err
    assert docgen("record", "withdraw", 1, "--reason", "人已写明", *by).code == 0
    assert "已撤回" in docgen("record", "withdraw", 1, "--reason", "再来", *by).err
    rows = docgen("record", "show", "a.mp4", "--json").json["links"]
    told = [(r["link"], r["origin"], (r["ended"] or {}).get("how")) for r in rows]
    assert told == [(1, "machine", "withdrawn"), (2, "person", "superseded"), (3, "person", None)]
    assert rows[1]["ended"]["successor"] == 3
    again = add(docgen, one_row("b.mp4", model="另一台"))
    assert again.code == 0
    assert docgen("log", "verify").code == 0


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (("--from", "0:04", "--until", "0:60"), "不在文件之内"),
        (("--from", "0:04", "--until", "0:02"), "不在文件之内"),
        (("--until", "三分"), "不是时间"),
    ],
)
def test_times_outside_the_file_bind_nothing(
    docgen: Docgen, one_row: Clip, span: tuple[str, ...], told: str
) -> None:
    assert add(docgen, one_row()).code == 0
    where = ("--to", NUMBER, "--row", 9, "--by", "乙示例")
    answer = docgen("record", "bind", "a.mp4", *where, *span)
    assert answer.code != 0
    assert told in answer.err
    assert len(docgen("record", "show", "a.mp4", "--json").json["links"]) == 1


def test_clocks_of_two_cameras_are_compared_and_not_corrected(
    docgen: Docgen, one_row: Clip
) -> None:
    one = one_row("a.mp4")
    other = one_row("b.mp4", started_at=VISIT + timedelta(seconds=90), model="执法记录仪乙")
    answer = add(docgen, one, other)
    told = next(f for f in answer.json["findings"] if f["code"] == "LNK007")
    assert "慢 90 秒" in told["message"]
    assert told["advice"]
    rows = {row["name"]: row["machine"]["started_at"] for row in answer.json["recordings"]}
    assert rows["b.mp4"].startswith("2026-04-09T00:51:30"), "as the camera had it"


def test_a_delivery_is_corrected_and_the_old_one_stays(site: Site, docgen: Docgen) -> None:
    facts = ("--mode", "direct", "--by", "乙示例", "--signed", "--sealed")
    told = docgen("record", "delivery", NUMBER, "--at", "2026-04-09T16:10", *facts)
    assert told.code == 0, told.err
    again = docgen("record", "delivery", NUMBER, "--at", "2026-04-09T16:10", *facts)
    assert (again.code, "已经登记过" in again.err) == (1, True)
    mended = docgen(
        *("record", "delivery", NUMBER, "--at", "2026-04-09T16:20", *facts),
        *("--supersedes", 1, "--reason", "回执上是 16:20"),
    )
    assert mended.code == 0, mended.err
    bodies = [e["kind"] for e in docgen("log", "list", "--json").json["events"]][-3:]
    assert bodies == ["delivered", "delivered", "superseded"]
    assert docgen("log", "verify").code == 0
    checked = docgen("check", site.case, "--phase", "evidence", "--at", "2026-04-10", "--json")
    wrong = {f["code"] for f in checked.json["findings"] if "没有送达的记载" in f["message"]}
    assert "DLV003" in wrong, "the other document is not delivered yet"
    mine = [f for f in checked.json["findings"] if f["code"] == "DLV003" and f["level"] == "pass"]
    assert mine


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (("--mode", "direct", "--at", "2999-01-01T10:00"), "还没有到"),
        (("--mode", "hand", "--at", "2026-04-09T10:00"), "只能是"),
        (("--mode", "direct", "--at", "昨天"), "--at"),
        (
            (
                "--mode",
                "direct",
            ),
            "缺少 --at",
        ),
    ],
)
def test_a_delivery_written_wrongly_is_told_by_its_option(
    site: Site, docgen: Docgen, facts: tuple[str, ...], told: str
) -> None:
    answer = docgen("record", "delivery", NUMBER, *facts, "--by", "乙示例")
    assert answer.code in (2, 4)
    assert told in answer.err
    assert "delivered" not in docgen("log", "list").out


def test_a_cases_footage_is_exported_with_its_sums_and_manifest(
    docgen: Docgen, one_row: Clip, tmp_path: Path
) -> None:
    clip = one_row()
    assert add(docgen, clip).code == 0
    case_number = "（示县）应急查〔2026〕27号"
    assert docgen("record", "export", case_number, "-o", tmp_path / "out").code == 0
    digest, name = (tmp_path / "out" / "SHA256SUMS").read_text().split()
    assert (tmp_path / "out" / name).read_bytes() == clip.read_bytes()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["recordings"][0]["sha256"] == digest
    assert docgen("record", "export", case_number, "-o", tmp_path / "out").code == 4
    assert docgen("record", "export", "没有的案号", "-o", tmp_path / "new").code == 4


def test_fsck_tells_what_changed_what_is_gone_and_what_nobody_registered(
    site: Site, docgen: Docgen, one_row: Clip
) -> None:
    assert add(docgen, one_row("a.mp4")).code == 0
    assert add(docgen, one_row("b.mp4", model="另一台")).code == 0
    assert docgen("record", "fsck").code == 0
    kept = sorted((site.home / "media").glob("??/*.mp4"))
    kept[0].chmod(0o600)
    kept[0].write_bytes(kept[0].read_bytes()[:-1] + b"?")
    kept[1].unlink()
    (site.home / "media" / "00").mkdir(exist_ok=True)
    (site.home / "media" / "00" / "strange.mp4").write_bytes(b"?")
    answer = docgen("record", "fsck", "--json")
    assert answer.code == 1
    messages = "".join(f["message"] for f in answer.json["findings"])
    for told in ("变了，不是登记时的文件", "不在录像库里了", "没有登记"):
        assert told in messages


def test_the_contact_sheet_shows_begin_end_and_each_row(
    docgen: Docgen, one_row: Clip, tmp_path: Path
) -> None:
    assert add(docgen, one_row()).code == 0
    path = tmp_path / "sheet.pdf"
    assert docgen("record", "sheet", "（示县）应急查〔2026〕27号", "-o", path).code == 0
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    text = document[0].get_textpage().get_text_range()
    images = list(document[0].get_objects(filter=[3]))
    document.close()
    assert len(images) == 4
    for told in ("开头", "结尾", "起", "止", "08:50:01"):
        assert told in text


def test_a_file_is_deleted_after_its_period_and_the_log_still_verifies(
    site: Site, docgen: Docgen, one_row: Clip
) -> None:
    rule = "retention: [{source: 示例局档案规定第三条, years: 5, since: 2020-01-01}]\n"
    (site.home / "config.yaml").write_text(rule, "utf-8")
    assert add(docgen, one_row()).code == 0
    early = docgen("record", "retain", "--at", "2031-04-09", "--json")
    assert early.json["expired"] == []
    due = docgen("record", "retain", "--at", "2031-04-10", "--json")
    assert [row["rule"] for row in due.json["expired"]] == ["示例局档案规定第三条"]
    refused = docgen("record", "retain", "--at", "2031-04-10", "--delete", "--by", "乙示例")
    assert (refused.code, "只能截至今天" in refused.err) == (2, True)
    late = VISIT.replace(year=2010)
    assert add(docgen, one_row("old.mp4", started_at=late)).code == 1, "before the printing"
    (site.home / "config.yaml").write_text(rule.replace("2020", "2000"), "utf-8")
    gone = docgen("record", "retain", "--delete", "--by", "乙示例")
    assert "都已删去" in gone.out, gone.err
    assert len(list((site.home / "media").glob("??/*.mp4"))) == 1
    rows = docgen("record", "list", "--json").json["recordings"]
    assert [bool(row["deleted"]) for row in rows] == [False, True]
    assert docgen("record", "fsck").code == 0
    assert docgen("log", "verify").code == 0


TAMPERED = [
    "UPDATE recording SET said = replace(said, '乙示例', '甲示例')",
    "UPDATE recording SET container = replace(container, '2026-04-09', '2026-04-08')",
    "UPDATE recording SET sightings = '[]'",
    "UPDATE recording SET location = '00/other.mp4'",
    "UPDATE link SET start = 0.5",
    "UPDATE link SET row = 8",
    "UPDATE link SET instrument_id = 1",
    "UPDATE link SET steps = '[\"delivered\"]'",
    "DELETE FROM link",
    "INSERT INTO link_end VALUES (1, 'withdrawn', '无', '无', '2026-04-10T00:00:00', NULL)",
    "UPDATE delivery SET data = replace(data, '16:10', '16:20')",
    "DELETE FROM delivery",
    "UPDATE slate SET row = 88 WHERE row = 1",
    "UPDATE case_facts SET data = replace(data, '乙示例', '甲示例')",
    "DELETE FROM case_facts",
    "INSERT INTO deletion SELECT sha256, '无', '无', '2026-04-10' FROM recording",
    "UPDATE recording SET added_at = '2026-04-09T09:00:00+08:00'",
    "UPDATE recording SET started_at = '2026-04-09T09:00:00+08:00'",
    "UPDATE recording SET device = '另一台'",
    "UPDATE link SET at = '2026-04-09T09:00:00+08:00'",
    "UPDATE delivery SET at = '2026-04-09T09:00:00+08:00'",
    "UPDATE delivery SET by = '甲示例'",
    "UPDATE case_facts SET at = '2026-04-01T09:00:00+08:00'",
    "UPDATE instrument SET issued_at = '2026-04-01T09:00:00+08:00'",
    "UPDATE instrument SET reserved_at = '2026-04-01T09:00:00+08:00'",
    "UPDATE instrument SET date = '2026-04-01'",
    "UPDATE instrument SET host = 'verify.example.org'",
    "UPDATE instrument SET case_number = '另一案'",
    "UPDATE instrument SET token = x'00' WHERE id = 1",
    "UPDATE instrument SET content = x'00' WHERE id = 1",
    "UPDATE document SET sha256 = '00' WHERE instrument_id = 1 AND media_type LIKE '%pdf'",
    "UPDATE restatement SET reason = '另一个理由'",
    "UPDATE restatement SET said = replace(said, '丙示例', '丁示例')",
    "DELETE FROM restatement",
]


def test_what_is_filed_cannot_be_changed_behind_the_logs_back(
    site: Site, docgen: Docgen, one_row: Clip, tmp_path: Path
) -> None:
    assert add(docgen, one_row()).code == 0
    facts = ("--mode", "direct", "--at", "2026-04-09T16:10", "--by", "乙示例")
    assert docgen("record", "delivery", NUMBER, *facts).code == 0
    told = ("--recorder", "丙示例", "--reason", "登记时写错", "--by", "乙示例")
    assert docgen("record", "restate", "a.mp4", *told).code == 0
    path = site.home / "register.sqlite"
    shutil.copy(path, tmp_path / "kept.sqlite")
    assert docgen("log", "verify").code == 0
    for statement in TAMPERED:
        shutil.copy(tmp_path / "kept.sqlite", path)
        with closing(sqlite3.connect(path)) as database:
            triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in triggers.fetchall():
                database.execute(f"DROP TRIGGER {name}")
            assert database.execute(statement).rowcount > 0, statement
            database.commit()
        answer = docgen("log", "verify", "--json")
        assert answer.code == 1, statement
        assert "LOG002" in codes(answer), statement


def test_what_is_filed_cannot_be_updated_or_deleted_by_mistake(
    site: Site, docgen: Docgen, one_row: Clip
) -> None:
    assert add(docgen, one_row()).code == 0
    with closing(sqlite3.connect(site.home / "register.sqlite")) as database:
        for statement in ("UPDATE link SET row = 8", "DELETE FROM recording"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(statement)


def test_a_file_name_of_any_bytes_is_filed_shown_and_printed(
    site: Site, docgen: Docgen, one_row: Clip, tmp_path: Path
) -> None:
    strange = os.fsencode(tmp_path) + b"/\xff\x1b[31m\xf0\x9f\x8e\xa5\n.mp4"
    shutil.copy(one_row(), strange)
    answer = add(docgen, Path(os.fsdecode(strange)))
    assert answer.code == 0, answer.err
    (row,) = answer.json["recordings"]
    assert row["name"].startswith("？？[31m")
    listed = docgen("record", "list").out
    assert "\x1b" not in listed
    sheet = ("record", "sheet", "（示县）应急查〔2026〕27号", "-o", tmp_path / "sheet.pdf")
    assert docgen(*sheet).code == 0


def test_the_same_stretch_said_to_show_two_documents_is_told(docgen: Docgen, one_row: Clip) -> None:
    assert add(docgen, one_row()).code == 0
    onsite = ("--to", "（示县）应急现决〔2026〕1号", "--row", 9, "--by", "乙示例")
    bound = docgen("record", "bind", "a.mp4", *onsite)
    assert "同一段还归到 （示县）应急责改〔2026〕15号" in bound.out


def test_a_card_that_cannot_be_written_is_told_after_its_file_is_registered(
    site: Site, docgen: Docgen, one_row: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, genuine = one_row(), Path.unlink

    def protected(self: Path, missing_ok: bool = False) -> None:
        if self == clip:
            raise PermissionError(errno.EROFS, "Read-only file system", str(self))
        genuine(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", protected)
    answer = add(docgen, clip, "--move")
    assert (answer.code, "登记好了，原来的文件删不掉" in answer.err) == (5, True)
    assert len(answer.json["recordings"]) == 1


def test_what_is_filed_again_is_judged_again_and_what_was_not_used_is_told(
    docgen: Docgen, tmp_path: Path, site: Site
) -> None:
    bare = record_clip(tmp_path / "bare.mp4", [(None, 2.0)])
    first, again = add(docgen, bare), add(docgen, bare)
    assert (first.code, codes(first, "unknown")) == (1, {"LNK009"})
    assert (again.code, codes(again, "unknown")) == (1, {"LNK009"})
    other = docgen("record", "add", bare, "--recorder", "丙示例", "--json")
    assert (other.code, codes(other, "unknown")) == (1, {"LNK009", "LNK014"})


def test_what_was_said_at_filing_is_corrected_and_the_log_keeps_both(
    docgen: Docgen, one_row: Clip
) -> None:
    clip = one_row("unknown.mp4", started_at=None)
    assert "LNK003" in codes(add(docgen, clip), "unknown")
    reason = ("--reason", "设备没有写时间", "--by", "丙示例")
    future = docgen("record", "restate", "unknown.mp4", "--started-at", "2040-01-01T00:00", *reason)
    assert (future.code, "还没有到" in future.err) == (2, True)
    nothing = docgen("record", "restate", "unknown.mp4", *reason)
    assert (nothing.code, "没有要改的" in nothing.err) == (2, True)
    started = ("--started-at", VISIT.isoformat())
    assert docgen("record", "restate", "unknown.mp4", *started, *reason).code == 0
    assert add(docgen, clip).code == 0
    (row,) = docgen("record", "list", "--json").json["recordings"]
    assert row["said"]["started_at"] == VISIT.isoformat()
    assert row["machine"]["started_at"] is None
    assert docgen("log", "verify").code == 0


def test_a_file_that_is_lost_or_swapped_is_left_out_and_told_and_the_rest_goes_on(
    site: Site, docgen: Docgen, one_row: Clip, tmp_path: Path
) -> None:
    assert add(docgen, one_row("a.mp4")).code == 0
    assert add(docgen, one_row("b.mp4", model="另一台")).code == 0
    first, second = sorted((site.home / "media").glob("??/*.mp4"))
    first.chmod(0o600)
    shutil.copy(second, first)
    case_number = "（示县）应急查〔2026〕27号"
    sheet = docgen("record", "sheet", case_number, "-o", tmp_path / "sheet.pdf")
    assert (sheet.code, "没有画面" in sheet.err) == (3, True)
    out = docgen("record", "export", case_number, "-o", tmp_path / "out")
    assert (out.code, "变了，不是登记时的文件" in out.err) == (3, True)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert list(manifest["lost"]) == [first.stem]
    assert len((tmp_path / "out" / "SHA256SUMS").read_text().split()) == 2
    first.unlink()
    again = docgen("record", "export", case_number, "-o", tmp_path / "again")
    assert (again.code, "不在录像库里了" in again.err) == (3, True)


def test_a_good_original_mends_the_store(docgen: Docgen, one_row: Clip, site: Site) -> None:
    clip = one_row()
    assert add(docgen, clip).code == 0
    (kept,) = (site.home / "media").glob("??/*.mp4")
    for spoil in (lambda: kept.write_bytes(b"another"), kept.unlink):
        kept.chmod(0o600)
        spoil()
        assert docgen("record", "fsck").code == 1
        mended = add(docgen, clip)
        assert (mended.code, "LNK015" in codes(mended, "pass")) == (0, True)
        assert docgen("record", "fsck").code == 0


def test_a_row_that_is_not_the_documents_own_is_not_bound(docgen: Docgen, one_row: Clip) -> None:
    assert add(docgen, one_row()).code == 0
    wrong = docgen("record", "bind", "a.mp4", "--to", NUMBER, "--row", 30, "--by", "甲示例")
    assert (wrong.code, "不是《责令限期整改指令书》要录的" in wrong.err) == (4, True)
    twice = ("--row", 9, "--steps", "prepared,prepared", "--by", "甲示例")
    again = docgen("record", "bind", "a.mp4", "--to", NUMBER, *twice)
    assert (again.code, "写了两次" in again.err) == (2, True)


def test_a_delivery_before_the_document_or_of_a_receipt_is_refused_and_one_can_be_withdrawn(
    site: Site, docgen: Docgen
) -> None:
    facts = ("--mode", "direct", "--by", "乙示例")
    early = docgen("record", "delivery", NUMBER, "--at", "2026-03-09T16:10", *facts)
    assert (early.code, "早于文书日期" in early.err) == (4, True)
    receipt = next(
        row["number"]
        for row in docgen("register", "list", "--json").json["instruments"]
        if row["instrument"] == "delivery_receipt"
    )
    wrong = docgen("record", "delivery", receipt, "--at", "2026-04-09T16:10", *facts)
    assert (wrong.code, "送达回执" in wrong.err) == (4, True)
    assert docgen("record", "delivery", NUMBER, "--at", "2026-04-09T16:10", *facts).code == 0
    assert "第 1 次送达" in docgen("record", "list").out
    why = ("--reason", "登记到另一份上了", "--by", "乙示例")
    assert docgen("record", "withdraw-delivery", 1, *why).code == 0
    again = docgen("record", "withdraw-delivery", 1, *why)
    assert (again.code, "已撤回（登记到另一份上了）" in again.err) == (1, True)
    (row,) = docgen("record", "list", "--json").json["deliveries"]
    assert row["ended"]["how"] == "withdrawn"
    assert docgen("log", "verify").code == 0


@pytest.mark.parametrize(
    "name", ["", " ", "甲\n  结论：通过", "甲\u200b乙", "甲\x1b[31m", "甲" * 301]
)
def test_a_name_that_would_not_read_as_it_is_written_is_refused(
    docgen: Docgen, one_row: Clip, name: str
) -> None:
    answer = docgen("record", "add", one_row(), "--recorder", name)
    assert (answer.code, "--recorder" in answer.err) == (2, True)
    assert docgen("record", "list", "--json").json["recordings"] == []
