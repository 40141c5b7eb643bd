"""What can go wrong in the domain, with a sentence for the person who did it."""

from collections.abc import Mapping


class KbError(Exception):
    """Root of the domain's errors.

    ``message`` is Chinese and meant for people; ``context`` goes to the log only and never
    holds a name, phone, ID number or question.
    """

    code = "error"

    def __init__(self, message: str, **context: object) -> None:
        super().__init__(message)
        self.message = message
        self.context = context


class NotFound(KbError):
    """Raised when the thing does not exist or the caller may not know that it does."""

    code = "not_found"


class PermissionDenied(KbError):
    """Raised when the caller's roles or unit do not allow the action."""

    code = "permission_denied"


class InvalidInput(KbError):
    """Raised when fields are missing or wrong; ``fields`` maps field name to a sentence."""

    code = "invalid_input"

    def __init__(
        self, message: str, fields: Mapping[str, str] | None = None, **context: object
    ) -> None:
        super().__init__(message, **context)
        self.fields = dict(fields or {})


class IllegalTransition(KbError):
    """Raised when the object's state does not allow the action."""

    code = "illegal_transition"


class StaleVersion(KbError):
    """Raised when somebody else saved first; nothing of either side is lost."""

    code = "stale_version"


class Duplicate(KbError):
    """Raised when the same thing is already there; ``context['existing_id']`` names it."""

    code = "duplicate"


class CalendarUnknown(KbError):
    """Raised when the official calendar of a year has not been entered; never guessed."""

    code = "calendar_unknown"


class SearchUnavailable(KbError):
    """Raised when neither index nor database can answer a search now."""

    code = "search_unavailable"


class StorageFull(KbError):
    """Raised when the disk refuses a write; what was acknowledged earlier is safe."""

    code = "storage_full"
