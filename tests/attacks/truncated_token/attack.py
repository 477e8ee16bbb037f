"""签封截短、加长、拼接。"""

from attacked import Attempt, Prey


def attack(prey: Prey):
    text = prey.token.text
    yield from (Attempt(text[:length]) for length in range(len(text)))
    yield from (Attempt(text + more) for more in ("A", "AA", "AAAAAAAA", text))
