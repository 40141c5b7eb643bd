"""The title of an entry made from an order: the question or matter, not the case's title."""

import re
from collections.abc import Sequence

_ASKS = re.compile(
    r"怎么|如何|怎样|多少|多久|多长|什么|哪[里儿些个]|谁|几[点天时]|[吗么呢][？?]?$|能不能|可不可以|是否|要不要|为什么"
)
# 咨询…, 反映…的问题: what the desk does with a call, not what is asked.
_REGISTERED = re.compile(
    r"^(?:来电人|诉求人|市民|群众)?(?:来电|来信)?(?:咨询|反映|询问|查询|求助|投诉|举报|关于|建议)+[：:，,]?"
)
_TAIL = re.compile(r"(?:的?(?:相关)?(?:问题|事宜|事项|情况)|一事)[。？?]?$")


def question_title(title: str, wordings: Sequence[str]) -> str:
    """The caller's own question where they asked one, else the matter of the registered title.

    :param wordings: what the caller asked, fit to stand in an entry.
    """
    for asked in wordings:
        if _ASKS.search(asked):
            return asked.rstrip("？?。") + "？"
    matter = _TAIL.sub("", _REGISTERED.sub("", title.strip())).strip("，,。：: ")
    return matter or title.strip()
