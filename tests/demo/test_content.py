"""The demo city's files: complete, consistent with each other, and clearly fictional."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kb.profile import load_profile
from kb.terms import Audience, KnowledgeKind, Purpose, Role, UnitKind

DEMO = Path(__file__).resolve().parents[2] / "demo"

TEXT_FACTS = {"conclusion", "script", "time_limit", "fee", "phone", "place", "hours"}
LIST_FACTS = {"ask_first", "materials", "conditions", "steps"}
ENTRY_KEYS = {
    "key",
    "kind",
    "title",
    "unit",
    "audience",
    "category",
    "body",
    "regions",
    "document_number",
    "issuing_authority",
    "issued_on",
    "valid_from",
    "valid_until",
    "review_on",
    "variants",
    "state",
    "replaces",
    "repeals",
    "amends",
    "effective_on",
    "facts",
}
MATTER_KEYS = {
    "key",
    "purpose",
    "category",
    "unit",
    "entry",
    "weight",
    "lines",
    "channels",
    "regions",
    "titles",
    "contents",
    "queries",
    "replies",
}
STATES = {"published", "draft", "unit_review", "centre_review", "withdrawn"}
LINKS = ("replaces", "repeals", "amends")
DATES = ("issued_on", "valid_from", "valid_until", "review_on", "effective_on")
RELATIVE = re.compile(r"today(?:[+-]\d{1,3})?")
PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
PLACEHOLDER_INSIDE = re.compile(r"today(?:[+-]\d{1,3})?(?:\|(?:md|year))?")
# 0999 is no city's code; the short numbers are national service lines, nobody's own.
CITY_NUMBER = re.compile(r"0999-8\d{6}")
SHORT_NUMBERS = {"110", "119", "120", "12345", "12333", "12393", "12315", "12329", "12328", "95598"}
SHORT_NUMBERS |= {"12385", "12320"}
ANY_NUMBER = re.compile(r"(?<![\d.-])(?:0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|400-?\d{3}-?\d{4})(?!\d)")


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((DEMO / name).read_text(encoding="utf-8"))


CITY = read("city.toml")
PROFILE = load_profile(DEMO / "city.toml")
UNITS: list[dict[str, Any]] = read("units.toml")["units"]
PEOPLE: list[dict[str, Any]] = read("people.toml")["people"]
REQUESTS = read("requests.toml")
MATTERS: list[dict[str, Any]] = REQUESTS["matters"]
GAPS: list[dict[str, Any]] = REQUESTS["gaps"]
ENTRIES: list[dict[str, Any]] = [
    entry
    for path in sorted((DEMO / "knowledge").glob("*.toml"))
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["entries"]
]
BY_KEY = {entry["key"]: entry for entry in ENTRIES}
UNIT_NAMES = {unit["name"] for unit in UNITS}
CATEGORIES = set(PROFILE.categories)


def strings(value: object) -> Iterator[str]:
    """Every string inside nested lists and tables."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def as_date(text: str, today: date = date(2026, 1, 1)) -> date:
    """An absolute date, or one counted from ``today``; ValueError for anything else."""
    if RELATIVE.fullmatch(text):
        return today + timedelta(days=int(text.removeprefix("today") or 0))
    return date.fromisoformat(text)


entry_cases = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e["key"])
matter_cases = pytest.mark.parametrize("matter", MATTERS, ids=lambda m: m["key"])


def test_there_is_enough_of_every_kind() -> None:
    counts = Counter(entry["kind"] for entry in ENTRIES)
    assert counts["policy"] >= 10
    assert counts["notice"] >= 14
    assert counts["qa"] >= 30
    assert counts["guide"] >= 16
    assert counts["contact"] >= 40
    assert len(ENTRIES) - counts["contact"] >= 95
    assert sum(entry["audience"] == "internal" for entry in ENTRIES) >= 4
    assert sum(any(link in entry for link in LINKS) for entry in ENTRIES) >= 4
    assert {entry.get("state", "published") for entry in ENTRIES} == STATES
    assert len(UNITS) >= 18
    assert len(MATTERS) >= 45


def test_keys_are_unique() -> None:
    for keys in (
        [entry["key"] for entry in ENTRIES],
        [matter["key"] for matter in MATTERS],
        [unit["name"] for unit in UNITS],
        [person["username"] for person in PEOPLE],
    ):
        assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_units_name_known_kinds_and_follow_their_parents() -> None:
    seen: set[str] = set()
    for unit in UNITS:
        assert unit["kind"] in {kind.value for kind in UnitKind}
        assert unit["short"]
        assert unit.get("parent", "") in seen | {""}
        seen.add(unit["name"])
    assert {unit["kind"] for unit in UNITS} == {kind.value for kind in UnitKind}


