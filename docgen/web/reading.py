"""读交来的文件：在另一个进程里，限时、限内存；它崩了，网站还在。"""

from __future__ import annotations

import multiprocessing
import resource
from multiprocessing.connection import Connection

from docgen.errors import EnvironmentLacking, InputInvalid
from docgen.model.document import Presented

SECONDS = 40
_MEMORY = 3_000_000_000
MAX_PAGES = 120
_ADVICE = "请交来 PDF、DOCX，或者页面的照片、扫描。"
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["docgen.read.presented"])


def read_apart(data: bytes) -> Presented:
    """读一个文件。Raises InputInvalid: not readable, too slow, too large, or it broke us."""
    near, far = _context.Pipe(duplex=False)
    worker = _context.Process(target=_read, args=(far, data), daemon=True)
    worker.start()
    far.close()
    try:
        if not near.poll(SECONDS):
            raise InputInvalid("这个文件太复杂，限定的时间里没有读完。", advice=_ADVICE)
        told: Presented | InputInvalid = near.recv()
    except EOFError:
        raise InputInvalid("这个文件读不了。", advice=_ADVICE) from None
    finally:
        near.close()
        worker.kill()
        worker.join()
        worker.close()
    if isinstance(told, InputInvalid):
        raise told
    return told


def _read(far: Connection, data: bytes) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from docgen.read.presented import read_presented  # noqa: PLC0415

    try:
        far.send(read_presented(data, "文件", max_pages=MAX_PAGES))
    except (InputInvalid, EnvironmentLacking) as error:
        far.send(InputInvalid(error.message, advice=error.advice))
    except MemoryError:
        far.send(InputInvalid("这个文件展开以后太大。", advice=_ADVICE))
