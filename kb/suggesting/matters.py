"""Which rows of the dispatch catalogue a request is about, and which units its text names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.normalise import normalise
from kb.profile_choices import lies_in
from kb.suggesting.units import ASSISTING, LEAD, Evidence

# By what a row fits: words and region, words, category and region, category alone.
_BY_WORDS, _BY_CATEGORY = 0.75, 0.45
_OWN_REGION = 0.1
_ASSISTING = 0.5
_NAMED, _SHORT_NAMED, _LOCAL = 0.6, 0.3, 0.25
MAX_NAMED = 3
# A name of digits or letters stands by itself, not within a longer run of them.
_ASCII, _NOT_AFTER, _NOT_BEFORE = re.compile("[0-9a-z]"), "(?<![0-9a-z])", "(?![0-9a-z])"


@dataclass(frozen=True)
class Matter:
    """A row of the catalogue as far as a suggestion needs it; an empty region is the whole city."""

    entry_id: int
    name: str
    words: tuple[str, ...]
    category: str
    region: str
    lead_id: int
    assisting_ids: tuple[int, ...]
    basis: str


@dataclass(frozen=True)
class NamedUnit:
    """A unit by the names people use; ``is_local`` for districts, streets and townships."""

    unit_id: int
    name: str
    short_names: tuple[str, ...]
    is_local: bool


@dataclass(frozen=True)
class Fit:
    """A row that fits, and the words of the text that say so; none when only the category does."""

    matter: Matter
    words: tuple[str, ...]


# A caller who gives their own number does not ask about identity cards.
_IDENTITY = re.compile(r"身份证(?:件)?(?:号码|号)?[是为:：\s]*[\dXx*]{15,18}")


def fitting(matters: Iterable[Matter], text: str, category: str, region: str) -> list[Fit]:
    """The rows a request is about, best first.

    Rows for another region never fit. A row fits by words that stand in the text; when none
    does so, by the category.
    """
    said = normalise(_IDENTITY.sub(" ", text))
    here = [matter for matter in matters if lies_in(region, matter.region)]
    # A region's own row stands for the matter by whatever word the city's row knows it.
    by_name: dict[str, tuple[str, ...]] = {}
    for matter in here:
        by_name[matter.name] = by_name.get(matter.name, ()) + _words_in(matter, said)
    fits = [Fit(matter, tuple(dict.fromkeys(by_name[matter.name]))) for matter in here]
    by_words = [
        fit
        for fit in fits
        if fit.words and (_same_branch(category, fit.matter.category) or _is_sure(fit))
    ]
    found = by_words or [
        fit
        for fit in fits
        if category and fit.matter.category and lies_in(category, fit.matter.category)
    ]
    return sorted(
        found,
        key=lambda fit: (
            not _same_branch(category, fit.matter.category),
            -sum(map(len, fit.words)),
            -len(fit.matter.region),
            fit.matter.entry_id,
        ),
    )


def _same_branch(category: str, other: str) -> bool:
    """Whether one is the other or stands below it; an empty one is no objection."""
    return lies_in(category, other) or lies_in(other, category)


def _words_in(matter: Matter, said: str) -> tuple[str, ...]:
    names = (matter.name, *matter.words)
    return tuple(word for word in dict.fromkeys(names) if word and normalise(word) in said)


def _is_sure(fit: Fit) -> bool:
    """Whether the words say enough to stand against the category that was chosen."""
    return sum(map(len, fit.words)) >= 4


def from_catalogue(
    fits: Sequence[Fit], category: str, units: Iterable[NamedUnit] = (), region: str = ""
) -> list[Evidence]:
    """Evidence of the rows that fit; of rows for one matter that of the narrowest region counts.

    属地: of several districts, streets or townships that a row names, only the one of the request's
    region answers for it, as lead where the row's lead is one of them.

    :param units: every unit at work, so that the local ones are known.
    """
    local = {unit.unit_id: unit for unit in units if unit.is_local}
    evidence = []
    nearest = _narrowest(fits)
    for place, fit in enumerate(fits[:MAX_NAMED]):
        matter = fit.matter
        if matter.region != nearest[matter.name]:
            continue
        weight = _BY_WORDS if fit.words else _BY_CATEGORY
        weight += _OWN_REGION if matter.region else 0
        weight *= 1.0 if _same_branch(category, matter.category) else 0.6
        weight /= 1 + place
        why = f"派单目录“{matter.name}”"
        why += f"（{matter.region}）" if matter.region else ""
        why += f"，说到{'、'.join(fit.words[:3])}" if fit.words else "，类别相同"
        lead_id, assisting_ids, here = _by_place(matter, local, region)
        why += f"，属地{here}" if here else ""
        evidence.append(Evidence(lead_id, weight, f"{why}，主办", LEAD))
        evidence += [
            Evidence(unit_id, weight * _ASSISTING, f"{why}，协办", ASSISTING)
            for unit_id in assisting_ids
        ]
    return evidence


def _narrowest(fits: Sequence[Fit]) -> dict[str, str]:
    """The narrowest region of the rows for each matter."""
    nearest: dict[str, str] = {}
    for fit in fits:
        name = fit.matter.name
        nearest[name] = max(nearest.get(name, ""), fit.matter.region, key=len)
    return nearest


def _by_place(
    matter: Matter, local: Mapping[int, NamedUnit], region: str
) -> tuple[int, tuple[int, ...], str]:
    """Lead, assisting units, and the place that chose among them; empty when nothing was chosen."""
    named = [key for key in (matter.lead_id, *matter.assisting_ids) if key in local]
    found = [(key, part) for key in named if (part := _part_of(region, local[key]))]
    if len(named) < 2 or not found:
        return matter.lead_id, matter.assisting_ids, ""
    # The narrowest place answers: the street before its district.
    parts = region.split("/")
    own, place = max(found, key=lambda one: parts.index(one[1]))
    lead_id = own if matter.lead_id in local else matter.lead_id
    others = [key for key in matter.assisting_ids if key not in local or key == own]
    return lead_id, tuple(key for key in others if key != lead_id), place


def from_text(units: Iterable[NamedUnit], text: str, region: str) -> list[Evidence]:
    """Evidence of names in the text, and of the region the request is filed under."""
    said = normalise(text)
    evidence = []
    for unit in units:
        short = next((name for name in unit.short_names if _is_named(name, said)), "")
        if normalise(unit.name) in said:
            evidence.append(Evidence(unit.unit_id, _NAMED, f"文中写到{unit.name}"))
        elif short:
            evidence.append(Evidence(unit.unit_id, _SHORT_NAMED, f"文中说到“{short}”"))
        here = _part_of(region, unit) if unit.is_local else ""
        if here:
            evidence.append(Evidence(unit.unit_id, _LOCAL, f"发生在{here}"))
    return evidence


def _part_of(region: str, unit: NamedUnit) -> str:
    """The level of ``区县/街道/社区`` that the unit is called by; empty for none."""
    names = (unit.name, *unit.short_names)
    return next((part for part in region.split("/") if part in names), "")


def _is_named(name: str, said: str) -> bool:
    """Whether a short name stands in the text; ``12345`` does not within a phone number."""
    wanted = normalise(name)
    if len(name) < 2 or wanted not in said:
        return False
    before = _NOT_AFTER if _ASCII.match(wanted[0]) else ""
    after = _NOT_BEFORE if _ASCII.match(wanted[-1]) else ""
    return re.search(f"{before}{re.escape(wanted)}{after}", said) is not None