def test_every_role_has_a_log_in_and_nobody_a_password() -> None:
    assert len(PEOPLE) >= 14
    assert {role for person in PEOPLE for role in person["roles"]} == {role.value for role in Role}
    for person in PEOPLE:
        assert person["unit"] in UNIT_NAMES
        assert set(person) == {"username", "name", "unit", "roles"}


@entry_cases
def test_entry_is_well_formed(entry: dict[str, Any]) -> None:
    assert set(entry) <= ENTRY_KEYS
    assert entry["kind"] in {kind.value for kind in KnowledgeKind}
    assert entry["audience"] in {audience.value for audience in Audience}
    assert entry["unit"] in UNIT_NAMES
    assert entry["category"] in CATEGORIES
    assert entry.get("state", "published") in STATES
    assert set(entry.get("regions", [])) <= set(PROFILE.regions)
    assert entry["title"].strip()
    assert entry["body"].strip()


@entry_cases
def test_entry_dates_are_real_and_in_order(entry: dict[str, Any]) -> None:
    found = {name: as_date(entry[name]) for name in DATES if name in entry}
    if "valid_from" in found and "valid_until" in found:
        assert found["valid_from"] <= found["valid_until"]
    for text in strings(entry):
        for inside in PLACEHOLDER.findall(text):
            assert PLACEHOLDER_INSIDE.fullmatch(inside), inside


@entry_cases
def test_entry_facts_are_known_and_typed(entry: dict[str, Any]) -> None:
    facts = entry.get("facts", {})
    assert set(facts) <= TEXT_FACTS | LIST_FACTS
    assert all(isinstance(facts[name], str) and facts[name] for name in TEXT_FACTS & set(facts))
    assert all(isinstance(facts[name], list) and facts[name] for name in LIST_FACTS & set(facts))
    assert len(facts.get("script", "")) <= 130


@entry_cases
def test_entry_has_what_its_kind_needs(entry: dict[str, Any]) -> None:
    facts = entry.get("facts", {})
    if entry["kind"] == "qa":
        assert len(entry["variants"]) >= (2 if entry["audience"] == "internal" else 3)
        assert facts["conclusion"]
        assert facts["script"]
    if entry["kind"] == "guide" and entry.get("state", "published") == "published":
        assert facts["conclusion"]
    if entry["kind"] == "contact":
        assert facts["phone"]
        assert facts["hours"]
    if entry["kind"] == "policy":
        assert entry["document_number"]
        assert entry["issuing_authority"]
        clauses = re.findall(
            r"(?m)^(?:第[一二三四五六七八九十]+条|[一二三四五六七八九十]+、|（)", entry["body"]
        )
        assert len(clauses) >= 5


@entry_cases
def test_link_names_an_older_entry_and_a_day(entry: dict[str, Any]) -> None:
    links = [name for name in LINKS if name in entry]
    assert len(links) <= 1
    if not links:
        assert "effective_on" not in entry
        return
    older = BY_KEY[entry[links[0]]]
    assert as_date(older["valid_from"]) < as_date(entry["effective_on"])
    assert older["document_number"] in entry["body"]


def test_phone_numbers_are_clearly_fictional() -> None:
    texts = [*strings(ENTRIES), *strings(MATTERS)]
    texts += [path.read_text(encoding="utf-8") for path in (DEMO / "incoming").glob("*.[mh]*")]
    real = {n for text in texts for n in ANY_NUMBER.findall(text) if not CITY_NUMBER.fullmatch(n)}
    assert real == set()
    for entry in ENTRIES:
        phone = entry.get("facts", {}).get("phone")
        assert phone is None or phone in SHORT_NUMBERS or CITY_NUMBER.fullmatch(phone), entry["key"]


def test_some_notices_are_past_some_current_and_some_to_come() -> None:
    # Only those counted from the day of loading hold this on every day.
    today = date(2026, 1, 1)
    relative = [
        entry
        for entry in ENTRIES
        if entry["kind"] == "notice" and entry.get("valid_until", "").startswith("today")
    ]
    spans = [(as_date(e["valid_from"], today), as_date(e["valid_until"], today)) for e in relative]
    assert any(until < today for _, until in spans)
    assert sum(start <= today <= until for start, until in spans) >= 5
    assert any(start > today for start, _ in spans)


