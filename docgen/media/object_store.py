"""对象存储里的库（S3 或者与它相容的）：同样按摘要存放。"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import obstore
from obstore.store import S3Store

from docgen.errors import InputInvalid
from docgen.media.vault import CHUNK, Digest, Staged, Tally, digest_of, place_of, read_steadily
from docgen.remote import reached

_PART = 8 * CHUNK
_PARTS_AT_ONCE = 4
_ADVICE = "请检查 config.yaml 的 media、网络，与 AWS_ENDPOINT_URL 等环境变量。"


class ObjectVault:
    """s3://桶/前缀。Credentials and endpoint come from the usual AWS_… variables."""

    def __init__(self, url: str) -> None:
        self._url = url
        with self._reached():
            self._store = S3Store.from_url(url)

    @contextmanager
    def stage(self, source: Path, name: str, *, with_sm3: bool) -> Iterator[Staged]:
        """先算摘要，解码用原来的文件；入库时边传边再算一遍，不同就不要。"""
        digest = digest_of(read_steadily(source, name), with_sm3=with_sm3)
        location = place_of(digest, source)
        yield Staged(source, digest, location, lambda at: self._keep(source, name, digest, at))

    def chunks(self, location: str) -> Iterator[bytes]:
        """一块一块取回。"""
        with self._reached():
            for chunk in obstore.get(self._store, location).stream(min_chunk_size=CHUNK):
                yield bytes(chunk)

    @contextmanager
    def local(self, location: str) -> Iterator[Path]:
        """取回到临时文件。"""
        with tempfile.NamedTemporaryFile(suffix=Path(location).suffix) as file:
            for chunk in self.chunks(location):
                file.write(chunk)
            file.flush()
            yield Path(file.name)

    def remove(self, location: str) -> None:
        """删去。"""
        with self._reached():
            obstore.delete(self._store, location)

    def locations(self) -> Iterator[str]:
        """库里全部文件。"""
        with self._reached():
            for page in obstore.list(self._store):
                for item in page:
                    yield item["path"]

    def _keep(self, source: Path, name: str, digest: Digest, location: str) -> None:
        tally = Tally()
        sent = tally.through(read_steadily(source, name))
        with self._reached():
            obstore.put(
                self._store, location, sent, chunk_size=_PART, max_concurrency=_PARTS_AT_ONCE
            )
        if tally.digest.sha256 != digest.sha256:
            self.remove(location)
            advice = "请等设备录完、拷完，再登记。"
            raise InputInvalid(f"{name} 在读的时候变了，没有登记。", advice=advice)

    def _reached(self) -> AbstractContextManager[None]:
        return reached(f"录像库 {self._url}", _ADVICE)
