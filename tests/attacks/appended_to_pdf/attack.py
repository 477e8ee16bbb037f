"""签发的 PDF 后面接上东西，或者换一页别的文书的。"""

import io

import pikepdf
from attacked import Attempt, Prey


def attack(prey: Prey):
    yield Attempt(data=prey.pdf + b"\n%comment")
    yield Attempt(data=prey.pdf + prey.other_pdf)
    with (
        pikepdf.open(io.BytesIO(prey.pdf)) as pdf,
        pikepdf.open(io.BytesIO(prey.other_pdf)) as other,
    ):
        pdf.pages[-1] = other.pages[-1]
        target = io.BytesIO()
        pdf.save(target)
    yield Attempt(data=target.getvalue())
