"""把另一份文书的二维码贴到这一份上。"""

import io

import zxingcpp
from attacked import Attempt, Prey
from PIL import Image
from PIL.ImageDraw import Draw

from docgen.seal.qr import draw


def attack(prey: Prey):
    import pypdfium2

    document = pypdfium2.PdfDocument(prey.pdf)
    page = document[0].render(scale=150 / 72, grayscale=True).to_pil()
    document.close()
    place = zxingcpp.read_barcodes(page)[0].position
    left, top = place.top_left.x, place.top_left.y
    width = place.bottom_right.x - left
    symbol = Image.open(io.BytesIO(draw("verify.docgen.example", prey.other.text).png(6)))
    Draw(page).rectangle((left - 20, top - 20, left + width + 20, top + width + 20), fill=255)
    page.paste(symbol.convert("L").resize((width + 30, width + 30)), (left - 15, top - 15))
    target = io.BytesIO()
    page.save(target, "PNG")
    yield Attempt(data=target.getvalue())
