"""不在清单里的密钥。"""

from attacked import Attempt, Prey


def attack(prey: Prey):
    yield Attempt(prey.forged().text)
    yield Attempt(prey.forged(kid=bytes(8)).text)
