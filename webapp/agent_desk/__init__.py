"""坐席台."""

from webapp.agent_desk.views import bp

__all__ = ["bp"]
