"""示范：生成 samples/cases 的全部案件到 out/，逐个验证，说明做了什么、下一步做什么。"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = sorted((ROOT / "samples" / "cases").glob("*.yaml"))
OUT = ROOT / "out"


def main() -> int:
    """生成并验证；任何一步不成即以它的退出码结束。"""
    os.environ["DOCGEN_HOME"] = str(ROOT / ".demo")
    from docgen.cli import run  # noqa: PLC0415  DOCGEN_HOME has to be set before

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
    print(f"\n生成 {len(CASES)} 个案件、{documents} 个文件（PDF 共 {pages} 页），逐个验证为真。")
    print("文件在 out/，登记簿和密钥在 .demo/。接着可以：")
    print("  打开 out/chemical-plant/ 里的 PDF，用手机扫右上角的二维码")
    print("  .venv/bin/docgen new rectification_order -o 我的案件.yaml   写自己的案件")
    print("  DOCGEN_HOME=.demo .venv/bin/docgen register list            看登记簿")
    return 0


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
