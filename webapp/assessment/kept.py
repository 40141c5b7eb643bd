"""The records behind a figure of a frozen card, as they were counted."""

from flask import render_template, request, url_for

from kb.assessment.basis import FIGURES
from kb.bulletins.addresses import split
from kb.bulletins.issuing.parts import Figure
from kb.errors import NotFound
from kb.services.assessment import cards_of, snapshot_of
from kb.services.assessment_freezing import records_behind
from webapp.assessment.blueprint import bp
from webapp.database import db
from webapp.kept_records import figure_list
from webapp.list_address import address_of
from webapp.period_asked import LAST_MONTH, period_asked, span_of


@bp.get("/supervise/assessment/records")
def records() -> str:
    """The orders that a frozen figure was counted from."""
    period, _ = period_asked(LAST_MONTH)
    frozen, address = snapshot_of(db(), period), request.args.get("address", "")
    if frozen is None:
        raise NotFound("这个时段的考核没有封存")
    keys = records_behind(frozen, address)
    lines = {line.address: line for card in cards_of(frozen) for line in card.lines}
    _, unit, name = split(address)
    return render_template(
        "kept_records.html",
        back=url_for("assessment.home", **span_of(period)),
        back_to="考核",
        about="封存时数的记录；标题是现在的",
        name=f"{unit} · {FIGURES[name]}",
        figure=Figure(address, None, str(lines[address].value)),
        shown=figure_list(keys),
        address=address_of(request.path, request.args, ("address", "from", "to")),
    )
