"""The phrases in which documents say from when and until when they hold."""

from __future__ import annotations

import re

from docs_import.numbering import CHINESE
from docs_import.validity_dates import DAY

_KIND = (
    r"(?:通知|通告|公告|办法|规定|细则|意见|方案|条例|决定|标准|规则|措施|政策|实施|指引|章程"
    r"|规范|规程|目录|制度|准则|试行|文件|清单|计划|预案|决议|批复|令|指南|要点|条款|法(?!人|律|院|定))"
)
# 本市新标准 is no document.
_NOT_SELF = (
    r"(?!市|省|区|县|州|旗|镇|村|街|社区|国|地|辖|级|届|年|月|次|期|人|户|校|院"
    r"|单位|行政|机构|企业|自治)"
)
_SELF = rf"本{_NOT_SELF}[一-鿿《》〈〉（）]{{0,14}}?{_KIND}(?:（[^（）]{{1,8}}）)?"
_PROCLAIMED = (
    r"(?:现|特)?(?:予以|予|将其|重新)?(?:公布|发布|印发|公告|通告)(?:给你们)?(?:施行|实施|执行)?"
)
# What may stand before 自…起施行 or 有效期 in its own clause.
SUBJECT = re.compile(
    rf"(?:^|[，,；、：:（(]|{_PROCLAIMED}[，,]?)\s*"
    rf"(?:{_SELF}[^，。；自从]{{0,4}}|其|文件)?(?:的|均|将|也|应|并|拟)?\s*$"
)
ABOUT_ITSELF = re.compile(rf"{_SELF}|现予公布|现予发布|予以公布|予以发布|现印发|现公布|现发布")
OPENS = re.compile(r"(?:自|从|于)[^，。；]{2,30}起")
STARTS = r"(?:正式|开始|同步|全面|统一)?(?:施行|实施|执行|生效|试行|启用|有效)"
_ENDS_CLAUSE = rf"(?=[，,。；;、）)\s]|$|有效|至|到|并|，?试行|的|[{CHINESE}\d])"
_HOUR = r"(?:（含[^（）]{0,6}）|\(含[^()]{0,6}\))?\s*(?:零时|0时|零点|0点|00[：:]00)?"
FROM = re.compile(
    rf"(?:(?:自|从|于)\s*{DAY}{_HOUR}\s*(?:之日)?(?:起|开始|始)?"
    rf"|{DAY.replace('?P<', '?P<b')}{_HOUR}\s*起)\s*{STARTS}{_ENDS_CLAUSE}"
)
_ISSUED = r"(?:印发|发布|公布|下发|发文|颁布|公告|通告|签发|发布公告|公开发布|批准|通过|刊登)"
FROM_ISSUE = re.compile(
    rf"(?:自|从)(?:本[一-鿿]{{1,6}})?(?:{_ISSUED}(?:之|的)?日|即日)(?:起|开始)?[，,]?"
    rf"(?:(?:满|经过)?(?P<count>[{CHINESE}\d]{{1,3}})\s*(?P<unit>日|天|个月|个工作日)"
    rf"(?:之?后|届满后|后起)?(?:起)?)?\s*{STARTS}{_ENDS_CLAUSE}"
)
TERM_NAME = r"(?:有效期|试行期|暂行期|施行期|执行期|实施期|有效时间|有效时限)(?:限|间)?"
_BECOMES = r"(?:调整|延长|延续|顺延|暂定|确定|定|截|截止)?"
_COUNT = (
    rf"(?P<count>[{CHINESE}\d]{{1,3}})\s*(?P<unit>周?年|个月|日|天)"
    rf"(?:(?P<half>半)|[零又]?(?P<more>[{CHINESE}\d]{{1,2}})\s*个月)?"
)
TERM = re.compile(rf"{TERM_NAME}\s*{_BECOMES}(?:为|是|：|:)?\s*{_COUNT}(?!内|以)")
TRIAL = re.compile(rf"[，,]?\s*(?:先行|暂)?(?:试行|暂行)\s*{_COUNT}(?!内|以)")
RANGE = re.compile(
    rf"(?:{TERM_NAME}\s*(?:为|是|：|:)?\s*)?(?:自|从)?\s*{DAY}{_HOUR}\s*(?:起|开始)?"
    rf"\s*(?:施行|实施|执行|试行|有效|生效)?"
    rf"\s*[，,]?\s*(?:至|到|—+|-+|–|~|～)\s*"
    rf"(?P<last>{DAY.replace('?P<', '?P<l')}|(?:同年)?\s*(?P<mm>\d{{1,2}})月(?P<dd>\d{{1,2}})日)"
    rf"(?:24时)?\s*(?P<stop>止|期间)?\s*(?P<verb>有效|施行|实施|执行|试行|内有效)?"
)
UNTIL = re.compile(
    rf"(?:{TERM_NAME}\s*(?:至|到|为|{_BECOMES}(?:至|到|为|于))|(?:执行|实施|施行|试行|有效)\s*(?:期限)?(?:截至|截止至|截止到|截止|至|到))\s*{DAY}"
    rf"|[，,]\s*(?:有效)?(?:截?至|到|截止到?)?\s*{DAY.replace('?P<', '?P<b')}\s*(?:止|截止|终止)"
)
LAPSES = re.compile(
    rf"(?P<how>自|从|至|到|于|截至)?\s*{DAY}\s*(?P<on>起|止)?\s*[，,]?(?:自行|自动|即行|同时)?(?:废止|失效|停止执行|终止执行)"
)
SPEAKS = re.compile("施行|实施|执行|生效|启用|有效|试行|暂行|废止|失效|止")
REACH = 80
SENTENCES = re.compile(r"(?<=[。；;])(?![^《》]{0,200}》)")
