"""别的机关的密钥签的，写着本机关密钥的编号。"""

from attacked import Attempt, Prey


def attack(prey: Prey):
    yield Attempt(prey.forged(kid=prey.token.kid).text)
