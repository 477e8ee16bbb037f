"""案件文件的 JSON Schema：读得的都收，读不得的都拒。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from cases import ROOT, SAMPLES, Data, instruments, read, valid

from docgen.catalogue import load_catalogue
from docgen.errors import InputInvalid
from docgen.read.schema import case_schema, instrument_model


def schema_errors(data: Data) -> list[str]:
    schema = case_schema(instruments())
    jsonschema.Draft202012Validator.check_schema(schema)
    return [error.json_path for error in jsonschema.Draft202012Validator(schema).iter_errors(data)]


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    data = valid()
    data["instruments"][0]["count"] = 7
    data["recordings"][0]["row"] = 9
    read(data)
    assert schema_errors(data) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_schema_accepts_every_sample_case(path: Path) -> None:
    schema = case_schema(load_catalogue(ROOT / "templates").instruments)
    loader = type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": dict(_without_dates())})
    data = yaml.load(path.read_text("utf-8"), loader)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(data))
    assert [error.message for error in errors] == []


def _without_dates() -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """编辑器按 YAML 1.2 读，日期是文字。"""
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items():
        yield first, [(tag, rule) for tag, rule in resolvers if not tag.endswith(":timestamp")]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("cause"),
        lambda d: d.update(colour="红"),
        lambda d: d["party"].update(kind="公司"),
        lambda d: d["party"].update(name=""),
        lambda d: d["agency"].update(region="鲁/青"),
        lambda d: d["agency"].update(colour="红"),
        lambda d: d.update(officers=[]),
        lambda d: d.update(instruments=[]),
        lambda d: d["instruments"][0].update(type="other_notice"),
        lambda d: d["instruments"][0].pop("date"),
        lambda d: d["instruments"][0].pop("problems"),
        lambda d: d["instruments"][0].update(colour="红"),
        lambda d: d["instruments"][0].update(openness="半公开"),
        lambda d: d["instruments"][0].update(problems=[]),
        lambda d: d["instruments"][0]["problems"][0].update(colour="红"),
        lambda d: d["instruments"][0].update(fine="1,5"),
        lambda d: d["deliveries"][0].update(mode="by hand"),
        lambda d: d["recordings"][0].update(row=0),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(change: Callable[[Data], object]) -> None:
    data = valid()
    data["instruments"][0]["count"] = 7
    data["recordings"][0]["row"] = 9
    change(data)
    with pytest.raises(InputInvalid):
        read(data)
    assert schema_errors(data)


def test_the_schema_names_every_field_by_its_label() -> None:
    definitions = case_schema(instruments())["$defs"]
    shown = definitions["instrument_full_notice"]["properties"]
    assert shown["openness"]["title"] == "标签openness"
    assert definitions["instrument_full_notice"]["title"] == "试验通知书"


def test_an_instrument_with_conditions_is_modelled_once_and_only_once() -> None:
    full = instruments()["full_notice"]
    assert instrument_model(full) is instrument_model(full)
    assert instrument_model(full) is not instrument_model(instruments()["brief_notice"])
