"""What the templates of the form need, whoever shows it."""

from typing import Any

from kb.facts import LABELS, MAX_SCRIPT
from kb.presenters.card import CHARACTERS_PER_SECOND
from webapp.unit_portal import choices
from webapp.unit_portal.forms import DATES, Typed, facts_first, is_list


def form_values(typed: Typed, problems: dict[str, str]) -> dict[str, Any]:
    """The typed texts, the choices, and a sentence per field that is wrong."""
    main, other = facts_first(typed.kind, choices.MAIN_FACTS)
    script = typed.facts.get("script", "")
    return {
        "typed": typed,
        "problems": problems,
        "fact_labels": LABELS,
        "main_facts": main,
        "other_facts": other,
        "is_list": is_list,
        "date_labels": DATES,
        "kinds": choices.kinds(),
        "audiences": choices.audiences(),
        "categories": choices.categories(typed.texts["category"]),
        "regions": _regions(typed),
        "link_kinds": choices.link_kinds(),
        "max_script": MAX_SCRIPT,
        "script_seconds": round(len(script.strip()) / CHARACTERS_PER_SECOND),
        "per_second": CHARACTERS_PER_SECOND,
    }


def _regions(typed: Typed) -> list[tuple[str, str]]:
    known = list(choices.regions())
    known += [name for name in typed.regions if name not in known]
    return [(name, name) for name in known]
