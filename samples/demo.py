"""示范：生成 samples/cases 的全部案件到 out/，逐个验证，说明做了什么、下一步做什么。"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = sorted((ROOT / "samples" / "cases").glob("*.yaml"))
OUT = ROOT / "out"
HOME = ROOT / ".demo"


def main() -> int:
    """生成并验证；任何一步不成即以它的退出码结束。"""
    os.environ["DOCGEN_HOME"] = str(HOME)
    from docgen.cli import run  # noqa: PLC0415  DOCGEN_HOME has to be set before

    forget_another_version()
    documents = pages = 0
    for case in CASES:
        folder = OUT / case.stem
        if code := quietly(run, ["generate", str(case), "-o", str(folder)]):
            return code
        rows = json.loads((folder / "manifest.json").read_text("utf-8"))["documents"]
        for row in rows:
            if code := quietly(run, ["verify", str(folder / row["path"])]):
                return code
        documents += len(rows)
        pages += sum(row["pages"] or 0 for row in rows)
        titles = "、".join(dict.fromkeys(Path(row["path"]).stem.split("_")[1] for row in rows))
        print(f"{case.stem}：{titles}")
    form = OUT / "责令限期整改指令书.xlsx"
    form.unlink(missing_ok=True)
    table = ["schema", "rectification_order", "--format", "xlsx", "-o", str(form)]
    if code := quietly(run, table):
        return code
    print(f"\n生成 {len(CASES)} 个案件、{documents} 个文件（PDF 共 {pages} 页），逐个验证为真。")
    print("文件在 out/，登记簿和密钥在 .demo/。接着可以：")
    print("  打开 out/chemical-plant/ 里的 PDF，用手机扫右上角的二维码")
    print("  .venv/bin/docgen new rectification_order -o 我的案件.yaml   写自己的案件")
    print("  打开 out/责令限期整改指令书.xlsx                            成批填写的工作簿")
    print("  DOCGEN_HOME=.demo .venv/bin/docgen register list            看登记簿")
    return 0


def forget_another_version() -> None:
    """示范的登记簿若由别的版本的模板或程序建立，就从头来过；重印会被当作改动而拒绝。"""
    digest = hashlib.sha256()
    for folder in ("templates", "docgen", "samples"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.read_bytes())
    made_by = HOME / "made-by"
    if not made_by.exists() or made_by.read_text("ascii") != digest.hexdigest():
        shutil.rmtree(HOME, ignore_errors=True)
        shutil.rmtree(OUT, ignore_errors=True)
        HOME.mkdir()
        made_by.write_text(digest.hexdigest(), "ascii")


def quietly(run: Callable[[list[str]], int], arguments: list[str]) -> int:
    """执行一条命令，不成才把它说的话给人看。"""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run(arguments)
    if code:
        sys.stderr.write(f"docgen {' '.join(arguments)}\n{said.getvalue()}")
    return code


if __name__ == "__main__":
    sys.exit(main())
