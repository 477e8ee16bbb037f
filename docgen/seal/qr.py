"""二维码：把验证网址画成点阵（contract 5.3）。"""

from __future__ import annotations

import re
from typing import Any

import zxingcpp

from docgen.errors import EnvironmentLacking
from docgen.model.symbol import Symbol

QUIET_ZONE = 4
LARGEST_VERSION = 10
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
MAX_HOST = 35
_SIDE_OF_NONE, _SIDE_STEP = 17, 4  # a symbol of version n is 17 + 4n modules wide


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
    code = zxingcpp.create_barcode(prefix + text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture: Any = zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=True)
    rows: Any = memoryview(picture).tolist()
    version = (len(rows) - 2 * QUIET_ZONE - _SIDE_OF_NONE) // _SIDE_STEP
    if version > largest:
        size = "，超过 26 mm" if largest == LARGEST_VERSION else f"，镜头只认得清第 {largest} 版"
        raise EnvironmentLacking(
            f"二维码需要第 {version} 版{size}。", advice="请改用更短的验证主机名。"
        )
    return Symbol(version, tuple(tuple(grey == 0 for grey in row) for row in rows))
