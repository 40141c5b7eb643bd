"""我的视图: the filters of a long list under a name; one part that every such list shows."""

from webapp.saved_views import changes  # noqa: F401 - importing registers the views
from webapp.saved_views.blueprint import bp

__all__ = ["bp"]
