"""How far a count stands out from what the periods before let expect."""

import math
from collections.abc import Sequence

# One or two where there was nothing before are no burst.
FLOOR = 1.0
# From here on a matter is said to burst (突增).
BURSTING = 3.0


def burst(count: int, earlier: Sequence[int]) -> float:
    """Standard deviations above the mean of the earlier counts, taken as a Poisson count.

    ``(count - mean) / sqrt(max(mean, FLOOR))``, two decimals; 0.0 when there is no earlier period
    to compare with.
    """
    if not earlier:
        return 0.0
    mean = sum(earlier) / len(earlier)
    return round((count - mean) / math.sqrt(max(mean, FLOOR)), 2)
