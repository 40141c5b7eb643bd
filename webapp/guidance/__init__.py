"""统一口径: what every agent says from now on; issued here, shown on every desk."""

from webapp.guidance.views import bp

__all__ = ["bp"]
