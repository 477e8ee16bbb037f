"""密钥：轮换、吊销、公布；旧文书照样验得过，吊销以后的离线也验不过；国密与密码设备。"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from books import on_both
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from served import serving
from support import Answer, Data, Docgen, WriteCase, mark_of

from docgen.model.claim import Token
from docgen.model.key import Algorithm, PublicKey
from docgen.read.presented import read_presented
from docgen.seal.algorithms import on_curve, public_of, signature_holds, signing_with, well_formed
from docgen.seal.keys import kid_of, load_signer, make_signer
from docgen.seal.token import token_from_text

AGENCY = "示例省应急管理厅"
SECRET = b"\x07" * 32
PUBLIC = public_of(Algorithm.SM2, SECRET)
SM2 = PublicKey(kid_of(PUBLIC), AGENCY, "鲁", Algorithm.SM2, PUBLIC)
# SubjectPublicKeyInfo of an SM2 key (RFC 5480), up to the 65 bytes of the point
SM2_INFO = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


def dated(hearing: Data, day: str, case_number: str) -> Data:
    """同一个听证案件，另一个案号，文书写那一天的日期。"""
    data: Data = json.loads(json.dumps(hearing)) | {"case_number": case_number}
    data["instruments"][0] |= {"date": day, "requested_on": "2026-10-30"}
    return data


def levels(answer: Answer) -> Mapping[str, str]:
    return {finding["code"]: finding["level"] for finding in answer.json["findings"]}


def token_of(pdf: Path) -> Token:
    """一份 PDF 上的签封。"""
    (text,) = read_presented(pdf.read_bytes(), pdf.name).tokens
    return token_from_text(text)


@dataclass(frozen=True)
class Office:
    """一间办公室：命令、写案件、放文书的地方。"""

    docgen: Docgen
    write_case: WriteCase
    hearing: Data
    folder: Path

    def issue(self, day: str, case_number: str) -> Path:
        """签发一份听证会通知书，给出它的 PDF。"""
        case = self.write_case(dated(self.hearing, day, case_number), f"{case_number}.yaml")
        out = self.folder / case_number
        answer = self.docgen("generate", case, "-o", out)
        assert answer.code == 0, answer
        (pdf,) = out.glob("*听证会通知书.pdf")
        return pdf

    def kids(self) -> list[str]:
        listed = self.docgen("keys", "list", "--json")
        return [key["kid"] for key in listed.json["keys"]]

    def export(self, name: str = "keys.json") -> Path:
        target = self.folder / name
        assert self.docgen("keys", "export", "-o", target).code == 0
        return target

    def offline(self, document: Path | str, keys: Path) -> Answer:
        return self.docgen("verify", document, "--keys", keys, "--json")


@pytest.fixture
def office(docgen: Docgen, write_case: WriteCase, hearing: Data, tmp_path: Path) -> Office:
    return Office(docgen, write_case, hearing, tmp_path)


@on_both
def test_after_a_rotation_old_documents_verify_and_reprint_as_they_were(office: Office) -> None:
    old = office.issue("2026-11-01", "案一")
    bytes_before = old.read_bytes()
    rotated = office.docgen("keys", "rotate", AGENCY, "--from", "2026-11-02")
    assert rotated.code == 0
    new = office.issue("2026-11-02", "案二")
    first, second = office.kids()
    kids = [
        token_from_text(read_presented(p.read_bytes(), "x").tokens[0]).kid.hex() for p in (old, new)
    ]
    assert kids == [first, second]
    assert office.issue("2026-11-01", "案一").read_bytes() == bytes_before
    keys = office.export()
    for document in (old, new):
        assert office.docgen("verify", document).code == 0
        assert office.offline(document, keys).json["bottom_line"] == "pass"
    earlier = office.issue("2026-11-01", "案三")
    assert token_of(earlier).kid.hex() == first
    assert office.docgen("log", "verify").code == 0


def test_from_the_day_a_key_was_lost_its_documents_fail_and_earlier_ones_hold(
    office: Office,
) -> None:
    before, after = office.issue("2026-11-01", "案一"), office.issue("2026-11-05", "案二")
    stale = office.export("stale.json")
    (kid,) = office.kids()
    gone = office.docgen("keys", "revoke", kid, "--from", "2026-11-05", "--reason", "密钥泄露")
    assert gone.code == 0
    keys = office.export()
    for answer in (office.offline(after, keys), office.docgen("verify", after, "--json")):
        assert (answer.code, levels(answer)["VER010"]) == (1, "fail")
        assert levels(answer)["VER002"] == "pass"
    held = office.offline(before, keys)
    assert (held.code, levels(held)["VER010"]) == (0, "pass")
    assert "倒填日期" in held.out
    assert office.offline(after, stale).code == 0  # who has the old list cannot know
    refused = office.docgen("generate", office.folder / "案二.yaml", "-o", office.folder / "again")
    assert (refused.code, "已吊销" in refused.err) == (1, True)
    assert "作废" in refused.err
    rotated = office.docgen("keys", "rotate", AGENCY, "--from", "2026-11-05")
    assert rotated.code == 0
    fresh = office.issue("2026-11-06", "案四")
    assert office.offline(fresh, office.export()).code == 0
    assert office.docgen("log", "verify").code == 0


def test_a_rotation_that_would_break_issued_documents_is_refused(office: Office) -> None:
    pdf = office.issue("2026-11-05", "案一")
    number = pdf.name.partition("_")[0]
    for day in ("2026-11-05", "2026-01-01"):
        answer = office.docgen("keys", "rotate", AGENCY, "--from", day)
        assert (answer.code, number in answer.err) == (1, True)
    assert len(office.kids()) == 1
    assert office.docgen("verify", pdf).code == 0
    assert office.docgen("keys", "rotate", AGENCY, "--from", "2026-11-06").code == 0
    future = office.docgen(
        "keys", "revoke", office.kids()[0], "--from", "2999-01-01", "--reason", "x"
    )
    assert (future.code, "还没有到" in future.err) == (2, True)
    broken = office.docgen(
        "keys", "revoke", office.kids()[0], "--from", "2026-11-01", "--reason", "x"
    )
    assert (broken.code, number in broken.out) == (0, True)


def test_the_site_gives_the_list_published_last_where_the_root_key_lies_elsewhere(
    office: Office,
) -> None:
    office.docgen("keys", "new", AGENCY, "鲁")
    keys = office.export()
    (office.folder / "home" / "keys" / "root.pem").rename(office.folder / "usb.pem")
    with serving(office.folder / "home") as url:
        given = httpx.get(f"{url}/api/v1/keys", timeout=30)
    assert (given.status_code, given.text) == (200, keys.read_text("utf-8").rstrip("\n"))


def test_who_knows_no_root_learns_that_the_list_may_be_anybodys(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = office.issue("2026-11-05", "案一")
    keys = office.export()
    monkeypatch.setenv("DOCGEN_HOME", str(office.folder / "elsewhere"))
    unchecked = office.offline(pdf, keys)
    assert (unchecked.code, levels(unchecked)["VER011"]) == (1, "unknown")
    empty = office.docgen("verify", pdf, "--keys", keys, "--root", " ")
    assert (empty.code, "--root 是空的" in empty.err) == (2, True)
    known = office.docgen("verify", pdf, "--keys", keys, "--root", mark_of(keys), "--json")
    assert (known.code, levels(known)["VER011"]) == (0, "pass")


def test_a_voided_document_fails_offline_by_the_list_published_afterwards(office: Office) -> None:
    pdf = office.issue("2026-11-01", "案一")
    number = pdf.name.partition("_")[0]
    assert office.docgen("register", "void", number, "--reason", "日期写错").code == 0
    answer = office.offline(pdf, office.export())
    assert (answer.code, levels(answer)["VER004"]) == (1, "fail")
    token = token_of(pdf).text
    assert levels(office.offline(token, office.folder / "keys.json"))["VER004"] == "fail"
    text = (office.folder / "keys.json").read_text("utf-8")
    assert "日期写错" not in text
    assert number not in text


def test_what_cannot_be_rotated_or_revoked_says_why_and_changes_nothing(office: Office) -> None:
    office.issue("2026-11-01", "案一")
    (kid,) = office.kids()
    before = office.docgen("log", "list").out
    for arguments, code, said in (
        (("rotate", "示例市应急管理局"), 4, "没有机关"),
        (("new", AGENCY, "鲁"), 1, "已经有密钥"),
        (("new", "示例市应急管理局", "鲁"), 4, "属于"),
        (("revoke", "zz", "--from", "2026-11-05", "--reason", "x"), 2, "不是密钥的编号"),
        (("revoke", "00" * 8, "--from", "2026-11-05", "--reason", "x"), 4, "没有密钥"),
        (("revoke", kid, "--from", "2026-11-05", "--reason", " "), 2, "不能是空的"),
        (("revoke", kid, "--from", "2026-13-05", "--reason", "x"), 2, "用法不对"),
    ):
        answer = office.docgen("keys", *arguments)
        assert (answer.code, said in answer.err) == (code, True), (arguments, answer)
    assert office.docgen("log", "list").out == before
    assert office.docgen("keys", "rotate", AGENCY, "--from", "2026-11-02").code == 0
    again = office.docgen("keys", "rotate", AGENCY, "--from", "2026-11-02")
    assert (again.code, "更晚的一天" in again.err) == (1, True)
    assert office.docgen("keys", "revoke", kid, "--from", "2026-11-01", "--reason", "x").code == 0
    later = office.docgen("keys", "revoke", kid, "--from", "2026-11-01", "--reason", "x")
    assert (later.code, "已经吊销" in later.err) == (1, True)


TAMPERINGS = {
    "a revocation taken back": "DELETE FROM key_change WHERE revoked_from IS NOT NULL",
    "a revocation dated later": "UPDATE key_change SET revoked_from = '2027-01-01'",
    "a window lengthened": "UPDATE key_change SET valid_until = '2030-01-01'",
    "another reason": "UPDATE key_change SET reason = 'x'",
    "a key put in": "INSERT INTO public_key VALUES (x'0011223344556677', '示例省应急管理厅',"
    " 'EdDSA', x'00', NULL, '2026-11-01T00:00:00+08:00')",
    "a key exchanged": "UPDATE public_key SET public = x'00'",
    "a key started earlier": "UPDATE public_key SET valid_from = '2020-01-01'",
    "another region": "UPDATE agency SET region = '浙'",
    "another root": "UPDATE root SET public = x'00'",
}


def test_a_register_whose_keys_were_tampered_with_is_found_out(office: Office) -> None:
    assert office.docgen("keys", "new", AGENCY, "鲁").code == 0
    (kid,) = office.kids()
    office.docgen("keys", "rotate", AGENCY, "--from", "2026-11-02")
    office.docgen("keys", "revoke", kid, "--from", "2026-11-01", "--reason", "泄露")
    office.export()
    assert office.docgen("log", "verify").code == 0
    register = office.folder / "home" / "register.sqlite"
    clean = register.read_bytes()
    for name, statement in TAMPERINGS.items():
        register.write_bytes(clean)
        with sqlite3.connect(register) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (trigger,) in triggers.fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            connection.execute(statement)
        connection.close()
        assert office.docgen("log", "verify").code != 0, name


def test_the_list_is_signed_by_a_root_key_that_may_be_kept_elsewhere(office: Office) -> None:
    office.docgen("keys", "new", AGENCY, "鲁")
    first = office.docgen("keys", "export", "-o", office.folder / "keys.json")
    mark = first.err.partition("指纹：")[2].partition("（")[0]
    usb = office.folder / "usb.pem"
    root = office.folder / "home" / "keys" / "root.pem"
    root.rename(usb)
    lacking = office.docgen("keys", "export", "-o", office.folder / "b.json")
    assert (lacking.code, "--root-key" in lacking.err) == (5, True)
    assert not (office.folder / "b.json").exists()
    again = office.docgen("keys", "export", "-o", office.folder / "c.json", "--root-key", usb)
    assert (again.code, mark in again.err) == (0, True)
    other = office.folder / "other.pem"
    other.write_bytes((office.folder / "home" / "keys" / f"{office.kids()[0]}.pem").read_bytes())
    other.chmod(0o600)
    wrong = office.docgen("keys", "export", "--root-key", other)
    assert (wrong.code, "别的密钥" in wrong.err) == (5, True)


def test_the_offline_page_is_written_beside_the_list(office: Office) -> None:
    office.docgen("keys", "new", AGENCY, "鲁")
    page = office.folder / "核验.html"
    keys = office.folder / "keys.json"
    assert office.docgen("keys", "export", "-o", keys, "--verifier", page).code == 0
    assert "docgenVerify" in page.read_text("utf-8")


def test_who_pins_the_root_takes_no_other_list(office: Office) -> None:
    pdf = office.issue("2026-11-01", "案一")
    exported = office.docgen("keys", "export", "-o", office.folder / "keys.json")
    mark = exported.err.partition("指纹：")[2].partition("（")[0]
    keys = office.folder / "keys.json"
    assert office.docgen("verify", pdf, "--keys", keys, "--root", mark).code == 0
    other = office.docgen("verify", pdf, "--keys", keys, "--root", "0" * 32)
    assert (other.code, mark in other.err) == (4, True)
    alone = office.docgen("verify", pdf, "--root", mark)
    assert (alone.code, "--keys" in alone.err) == (2, True)


# --- SM2 with SM3


def test_a_document_sealed_with_sm2_verifies_with_the_register_and_without(office: Office) -> None:
    made = office.docgen("keys", "new", AGENCY, "鲁", "--algorithm", "SM2")
    assert (made.code, "SM2" in made.out) == (0, True)
    pdf = office.issue("2026-11-01", "案一")
    token = token_of(pdf)
    assert (token.algorithm, len(token.raw) <= 150) == (Algorithm.SM2, True)
    keys = office.export()
    assert office.docgen("verify", pdf).code == 0
    assert office.offline(pdf, keys).json["bottom_line"] == "pass"
    before = pdf.read_bytes()
    assert office.issue("2026-11-01", "案一").read_bytes() == before
    note = office.folder / "checkpoint.txt"
    assert office.docgen("log", "checkpoint", "-o", note).code == 0
    assert office.docgen("log", "verify", "--checkpoint", note).code == 0
    pem = office.folder / "home" / "keys" / f"{office.kids()[0]}.pem"
    read = subprocess.run(
        ["openssl", "pkey", "-in", pem, "-noout", "-text"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "SM2" in read.stdout


@settings(max_examples=25)
@given(st.binary(max_size=300))
def test_an_sm2_signature_holds_for_its_message_alone_and_comes_out_the_same(
    message: bytes,
) -> None:
    signature = signing_with(Algorithm.SM2, SECRET)(message)
    assert signature == signing_with(Algorithm.SM2, SECRET)(message)
    assert signature_holds(SM2, message, signature)
    assert not signature_holds(SM2, message + b".", signature)


def test_a_flipped_bit_of_an_sm2_signature_is_never_accepted() -> None:
    signature = signing_with(Algorithm.SM2, SECRET)(b"message")
    for bit in range(0, 512, 7):
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not signature_holds(SM2, b"message", bytes(flipped)), bit
    for wrong in (b"", bytes(64), signature[:63], signature + b"\0", b"\xff" * 64):
        assert not signature_holds(SM2, b"message", wrong)


def test_a_point_off_the_curve_is_no_sm2_key() -> None:
    signature = signing_with(Algorithm.SM2, SECRET)(b"message")
    assert (well_formed(Algorithm.SM2, PUBLIC), on_curve(PUBLIC)) == (True, True)
    for wrong in (b"\x02" + PUBLIC[1:33], b"\x05" + PUBLIC[1:]):
        assert not well_formed(Algorithm.SM2, wrong)
    for wrong in (
        PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1]),
        b"\x04" + bytes(64),
        b"\x04" + b"\xff" * 64,
    ):
        assert not on_curve(wrong)
        assert not signature_holds(replace(SM2, public=wrong), b"message", signature)


def test_openssl_and_we_accept_each_others_sm2_signatures(tmp_path: Path) -> None:
    signer = make_signer(tmp_path, AGENCY, "鲁", SECRET, Algorithm.SM2)
    assert load_signer(tmp_path, signer.public).public == SM2
    private = next(tmp_path.glob("*.pem"))
    message, ours, theirs = (tmp_path / name for name in ("message", "ours", "theirs"))
    options = ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]
    for text in ("", "责令限期整改指令书", "x" * 5000):
        message.write_text(text, "utf-8")
        raw = signer.sign(message.read_bytes())
        r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
        ours.write_bytes(encode_dss_signature(r, s))
        common = ["openssl", "pkeyutl", "-inkey", private, *options, "-in", message]
        subprocess.run([*common, "-verify", "-sigfile", ours], check=True, capture_output=True)
        subprocess.run([*common, "-sign", "-out", theirs], check=True, capture_output=True)
        assert signature_holds(SM2, message.read_bytes(), _raw_of(theirs.read_bytes()))


def _raw_of(der: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    return b"".join(part.to_bytes(32) for part in decode_dss_signature(der))


# --- PKCS #11


@pytest.fixture
def device(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """一个真的 SoftHSM 设备，写进 config.yaml。"""
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n", "utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    command = ["softhsm2-util", "--init-token", "--free", "--label", "docgen"]
    subprocess.run([*command, "--pin", "4321", "--so-pin", "8765"], check=True, capture_output=True)
    home.mkdir(parents=True)
    pin = home / "pin"
    pin.write_text("4321\n", "utf-8")
    pin.chmod(0o600)
    config = {"module": "/usr/lib/softhsm/libsofthsm2.so", "token": "docgen", "pin_file": str(pin)}
    (home / "config.yaml").write_text(json.dumps({"pkcs11": config}), "utf-8")
    return home


def test_with_a_device_no_private_key_touches_the_disk(office: Office, device: Path) -> None:
    pdf = office.issue("2026-11-01", "案一")
    assert not list((device / "keys").glob("*.pem"))
    assert office.docgen("verify", pdf).code == 0
    assert office.offline(pdf, office.export()).json["bottom_line"] == "pass"
    before = pdf.read_bytes()
    assert office.issue("2026-11-01", "案一").read_bytes() == before
    listed = office.docgen("keys", "list", "--json").json["keys"]
    assert [key["private_here"] for key in listed] == [True]
    assert office.docgen("keys", "rotate", AGENCY, "--from", "2026-11-02").code == 0
    assert office.offline(office.issue("2026-11-02", "案二"), office.export()).code == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda home: (home / "pin").write_text("0000", "utf-8"), "打不开密码设备"),
        (lambda home: (home / "pin").unlink(), "读不了密码设备的口令文件"),
        (lambda home: (home / "pin").chmod(0o644), "别人也能读"),
    ],
)
def test_a_device_that_cannot_be_opened_is_told_and_no_number_is_used(
    office: Office, device: Path, spoil: object, said: str
) -> None:
    assert callable(spoil)
    spoil(device)
    case = office.write_case(office.hearing)
    answer = office.docgen("generate", case, "-o", office.folder / "out")
    assert (answer.code, said in answer.err) == (5, True)
    assert not (office.folder / "out").exists() or not list((office.folder / "out").iterdir())


def test_the_name_of_a_key_is_made_of_the_key(office: Office) -> None:
    assert office.docgen("keys", "new", AGENCY, "鲁").code == 0
    (row,) = sqlite3.connect(office.folder / "home" / "register.sqlite").execute(
        "SELECT kid, public FROM public_key"
    )
    assert row[0] == hashlib.sha256(row[1]).digest()[:8]
