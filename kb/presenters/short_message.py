"""短信: the answer of a card as words an agent sends to the caller. Only what is public."""

from collections.abc import Mapping
from typing import Any

from kb.standing import IN_FORCE
from kb.terms import Audience, Standing

# What one message of a mobile network carries, and what follows it when it is cut in parts.
ONE, PART = 70, 67
_FACTS = ("phone", "place", "hours")
_TELLABLE = frozenset(one.value for one in (*IN_FORCE, Standing.FUTURE))


def short_message(card: Mapping[str, Any], signature: str, address: str) -> str:
    """The message, "" for what may not leave the house or holds no more.

    :param card: as ``kb.presenters.card`` gives it.
    :param signature: who sends it, e.g. ``云汀市12345``.
    :param address: the public page of the entry, "" where the city has no public site.
    """
    if card["audience"] != Audience.PUBLIC.value or card["standing_today"] not in _TELLABLE:
        return ""
    facts = {fact["name"]: fact for fact in card["facts"]}
    conclusion = str(card["conclusion"]).strip()
    title = str(card["title"])
    # A contact's answer begins with its name.
    is_named = conclusion.startswith(title)
    parts = [_ended(conclusion) if is_named else f"{title}：{_ended(conclusion)}"]
    for name in _FACTS:
        # What the conclusion says already is not said twice.
        if name in facts and facts[name]["value"] not in conclusion:
            parts.append(_ended(f"{facts[name]['label']}：{facts[name]['value']}"))
    if card["standing_today"] == Standing.FUTURE.value:
        parts.append(f"自 {card['valid_from']} 起施行。")
    elif card["valid_until"]:
        parts.append(f"有效至 {card['valid_until']}。")
    if address:
        parts.append(f"详见 {address}")
    return f"【{signature}】" + "".join(parts)


def message_parts(text: str) -> int:
    """In how many messages a network sends it."""
    return 1 if len(text) <= ONE else -(-len(text) // PART)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？", "；")) else f"{sentence}。"
