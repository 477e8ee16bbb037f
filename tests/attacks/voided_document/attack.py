"""签封是真的，文书已经作废。"""

from attacked import Attempt, Prey


def attack(prey: Prey):
    yield Attempt(prey.voided.text)
