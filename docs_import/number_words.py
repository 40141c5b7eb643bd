"""Numbers in the forms Word prints: 十二, 贰, 甲, ⑶, xii, AB."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("〇零一二三四五六七八九十百千", "零零壹贰叁肆伍陆柒捌玖拾佰仟")
_COUNTING = frozenset({
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand",
})  # fmt: skip
_BY_DIGIT = frozenset({"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"})
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
# Kinds that Unicode has whole: the first character and how many there are.
_ROWS = {
    "decimalEnclosedCircle": ("①", 20),
    "decimalEnclosedCircleChinese": ("①", 20),
    "decimalEnclosedParen": ("⑴", 20),
    "decimalEnclosedFullstop": ("⒈", 20),
    "ideographEnclosedCircle": ("㊀", 10),
}
_LISTS = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
    (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def render(number: int, kind: str) -> str:
    """Return a number the way Word prints its kind of numbering; digits for kinds not known."""
    if kind in _COUNTING:
        return chinese(number)
    if kind in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return chinese(number).translate(_LEGAL)
    if kind in _BY_DIGIT:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if kind in _ROWS:
        first, count = _ROWS[kind]
        return chr(ord(first) + number - 1) if 1 <= number <= count else str(number)
    if kind in _LISTS:
        names = _LISTS[kind]
        return names[number - 1] if 1 <= number <= len(names) else str(number)
    if kind in ("upperLetter", "lowerLetter"):
        return _letters(number, "A" if kind == "upperLetter" else "a")
    if kind in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    if kind == "decimalFullWidth":
        return str(number).translate(_FULL_WIDTH)
    return f"{number:02}" if kind == "decimalZero" else str(number)


def chinese(number: int) -> str:
    """Return 12 as 十二, 105 as 一百零五, 1020 as 一千零二十; digits from ten thousand on."""
    if not 0 < number < 10_000:
        return str(number)
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return words[1:] if words.startswith("一十") else words


def _letters(number: int, first: str) -> str:
    """Word goes on after Z with AA, BB."""
    if not 0 < number <= 26 * 20:
        return str(number)
    times, place = divmod(number - 1, 26)
    return chr(ord(first) + place) * (times + 1)


def _roman(number: int) -> str:
    if not 0 < number < 4_000:
        return str(number)
    words = ""
    for value, sign in _ROMAN:
        while number >= value:
            words, number = words + sign, number - value
    return words
