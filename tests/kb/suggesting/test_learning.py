"""What settles is learned: lessons noted by themselves, models kept in the database."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import CatalogueEntry, CategoryLesson, CitizenRequest, Job, LearnedModel, Unit
from kb.profile import Profile
from kb.services import category_models
from kb.services.category_models import LEARN_JOB, current_model, learn, plan_learning
from kb.services.suggesting import suggest_categories
from kb.terms import Outcome
from tests.kb.conftest import NOW
from tests.kb.hotline import Hotline
from tests.kb.suggesting.telling import CATEGORIES, HEAT, NOISE, WAGES, lessons

PROFILE = Profile(city="云汀市", categories=CATEGORIES)
NUMBERS = count(1)
STRANGE = "共享单车乱停堵住盲道，没有人管"


def settle(session: Session, title: str, content: str, category: str, **more: object) -> int:
    request = Hotline(session, NUMBERS).request(
        NOW, outcome=Outcome.ONLINE, category=category, title=title, content=content, **more
    )
    session.flush()
    return request.id


@pytest.fixture
def taught(any_database: Database) -> Database:
    """A database whose twelve settled requests have been learned."""
    with any_database.unit_of_work() as session:
        hotline = Hotline(session, NUMBERS)
        for lesson in lessons():
            hotline.request(
                NOW,
                outcome=Outcome.ONLINE,
                category=lesson.category,
                title=lesson.words.title,
                content=lesson.words.content,
            )
    learn(any_database, PROFILE, lambda: NOW)
    return any_database


def newest(database: Database) -> LearnedModel:
    with database.reading() as session:
        return session.scalars(select(LearnedModel).order_by(LearnedModel.version.desc())).first()


def suggested(database: Database, said: str) -> str:
    with database.reading() as session:
        return suggest_categories(session, said, PROFILE, NOW)[0].category


def waiting(session: Session) -> int:
    query = select(func.count()).where(CategoryLesson.learned_in.is_(None))
    return session.scalar(query) or 0


def test_what_is_settled_is_learned_and_the_next_like_it_is_suggested(taught: Database) -> None:
    assert suggested(taught, "暖气不热，室温上不去") == HEAT
    assert newest(taught).version == 1
    with taught.reading() as session:
        assert waiting(session) == 0


def test_an_open_request_or_one_without_category_teaches_nothing(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        Hotline(session, NUMBERS).request(NOW, outcome=Outcome.OPEN, category=HEAT)
        Hotline(session, NUMBERS).request(NOW, outcome=Outcome.ONLINE, category="")
    with any_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CategoryLesson)) == 0


def test_a_few_new_lessons_go_on_from_the_model_before(taught: Database) -> None:
    with taught.unit_of_work() as session:
        for at in range(3):
            settle(session, "共享单车乱停", f"共享单车乱停堵住盲道第{at}次", NOISE)
    learn(taught, PROFILE, lambda: NOW)
    row = newest(taught)
    assert (row.version, row.lessons, row.whole_at) == (2, 15, 12)
    assert suggested(taught, STRANGE) == NOISE


def test_many_new_lessons_make_the_model_anew(taught: Database) -> None:
    with taught.unit_of_work() as session:
        for at in range(40):
            settle(session, "共享单车乱停", f"共享单车乱停堵住盲道第{at}次", NOISE)
    learn(taught, PROFILE, lambda: NOW)
    assert (newest(taught).lessons, newest(taught).whole_at) == (52, 52)


def test_a_corrected_category_waits_to_be_learned_again(taught: Database) -> None:
    with taught.unit_of_work() as session:
        request = session.scalars(select(CitizenRequest).limit(1)).one()
        request.category = WAGES
    with taught.reading() as session:
        (row,) = session.scalars(select(CategoryLesson).where(CategoryLesson.learned_in.is_(None)))
        assert (row.request_id, row.category) == (request.id, WAGES)


def test_an_undone_answer_is_no_lesson(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        request_id = settle(session, "暖气不热", "", HEAT)
        session.get_one(CitizenRequest, request_id).outcome = Outcome.OPEN.value
    with any_database.reading() as session:
        assert waiting(session) == 0


def test_a_damaged_model_is_replaced_and_until_then_the_lists_stand_in(taught: Database) -> None:
    with taught.unit_of_work() as session:
        session.execute(update(LearnedModel).values(packed=b"damaged", sha256="0" * 64))
    assert suggested(taught, "公用事业供热") == HEAT
    with taught.unit_of_work() as session:
        plan_learning(session, PROFILE, NOW)
        assert session.scalars(select(Job.kind)).all() == [LEARN_JOB]
    learn(taught, PROFILE, lambda: NOW)
    assert newest(taught).version == 2
    assert suggested(taught, "暖气不热，室温上不去") == HEAT


def test_every_process_reads_the_same_model(
    taught: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with taught.reading() as session:
        here = current_model(session, PROFILE)
        monkeypatch.setattr(category_models, "_loaded", category_models._Loaded())
        there = current_model(session, PROFILE)
    assert here is not there
    assert (here.linear.weights == there.linear.weights).all()


def test_new_words_of_the_catalogue_make_the_model_anew(taught: Database) -> None:
    with taught.unit_of_work() as session:
        unit = Unit(name="市城市管理局")
        session.add(unit)
        session.flush()
        session.add(
            CatalogueEntry(
                matter="共享单车停放",
                words=["共享单车乱停"],
                category=NOISE,
                lead_unit_id=unit.id,
                valid_from=NOW.date(),
            )
        )
    with taught.unit_of_work() as session:
        plan_learning(session, PROFILE, NOW)
        assert session.scalar(select(func.count()).select_from(Job)) == 1
    learn(taught, PROFILE, lambda: NOW)
    assert suggested(taught, "共享单车乱停") == NOISE


def test_nothing_is_planned_while_nothing_waits(taught: Database) -> None:
    with taught.unit_of_work() as session:
        plan_learning(session, PROFILE, NOW + timedelta(days=1))
        assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_reasons_name_words_and_numbers_but_no_confidential_request_and_no_phone(
    taught: Database,
) -> None:
    with taught.unit_of_work() as session:
        secret = settle(
            session,
            "暖气不热求助",
            "暖气一直不热",
            HEAT,
            requester_name="钱小满",
            is_confidential=True,
        )
        named = settle(
            session,
            "钱大明家暖气不热 13912345678",
            "暖气一直不热",
            HEAT,
            requester_name="钱大明",
            requester_phone="13912345678",
        )
        numbers = {
            request_id: session.get_one(CitizenRequest, request_id).number
            for request_id in (secret, named)
        }
    learn(taught, PROFILE, lambda: NOW)
    with taught.reading() as session:
        best = suggest_categories(session, "暖气一直不热\n家里暖气不热", PROFILE, NOW)[0]
    assert numbers[named] in best.like
    assert numbers[secret] not in best.like
    told = "".join(best.reasons)
    assert "暖气" in told
    assert "13912345678" not in told
    assert "钱大明" not in told
