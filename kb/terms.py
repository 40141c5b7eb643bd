"""The field's terms as enums with their Chinese labels (see the glossary in the docs)."""

from enum import StrEnum


class Term(StrEnum):
    """A stored code with a Chinese label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Term":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class UnitKind(Term):
    """单位类别; stored and exchanged by its Chinese name, as record files print it."""

    DEPARTMENT = "市直部门", "市直部门"
    DISTRICT = "县区", "县区"
    SUBDISTRICT = "街道", "街道"
    TOWNSHIP = "乡镇", "乡镇"
    STATE_COMPANY = "国有企业", "国有企业"
    OTHER = "其他单位", "其他单位"


class Role(Term):
    """角色: what a person may do; several may be held at once."""

    AGENT = "agent", "坐席"
    UNIT_CLERK = "unit_clerk", "单位经办"
    UNIT_REVIEWER = "unit_reviewer", "单位审核"
    EDITOR = "editor", "知识管理员"
    DISPATCHER = "dispatcher", "派单员"
    FOLLOW_UP_AGENT = "follow_up_agent", "回访员"
    SUPERVISOR = "supervisor", "督办"
    LEADER = "leader", "分管领导"
    ADMIN = "admin", "管理员"


class KnowledgeKind(Term):
    """知识种类."""

    POLICY = "policy", "政策文件"
    NOTICE = "notice", "通知公告"
    QA = "qa", "标准问答"
    GUIDE = "guide", "办事指南"
    CONTACT = "contact", "联系方式"


class Audience(Term):
    """公开属性: who may see an entry."""

    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"


class ItemState(Term):
    """The life of an entry as a whole; whether it is in force on a day is computed from dates."""

    DRAFT = "draft", "未发布"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "已被替代"
    REPEALED = "repealed", "已废止"
    WITHDRAWN = "withdrawn", "已下架"


class VersionState(Term):
    """Where one version of an entry stands on its way to publication."""

    DRAFT = "draft", "采编中"
    UNIT_REVIEW = "unit_review", "待单位审核"
    CENTRE_REVIEW = "centre_review", "待中心复核"
    RETURNED = "returned", "退回修改"
    SCHEDULED = "scheduled", "待定时发布"
    PUBLISHED = "published", "已发布"
    REPLACED = "replaced", "已有新版"
    DISCARDED = "discarded", "已作废"


# The states of a version on its way to publication, as they are stored.
ON_THE_WAY = tuple(
    state.value
    for state in (
        VersionState.DRAFT,
        VersionState.RETURNED,
        VersionState.UNIT_REVIEW,
        VersionState.CENTRE_REVIEW,
        VersionState.SCHEDULED,
    )
)


class LearnedState(Term):
    """来电常用说法: whether a way of asking helps to find its entry."""

    ACTIVE = "active", "在用"
    WAITING = "waiting", "未入选"
    REMOVED = "removed", "已去掉"


class LinkKind(Term):
    """How a newer entry acts on an older one."""

    SUPERSEDES = "supersedes", "替代"
    REPEALS = "repeals", "废止"
    AMENDS = "amends", "修改"


class CorrectionKind(Term):
    """What somebody found wrong with a passage (纠错)."""

    WRONG = "wrong", "内容有误"
    OUTDATED = "outdated", "已过时"
    PHONE = "phone", "电话打不通"
    UNCLEAR = "unclear", "看不懂"
    OTHER = "other", "其他"


class VoteReason(Term):
    """Why a reader says that an entry is of no use (没用)."""

    OTHER_MATTER = "other_matter", "不是我要问的"
    UNCLEAR = "unclear", "没有说清楚"
    OUTDATED = "outdated", "内容过时了"
    DID_NOT_WORK = "did_not_work", "照着办没办成"
    OTHER = "other", "其他"


class CorrectionState(Term):
    """How far a correction has come."""

    OPEN = "open", "待处理"
    ACCEPTED = "accepted", "正在改"
    REJECTED = "rejected", "已驳回"
    SETTLED = "settled", "已改正"


class Submitters(Term):
    """Whose word hands a unit's draft in for review (送审)."""

    ANYONE = "anyone", "经办和审核人"
    REVIEWERS = "reviewers", "只限审核人"


