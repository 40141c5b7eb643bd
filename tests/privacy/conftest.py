"""The town that everybody was planted in, filled once for all tests of this folder."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.privacy.planting import Planted, plant
from tests.privacy.town import Town, open_town


@dataclass(frozen=True)
class Filled:
    """The town and the orders that were planted in it."""

    town: Town
    planted: list[Planted]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with open_town(tmp_path_factory.mktemp("town") / "var") as town:
        yield Filled(town, plant(town))
