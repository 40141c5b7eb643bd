"""Every worklist, with everybody whose list it is, asks the database a few times only."""

from pathlib import Path

from bench.worklists import MAX_QUERIES, city, pages
from kb.db import Database


def test_no_worklist_asks_more_than_ten_times_whatever_it_holds(tmp_path: Path) -> None:
    made = city(Database(f"sqlite:///{tmp_path}/city.sqlite3"), 120, tmp_path)
    app = next(iter(made.clients.values())).application
    lists = pages(app)
    assert len(lists) >= 40
    over = {}
    for role, path in lists:
        made.open(role, path)  # the first one fills caches of the process
        _, queries, _ = made.open(role, path)
        if not 0 < queries <= MAX_QUERIES:
            over[path] = [" ".join(one.split())[:160] for one in made.statements]
    made.database.close()
    assert not over
