"""How a name is typed: its pinyin and initials, with the readings that surnames have."""

from collections.abc import Iterator

# Characters that are read otherwise when they are a surname; the library gives their common reading.
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "区": "ou",
    "盖": "ge",
    "缪": "miao",
    "朴": "piao",
    "翟": "zhai",
    "覃": "qin",
    "乐": "yue",
    "折": "she",
    "黑": "he",
    "员": "yun",
    "种": "chong",
    "秘": "bi",
    "召": "shao",
    "洗": "xian",
    "繁": "po",
    "祭": "zhai",
    "牟": "mu",
    "乜": "nie",
    "都": "du",
    "卜": "bu",
    "藏": "zang",
    "句": "gou",
}
PINYIN_MAX, INITIALS_MAX = 128, 32  # the columns' lengths


def pinyin_of(name: str) -> tuple[str, str]:
    """Write a name as it is typed.

    Returns: ("zhang san", "zs"): syllables in small letters with spaces between, ü as v, and their first letters.
    """
    surname = next((found for found in SURNAMES if name.startswith(found)), "")
    syllables = [*SURNAMES.get(surname, "").split(), *_syllables(name[len(surname) :])]
    return " ".join(syllables)[:PINYIN_MAX], "".join(syllable[0] for syllable in syllables)[:INITIALS_MAX]


def _syllables(text: str) -> Iterator[str]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # reading its dictionary would take a sixth of every start

    for part in lazy_pinyin(text):
        yield from "".join(sign if sign.isalnum() else " " for sign in part.lower()).split()