class FoundState(Term):
    """What was decided about a document that a version names as ended or changed."""

    OPEN = "open", "待核对"
    CONFIRMED = "confirmed", "已确认"
    REJECTED = "rejected", "不是"
    REFERRED = "referred", "待知识管理员确认"


class ReadState(Term):
    """How far the reading of a stored file has come."""

    PENDING = "pending", "正在读取"
    READ = "read", "已读取"
    NEEDS_OCR = "needs_ocr", "待文字识别"
    FAILED = "failed", "读取失败"


class ScanPageState(Term):
    """How far a page picture has come on its way to text."""

    WAITING = "waiting", "待识别"
    READ = "read", "已识别"
    TYPING = "typing", "需要录入"
    TYPED = "typed", "已录入"
    BLANK = "blank", "没有文字"


class ScanState(Term):
    """查毒: whether an original may be handed out."""

    PENDING = "pending", "等待查毒"
    CLEAN = "clean", "未发现病毒"
    INFECTED = "infected", "发现病毒"


class BatchState(Term):
    """How far a batch has come."""

    RECEIVING = "receiving", "正在接收"
    OPEN = "open", "已收齐"
    STOPPED = "stopped", "已停下"
    CLOSED = "closed", "已结束"


class EntryOutcome(Term):
    """What a file or row of a batch was found to be when it was read."""

    WAITING = "waiting", "等待读取"
    CONTAINER = "container", "已展开"
    NEW = "new", "新增"
    NEW_VERSION = "new_version", "新版本"
    NEAR_DUPLICATE = "near_duplicate", "内容相近"
    DUPLICATE = "duplicate", "已有相同"
    NEEDS_OCR = "needs_ocr", "待文字识别"
    FAILED = "failed", "未能收录"


class EntryChoice(Term):
    """What a person decided about a row of a batch; nothing decided is the empty text."""

    NEW = "new", "作为新条目"
    VERSION = "version", "作为新版本"
    SKIP = "skip", "不收录"


class EntryOrder(Term):
    """How far rows of a batch are taken in one go."""

    DRAFT = "draft", "生成草稿"
    SUBMIT = "submit", "送审"
    PUBLISH = "publish", "发布"


class Standing(Term):
    """效力状态 of an entry on a given day."""

    IN_FORCE = "in_force", "现行有效"
    EXPIRING = "expiring", "即将到期"
    FUTURE = "future", "尚未施行"
    EXPIRED = "expired", "已到期"
    SUPERSEDED = "superseded", "已被替代"
    REPEALED = "repealed", "已废止"
    WITHDRAWN = "withdrawn", "已下架"
    UNPUBLISHED = "unpublished", "未发布"


class WordKind(Term):
    """Kinds of dictionary entries (词典)."""

    SYNONYM = "synonym", "同义词"
    BEST_BET = "best_bet", "首选答案"
    USER_WORD = "user_word", "用户词"
    FILLER = "filler", "口头语"
    FUNCTION_WORD = "function_word", "虚词"
    MISSPELLING = "misspelling", "错别字"


class Purpose(Term):
    """诉求目的."""

    CONSULTATION = "consultation", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉"
    TIP_OFF = "tip_off", "举报"
    SUGGESTION = "suggestion", "建议"
    PRAISE = "praise", "表扬"
    OTHER = "other", "其他"

    @classmethod
    def of(cls, stored: str) -> "Purpose":
        """The purpose a stored value counts as; a word that only a city uses is 其他."""
        return cls(stored) if stored in set(cls) else cls.OTHER


# What an entry of the library answers at once; the others are handled, whatever it holds.
ANSWERABLE = (Purpose.CONSULTATION.value,)


class Urgency(Term):
    """紧急程度 of an order: what its limits are, and whether its clocks wait for opening."""

    CRITICAL = "critical", "特急"
    URGENT = "urgent", "紧急"
    NORMAL = "normal", "一般"


