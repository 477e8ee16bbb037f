"""批量写到对象存储（S3 或者与它相容的）：一个对象要么完整，要么没有。"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import obstore
from obstore.store import S3Store

from docgen.remote import reached

_AT_ONCE = 8
_PROBE = ".docgen-probe"
_ADVICE = "请检查网络，与 AWS_ENDPOINT_URL、AWS_ACCESS_KEY_ID 等环境变量。"


class ObjectOutput:
    """s3://桶/前缀。Credentials and endpoint come from the usual AWS_… variables."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        with self._reached():
            self._store = S3Store.from_url(self._url)

    def prepare(self) -> None:
        """确保可写。"""
        with self._reached():
            obstore.put(self._store, _PROBE, b"")
            obstore.delete(self._store, _PROBE)

    def sha256(self, name: str) -> str | None:
        """已经在那里的对象的摘要。"""
        data = self.read(name)
        return None if data is None else hashlib.sha256(data).hexdigest()

    def read(self, name: str) -> bytes | None:
        """已经在那里的对象。"""
        with self._reached():
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError:
                return None

    @contextmanager
    def staged(self, files: Mapping[str, bytes]) -> Iterator[Callable[[], None]]:
        """调用给出的函数才上传；一个对象的上传本身就是完整的。"""

        def put() -> None:
            with self._reached(), ThreadPoolExecutor(_AT_ONCE) as pool:
                deque(pool.map(self._put, files, files.values()), maxlen=0)

        yield put

    def name_of(self, name: str) -> str:
        """给人看的位置。"""
        return f"{self._url}/{name}"

    @contextmanager
    def held(self) -> Iterator[None]:
        """对象存储没有锁：两处同时做同一份，写下的是同样的字节，登记簿分清先后。"""
        yield

    def keep(self, name: str, path: Path) -> None:
        """放过去。"""
        with self._reached():
            obstore.put(self._store, name, path)

    def names(self, folder: str) -> tuple[str, ...]:
        """一个文件夹里的各个对象。"""
        with self._reached():
            chunks = obstore.list(self._store, f"{folder}/")
            return tuple(sorted(item["path"] for chunk in chunks for item in chunk))

    def remove(self, name: str) -> None:
        """删去。"""
        with self._reached(), suppress(FileNotFoundError):
            obstore.delete(self._store, name)

    def _put(self, name: str, data: bytes) -> None:
        obstore.put(self._store, name, data)

    def _reached(self) -> AbstractContextManager[None]:
        return reached(f"输出 {self._url}", _ADVICE)
