"""``python -m webapp.language``: update the catalogues, add a language, tell what is missing."""

import argparse
import sys

from babel import Locale, UnknownLocaleError

from webapp.language import upkeep
from webapp.language.catalogues import CHINESE_CODE, languages

_MOST_FILES = 10


def main(arguments: list[str]) -> int:
    """Run one command; 1 when a translation cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m webapp.language", description=__doc__)
    parser.add_argument("command", choices=("update", "add", "check"))
    parser.add_argument("code", nargs="?", help="such as fr; without it every language there is")
    asked = parser.parse_args(arguments)
    codes = [asked.code] if asked.code else [code for code in languages() if code != CHINESE_CODE]
    if asked.command == "add":
        try:
            Locale.parse(asked.code or "")
        except (UnknownLocaleError, ValueError):
            parser.error(f"no such language: {asked.code}")
    elif unknown := [code for code in codes if code not in languages()]:
        parser.error(f"no catalogue of {unknown[0]}; add it first")
    if asked.command in ("add", "update"):
        for code in codes:
            upkeep.update(code)
    return max([_tell(code) for code in codes], default=0)


def _tell(code: str) -> int:
    is_wrong = False
    for state in upkeep.states(code):
        share = f"{100 * state.translated / max(state.messages, 1):.1f} %"
        told = f"{state.translated} of {state.messages} translated ({share})"
        print(f"{code} {state.domain}: {told}, {state.fuzzy} fuzzy, {len(state.wrong)} wrong")
        for message in state.wrong:
            print(f"  a place is lost or added: {message}")
        for name, count in state.missing_by_file.most_common(_MOST_FILES):
            print(f"  {count} missing in {name}")
        is_wrong = is_wrong or bool(state.wrong)
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
