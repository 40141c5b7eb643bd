"""The fields of 人生大事 on the public's pages."""

from typing import Any

from kb.profile import Profile
from kb.profile_form.fields import Field, Kind, Section, in_a_line
from kb.profile_life_events import MAX_ABOUT, MAX_NAME


def _events(profile: Profile) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "about": one.about,
            "categories": in_a_line(one.categories),
            "words": in_a_line(one.words),
        }
        for one in profile.life_events
    ]


LIFE_EVENTS = Section(
    "life_events",
    "人生大事",
    "公众首页“按人生大事找”，按这里的次序；没有条目的一件不显示。",
    (
        Field(
            "life_events",
            "人生大事",
            Kind.ROWS,
            _events,
            "类别（含下级）或标题里的词，有一样符合的条目就列入；几个之间用分号隔开。",
            columns=(
                Field("name", "名称", Kind.TEXT, most=MAX_NAME),
                Field("about", "一句说明", Kind.TEXT, most=MAX_ABOUT, may_be_empty=True),
                Field("categories", "类别", Kind.WORDS, may_be_empty=True),
                Field("words", "标题里的词", Kind.WORDS, may_be_empty=True),
            ),
        ),
    ),
)
