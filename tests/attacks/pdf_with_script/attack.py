"""签发的 PDF 里加上一打开就执行的脚本。"""

import io

import pikepdf
from attacked import Attempt, Prey


def attack(prey: Prey):
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    for action in (script, launch):
        with pikepdf.open(io.BytesIO(prey.pdf)) as pdf:
            pdf.Root.OpenAction = pdf.make_indirect(action)
            target = io.BytesIO()
            pdf.save(target)
        yield Attempt(data=target.getvalue())
