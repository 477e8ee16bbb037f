"""密钥是真的，文书的日期在它的有效期以外。"""

from attacked import Attempt, Prey


def attack(prey: Prey):
    yield Attempt(prey.expired.text)
