"""二维码：把验证网址画成点阵（contract 5.3）。"""

from __future__ import annotations

import re

import qrcode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from docgen.errors import EnvironmentLacking
from docgen.model.symbol import Symbol

QUIET_ZONE = 4
LARGEST_VERSION = 10
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
MAX_HOST = 35


def verification_url(host: str, token_text: str) -> str:
    """验证网址；前缀小写，token 大写。"""
    return f"https://{host}/v/{token_text}"


def check_host(host: str) -> str:
    """验证网站的主机名是否可用。Raises EnvironmentLacking."""
    if HOST.fullmatch(host) is None or len(host) > MAX_HOST:
        raise EnvironmentLacking(
            f"验证网站的主机名“{host}”不可用。",
            advice=f"请在配置的 verify_host 写小写主机名，至多 {MAX_HOST} 个字符。",
        )
    return host


def draw(host: str, token_text: str) -> Symbol:
    """画文书的码。Raises EnvironmentLacking when it would exceed version 10 (26 mm)."""
    return symbol_of(verification_url(host, ""), token_text, LARGEST_VERSION)


def symbol_of(prefix: str, text: str, largest: int) -> Symbol:
    """画码：M 级纠错，取最小的版；网址前缀按字节、其余按字母数字方式编码。

    text: of the QR alphanumeric set. Raises EnvironmentLacking above the largest version.
    """
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE, box_size=1
    )
    code.add_data(QRData(prefix.encode("ascii"), mode=MODE_8BIT_BYTE), optimize=0)
    code.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=True)
    if code.version > largest:
        size = "，超过 26 mm" if largest == LARGEST_VERSION else f"，镜头只认得清第 {largest} 版"
        raise EnvironmentLacking(
            f"二维码需要第 {code.version} 版{size}。", advice="请改用更短的验证主机名。"
        )
    rows = code.get_matrix()
    return Symbol(code.version, tuple(tuple(bool(dark) for dark in row) for row in rows))
