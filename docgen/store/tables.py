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

VERSION = 6

metadata = MetaData()

register = Table(
    "register",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", String, nullable=False),
)

agencies = Table(
    "agency",
    metadata,
    Column("name", String, primary_key=True),
    Column("region", String, nullable=False, unique=True),
)

public_keys = Table(
    "public_key",
    metadata,
    Column("kid", LargeBinary, primary_key=True),
    Column("agency", ForeignKey("agency.name"), nullable=False, index=True),
    Column("algorithm", String, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("valid_from", String),
    Column("made_at", String, nullable=False),
)

key_changes = Table(
    "key_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kid", ForeignKey("public_key.kid"), nullable=False, index=True),
    Column("valid_until", String),
    Column("revoked_from", String),
    Column("reason", String, nullable=False),
    Column("at", String, nullable=False),
)

roots = Table(
    "root",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("public", LargeBinary, nullable=False),
    Column("made_at", String, nullable=False),
)

series = Table(
    "series",
    metadata,
    Column("agency", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("next_sequence", Integer, CheckConstraint("next_sequence >= 1"), nullable=False),
)

instruments = Table(
    "instrument",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", LargeBinary, nullable=False, unique=True),
    Column("agency", String, nullable=False),
    Column("case_number", String, nullable=False),
    Column("key", String, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("region", String, nullable=False),
    Column("code", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("date", String, nullable=False),
    Column("state", String, nullable=False),
    Column("content", LargeBinary),
    Column("token", LargeBinary),
    Column("host", String),
    Column("reserved_at", String, nullable=False),
    Column("issued_at", String),
    Column("voided_at", String),
    Column("void_reason", String),
    UniqueConstraint("agency", "case_number", "key", "edition"),
    UniqueConstraint("agency", "code", "year", "sequence"),
    UniqueConstraint("region", "code", "year", "sequence"),
)

documents = Table(
    "document",
    metadata,
    Column("instrument_id", ForeignKey("instrument.id"), primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("pages", Integer),
)

acceptances = Table(
    "acceptance",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instrument_id", ForeignKey("instrument.id"), nullable=False, index=True),
    Column("code", String, nullable=False),
    Column("reason", String, nullable=False),
)

slates = Table(
    "slate",
    metadata,
    Column("slot", String, primary_key=True),
    Column("instrument_id", ForeignKey("instrument.id"), nullable=False),
    Column("row", Integer, nullable=False),
    Column("edge", String, nullable=False),
    UniqueConstraint("instrument_id", "row", "edge"),
)

cases = Table(
    "case_facts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agency", String, nullable=False),
    Column("case_number", String, nullable=False),
    Column("at", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("data", String, nullable=False),
    Index("case_facts_of", "agency", "case_number", "id"),
)

recordings = Table(
    "recording",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("location", String, nullable=False),
    Column("device", String),
    Column("started_at", String),
    Column("container", String, nullable=False),
    Column("sightings", String, nullable=False),
    Column("said", String, nullable=False),
    Column("sm3", String),
    Column("added_at", String, nullable=False),
    Index("recording_of_device", "device", "started_at"),
)

restatements = Table(
    "restatement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("recording.sha256"), nullable=False, index=True),
    Column("said", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)

deletions = Table(
    "deletion",
    metadata,
    Column("sha256", ForeignKey("recording.sha256"), primary_key=True),
    Column("rule", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
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
    Column("origin", String, nullable=False),
    Column("steps", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)

link_ends = Table(
    "link_end",
    metadata,
    Column("link_id", ForeignKey("link.id"), primary_key=True),
    Column("how", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("successor", ForeignKey("link.id")),
)

deliveries = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instrument_id", ForeignKey("instrument.id"), nullable=False, index=True),
    Column("data", String, nullable=False),
    Column("receipt", String),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)

delivery_ends = Table(
    "delivery_end",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("how", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("successor", ForeignKey("delivery.id")),
)

events = Table(
    "event",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", String, nullable=False),
)

for _table in (
    *(events, agencies, public_keys, key_changes, roots),
    *(cases, recordings, restatements, deletions),
    *(links, link_ends, deliveries, delivery_ends),
):
    for _verb in ("UPDATE", "DELETE"):
        event.listen(
            _table,
            "after_create",
            DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {_table.name}_no_{_verb.lower()} "
                f"BEFORE {_verb} ON {_table.name} "
                f"BEGIN SELECT RAISE(ABORT, '{_table.name} is append-only'); END"
            ).execute_if(dialect="sqlite"),
        )
