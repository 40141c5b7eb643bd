"""The words around a phone or an address: what announces it, and whose it is."""

from __future__ import annotations

import re

_AREA = r"(?:[（(]\s*0\d{2,3}\s*[）)]|0\d{2,3})\s*[-—–－ ]?\s*"
_EXTENSION = r"(?:\s*(?:转|分机)\s*\d{1,5}|[-—–－]\d{1,4}(?!\d))?"
# Landline, 400/800 number, hotline (12366, 96123), mobile; never a part of more digits. 12345
# and the emergency numbers are everybody's and no office's.
PHONE = re.compile(
    rf"(?<![\d.〔\[])(?:{_AREA}[2-9]\d{{6,7}}{_EXTENSION}|[48]00[-— ]?\d{{3,4}}[-— ]?\d{{3,4}}"
    rf"|[2-9]\d{{6,7}}{_EXTENSION}|1[3-9]\d{{9}}|(?:12(?!345)[1-9]\d{{2}}|9[56]\d{{3,4}}))"
    r"(?![\d年月日.号%％元])"
)
PHONE_WORD = re.compile(
    r"电\s*话|热\s*线|拨\s*打|致\s*电|来\s*电|联系方式|咨询号码|座\s*机|总\s*机|手\s*机"
)
FAX = re.compile(r"传\s*真[号码]{0,2}[：:\s]*(?:[\d\-— 、]{0,20})$|[Ff]ax[：:\s]*$")
ADDRESS = re.compile(
    r"(?:办公|办理|受理|联系|单位|窗口|服务|现场|具体|详细|邮寄|通讯|领取|提交)?(?:地\s*址|地\s*点)"
    r"(?:[（(][^（）()]{1,16}[）)])?\s*[：:]\s*(?P<address>[^。；;，\n]{5,60})"
)
_STOP = re.compile(
    r"[，,、\s（(]*(?:联系|咨询|服务|办公)?(?:电\s*话|热\s*线|传\s*真|邮\s*编|邮政编码|时\s*间|联系人|网\s*址|邮\s*箱).*$"
)
_LOOKS_LIKE_PLACE = re.compile(r"(?:路|街|道|巷|弄|号|楼|层|室|村|镇|区|中心|大厦|广场|大厅|园|院)")
_UNIT = (
    r"(?:局|厅|委|委员会|政府|办公室|中心|大厅|窗口|服务站|服务点|事务所|管理所|派出所|税务所|所|科|处|室|站|队"
    r"|医院|学校|大学|学院|幼儿园|居委会|村委会|街道|街道办|镇|公司|银行|支行|营业厅|协会|联合会|馆|院|厂|组|分局|支队|部)"
)
# The last name of a unit before the phone: 市民政局咨询电话：, 天河区政务服务中心（2号窗口）电话
_NAMED = re.compile(
    rf"(?P<label>[一-鿿A-Za-z0-9]{{1,24}}?{_UNIT}(?:[（(][^（）()]{{1,16}}[）)])?(?:[一-鿿0-9]{{0,8}}(?:窗口|科|处|室|部))?)"
    r"(?=[^一-鿿]|$|的|咨询|联系|服务|监督|举报|投诉|值班|办公|电话|热线|政策|业务|报名|受理|办理|地址)"
)
_LEAD = re.compile(
    r"^(?:以|请|可|可以|欢迎|如有疑问|详情|具体|请向|可向|向|由|到|至|在|与|和|及|或|拨打|致电|联系|咨询|各|其中|或者|以及"
    r"|联系单位|受理单位|咨询单位|责任单位|主管部门|单位|部门|名称|地点|是|为|前往|直接|也可|市民(?!政)|群众|居民)+(?=[一-鿿])"
)
_VERBS = re.compile(
    r"通过|转发|暂停|事先与|拨打|前往|登录|进行|关于|是否|可以|可在|可到|请到|负责|以及|已经"
    r"|[的了不将把被]"
)
_NOBODY = re.compile(r"当地|各|本|所在|属地|我|有关|相关|其他|上述|该|直辖市|辖区|户籍|就近|任一")
_ROOM = re.compile(r"\d号(?!窗口|厅)|\d楼|\d室|号楼|路\d")
_STREET = re.compile(r"(?:路|街|道|巷|村|大道)[^，。；：]{0,12}?\d+号")
_MAX_LABEL = 30


def clean_phone(text: str) -> str:
    """Return a phone with plain dashes and without white space; 转 stays."""
    text = re.sub(r"[—–－]", "-", text)
    area = re.match(r"[（(]\s*(0\d{2,3})\s*[）)]\s*-?\s*", text)
    if area:
        text = f"{area[1]}-{text[area.end() :]}"
    text = re.sub(r"^(0\d{2,3})\s+(?=\d)", r"\1-", text.strip())
    return re.sub(r"\s+", "", text)


def clean_address(text: str) -> str:
    """Return an address without what follows it in the clause; "" when it is none."""
    address = _STOP.sub("", text)
    if address.count("（") > address.count("）"):
        address = address[: address.rindex("（")]
    address = address.strip(" ，,、")
    if not _LOOKS_LIKE_PLACE.search(address) or len(address) < 4:
        return ""
    return " ".join(address.split())


def label_before(text: str) -> str:
    """Return the unit or window named last before a phone, "" when there is none near."""
    clause = re.split(r"[。；;]", text)[-1][-60:]
    found = ""
    for match in _NAMED.finditer(clause):
        label = _label(match["label"])
        if label:
            found = label
    return found


def _label(text: str) -> str:
    """The name without the words that lead to it; "" for 当地…部门 and the rooms of an address."""
    label = _LEAD.sub("", text[_last_verb(text) :]).strip("，,、：: ")
    if not 2 < len(label) <= _MAX_LABEL or _NOBODY.match(label) or _ROOM.search(label):
        return ""
    return label


def _last_verb(text: str) -> int:
    return max((match.end() for match in _VERBS.finditer(text)), default=0)


def address_between(text: str) -> str:
    """The address in 市民政局，河东路1号2楼，电话：…, "" when there is none."""
    parts = re.split(r"[，,；;：:。]", text)
    for part in reversed(parts[-3:]):
        if _STREET.search(part) and not PHONE.search(part):
            return clean_address(part)
    return ""
