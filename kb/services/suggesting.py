"""派单建议: category, units and like requests for a request, each with its reasons. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.lexicon import default_lexicon
from indexer.segment import Segmenter, build_segmenter
from kb.clock import local_day
from kb.masking import mask_text
from kb.models import CitizenRequest
from kb.profile import Profile
from kb.queries import dispatch_evidence as evidence
from kb.services.category_models import current_model
from kb.services.learning import may_name_someone
from kb.suggesting.features import Told, counted, told
from kb.suggesting.matters import Fit, fitting, from_catalogue, from_text
from kb.suggesting.model import CategoryModel
from kb.suggesting.neighbours import Neighbour
from kb.suggesting.units import LEAD, Evidence, after_own_returns, rank

RETURN_DAYS = 90
_YEAR = timedelta(days=365)
_LIKE, _USUAL, _MIN_LIKENESS = 0.5, 0.5, 0.15
# So many orders of a category say nothing yet of who usually handles it.
_TOO_FEW = 2
# Below this a unit is a lead to look into, no advice: one short name, one far likeness.
_SURE = 0.4
# Of all belief; a category with less is a guess that should not look like advice.
_SURE_SHARE = 0.1
MAX_NAMED = 3


@dataclass(frozen=True)
class CategorySuggestion:
    """A category; ``share`` is its part of all belief (0 to 1), ``reasons`` Chinese phrases."""

    category: str
    share: float
    reasons: tuple[str, ...]
    # Numbers of up to three settled requests like this one.
    like: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Tell whether enough of the belief is in it; else 没有把握 is said."""
        return self.share >= _SURE_SHARE


@dataclass(frozen=True)
class UnitSuggestion:
    """A unit to dispatch to; ``role`` is lead or assisting, ``score`` 0 to 1.

    ``entry_id`` and ``basis`` name the row of the catalogue it comes from, if one does.
    """

    unit_id: int
    name: str
    role: str
    score: float
    reasons: tuple[str, ...]
    entry_id: int | None = None
    basis: str = ""

    @property
    def is_sure(self) -> bool:
        """Tell whether the reasons carry a suggestion; else 没有把握 is said."""
        return self.score >= _SURE


@lru_cache(maxsize=1)
def _segmenter() -> Segmenter:
    return build_segmenter(default_lexicon().user_words)


def suggest_categories(
    session: Session,
    text: str,
    profile: Profile,
    now: datetime,
    *,
    limit: int = 3,
    title: str = "",
) -> list[CategorySuggestion]:
    """The likeliest categories of a request, best first.

    :param text: what the caller says, or the content; without ``title`` its first line is one.
    :returns: none when nothing of the text is known.
    """
    words = Told(title, text) if title.strip() else told(text)
    ranked = current_model(session, profile).rank(words, _segmenter().cut, limit)
    allowed = set(profile.categories)
    shown = [one for one in ranked if not allowed or one.category in allowed]
    titles = _titles_of(session, [n for one in shown for n in one.neighbours])
    suggestions = []
    for one in shown:
        said = [word for word in one.words if not may_name_someone(word)]
        like = [titles[n.request_id] for n in one.neighbours if n.request_id in titles]
        reasons = [f"说到{'、'.join(said)}"] if said else []
        # Many settled requests bear the same title; it is said once.
        reasons += dict.fromkeys(f"与已办结的“{name}”相近" for _, name in like)
        suggestions.append(
            CategorySuggestion(
                one.category, one.share, tuple(reasons), tuple(number for number, _ in like)
            )
        )
    return suggestions


def _titles_of(session: Session, found: Sequence[Neighbour]) -> dict[int, tuple[str, str]]:
    """Number and masked title of settled requests that may be shown; a 保密 one never is."""
    if not found:
        return {}
    query = select(CitizenRequest).where(
        CitizenRequest.id.in_({neighbour.request_id for neighbour in found}),
        CitizenRequest.is_confidential.is_(False),
    )
    return {
        request.id: (request.number, _without_name(request)) for request in session.scalars(query)
    }


def _without_name(request: CitizenRequest) -> str:
    title, name = mask_text(request.title), request.requester_name.strip()
    return title.replace(name, "某人") if name else title


def suggest_units(
    session: Session,
    request: CitizenRequest | str,
    region: str,
    category: str,
    now: datetime,
    *,
    profile: Profile | None = None,
    limit: int = 5,
) -> list[UnitSuggestion]:
    """The likeliest units for a request, best first; at most ten queries.

    From the catalogue (matter and region), from settled requests like it (the unit that resolved
    them, not those that returned them), from the category's usual unit, and from the text itself.
    """
    words = told(request) if isinstance(request, str) else Told(request.title, request.content)
    place = "" if isinstance(request, str) else request.place
    text = "\n".join((words.title, words.content, place))
    fits = fitting(evidence.matters_on(session, local_day(now)), text, category, region)
    units = evidence.named_units(session)
    names = {unit.unit_id: unit.name for unit in units}
    pieces = [
        *from_catalogue(fits, category, units, region),
        *from_text(units, text, region),
        *_from_like(session, words, request, profile),
        *_from_category(session, category, now),
    ]
    returned = evidence.returns_since(session, now - timedelta(days=RETURN_DAYS), category)
    ranked = rank(
        (piece for piece in pieces if piece.unit_id in names),
        evidence.by_unit(returned) if category else {},
        RETURN_DAYS,
        limit,
    )
    asked = None if isinstance(request, str) else request.id
    own = {row.unit_id for row in returned if row.request_id == asked}
    return [
        UnitSuggestion(
            unit.unit_id,
            names[unit.unit_id],
            unit.role,
            unit.score,
            unit.reasons,
            *_row_for(fits, unit.unit_id),
        )
        for unit in after_own_returns(ranked, own)
    ]


def _row_for(fits: Sequence[Fit], unit_id: int) -> tuple[int | None, str]:
    for fit in fits:
        if unit_id in (fit.matter.lead_id, *fit.matter.assisting_ids):
            return fit.matter.entry_id, fit.matter.basis
    return None, ""


def _from_like(
    session: Session, words: Told, request: CitizenRequest | str, profile: Profile | None
) -> list[Evidence]:
    """Units that resolved requests like this one; each counts by how alike it is."""
    own_id = 0 if isinstance(request, str) else request.id
    model = current_model(session, profile or Profile())
    found = [n for n in _nearest(model, words) if n.request_id != own_id]
    units = evidence.settled_by(session, [n.request_id for n in found])
    by_unit: dict[int, list[float]] = {}
    for neighbour in found:
        if neighbour.request_id in units:
            by_unit.setdefault(units[neighbour.request_id], []).append(neighbour.likeness)
    total = sum(map(sum, by_unit.values()))
    return [
        Evidence(
            unit_id,
            _LIKE * sum(likeness) / total * min(1.0, 2 * max(likeness)),
            f"相近的已办结诉求 {len(likeness)} 件由它办结",
            LEAD,
        )
        for unit_id, likeness in by_unit.items()
    ]


def _nearest(model: CategoryModel, words: Told) -> list[Neighbour]:
    vector = model.linear.vector(counted(words))
    return [n for n in model.nearest.nearest(vector) if n.likeness >= _MIN_LIKENESS]


def _from_category(session: Session, category: str, now: datetime) -> list[Evidence]:
    handled = evidence.settled_in_category(session, category, now - _YEAR)
    total = sum(handled.values())
    return [
        Evidence(
            unit_id,
            _USUAL * count / (total + _TOO_FEW),
            f"近一年同类工单 {total} 件，由它办结 {count} 件",
            LEAD,
        )
        for unit_id, count in handled.items()
    ]