def test_the_one_deliberate_phone_conflict_is_there() -> None:
    city, district = BY_KEY["civil-qa-elder"], BY_KEY["tingnan-qa-elder"]
    assert city["facts"]["phone"] != district["facts"]["phone"]


def test_internal_numbers_appear_in_no_public_entry() -> None:
    def phones(audience: str) -> set[str]:
        return {
            number
            for entry in ENTRIES
            if entry["audience"] == audience
            for text in strings(entry)
            for number in re.findall(r"0999-8\d{3}911", text)
        }

    assert phones("internal")
    assert phones("internal") & phones("public") == set()


@matter_cases
def test_matter_is_well_formed(matter: dict[str, Any]) -> None:
    assert set(matter) <= MATTER_KEYS
    assert matter["purpose"] in {purpose.value for purpose in Purpose}
    assert matter["category"] in CATEGORIES
    assert matter["unit"] in UNIT_NAMES
    assert set(matter.get("lines", [])) <= set(CITY["lines"])
    assert set(matter.get("channels", [])) <= set(CITY["channels"])
    assert set(matter.get("regions", [])) <= set(PROFILE.regions)
    assert matter["weight"] > 0
    assert len(matter["titles"]) == len(matter["contents"]) == len(matter["queries"]) >= 3
    assert 2 <= len(matter["replies"]) <= len(matter["contents"])


@matter_cases
def test_matter_is_answered_by_a_published_public_entry(matter: dict[str, Any]) -> None:
    if "entry" not in matter:
        # Nothing answers it during the call, so every case may become an order with a reply.
        assert len(matter["replies"]) == len(matter["contents"])
        return
    entry = BY_KEY[matter["entry"]]
    assert entry["audience"] == "public"
    assert entry.get("state", "published") == "published"
    assert entry["unit"] == matter["unit"]


def test_matters_cover_every_purpose_and_unit() -> None:
    assert {matter["purpose"] for matter in MATTERS} == {purpose.value for purpose in Purpose}
    assert {matter["unit"] for matter in MATTERS} == UNIT_NAMES


def test_gaps_name_queries_nobody_wrote_an_answer_for() -> None:
    known = {v for entry in ENTRIES for v in [entry["title"], *entry.get("variants", [])]}
    assert len(GAPS) >= 8
    for gap in GAPS:
        assert gap["queries"]
        assert not set(gap["queries"]) & known
        assert gap["unit"] in UNIT_NAMES
        assert gap["category"] in CATEGORIES


@pytest.mark.parametrize(
    ("suffix", "encoding", "words"),
    [
        (".md", "utf-8", "望政办发〔2026〕41号"),
        (".html", "utf-8", "YT012/2026-00387"),
        ("_GB18030.txt", "gb18030", "云医保发〔2026〕41号"),
        ("_UTF16.txt", "utf-16", "云水停〔2026〕71号"),
    ],
)
def test_sample_files_are_in_the_encoding_they_claim(
    suffix: str, encoding: str, words: str
) -> None:
    (path,) = [p for p in (DEMO / "incoming").iterdir() if p.name.endswith(suffix)]
    assert words in path.read_bytes().decode(encoding)


def _departments() -> dict[str, str]:
    """How a legal basis may name a unit (城市管理部门, 住建部门, in full) → the unit."""
    units = tomllib.loads((DEMO / "units.toml").read_text("utf-8"))["units"]
    named = {}
    for unit in units:
        stems = (
            word.removeprefix("市").removesuffix("局") for word in (unit["name"], *unit["short"])
        )
        named |= {f"{stem}部门": unit["name"] for stem in stems} | {unit["name"]: unit["name"]}
    return named


def _catalogue() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((DEMO / "catalogue.toml").read_text("utf-8"))[
        "entries"
    ]
    return rows


def test_the_catalogue_suggests_whom_its_basis_names() -> None:
    wrong = [
        (row["matter"], unit)
        for row in _catalogue()
        for said, unit in _departments().items()
        if said in row["basis"] and unit not in (row["lead"], *row.get("assisting", ()))
    ]
    assert wrong == []


def test_the_catalogue_suggests_as_lead_whom_its_basis_charges_with_the_matter() -> None:
    charged = 0
    for row in _catalogue():
        for what, who in re.findall(r"([^：；，。]+)由([^：；，。]*?部门)", row["basis"]):
            if any(word in what for word in row["words"]):
                assert _departments()[who] == row["lead"], row["matter"]
                charged += 1
    assert charged > 0
