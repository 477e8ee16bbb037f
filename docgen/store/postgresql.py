"""登记簿在 PostgreSQL 里：怎样连、开始事务、落盘，出错怎样说。"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from docgen.errors import EnvironmentLacking, InputInvalid
from docgen.store.sqlite import BUSY_SECONDS, ONLY_READS

SCHEME = "postgresql://"
_LOCK = 0x646F6367656E  # "docgen": the one lock that every writer of a database takes

_WRITES = (
    f"SELECT pg_advisory_xact_lock({_LOCK}), CASE current_setting('synchronous_commit') "
    "WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END"
)
_READS = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SETTLE = (
    f"SELECT set_config('lock_timeout', '{BUSY_SECONDS}s', false),"
    " set_config('tcp_keepalives_idle', '30', false),"
    " set_config('tcp_keepalives_interval', '10', false),"
    " set_config('tcp_keepalives_count', '3', false),"
    " current_setting('server_encoding'), current_setting('fsync'),"
    " current_setting('full_page_writes')"
)
_PATIENCE = {
    "connect_timeout": "10",
    "application_name": "docgen",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}


def connect(text: str) -> Engine:
    """连到数据库；用到才连。Raises InputInvalid, EnvironmentLacking."""
    url = url_of(text)
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg").update_query_dict(
                {name: value for name, value in _PATIENCE.items() if name not in url.query}
            ),
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
        )
    except ImportError as error:
        raise EnvironmentLacking(
            f"登记簿 {label_of(url)} 要用 PostgreSQL 的驱动程序 psycopg，没有装，或者装得不全。",
            advice="请执行 pip install 'docgen[postgresql]'。",
        ) from error
    event.listen(engine, "connect", lambda made, _: _settle(made, label_of(url)))
    event.listen(engine, "begin", _begin)
    return engine


def queued(_engine: Engine) -> AbstractContextManager[None]:
    """排队由服务器管。"""
    return nullcontext()


def label_of(url: URL) -> str:
    """给人看的地址，没有口令。"""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return bare.render_as_string()


def explain(label: str, error: BaseException | None) -> EnvironmentLacking | None:
    """驱动的错误 → 缺什么、怎样补；不是环境的错则 None。"""
    code = getattr(error, "sqlstate", None) or ""
    said = (getattr(getattr(error, "diag", None), "message_primary", None) or str(error)).strip()
    found = next((told for state, *told in _STATES if code and code.startswith(state)), None)
    if found is None and not code and type(error).__name__ == "OperationalError":
        found = next((told for word, *told in _WORDS if word in said), list(_LOST))
    if found is None:
        return None
    reason, advice = found
    brief = said.splitlines()[-1] if said else type(error).__name__
    return EnvironmentLacking(f"登记簿 {label} {reason}（数据库的说法：{brief}）。", advice=advice)


_AGAIN = "请等数据库恢复后重新执行；没有做完的会接着做，文号不会重复。"
_LOST = ("连不上，或者中途断开", f"请检查主机、端口、网络与数据库是否在运行。{_AGAIN}")
_DENIED = (
    "不让登录：用户名或口令不对",
    "请核对 config.yaml 的 register；口令放在 ~/.pgpass（权限 600）或者环境变量 PGPASSWORD。",
)
_NO_DATABASE = ("没有这个数据库", "请核对名称，或者请数据库管理员建立：createdb -E UTF8 名称。")
_FULL = ("写不进去：数据库的磁盘已满", f"请数据库管理员腾出空间。{_AGAIN}")
_CROWDED = ("的连接已满", f"请减少同时运行的进程，或者调大 max_connections。{_AGAIN}")
_BUSY = (f"被别的程序占用超过 {BUSY_SECONDS} 秒", "请等它结束后重新执行，文号不会重复。")
_READ_ONLY = ("是只读的，可能是备用机", "请连到主库；切换主备以后再重新执行。")
_FORBIDDEN = ("不许这个用户这样做", "请数据库管理员给这个用户建表、读写的权限。")
_INCOMPLETE = ("不完整，缺少表或者列", "请从备份恢复；不要手工改登记簿的表。")
_DAMAGED = ("损坏了，或者读写出错", "请数据库管理员检查磁盘与日志，必要时从备份恢复。")

_STATES = (
    ("28", *_DENIED),
    ("3D000", *_NO_DATABASE),
    ("53100", *_FULL),
    ("53300", *_CROWDED),
    ("53", "资源不足", _AGAIN),
    ("55P03", *_BUSY),
    ("25006", *_READ_ONLY),
    ("42501", *_FORBIDDEN),
    ("3F000", *_FORBIDDEN),
    ("42P01", *_INCOMPLETE),
    ("42703", *_INCOMPLETE),
    ("58", *_DAMAGED),
    ("XX00", *_DAMAGED),
    ("57", *_LOST),
    ("08", *_LOST),
)
"""SQLSTATE 的开头，先写的先算。"""

_WORDS = (
    ("password", *_DENIED),
    ("pg_hba.conf", *_DENIED),
    ('role "', *_DENIED),
    ('database "', *_NO_DATABASE),
    ("too many clients", *_CROWDED),
    ("connection slots", *_CROWDED),
)
"""连接时的错误没有 SQLSTATE，只有文字。"""


def url_of(text: str) -> URL:
    """PostgreSQL 的地址。Raises InputInvalid."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or not text.startswith(SCHEME) or not url.database:
        raise InputInvalid(
            "登记簿的地址不像 PostgreSQL 的地址。",
            advice="config.yaml 里写 register: postgresql://用户@主机:端口/数据库",
        )
    return url


def _settle(connection: Any, label: str) -> None:
    try:
        _demand_sound(connection, label)
    except BaseException:
        connection.close()
        raise


def _demand_sound(connection: Any, label: str) -> None:
    """设好这条连接；服务器须存得下汉字、不丢写过的。Raises EnvironmentLacking."""
    try:
        with connection.cursor() as cursor:
            *_, encoding, fsync, whole_pages = cursor.execute(_SETTLE).fetchone()
        connection.commit()
    except connection.Error as error:
        raise explain(label, error) or error from error
    if encoding != "UTF8":
        raise EnvironmentLacking(
            f"登记簿 {label} 的编码是 {encoding}，会丢失汉字。",
            advice="请另建数据库：createdb -E UTF8 -T template0 名称。",
        )
    for name, value in (("fsync", fsync), ("full_page_writes", whole_pages)):
        if value != "on":
            raise EnvironmentLacking(
                f"登记簿 {label} 的数据库设了 {name} = {value}，断电会丢失或者损坏登记。",
                advice=f"请数据库管理员设 {name} = on 并重新载入；在那以前不签发。",
            )


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get(ONLY_READS)
    connection.exec_driver_sql(_READS if only_reads else _WRITES)
