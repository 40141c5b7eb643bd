"""What a text that arrives would be to the library: new, the same, a newer or a like one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kb.access import get_visible
from kb.actor import Actor
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.services.entries import Content, pending_version
from kb.services.like_contacts import KnownContacts
from kb.services.near_duplicates import KnownTexts, Near
from kb.services.pushed import Notice
from kb.services.sameness import (
    find_elsewhere,
    find_over_text,
    find_same_number,
    find_same_text,
    find_same_title,
    hash_of,
)
from kb.services.wishes import Wishes
from kb.terms import EntryOutcome, ItemState, VersionState


@dataclass(frozen=True)
class Verdict:
    """What was found: the outcome, the version it is about, and the reason for people.

    ``code`` says by what: same_text, named, same_number, same_title, like_contact,
    near_duplicate.
    """

    outcome: EntryOutcome
    version: KnowledgeVersion | None = None
    code: str = ""
    reason: str = ""
    near: Near | None = None

    def joins(self, wishes: Wishes) -> bool:
        """Whether the content becomes the next version of an entry by itself."""
        return self.code == "named" or (self.code == "same_number" and wishes.join_same_number)


def judge(
    session: Session,
    content: Content,
    wishes: Wishes,
    actor: Actor,
    known: KnownTexts,
    *,
    is_row: bool = False,
    contacts: KnownContacts | None = None,
    listed: Collection[str] = (),
) -> Verdict:
    """Compare a content with what the unit has.

    :param is_row: a table row, which is a new version of the entry with the same name.
    :param contacts: the unit's contacts, for a row that is one.
    :param listed: the names of the contacts in the same table.
    :raises NotFound: the entry that the sender named is not there for them.
    """
    same = find_same_text(session, content, wishes.unit_id, wishes.item_id)
    if same is not None:
        return Verdict(EntryOutcome.DUPLICATE, same, "same_text", same_sentence(same))
    if wishes.item_id is not None and not is_row:
        item = get_visible(session, wishes.item_id, actor)
        return Verdict(EntryOutcome.NEW_VERSION, _newest(session, item), "named", "已作为新版本")
    if is_row:
        older = find_same_title(session, content, wishes.unit_id)
        if older is not None:
            reason = f"库中已有同名条目，内容不同（现为第 {older.number} 版）"
            return Verdict(EntryOutcome.NEW_VERSION, older, "same_title", reason)
    over = find_over_text(session, content, wishes.unit_id)
    if over is not None:
        return Verdict(EntryOutcome.NEAR_DUPLICATE, over, "same_text", _over_sentence(over))
    if contacts is not None:
        like = contacts.find(content, listed)
        if like is not None:
            known_one = session.get_one(KnowledgeVersion, like.version_id)
            return Verdict(EntryOutcome.NEAR_DUPLICATE, known_one, "like_contact", like.reason)
    older = find_same_number(session, content, wishes.unit_id)
    if older is not None and not is_row:
        what = "日期不同" if older.text_sha256 == hash_of(content) else "文字不同"
        reason = f"与《{older.title}》文号相同（{content.document_number}），{what}"
        return Verdict(EntryOutcome.NEW_VERSION, older, "same_number", reason)
    near = known.nearest(content)
    if near is not None:
        number = content.document_number
        also = f"文号相同（{number}），" if number and number == near.known.document_number else ""
        alike = f"与《{near.known.title}》{also}有 {near.similarity:.0%} 相同"
        version = None
        if near.known.version_id is not None:
            version = session.get_one(KnowledgeVersion, near.known.version_id)
        return Verdict(EntryOutcome.NEAR_DUPLICATE, version, "near_duplicate", alike, near)
    return Verdict(EntryOutcome.NEW)


def _newest(session: Session, item: KnowledgeItem) -> KnowledgeVersion | None:
    return pending_version(session, item.id) or item.current_version


def same_sentence(same: KnowledgeVersion) -> str:
    """What is said of a content that is there already."""
    state = VersionState(same.state).label
    return f"库中已有相同内容：《{same.title}》第 {same.number} 版（{state}），没有重复收录"


def _over_sentence(same: KnowledgeVersion) -> str:
    states = (VersionState(same.state), ItemState(same.item.state))
    state = states[0] if same.state == VersionState.REPLACED else states[1]
    return f"与《{same.title}》第 {same.number} 版（{state.label}）文字相同"


def elsewhere(session: Session, content: Content, unit_id: int) -> list[Notice]:
    """Another unit's entry with the same 文号: both may be right, but somebody should look."""
    other = find_elsewhere(session, content, unit_id)
    if other is None:
        return []
    name = other.item.unit.name
    message = f"{name}已发布文号 {content.document_number} 的条目《{other.title}》，请核对由谁维护"
    return [Notice("other_authority", message, other.item_id)]


def questions(content: Content, verdict: Verdict) -> list[Notice]:
    """What the draft page will ask about an entry that is there already."""
    if verdict.version is None:
        return []
    if verdict.code == "same_number":
        message = f"库中已有文号 {content.document_number} 的条目，请确认是不是新版本"
    else:
        message = f"{verdict.reason}，请确认是相同、新版本还是不同文件"
    return [Notice(verdict.code, message, verdict.version.item_id)]
