"""bring：每次送达带来它的送达回执，文号、地点、方式都已填好，各种方式要的栏目也在。"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from situations import catalogue
from support import CASES, ROOT, Data, Docgen, WriteCase

from docgen import pipeline
from docgen.errors import InputInvalid
from docgen.fill import fill_case
from docgen.model.draft import Draft
from docgen.read.presented import read_presented

PLACE = "示例化工有限公司会议室"


@pytest.fixture
def orders(hearing: Data) -> Data:
    """一份听证会通知书，直接送达。"""
    hearing["deliveries"][0]["place"] = PLACE
    return hearing


def receipts(path: Path) -> list[Draft]:
    """案件里由送达带来的回执，已填好。"""
    case = pipeline.load_case(path, catalogue())
    drafts = fill_case(case, catalogue().instruments, catalogue().law)
    return [draft for draft in drafts.values() if draft.instrument.brought_by]


def test_every_delivery_brings_a_receipt_with_title_number_and_place(
    docgen: Docgen, orders: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    answer = docgen("generate", write_case(orders), "-o", tmp_path, "--json")
    main, receipt = (row for row in answer.json["documents"] if row["pages"])
    assert (receipt["instrument"], receipt["key"]) == ("delivery_receipt", "hearing_notice.receipt")
    (page,) = read_presented((tmp_path / receipt["path"]).read_bytes(), "").pages
    assert f"《听证会通知书》{main['number']}" in page.body
    assert PLACE in page.body
    assert orders["party"]["name"] in page.body
    assert "直接送达" in page.body
    assert docgen("verify", tmp_path / receipt["path"]).code == 0


def test_an_announcement_brings_no_receipt(orders: Data, write_case: WriteCase) -> None:
    orders["deliveries"][0]["mode"] = "announcement"
    assert receipts(write_case(orders)) == []


@pytest.mark.parametrize(
    ("mode", "facts"),
    [
        ("left", {"refusal_reason": "示例理由", "refused_on": "2026-11-25", "witness": "示例证人"}),
        ("post", {"tracking": "EX000000000"}),
        ("entrusted", {"entrusted_to": "示例区应急管理局", "agent": "示例收"}),
        ("electronic", {"consent_on": "2026-11-01", "electronic_address": "示例邮箱"}),
        ("direct", {"agent": "示例收", "agent_relation": "同事"}),
    ],
)  # fmt: skip
def test_what_the_delivery_says_about_its_mode_is_on_the_receipt(
    orders: Data, write_case: WriteCase, mode: str, facts: dict[str, str]
) -> None:
    orders["deliveries"][0] |= {"mode": mode, **facts}
    (receipt,) = receipts(write_case(orders))
    assert receipt.fields["mode"] == mode
    for name, value in facts.items():
        assert str(receipt.fields[name]) == value
        assert name not in receipt.by_hand


def test_a_receipt_that_lacks_what_its_mode_demands_is_refused_with_the_place(
    docgen: Docgen, orders: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    orders["deliveries"][0]["mode"] = "electronic"
    answer = docgen("generate", write_case(orders), "-o", tmp_path / "out")
    assert answer.code == 4
    assert "deliveries[0].consent_on" in answer.err
    assert "deliveries[0].electronic_address" in answer.err
    assert "第 " in answer.err


def test_a_document_delivered_twice_has_two_receipts(orders: Data, write_case: WriteCase) -> None:
    again = {**orders["deliveries"][0], "mode": "left"}
    orders["deliveries"].append(again)
    found = receipts(write_case(orders))
    assert [(draft.key, draft.fields["mode"]) for draft in found] == [
        ("hearing_notice.receipt", "direct"),
        ("hearing_notice.receipt.2", "left"),
    ]


def test_several_documents_may_share_a_receipt_that_the_case_names(
    docgen: Docgen, tmp_path: Path
) -> None:
    case = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
    answer = docgen("generate", case, "-o", tmp_path, "--json")
    assert answer.code == 0, answer.err
    shared = [r for r in answer.json["documents"] if r["key"] == "delivery_receipt" and r["pages"]]
    (row,) = shared
    text = "".join(
        page.body for page in read_presented((tmp_path / row["path"]).read_bytes(), "").pages
    )
    numbers = {r["key"]: r["number"] for r in answer.json["documents"]}
    for key in ("onsite_measures_decision", "sealing_decision", "sealing_list"):
        assert numbers[key] in text
    assert "以上共3件" in text
    brought = {r["key"] for r in answer.json["documents"] if r["key"].endswith(".receipt")}
    assert brought == {"power_cutoff_decision.receipt", "power_cutoff_notice.receipt"}


def test_the_receipt_of_a_notice_to_the_supplier_names_the_supplier() -> None:
    found = receipts(ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml")
    named = {draft.key: draft.fields["addressee"] for draft in found}
    assert named["power_cutoff_notice.receipt"] == "示例供电有限公司"
    assert named["power_cutoff_decision.receipt"] == "示例铝业有限公司"


@pytest.mark.parametrize(
    ("delivers", "told"),
    [
        (["hearing_notise"], "没有“hearing_notise”这份文书"),
        (["delivery_receipt"], "《文书送达回执》（delivery_receipt）不送达；可以送达的：rect"),
        (["rectification_order", "hearing_notice"], "送达方式不同"),
    ],
)
def test_a_receipt_cannot_certify_what_is_not_there_or_was_delivered_otherwise(
    docgen: Docgen, write_case: WriteCase, tmp_path: Path, delivers: list[str], told: str
) -> None:
    text = (CASES / "chemical-plant.yaml").read_text("utf-8")
    case: Data = yaml.load(text, Loader=yaml.BaseLoader)
    case["deliveries"][0]["mode"] = "post"
    case["instruments"].append(
        {"type": "delivery_receipt", "date": "2026-11-24", "delivers": delivers}
    )
    answer = docgen("generate", write_case(case), "-o", tmp_path / "out")
    assert answer.code == 4
    assert told in answer.err
    assert "delivers（第 " in answer.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "direct"),
        ("documents", [{"title": "听证会通知书", "number": "无"}]),
    ],
)
def test_a_receipt_takes_mode_and_documents_from_the_delivery_and_nowhere_else(
    docgen: Docgen, orders: Data, write_case: WriteCase, tmp_path: Path, name: str, value: object
) -> None:
    orders["deliveries"][0]["mode"] = "left"
    receipt = {"type": "delivery_receipt", "date": "2026-11-24", "delivers": ["hearing_notice"]}
    orders["instruments"].append({**receipt, name: value})
    answer = docgen("check", write_case(orders))
    assert answer.code == 4
    assert f"instruments[1].{name}" in answer.err


def test_a_receipt_names_no_document_that_is_not_delivered(
    docgen: Docgen, write_case: WriteCase
) -> None:
    source = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
    case: Data = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)
    receipt = next(r for r in case["instruments"] if r["type"] == "delivery_receipt")
    receipt["delivers"].append("sealing_site_record")
    case["deliveries"].append({**case["deliveries"][0], "instrument": "sealing_site_record"})
    answer = docgen("check", write_case(case))
    assert answer.code == 4
    assert "《查封扣押现场笔录》（sealing_site_record）不送达；可以送达的：" in answer.err


def test_a_receipt_is_not_delivered_itself(
    docgen: Docgen, orders: Data, write_case: WriteCase
) -> None:
    receipt = {"type": "delivery_receipt", "date": "2026-11-24", "delivers": ["hearing_notice"]}
    orders["instruments"].append(receipt)
    orders["deliveries"].append({**orders["deliveries"][0], "instrument": "delivery_receipt"})
    answer = docgen("check", write_case(orders))
    assert (answer.code, "是送达回执，自己不送达" in answer.err) == (4, True)


def test_a_delivery_written_twice_is_refused_with_both_places(
    docgen: Docgen, orders: Data, write_case: WriteCase
) -> None:
    orders["deliveries"].append({**orders["deliveries"][0], "place": "门卫室"})
    answer = docgen("check", write_case(orders))
    assert answer.code == 4
    assert "deliveries[1]（第 " in answer.err
    assert "deliveries[0]（第 " in answer.err
    assert "写了两次；请删去一处" in answer.err


def test_a_shared_receipt_cannot_stand_for_two_deliveries_of_a_document(
    docgen: Docgen, orders: Data, write_case: WriteCase
) -> None:
    orders["deliveries"].append({**orders["deliveries"][0], "mode": "left"})
    receipt = {"type": "delivery_receipt", "date": "2026-11-24", "delivers": ["hearing_notice"]}
    orders["instruments"].append(receipt)
    answer = docgen("check", write_case(orders))
    assert answer.code == 4
    assert "有 2 次“hearing_notice”的送达" in answer.err


@pytest.mark.parametrize("own", [{}, {"delivers": ["hearing_notice"]}])
def test_a_document_left_behind_demands_row_26_whoever_wrote_the_receipt(
    docgen: Docgen, orders: Data, write_case: WriteCase, own: dict[str, object]
) -> None:
    orders["deliveries"][0]["mode"] = "left"
    if own:
        orders["instruments"].append({"type": "delivery_receipt", "date": "2026-11-24", **own})
    answer = docgen("check", write_case(orders))
    assert answer.code == 1
    assert "不通过　 REC026" in answer.out


def test_a_void_names_what_still_bears_the_number(docgen: Docgen, tmp_path: Path) -> None:
    case = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
    assert docgen("generate", case, "-o", tmp_path).code == 0
    answer = docgen("register", "void", "（示市）应急查扣〔2026〕12号", "--reason", "写错")
    standing = answer.out.partition("没有作废的：")[2]
    for number in ("应急查扣清〔2026〕1号", "查封扣押现场笔录〔2026〕1号", "应急回〔2026〕1号"):
        assert number in standing


def test_a_receipt_stays_as_issued_when_the_delivery_turns_out_otherwise(
    docgen: Docgen, orders: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(orders), "-o", tmp_path / "out").code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.*f")}
    orders["deliveries"][0] |= {"place": "门卫室", "at": orders["deliveries"][0]["planned_at"]}
    answer = docgen("generate", write_case(orders), "-o", tmp_path / "out")
    assert answer.code == 0, answer.err
    assert "送达的情况后来变了，没有重印" in answer.err
    assert "已经签收的，照原样保存，不要作废" in answer.err
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").glob("*.*f")} == before


def test_a_receipt_that_differs_in_more_than_the_delivery_is_refused(
    docgen: Docgen, orders: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(orders), "-o", tmp_path / "out").code == 0
    orders["deliveries"][0]["place"] = "门卫室"
    orders["officers"][1]["certificate"] = "示例-0999"
    answer = docgen("generate", write_case(orders), "-o", tmp_path / "out")
    assert (answer.code, "没有重印。受送达人" in answer.err) == (1, False)
    assert "officers[1].certificate）：原为" in answer.err


def test_a_void_takes_the_receipt_with_it_and_the_new_one_names_the_new_number(
    docgen: Docgen, orders: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    case = write_case(orders)
    assert docgen("generate", case, "-o", tmp_path / "out").code == 0
    answer = docgen("register", "void", "（鲁）应急听通〔2026〕1号", "--reason", "写错")
    assert "（鲁）应急回〔2026〕1号 一并作废" in answer.out
    answer = docgen("generate", case, "-o", tmp_path / "out", "--json")
    assert answer.code == 0, answer.err
    pdf = tmp_path / "out" / "（鲁）应急回〔2026〕2号_文书送达回执.pdf"
    (page,) = read_presented(pdf.read_bytes(), "").pages
    assert "（鲁）应急听通〔2026〕2号" in page.body


def test_a_shared_receipt_falls_with_the_last_of_its_documents(
    docgen: Docgen, write_case: WriteCase, tmp_path: Path
) -> None:
    source = ROOT / "samples" / "procedures" / "evidence-and-penalty.yaml"
    case: Data = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)
    kept = ("evidence_preservation_notice", "evidence_preservation_list")
    case["instruments"] = [r for r in case["instruments"] if r["type"] in kept]
    for part in ("deliveries", "recordings", "proceedings"):
        case[part] = [row for row in case[part] if row["instrument"] in kept]
    day = case["instruments"][0]["date"]
    case["instruments"].append({"type": "delivery_receipt", "date": day, "delivers": [*kept]})
    accept = ("--accept", "REC013", "--accept", "REC011", "--reason", "处理决定另作")
    assert docgen("generate", write_case(case), "-o", tmp_path, *accept).code == 0
    listed = docgen("register", "list", "--json").json["instruments"]
    notice, lists, receipt = (row["number"] for row in listed)
    first = docgen("register", "void", lists, "--reason", "写错")
    assert "一并作废" not in first.out
    assert receipt in first.out.partition("没有作废的：")[2], "it names the list by its title"
    last = docgen("register", "void", notice, "--reason", "写错")
    assert f"它的送达回执 {receipt} 一并作废" in last.out


def test_a_list_names_the_number_that_its_decision_gets_in_the_same_run(
    docgen: Docgen, write_case: WriteCase, tmp_path: Path
) -> None:
    source = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
    case: Data = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)
    for request in case["instruments"]:
        request.pop("number", None)
    kept = ("sealing_decision", "sealing_list", "sealing_site_record")
    case["instruments"] = [r for r in case["instruments"] if r["type"] in kept]
    for part in ("deliveries", "recordings", "proceedings"):
        case[part] = [row for row in case[part] if row["instrument"] in kept]
    path = write_case(case)
    assert docgen("generate", path, "-o", tmp_path / "draft", "--draft").code == 0
    answer = docgen("generate", path, "-o", tmp_path / "out", "--json")
    assert answer.code == 0, answer.err
    for kind in ("sealing_list", "sealing_site_record"):
        row = next(r for r in answer.json["documents"] if r["key"] == kind and r["pages"])
        first = read_presented((tmp_path / "out" / row["path"]).read_bytes(), "").pages[0].body
        assert "（示市）应急查扣〔2026〕1号" in first
    assert docgen("generate", path, "-o", tmp_path / "again").code == 0


def test_all_that_cite_a_reissued_document_are_refused_at_once(
    docgen: Docgen, write_case: WriteCase, tmp_path: Path
) -> None:
    source = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
    case: Data = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)
    kept = ("sealing_decision", "sealing_list", "sealing_site_record")
    case["instruments"] = [r for r in case["instruments"] if r["type"] in kept]
    for part in ("deliveries", "recordings", "proceedings"):
        case[part] = [row for row in case[part] if row["instrument"] in kept]
    case["instruments"][0].pop("number")
    out = tmp_path / "out"
    assert docgen("generate", write_case(case), "-o", out).code == 0
    void = ("register", "void", "（示市）应急查扣〔2026〕1号", "--reason", "写错")
    assert docgen(*void).code == 0
    answer = docgen("generate", write_case(case), "-o", out)
    assert answer.code == 1
    for code in ("应急查扣清", "查封扣押现场笔录"):
        assert f"{code}〔2026〕1号：查封扣押决定书文号（decision_number）：原为" in answer.err
    assert "重新生成时编出" in answer.err
    case["instruments"][0]["number"] = "（示市）应急查扣〔2026〕2号"
    assert (
        '现为 "（示市）应急查扣〔2026〕2号' in docgen("generate", write_case(case), "-o", out).err
    )


def test_a_list_that_says_nothing_of_its_own_lists_what_the_decision_lists(
    write_case: WriteCase,
) -> None:
    source = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
    case: Data = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)
    for request in case["instruments"]:
        if request["type"] == "sealing_list":
            del request["items"]
    read = pipeline.load_case(write_case(case), catalogue())
    drafts = fill_case(read, catalogue().instruments, catalogue().law)
    assert drafts["sealing_list"].fields["items"] == drafts["sealing_decision"].fields["items"]


def test_an_earlier_decision_in_the_case_gives_its_number_and_date(write_case: WriteCase) -> None:
    source = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
    case: Data = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)
    for request in case["instruments"]:
        request.pop("earlier_number", None)
        request.pop("earlier_date", None)
    read = pipeline.load_case(write_case(case), catalogue())
    cutoff = fill_case(read, catalogue().instruments, catalogue().law)["power_cutoff_decision"]
    assert cutoff.fields["earlier_number"] == "（示市）应急现决〔2026〕31号"
    assert str(cutoff.fields["earlier_date"]) == "2026-09-07"


def test_two_documents_of_a_kind_leave_the_reference_to_the_case(write_case: WriteCase) -> None:
    source = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
    case: Data = yaml.load(source.read_text("utf-8"), Loader=yaml.BaseLoader)
    second = next(r for r in case["instruments"] if r["type"] == "sealing_decision")
    case["instruments"].append(
        {**second, "key": "second", "number": "（示市）应急查扣〔2026〕13号"}
    )
    with pytest.raises(InputInvalid, match="查封扣押（场所、设施、财物）清单") as caught:
        fill_case(
            pipeline.load_case(write_case(case), catalogue()),
            catalogue().instruments,
            catalogue().law,
        )
    assert "本案件有 2 份《查封扣押决定书》（sealing_decision、second）" in str(caught.value)
    assert "请在 instruments[2].ground 写明" in str(caught.value)
    assert "随查封扣押的情形（ground）而定" in str(caught.value)
    assert "None" not in str(caught.value)
