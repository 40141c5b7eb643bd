"""Which district a document is about by who issued it, who keeps it, or what its title says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_JOINT = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True)
class SaidRegion:
    """A district and where it was read: ``where`` names the field, ``quoted`` its words."""

    region: str
    where: str
    quoted: str


def said_regions(
    regions: Iterable[str], *, authority: str, unit: str, title: str
) -> tuple[SaidRegion, ...]:
    """The district the text speaks for; empty where it may well speak for the whole city.

    The first place that names one decides. Of joint issuers each must be of the same district:
    what the city's office signs as well holds in the city.
    """
    known = tuple(regions)
    # A city's office that is named as the issuer says more than who keeps the document.
    keeper = "" if authority.strip() else unit
    for where, words in (("发文机关", authority), ("推送单位", keeper), ("标题", title)):
        parts = [part for part in _JOINT.split(words) if part] if where == "发文机关" else [words]
        named = [frozenset(region for region in known if region in part) for part in parts]
        if named and len(named[0]) == 1 and all(one == named[0] for one in named):
            return (SaidRegion(next(iter(named[0])), where, words),)
        if where == "发文机关" and any(named):
            return ()
    return ()
