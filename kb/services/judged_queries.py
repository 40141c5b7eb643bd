"""评测问题: keeping, changing and taking out judged questions. Callers commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, selectinload

from kb.access import visible_items
from kb.actor import Actor
from kb.errors import InvalidInput, NotFound, PermissionDenied
from kb.models import JudgedGrade, JudgedQuery, KnowledgeItem, KnowledgeVersion, Unit
from kb.models.judging import USEFUL_GRADE
from kb.services import audit
from kb.terms import Role

MAX_TEXT, MAX_NOTE, MAX_LABEL = 200, 400, 20
# What one owner may keep: a set must run in seconds, and people must still know their questions.
MAX_QUERIES = 500
GRADES = {0: "无关", 1: "沾边", 2: "能用", 3: "正好"}
LABELS = ("口语", "关键词", "口头语", "错字", "拼音", "换说法", "无依据")
_NO_SUCH = "没有这个评测问题，或者它不在您可查看的范围内"


@dataclass(frozen=True)
class Wanted:
    """A judged question as somebody fills it in.

    :param grades: item id -> 0 to 3.
    :param must_refuse: there is no answer, and the right one is 无依据.
    :param unit_id: whose it is; None is the centre's.
    """

    text: str
    grades: Mapping[int, int] = field(default_factory=dict)
    as_of: date | None = None
    label: str = ""
    note: str = ""
    must_refuse: bool = False
    unit_id: int | None = None


@dataclass(frozen=True)
class Chosen:
    """Which questions to list: those that contain a text, of a kind, of a unit, in use or not."""

    text: str = ""
    label: str = ""
    unit_id: int | None = None
    active: bool = True


def judges_for_all(actor: Actor) -> bool:
    """Tell whether the person sees every unit's questions (the centre's people who own search)."""
    return actor.has(Role.EDITOR, Role.ADMIN)


def visible_queries(actor: Actor) -> ColumnElement[bool]:
    """The condition that this person may see a judged question: their unit's, or all."""
    return true() if judges_for_all(actor) else JudgedQuery.unit_id.in_(actor.unit_scope)


def get_query(session: Session, query_id: int, actor: Actor) -> JudgedQuery:
    """Load a question with its grades.

    :raises NotFound: it does not exist, or not for this person.
    """
    query = select(JudgedQuery).where(JudgedQuery.id == query_id, visible_queries(actor))
    found = session.scalars(query.options(selectinload(JudgedQuery.grades))).one_or_none()
    if found is None:
        raise NotFound(_NO_SUCH, query_id=query_id)
    return found


def owner_for(session: Session, unit_id: int | None, actor: Actor) -> int | None:
    """Whose a new question is: as chosen by the centre's people; otherwise the own unit's.

    :raises PermissionDenied: a unit the person does not speak for.
    :raises InvalidInput: no such unit.
    """
    if judges_for_all(actor):
        if unit_id is not None and session.get(Unit, unit_id) is None:
            raise InvalidInput("没有这个单位，请重新选择", {"unit_id": "请重新选择单位"})
        return unit_id
    chosen = actor.unit_id if unit_id is None else unit_id
    if chosen is None or chosen not in actor.unit_scope:
        raise PermissionDenied("只能为本单位保存评测问题")
    return chosen


