"""登记簿的表（contract 5.4）：同一份定义用于 SQLite 与 PostgreSQL。

Times are ISO 8601 texts with offset, dates ISO 8601 texts: both databases keep them alike.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)

VERSION = 7

_Text = String().with_variant(String(collation="C"), "postgresql")  # in the order of SQLite

metadata = MetaData()

register = Table(
    "register",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", _Text, nullable=False),
)

agencies = Table(
    "agency",
    metadata,
    Column("name", _Text, primary_key=True),
    Column("region", _Text, nullable=False, unique=True),
)

public_keys = Table(
    "public_key",
    metadata,
    Column("kid", LargeBinary, primary_key=True),
    Column("agency", ForeignKey("agency.name"), nullable=False, index=True),
    Column("algorithm", _Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("valid_from", _Text),
    Column("made_at", _Text, nullable=False),
)

key_changes = Table(
    "key_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kid", ForeignKey("public_key.kid"), nullable=False, index=True),
    Column("valid_until", _Text),
    Column("revoked_from", _Text),
    Column("reason", _Text, nullable=False),
    Column("at", _Text, nullable=False),
)

roots = Table(
    "root",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("public", LargeBinary, nullable=False),
    Column("made_at", _Text, nullable=False),
)

series = Table(
    "series",
    metadata,
    Column("agency", _Text, primary_key=True),
    Column("code", _Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("next_sequence", Integer, CheckConstraint("next_sequence >= 1"), nullable=False),
)

instruments = Table(
    "instrument",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", LargeBinary, nullable=False, unique=True),
    Column("agency", _Text, nullable=False),
    Column("case_number", _Text, nullable=False),
    Column("key", _Text, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("type", _Text, nullable=False),
    Column("region", _Text, nullable=False),
    Column("code", _Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("date", _Text, nullable=False),
    Column("state", _Text, nullable=False),
    Column("content", LargeBinary),
    Column("token", LargeBinary),
    Column("host", _Text),
    Column("reserved_at", _Text, nullable=False),
    Column("issued_at", _Text),
    Column("voided_at", _Text),
    Column("void_reason", _Text),
    UniqueConstraint("agency", "case_number", "key", "edition"),
    UniqueConstraint("agency", "code", "year", "sequence"),
    UniqueConstraint("region", "code", "year", "sequence"),
    Index("instrument_of_case", "case_number"),  # many cases are asked for at once
)

documents = Table(
    "document",
    metadata,
    Column("instrument_id", ForeignKey("instrument.id"), primary_key=True),
    Column("sha256", _Text, primary_key=True),
    Column("media_type", _Text, nullable=False),
    Column("pages", Integer),
)

acceptances = Table(
    "acceptance",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instrument_id", ForeignKey("instrument.id"), nullable=False, index=True),
    Column("code", _Text, nullable=False),
    Column("reason", _Text, nullable=False),
)

slates = Table(
    "slate",
    metadata,
    Column("slot", _Text, primary_key=True),
    Column("instrument_id", ForeignKey("instrument.id"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("edge", _Text, nullable=False),
    UniqueConstraint("instrument_id", "row", "edge"),
)

cases = Table(
    "case_facts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", _Text, nullable=False),
    Column("case_number", _Text, nullable=False),
    Column("at", _Text, nullable=False),
    Column("data", _Text, nullable=False),
    Index("case_facts_of", "case_number", "agency", "id"),
)

recordings = Table(
    "recording",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", _Text, nullable=False, unique=True),
    Column("name", _Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("location", _Text, nullable=False),
    Column("device", _Text),
    Column("started_at", _Text),
    Column("container", _Text, nullable=False),
    Column("sightings", _Text, nullable=False),
    Column("said", _Text, nullable=False),
    Column("sm3", _Text),
    Column("added_at", _Text, nullable=False),
    Index("recording_of_device", "device", "started_at"),
)

restatements = Table(
    "restatement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("recording.sha256"), nullable=False, index=True),
    Column("said", _Text, nullable=False),
    Column("reason", _Text, nullable=False),
    Column("by", _Text, nullable=False),
    Column("at", _Text, nullable=False),
)

deletions = Table(
    "deletion",
    metadata,
    Column("sha256", ForeignKey("recording.sha256"), primary_key=True),
    Column("rule", _Text, nullable=False),
    Column("by", _Text, nullable=False),
    Column("at", _Text, nullable=False),
)

links = Table(
    "link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("recording.sha256"), nullable=False, index=True),
    Column("instrument_id", ForeignKey("instrument.id"), nullable=False, index=True),
    Column("row", Integer),
    Column("start", Float, nullable=False),
    Column("until", Float, nullable=False),
    Column("opened", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("origin", _Text, nullable=False),
    Column("steps", _Text, nullable=False),
    Column("by", _Text, nullable=False),
    Column("at", _Text, nullable=False),
)

link_ends = Table(
    "link_end",
    metadata,
    Column("link_id", ForeignKey("link.id"), primary_key=True),
    Column("how", _Text, nullable=False),
    Column("reason", _Text, nullable=False),
    Column("by", _Text, nullable=False),
    Column("at", _Text, nullable=False),
    Column("successor", ForeignKey("link.id")),
)

deliveries = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instrument_id", ForeignKey("instrument.id"), nullable=False, index=True),
    Column("data", _Text, nullable=False),
    Column("receipt", _Text),
    Column("by", _Text, nullable=False),
    Column("at", _Text, nullable=False),
)

delivery_ends = Table(
    "delivery_end",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("how", _Text, nullable=False),
    Column("reason", _Text, nullable=False),
    Column("by", _Text, nullable=False),
    Column("at", _Text, nullable=False),
    Column("successor", ForeignKey("delivery.id")),
)

events = Table(
    "event",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", _Text, nullable=False),
    Column("kind", _Text, nullable=False),
    Column("body", _Text, nullable=False),
)

_APPEND_ONLY = (
    *(events, agencies, public_keys, key_changes, roots),
    *(cases, recordings, restatements, deletions),
    *(links, link_ends, deliveries, delivery_ends),
)

_POSTGRESQL_REFUSAL = """
CREATE FUNCTION docgen_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _on_creation(of: Table | MetaData, when: str, dialect: str, text: str) -> None:
    statement = DDL(text)  # type: ignore[no-untyped-call]
    event.listen(of, when, statement.execute_if(dialect=dialect))


_on_creation(metadata, "before_create", "postgresql", _POSTGRESQL_REFUSAL)
for _table in _APPEND_ONLY:
    for _verb in ("UPDATE", "DELETE"):
        _on_creation(
            _table,
            "after_create",
            "sqlite",
            f"CREATE TRIGGER {_table.name}_no_{_verb.lower()} BEFORE {_verb} ON {_table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{_table.name} is append-only'); END",
        )
    _on_creation(
        _table,
        "after_create",
        "postgresql",
        f"CREATE TRIGGER {_table.name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {_table.name} FOR EACH STATEMENT EXECUTE FUNCTION docgen_append_only()",
    )
