"""知识库: the room in which units push, correct, review and publish what they know."""

from webapp.unit_portal import (  # noqa: F401 - importing registers the views
    comment_views,
    draft_views,
    entry_views,
    export,
    file_views,
    found_views,
    push_views,
    review_views,
    version_views,
    views,
    write_views,
)
from webapp.unit_portal.blueprint import bp

__all__ = ["bp"]
