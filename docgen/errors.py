"""错误：一个基类，各带退出码与处置建议。

An exception means "could not decide"; a failed check is a value (model.verdict).
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Problem:
    """一处问题：在哪里、是什么。

    `where` is a path a person can follow: file, row or key path, field.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}：{self.message}" if self.where else self.message


class DocgenError(Exception):
    """所有可预见错误的基类。

    Attributes: message (what), problems (where, one by one), advice (how to mend it).
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, advice: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


def why(error: OSError) -> str:
    """操作系统的错误，说成中文。"""
    return _REASONS.get(error.errno or 0) or f"操作系统的说法是 {error.strerror or error}"


_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样做",
    errno.EROFS: "磁盘是只读的",
    errno.ENOENT: "没有这个文件或者文件夹",
    errno.ENOTDIR: "路径中间有一处不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.EEXIST: "已经有了同名的文件",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘的限额已满",
    errno.EFBIG: "文件超过了允许的大小",
    errno.ENAMETOOLONG: "名称太长",
    errno.ELOOP: "符号链接绕成了圈",
    errno.EIO: "磁盘读写出错",
}


class Refused(DocgenError):
    """回答是“不”：检查未通过，或不允许这样做。"""

    exit_code = 1


class UsageWrong(DocgenError):
    """命令用法不对。"""

    exit_code = 2


class InputInvalid(DocgenError):
    """输入无效：案件、模板或文件内容有误。"""

    exit_code = 4


class EnvironmentLacking(DocgenError):
    """环境缺少某物：字体、程序库、密钥、可写的文件夹。"""

    exit_code = 5


class Defect(DocgenError):
    """本程序自身的缺陷。"""

    exit_code = 70