class ClockKind(Term):
    """The clocks of an order, each with a limit of its own."""

    ACKNOWLEDGE = "acknowledge", "签收"
    RETURN = "return", "退单"
    REPLY = "reply", "答复"
    RESOLVE = "resolve", "办结"
    CALL_BACK = "call_back", "回访"
    RULING = "ruling", "核定"
    SUPERVISION = "supervision", "督办"
    REOPEN = "reopen", "重办"


class DutyPeriod(Term):
    """When on a day somebody is on duty (值班)."""

    DAY = "day", "白天"
    NIGHT = "night", "夜间"
    ALL = "all", "全天"


def purpose_label(stored: str) -> str:
    """The word for a stored 诉求目的; one that only a city uses is stored as its word."""
    return Purpose(stored).label if stored in set(Purpose) else stored


def purpose_code(label: str) -> str:
    """What is stored for the word of a 诉求目的."""
    return next((purpose.value for purpose in Purpose if purpose.label == label), label)


class Outcome(Term):
    """How a request left the call: still open, answered at once, or handed over."""

    OPEN = "open", "处理中"
    ONLINE = "online", "在线办结"
    HANDED_OVER = "handed_over", "转办"
    INVALID = "invalid", "无效"


class RecordSetState(Term):
    """How far an uploaded set of record files has come."""

    CHECKING = "checking", "正在核对"
    REFUSED = "refused", "有误，没有导入"
    SAME = "same", "以前导入过"
    READY = "ready", "核对无误，等您确认"
    LOADING = "loading", "正在导入"
    LOADED = "loaded", "已导入"
    DROPPED = "dropped", "已放弃"


class Satisfaction(Term):
    """满意度 as recorded at the call-back."""

    SATISFIED = "satisfied", "满意"
    FAIRLY = "fairly", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"
    UNRATED = "unrated", "未评价"


class ConflictState(Term):
    """口径冲突: how far two units are with clauses that contradict each other."""

    HINT = "hint", "发布前提示"
    OPEN = "open", "待双方确认"
    DISPUTED = "disputed", "待裁定"
    AGREED = "agreed", "已商定，待修改"
    SETTLED = "settled", "都对，适用不同"
    GONE = "gone", "已不再矛盾"


# Those that people still have to see to.
OPEN_CONFLICTS = (ConflictState.OPEN, ConflictState.DISPUTED, ConflictState.AGREED)


class ConflictAnswer(Term):
    """What a unit says about its own clause in a conflict; the editor's ruling speaks of the left.

    An answer is always said from the side it is given for.
    """

    MINE = "mine", "我方正确"
    THEIRS = "theirs", "对方正确"
    BOTH = "both", "都对，适用不同"
    WILL_CHANGE = "will_change", "我方将修改"


class GapState(Term):
    """知识缺口: how far the library is on its way to an answer."""

    OPEN = "open", "待分派"
    ASSIGNED = "assigned", "待单位补充"
    REFUSED = "refused", "单位退回"
    CLOSED = "closed", "已补齐"
    DISMISSED = "dismissed", "不处理"
    MERGED = "merged", "已并入"


# Those that somebody still has to see to.
OPEN_GAPS = (GapState.OPEN, GapState.ASSIGNED, GapState.REFUSED)


class GapCause(Term):
    """Why a question counts for a gap."""

    UNANSWERED = "unanswered", "没有答案"
    LOST = "lost", "有答案仍转工单"


class ObjectionState(Term):
    """异议 of a unit to a row of the dispatch catalogue."""

    OPEN = "open", "待裁定"
    UPHELD = "upheld", "异议成立"
    REJECTED = "rejected", "维持原目录"
    WITHDRAWN = "withdrawn", "已撤回"


class BulletinKind(Term):
    """通报种类: how long a bulletin looks back; 专报 is about one 专项."""

    WEEKLY = "weekly", "周报"
    MONTHLY = "monthly", "月报"
    QUARTERLY = "quarterly", "季报"
    YEARLY = "yearly", "年报"
    TOPICAL = "topical", "专报"


class BulletinState(Term):
    """通报 of a period: written, looked through by a second person, issued, put away."""

    DRAFT = "draft", "起草中"
    REVIEWED = "reviewed", "已审核"
    ISSUED = "issued", "已印发"
    ARCHIVED = "archived", "已归档"
    DISCARDED = "discarded", "已作废"
