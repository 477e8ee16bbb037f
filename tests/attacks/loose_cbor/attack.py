"""同样的内容，不是确定性编码：不定长、多余的长度字节、换了次序、重复的键、多出的键。"""

import base64

import cbor2
from attacked import Attempt, Prey

from docgen.seal.token import to_be_signed


def attack(prey: Prey):
    protected, _, payload, signature = cbor2.loads(prey.token.raw).value
    claims = cbor2.loads(payload)
    backwards = cbor2.dumps(dict(reversed(claims.items())))
    more = cbor2.dumps({**claims, 7: 1}, canonical=True)
    twice = b"\xa7\x01\x40" + payload[1:]
    for other in (backwards, more, twice):
        resigned = prey.thief.sign(to_be_signed(protected, other))
        for name in (signature, resigned):
            yield Attempt(_text(cbor2.CBORTag(18, [protected, {}, other, name])))
    parts = [cbor2.dumps(part) for part in (protected, {}, payload, signature)]
    yield Attempt(_b32(b"\xd2\x9f" + b"".join(parts) + b"\xff"))
    yield Attempt(_b32(b"\xd8\x12\x84" + b"".join(parts)))
    yield Attempt(_b32(b"\x84" + b"".join(parts)))
    yield Attempt(_text(cbor2.CBORTag(18, [protected, {4: b"x"}, payload, signature])))
    yield Attempt(_text(cbor2.CBORTag(98, [protected, {}, payload, signature])))


def _text(value: object) -> str:
    return _b32(cbor2.dumps(value))


def _b32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")
