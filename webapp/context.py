"""What a request may use: one record of dependencies, kept with the application."""

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app

from kb.clock import Clock
from kb.db import Database
from kb.profile import Profile
from webapp.settings import Settings

NAME = "yingda"


@dataclass(frozen=True)
class Services:
    """The dependencies of the rooms; nothing of them is a global.

    ``search`` is a ``kb.services.search.SearchService``, ``files`` a
    ``kb.services.files.FileStore``, ``profiles`` a ``kb.current_profile.Profiles``. Each may be
    absent in tests of rooms that do not need it. Anything here may offer ``readiness()``, which
    returns ``[(name, is_ready, sentence), …]`` for ``/readyz``.
    """

    settings: Settings
    database: Database
    clock: Clock
    search: Any = None
    files: Any = None
    profiles: Any = None

    @property
    def profile(self) -> Any:
        """The city profile that holds now."""
        return None if self.profiles is None else self.profiles.current()


def install(app: Flask, services: Services) -> None:
    """Keep the record with the application."""
    app.extensions[NAME] = services


def services() -> Services:
    """The record of the running application."""
    return cast(Services, current_app.extensions[NAME])


def city() -> Profile:
    """The city's profile; the built-in one where none is set."""
    return services().profile or Profile()


def purpose_name(stored: str) -> str:
    """A stored 诉求目的 as the city calls it."""
    return city().purpose(stored).name
