"""A public entry that becomes internal: it leaves the public's sight at once, never before."""

from datetime import date

from kb.errors import InvalidInput
from kb.models import KnowledgeVersion
from kb.services.chains import is_dropped
from kb.standing import answering_period
from kb.terms import Audience, ItemState

_HELD = (ItemState.PUBLISHED, ItemState.SUPERSEDED, ItemState.REPEALED)


def refuse_hiding_ahead(version: KnowledgeVersion, day: date) -> None:
    """Refuse an internal text published on ``day`` for later, while a public one still holds.

    Whether an entry is public is one word for all of it: the public would lose what still holds.

    :raises InvalidInput: naming the day on which it can be published.
    """
    item = version.item
    begins = answering_period(item, version).start
    if version.audience != Audience.INTERNAL or begins is None or begins <= day:
        return
    if item.state not in _HELD:
        return
    for earlier in item.versions:
        is_public = earlier.published_at is not None and earlier.audience == Audience.PUBLIC
        if earlier is version or not is_public or is_dropped(earlier, version, day):
            continue
        end = answering_period(item, earlier).end
        if end is None or end >= day:
            sentence = (
                f"这一版是内部的，从 {begins} 起施行；现在就发布，公众马上查不到仍有效的"
                f"第 {earlier.number} 版。请送审，在审核页展开“定时发布”，选 {begins}"
            )
            raise InvalidInput(sentence, {"publish_at": sentence, "audience": sentence})
