"""收录像：读一遍、算摘要、认码、入库、登记，并归到文书；每个文件要么全成，要么没有。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docgen.characters import legible
from docgen.errors import EnvironmentLacking, Refused
from docgen.filed import bound_of
from docgen.link.judge import Bound, clock_findings, judge_links, judge_muddles, judge_piece
from docgen.link.pieces import Mark, muddles, pieces_of, seen_in
from docgen.media.probe import probe
from docgen.media.slates import sightings
from docgen.media.vault import Staged, Vault, digest_of
from docgen.model.footage import Container, Footage, Link, Medium, Piece, Said, Sighting
from docgen.model.key import KeyList
from docgen.model.register import SlatePlace
from docgen.model.verdict import Finding, Level
from docgen.read.picture import read_code
from docgen.seal.slate import read_slot
from docgen.seal.token import read_seal
from docgen.store.archive import SlateOf
from docgen.store.register import Register


@dataclass(frozen=True)
class Desk:
    """收录像所用的一切。keys: of the register; now: the present moment."""

    register: Register
    vault: Vault
    keys: KeyList
    now: datetime


@dataclass(frozen=True)
class Received:
    """收下的一个文件。fresh: False where it was registered before; bound: what it brought."""

    footage: Footage
    bound: tuple[Bound, ...]
    findings: tuple[Finding, ...]
    fresh: bool


def receive(path: Path, said: Said, by: str, desk: Desk, *, with_sm3: bool) -> Received:
    """收一个文件。by: who files it. Raises InputInvalid, EnvironmentLacking.

    Order: copy and hash, read, put into the store, one transaction of the register. What breaks
    before the last leaves the register as it was, and a second run finishes the work.
    """
    archive, name = desk.register.archive, legible(path.name)
    with desk.vault.stage(path, name, with_sm3=with_sm3) as staged:
        known = archive.starting(staged.digest.sha256)
        if known:
            mended = _mended(known[0], staged, desk.vault)
            return _again(known[0], said, desk, mended=mended)
        container = probe(staged.path, name)
        seen = _seen(staged.path, name, container)
        footage = Footage(
            sha256=staged.digest.sha256,
            name=name,
            size=staged.digest.size,
            location=staged.location,
            container=container,
            sightings=seen,
            first_said=said,
            added_at=desk.now,
            sm3=staged.digest.sm3,
        )
        staged.keep(staged.location)
    kept, _, fresh = archive.add(footage, by, lambda files, slate: _divide(files, slate, desk))
    bound = bound_of(kept, desk.register)
    return Received(kept, bound, tuple(_findings(kept, bound, desk)), fresh)


def _again(footage: Footage, said: Said, desk: Desk, *, mended: bool) -> Received:
    """早已登记的：毛病照样说，这次写的不同之处没有用上也要说。"""
    bound = bound_of(footage, desk.register)
    found = list(_findings(footage, bound, desk))
    if mended:
        message = f"{footage.label} 在录像库里丢了或者变了，已用这一份补回。"
        found.append(Finding("LNK015", Level.PASS, message, footage.name))
    given = {name: value for name, value in vars(said).items() if value}
    if any(vars(footage.said)[name] != value for name, value in given.items()):
        message = (
            f"{footage.label} 早已登记，这次写的记录人、执法人员、设备或者时间与登记的不同，"
            "没有用上；要改正请用 docgen record restate。"
        )
        found.append(Finding("LNK014", Level.UNKNOWN, message, footage.name))
    return Received(footage, bound, tuple(found), fresh=False)


def _mended(footage: Footage, staged: Staged, vault: Vault) -> bool:
    """库里的那一份若丢了、变了，用手上的补回。"""
    if footage.deleted is not None:
        return False
    try:
        if digest_of(vault.chunks(footage.location)).sha256 == footage.sha256:
            return False
    except EnvironmentLacking:
        pass
    staged.keep(footage.location)
    return True


def bind(
    piece: Piece, by: str, desk: Desk, supersedes: int | None = None, reason: str = ""
) -> tuple[Link, tuple[Finding, ...]]:
    """登记人说的一条归属，并说出它的毛病。Raises Refused for times outside the file.

    supersedes: the number of the link that it corrects, with the reason why.
    """
    archive = desk.register.archive
    (footage,) = archive.starting(piece.sha256)
    if (outside := judge_piece(piece, footage)) is not None:
        raise Refused(outside.message, advice="请核对 --from 和 --until；没有登记。")
    if supersedes is None:
        link = archive.bind(piece, by, desk.now)
    else:
        link = archive.supersede(supersedes, piece, reason, by, desk.now)
    bound = bound_of(footage, desk.register)
    return link, judge_links([b for b in bound if b.link.id == link.id], bound)


def clocks(footages: Sequence[Footage], register: Register, keys: KeyList) -> tuple[Finding, ...]:
    """几台设备的时钟相差多少。"""
    marks = _marks(footages, lambda slot: _place(register, slot), keys)
    return tuple(clock_findings([s for f in footages for s in seen_in(f, marks)]))


def _seen(path: Path, name: str, container: Container) -> tuple[Sighting, ...]:
    return () if container.medium is Medium.SOUND else tuple(sightings(path, name))


def _divide(files: Sequence[Footage], slate: SlateOf, desk: Desk) -> Sequence[Piece]:
    return pieces_of(files, _marks(files, slate, desk.keys))


def _marks(files: Iterable[Footage], slate: SlateOf, keys: KeyList) -> Mapping[str, Mark]:
    texts = dict.fromkeys(s.text for footage in files for s in footage.sightings)
    found = {text: _mark(text, slate, keys) for text in texts}
    return {text: mark for text, mark in found.items() if mark is not None}


def _mark(text: str, slate: Callable[[str], SlatePlace | None], keys: KeyList) -> Mark | None:
    reading = read_code(text)
    if reading is None:
        return None
    if reading.slot:
        slot = read_slot(reading.slot)
        return slate(slot) if slot else None
    seal = read_seal(reading.token, keys)
    return seal.token.claim.identity if seal.holds and seal.token else None


def _place(register: Register, slot: str) -> SlatePlace | None:
    found = register.slate(slot)
    return None if found is None else found[1]


def _findings(footage: Footage, bound: Sequence[Bound], desk: Desk) -> Iterator[Finding]:
    marks = _marks([footage], lambda slot: _place(desk.register, slot), desk.keys)
    foreign = False
    for sighting in footage.sightings:
        if sighting.text not in marks and read_code(sighting.text) is not None:
            said = (
                f"{footage.label} 第 {sighting.at:.1f} 秒的码不是本登记簿的（{sighting.text[:60]}）"
            )
            foreign = True
            yield Finding("LNK008", Level.UNKNOWN, f"{said}，没有归到文书。", footage.name)
    yield from judge_muddles(muddles(seen_in(footage, marks)))
    yield from judge_links(bound, bound)
    if not any(one.link.end is None for one in bound):
        own = "本登记簿的" if foreign else ""
        said = f"{footage.label} 登记了，里面没有认出{own}场记板和文书的二维码，还没有归到文书"
        yield Finding("LNK009", Level.UNKNOWN, f"{said}；请用 docgen record bind。", footage.name)
