"""重复诉求: what the agent decided about a request that may be an earlier one again."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.models import CitizenRequest, WorkOrder
from kb.services.orders.giving import By
from kb.services.orders.merging import MERGED_AT_DESK, merge
from kb.services.orders.reading import get_order
from kb.services.repeat_notes import note_repeat, part_repeat
from kb.services.requests import get_request

LINK, MERGE = "link", "merge"


@dataclass(frozen=True)
class Choice:
    """Nothing, ``link`` to an earlier request as its repeat, or ``merge`` into an open order."""

    kind: str = ""
    number: str = ""

    @classmethod
    def read(cls, text: str) -> "Choice":
        """``link:诉求编号``, ``merge:工单编号`` or nothing.

        :raises InvalidInput: anything else.
        """
        if not text:
            return cls()
        kind, _, number = text.partition(":")
        if kind not in (LINK, MERGE) or not number:
            sentence = "请重新选择是否为重复诉求"
            raise InvalidInput(sentence, {"repeat": sentence})
        return cls(kind, number)


def follow(
    session: Session, request: CitizenRequest, order: WorkOrder | None, choice: Choice, by: By
) -> None:
    """Do what was chosen: the request is noted as a repeat, and its order merged if so wanted.

    Without a choice it is none, also where it was settled as one before that was undone.

    :param order: the order just raised; None when the request was answered at once.
    :raises NotFound: no such request or order for this person.
    :raises IllegalTransition: the order that was to take it in is settled meanwhile.
    """
    if not choice.kind:
        if request.repeats is not None:
            part_repeat(session, request, request.repeats, by)
        return
    if choice.kind == LINK:
        earlier = get_request(session, choice.number, by.actor)
    else:
        into = get_order(session, choice.number, by.actor)
        earlier = into.request
        if order is not None:
            merge(session, order, by, into=into, text=MERGED_AT_DESK)
    if earlier.id == request.id:
        raise InvalidInput("不能记为自己的重复诉求", {"repeat": "请选择另一件诉求"})
    note_repeat(session, request, earlier, choice.kind, by)
