"""奇怪的字符、空闲位、路径与脚本。"""

from attacked import Attempt, Prey


def attack(prey: Prey):
    text = prey.token.text
    for char in "01890=+/-_.%甲\u200b\0é":
        yield Attempt(text[:7] + char + text[8:])
    yield from (
        Attempt(odd)
        for odd in (
            "../../etc/passwd",
            "..%2f..%2fetc",
            "<script>alert(1)</script>",
            "' OR 1=1 --",
            "{{7*7}}",
            text[:-1] + ("B" if text[-1] != "B" else "C"),
            "https://verify.docgen.example/r/" + text[:14],
        )
    )
