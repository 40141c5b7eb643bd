"""The tables. Importing this package registers every model."""

from kb.models.assessment import AssessmentObjection, AssessmentSnapshot
from kb.models.batch import Batch, BatchEntry
from kb.models.bulletin import BulletinEdition, BulletinFile, BulletinRow, BulletinStep
from kb.models.catalogue import (
    CatalogueAssisting,
    CatalogueEntry,
    CatalogueObjection,
    CatalogueVersion,
)
from kb.models.city_profile import ProfileVersion
from kb.models.conflict import Conflict, ConflictStep
from kb.models.correction import ClauseComment, Correction
from kb.models.desk import DeskPin, Guidance, GuidanceReader, PracticeRun
from kb.models.dictionary import DictionaryDraft, DictionaryEntry, DictionaryVersion
from kb.models.duty import CalendarChange, DutyShift, LeaderContact, UnitDuty
from kb.models.entry_vote import EntryVote
from kb.models.found_link import FoundLink
from kb.models.gap import Gap, GapAsk, GapEntry, GapQuery, GapRun, GapStep
from kb.models.hot_matter import FoundMatter, HotMatter, HotMatterStep, MatterRound
from kb.models.judging import JudgedGrade, JudgedQuery, JudgingRun
from kb.models.knowledge import (
    ItemEvent,
    ItemLink,
    KnowledgeItem,
    KnowledgeVersion,
    PassageRow,
)
from kb.models.learning import LearnedQuery
from kb.models.operations import (
    AuditRecord,
    CalendarDay,
    CalendarYear,
    IdempotencyRecord,
    IndexJob,
    Job,
    NumberSequence,
    SearchTarget,
    Setting,
    WorkerBeat,
)
from kb.models.order_knowledge import OrderEntry
from kb.models.record_set import RecordSetRow
from kb.models.records import CallCount, RecordImport
from kb.models.reply_template import ReplyTemplate, ReplyTemplateVersion
from kb.models.request import Adoption, Call, CitizenRequest, RequestCorrection, SearchRecord
from kb.models.saved_view import SavedView
from kb.models.scan import Scan, ScanLine, ScanPage
from kb.models.special_topic import SpecialTopic, SpecialTopicVersion
from kb.models.stored_file import FileAttachment, FileText, StoredFile
from kb.models.suggesting import CategoryLesson, LearnedModel
from kb.models.tour import FinishedTour
from kb.models.unit import Unit
from kb.models.upkeep import (
    EntryCheck,
    MailMessage,
    Notice,
    NoticeReader,
    PlannedPublication,
    WebhookDelivery,
    WebhookSubscription,
)
from kb.models.user import ApiToken, LoginSession, User
from kb.models.work_order import (
    OrderFile,
    WorkOrder,
    WorkOrderEvent,
    WorkOrderSupervision,
    WorkOrderUnit,
)
from kb.models.work_order_past import WorkOrderPast

__all__ = [
    "Adoption",
    "ApiToken",
    "AssessmentObjection",
    "AssessmentSnapshot",
    "AuditRecord",
    "Batch",
    "BatchEntry",
    "BulletinEdition",
    "BulletinFile",
    "BulletinRow",
    "BulletinStep",
    "CalendarChange",
    "CalendarDay",
    "CalendarYear",
    "Call",
    "CallCount",
    "CatalogueAssisting",
    "CatalogueEntry",
    "CatalogueObjection",
    "CatalogueVersion",
    "CategoryLesson",
    "CitizenRequest",
    "ClauseComment",
    "Conflict",
    "ConflictStep",
    "Correction",
    "DeskPin",
    "DictionaryDraft",
    "DictionaryEntry",
    "DictionaryVersion",
    "DutyShift",
    "EntryCheck",
    "EntryVote",
    "FileAttachment",
    "FileText",
    "FinishedTour",
    "FoundLink",
    "FoundMatter",
    "Gap",
    "GapAsk",
    "GapEntry",
    "GapQuery",
    "GapRun",
    "GapStep",
    "Guidance",
    "GuidanceReader",
    "HotMatter",
    "HotMatterStep",
    "IdempotencyRecord",
    "IndexJob",
    "ItemEvent",
    "ItemLink",
    "Job",
    "JudgedGrade",
    "JudgedQuery",
    "JudgingRun",
    "KnowledgeItem",
    "KnowledgeVersion",
    "LeaderContact",
    "LearnedModel",
    "LearnedQuery",
    "LoginSession",
    "MailMessage",
    "MatterRound",
    "Notice",
    "NoticeReader",
    "NumberSequence",
    "OrderEntry",
    "OrderFile",
    "PassageRow",
    "PlannedPublication",
    "PracticeRun",
    "ProfileVersion",
    "RecordImport",
    "RecordSetRow",
    "ReplyTemplate",
    "ReplyTemplateVersion",
    "RequestCorrection",
    "SavedView",
    "Scan",
    "ScanLine",
    "ScanPage",
    "SearchRecord",
    "SearchTarget",
    "Setting",
    "SpecialTopic",
    "SpecialTopicVersion",
    "StoredFile",
    "Unit",
    "UnitDuty",
    "User",
    "WebhookDelivery",
    "WebhookSubscription",
    "WorkOrder",
    "WorkOrderEvent",
    "WorkOrderPast",
    "WorkOrderSupervision",
    "WorkOrderUnit",
    "WorkerBeat",
]