def keep_query(session: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> JudgedQuery:
    """Keep a question; the same words about the same day are changed, not doubled.

    Grades given before for other entries stay.

    :raises InvalidInput: a field is wrong, or nothing says what the right answer is.
    :raises PermissionDenied: another unit's.
    """
    owner = owner_for(session, wanted.unit_id, actor)
    known = _same(session, wanted, owner)
    if known is not None:
        merged = {grade.item_id: grade.grade for grade in known.grades} | dict(wanted.grades)
        return _write(session, known, wanted, merged, actor, now)
    held = select(func.count()).where(JudgedQuery.unit_id.is_not_distinct_from(owner))
    if (session.scalar(held.where(JudgedQuery.active)) or 0) >= MAX_QUERIES:
        raise InvalidInput(f"评测问题最多 {MAX_QUERIES} 个，请先移除不再需要的")
    row = JudgedQuery(unit_id=owner, created_by=actor.user_id or None, created_at=now)
    return _write(session, row, wanted, dict(wanted.grades), actor, now)


def _same(session: Session, wanted: Wanted, owner: int | None) -> JudgedQuery | None:
    query = select(JudgedQuery).where(
        JudgedQuery.text == _one_line(wanted.text),
        JudgedQuery.unit_id.is_not_distinct_from(owner),
        JudgedQuery.as_of.is_not_distinct_from(wanted.as_of),
        JudgedQuery.active,
    )
    return session.scalars(query.options(selectinload(JudgedQuery.grades))).first()


def judged_before(
    session: Session, text: str, as_of: date | None, actor: Actor
) -> JudgedQuery | None:
    """The question in use with these words about this day, the person's own unit's first."""
    query = select(JudgedQuery).where(
        JudgedQuery.text == _one_line(text)[:MAX_TEXT],
        JudgedQuery.as_of.is_not_distinct_from(as_of),
        JudgedQuery.active,
        visible_queries(actor),
    )
    found = session.scalars(query.options(selectinload(JudgedQuery.grades))).all()
    own = actor.unit_id if not judges_for_all(actor) else None
    return min(found, key=lambda row: (row.unit_id != own, row.id), default=None)


def change_query(
    session: Session, query_id: int, wanted: Wanted, *, actor: Actor, now: datetime
) -> JudgedQuery:
    """Replace a question's words, day, note and the grades of the entries this person can see.

    :raises NotFound, InvalidInput: as above.
    """
    row = get_query(session, query_id, actor)
    graded = [grade.item_id for grade in row.grades]
    seen = _visible_ids(session, graded, actor)
    hidden = {grade.item_id: grade.grade for grade in row.grades if grade.item_id not in seen}
    return _write(session, row, wanted, hidden | dict(wanted.grades), actor, now)


def _write(
    session: Session,
    row: JudgedQuery,
    wanted: Wanted,
    grades: Mapping[int, int],
    actor: Actor,
    now: datetime,
) -> JudgedQuery:
    before = {grade.item_id: grade.grade for grade in row.grades}
    is_new = row.id is None
    _check(session, wanted, grades, before, actor)
    row.text, row.as_of = _one_line(wanted.text), wanted.as_of
    row.label, row.note, row.active = wanted.label.strip(), wanted.note.strip(), True
    session.add(row)
    known = {grade.item_id: grade for grade in row.grades}
    for item_id, grade in grades.items():
        if item_id in known:
            known[item_id].grade = grade
        else:
            row.grades.append(JudgedGrade(item_id=item_id, grade=grade))
    for item_id in known.keys() - grades.keys():
        row.grades.remove(known[item_id])
    session.flush()
    # The question itself may be a caller's: the audit holds its number and the grades only.
    detail = {"before": _grades_text(before), "after": _grades_text(grades)}
    _record(session, "keep" if is_new else "change", row, actor, now, **detail)
    return row


def _grades_text(grades: Mapping[int, int]) -> str:
    return " ".join(f"{item_id}={grade}" for item_id, grade in sorted(grades.items()))


def _record(
    session: Session, act: str, row: JudgedQuery, actor: Actor, now: datetime, **detail: object
) -> None:
    detail = {"unit_id": row.unit_id, **detail}
    who = actor.user_id or None
    audit.record(session, who, f"judged_query.{act}", "judged_query", row.id, detail, now)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check(
    session: Session,
    wanted: Wanted,
    grades: Mapping[int, int],
    before: Mapping[int, int],
    actor: Actor,
) -> None:
    problems = _problems(wanted, grades)
    fresh = [item_id for item_id in grades if item_id not in before]
    if "grades" not in problems and len(_visible_ids(session, fresh, actor)) < len(fresh):
        problems["grades"] = "有的条目不存在，或者不在您可查看的范围内"
    if problems:
        raise InvalidInput("评测问题没有保存，请按提示改正", problems)


def _problems(wanted: Wanted, grades: Mapping[int, int]) -> dict[str, str]:
    problems = {}
    text = _one_line(wanted.text)
    if not text or len(text) > MAX_TEXT:
        problems["text"] = f"问题要写 1 至 {MAX_TEXT} 个字"
    if len(wanted.label.strip()) > MAX_LABEL:
        problems["label"] = f"种类最多 {MAX_LABEL} 个字"
    if len(wanted.note.strip()) > MAX_NOTE:
        problems["note"] = f"说明最多 {MAX_NOTE} 个字"
    if any(grade not in GRADES for grade in grades.values()):
        problems["grades"] = "等级只能是 0、1、2、3"
    has_answer = any(grade >= USEFUL_GRADE for grade in grades.values())
    if has_answer and wanted.must_refuse:
        problems["grades"] = "已有评为 2 或 3 的条目，就不是“应答无依据”；请二者选一"
    if not has_answer and not wanted.must_refuse:
        problems["grades"] = "请至少把一个条目评为 2 或 3；库里确实没有答案的，请勾选“应答无依据”"
    return problems


def _visible_ids(session: Session, item_ids: Sequence[int], actor: Actor) -> set[int]:
    query = (
        select(KnowledgeItem.id)
        .outerjoin(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(KnowledgeItem.id.in_(item_ids), visible_items(actor))
    )
    return set(session.scalars(query))


def remove_query(session: Session, query_id: int, *, actor: Actor, now: datetime) -> JudgedQuery:
    """Take a question out of the set; it and its grades stay and can be put back."""
    row = get_query(session, query_id, actor)
    row.active = False
    _record(session, "remove", row, actor, now)
    return row


def restore_query(session: Session, query_id: int, *, actor: Actor, now: datetime) -> JudgedQuery:
    """Put a removed question back."""
    row = get_query(session, query_id, actor)
    row.active = True
    _record(session, "restore", row, actor, now)
    return row


def list_queries(
    session: Session,
    actor: Actor,
    chosen: Chosen = Chosen(),
    *,
    page: int = 1,
    page_size: int = 50,
) -> tuple[Sequence[JudgedQuery], int]:
    """One page of the questions this person may see, newest first, and how many there are."""
    conditions = [visible_queries(actor), JudgedQuery.active.is_(chosen.active)]
    if chosen.text:
        conditions.append(JudgedQuery.text.icontains(chosen.text, autoescape=True))
    if chosen.label:
        conditions.append(JudgedQuery.label == chosen.label)
    if chosen.unit_id is not None:
        conditions.append(JudgedQuery.unit_id == chosen.unit_id)
    total = session.scalar(select(func.count()).select_from(JudgedQuery).where(*conditions)) or 0
    rows = session.scalars(
        select(JudgedQuery)
        .where(*conditions)
        .order_by(JudgedQuery.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
        .options(selectinload(JudgedQuery.grades), selectinload(JudgedQuery.unit))
    )
    return rows.all(), total
