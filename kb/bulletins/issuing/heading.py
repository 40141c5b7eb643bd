"""The head of a bulletin: names, kinds, titles."""

from kb.bulletins.issuing.parts import Header
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.profile_bulletins import BulletinSettings
from kb.terms import BulletinKind

_WEEK, _QUARTER, _YEAR = 7, 3, 12


def kind_of(period: Period) -> BulletinKind:
    """The kind of bulletin that covers such a period; anything unusual is a 专报."""
    first = period.first.month
    if period.months == _YEAR and first == 1:
        return BulletinKind.YEARLY
    if period.months == _QUARTER and first % _QUARTER == 1:
        return BulletinKind.QUARTERLY
    if period.months == 1:
        return BulletinKind.MONTHLY
    return BulletinKind.WEEKLY if period.days == _WEEK else BulletinKind.TOPICAL


def header_of(
    kind: BulletinKind, period: Period, city: str, settings: BulletinSettings, topic: str = ""
) -> Header:
    """The header of a draft; the number and the day come when it is issued."""
    hotline = settings.hotline or f"{city}12345政务服务便民热线"
    name = f"{topic}专报" if kind is BulletinKind.TOPICAL else f"{kind.label[0]}通报"
    return Header(
        hotline=hotline,
        kind=settings.kind,
        issuer=settings.issuer or f"{city}12345政务服务便民热线中心",
        title=f"{hotline}{name}",
        subtitle=f"（{words_of(period).long}）",
        copies=settings.copies,
    )
