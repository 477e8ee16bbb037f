"""密钥是真的，文书的日期在它吊销以后。"""

from attacked import Attempt, Prey


def attack(prey: Prey):
    yield Attempt(prey.revoked.text)
