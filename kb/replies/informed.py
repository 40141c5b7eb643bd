"""知情与满意: whether the reply says that the requester was told, and is content or not."""

import re
from collections.abc import Iterator

from kb.replies.draft import Draft
from kb.replies.finding import Finding, Kind, Severity
from kb.terms import Purpose

_REQUESTER = (
    "(?:诉求人|来电人|反映人|投诉人|举报人|当事人|市民|群众|业主|您|其|你|对方|本人|居民|来信人|网友|"
    "家属|家长|老人|用户|客户|代表|村民|住户|建议人|"
    "[\u4e00-\u9fff]{1,2}(?:先生|女士|同志))"
)
INFORMED = re.compile(
    f"(?:告知|告诉|说了|讲|发给|发至|发到|送到|送达|交给|反馈|回复|答复|联系|沟通|说明|解释|通知|致电|回访|转达|知会|当面|上门|见面|微信|面谈)[^。；]{{0,14}}{_REQUESTER}"
    f"|(?:向|与|和|给|对|为|同|将[^。；]{{1,20}}){_REQUESTER}[^。；]{{0,14}}(?:告知|告诉|说|讲|反馈|回复|答复|联系|沟通|说明|解释|通知|通报|致电|致歉|道歉|回访|见面|对接|核实|确认|取得|打(?:了)?电话)"
    f"|{_REQUESTER}[^。；，]{{0,6}}(?:已|已经|均)?(?:知晓|知情|知悉|获悉|了解)"
    f"|(?:多次|已|未能|无法|暂时?无法|始终)?(?:拨打|联系)[^。；]{{0,16}}(?:无人接听|未接|无法接通|关机|停机|空号|联系不上|拒接)"
    f"|已(?:电话|短信|当面|上门|口头|书面|微信)[^。；]{{0,10}}(?:告知|反馈|回复|答复|联系|沟通|说明|解释|指导|通知)"
    f"|(?:无法|未能|联系不上|不便)[^。；]{{0,6}}联系|匿名|未留(?:下)?(?:联系|电话)"
)
CONTENT = re.compile(
    "满意|认可|理解|接受|同意|无异议|没有异议|有异议|不认同|不认可|表示(?:感谢|谢意|赞同|支持|知晓|等待|愿意|同意|不再|会|将|谅解|肯定|清楚|明白|无意见|没有意见|配合|放弃|撤诉|撤回|考虑|遗憾|希望|已)|"
    "谅解|撤诉|撤回(?:诉求|投诉)|不再追究|达成(?:一致|和解|协议)|和解|确认(?:收到|无误|已|问题)|无(?:其他)?意见|未(?:表示|提出)(?:异议|意见)|情绪(?:稳定|激动)|拒绝(?:接受|评价|签字)|坚持|仍要求|未评价|无法(?:取得)?联系|联系不上|未接听|无人接听"
)
# What the requester said or did about the outcome, in whatever words.
REACTION = re.compile(
    "(?:诉求人|来电人|反映人|投诉人|举报人|来信人|建议人|申请人|您|你|其|家属|家长|老人|用户|网友)"
    "[^。；]{0,16}?(?:说(?!明)|称|讲|回(?:复|信|电|答)|评(?:价|为)|反馈[:：]|签(?:字|收|名|认)|知道|清楚|明白|放心|赞成|支持|同意|认可|"
    "接受|肯定|感谢|谢谢|没意见|没有意见|看(?:到|过|了)|在场|当场试用|愿意|等待|好评|可以了)"
    "|(?:群众|诉求人|来电人|反馈|回访|办理|处理)(?:意见|反馈|评价|情况|结果)[】:：][^。；]{0,30}(?:满意|认可|理解|知晓|同意|清楚|无异议)"
)
# Thanks for somebody's understanding is courtesy, no answer to whether they do understand.
_COURTESY = re.compile(
    "(?<!表示)(?:感谢|谢谢|望|盼|敬请|恳请|请|希望)[^。；，]{0,16}(?:理解|支持|谅解|满意|接受|认可)[^。；，]{0,10}|(?:让|使|为)[^。；，]{0,10}满意|满意(?:度|率|的答复)|"
    "(?:对|给)您[^。；，]{0,16}(?:不便|困扰)[^。；]{0,12}(?:谅解|理解|歉意)|(?:理解|支持)(?:与|和|、)(?:支持|监督|理解|配合)|合理|理解为|可以理解"
)


def check(draft: Draft, purpose: Purpose, is_anonymous: bool) -> Iterator[Finding]:
    """What is missing of: was told, is content or not. Not asked for anonymous requests."""
    if is_anonymous:
        return
    text = _COURTESY.sub(lambda match: "□" * len(match[0]), draft.text)
    # What they said first is the request; what they say of the outcome stands later.
    later = text[len(draft.sentences[0].text) if len(draft.sentences) > 1 else 0 :]
    is_informed = bool(INFORMED.search(text))
    is_content = bool(CONTENT.search(text)) or bool(REACTION.search(later))
    if is_informed and is_content:
        return
    severity = Severity.HINT if purpose is Purpose.CONSULTATION else Severity.ADVICE
    if is_content:
        # Whoever said that they are content has been told.
        return
    if is_informed:
        sentence = "写了已告知诉求人，没有写诉求人是否满意或认可"
        suggestion = "补一句，如“诉求人表示满意”“诉求人表示理解，但仍希望……”"
    else:
        sentence = "没有写处理结果是否已告知诉求人、诉求人是否满意；匿名的不用写"
        suggestion = "补一句，如“×月×日已电话告知诉求人，其表示满意”；联系不上的写明拨打几次"
    yield Finding(Kind.INFORMED, severity, sentence, suggestion=suggestion)
