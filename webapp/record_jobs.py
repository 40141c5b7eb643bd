"""What the worker does for uploaded record sets: check them, and load those that are confirmed."""

from collections.abc import Mapping
from typing import Any

from kb.clock import Clock
from kb.current_profile import Profiles
from kb.db import Database
from kb.services.files import FileStore
from kb.services.jobs import Handler
from kb.services.record_sets import CHECK_RECORDS, LOAD_RECORDS, check, load
from webapp import record_progress
from webapp.record_progress import Step
from webapp.settings import Settings


def handlers(
    database: Database, files: FileStore, settings: Settings, profiles: Profiles, clock: Clock
) -> dict[str, Handler]:
    """The handlers by job kind."""

    def check_records(payload: Mapping[str, Any]) -> None:
        check(database, files, payload["set_id"], profiles.newest(), clock)

    def load_records(payload: Mapping[str, Any]) -> None:
        set_id = payload["set_id"]

        def tell(what: str, done: int, total: int) -> None:
            record_progress.write(settings.data_folder, set_id, Step(what, done, total))

        load(
            database,
            files,
            set_id,
            phone_key=settings.secret_key.encode(),
            clock=clock,
            progress=tell,
        )
        record_progress.forget(settings.data_folder, set_id)

    return {CHECK_RECORDS: check_records, LOAD_RECORDS: load_records}
