"""Publishing at once what its sender wished to be published."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import KbError
from kb.models import KnowledgeVersion
from kb.services.publishing import publish
from kb.services.pushed import Pushed
from kb.services.wishes import Wishes


def publish_wished(
    session: Session, pushed: Pushed, wishes: Wishes, actor: Actor, now: datetime
) -> Pushed:
    """Publish a draft whose sender wished it, in the transaction that made it.

    What the library refuses to publish stays a draft, and the answer says why.
    """
    if not wishes.publish or pushed.outcome not in ("draft", "new_version"):
        return pushed
    version = session.get_one(KnowledgeVersion, pushed.version_id)
    try:
        with session.begin_nested():
            publish(session, version, actor=actor, now=now)
    except KbError as error:
        return replace(pushed, refused=error)
    return pushed
