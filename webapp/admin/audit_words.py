"""The audit's codes in words; an unknown code is shown as it is."""

from collections.abc import Mapping
from typing import Any

from kb.services.api_tokens import SCOPES
from kb.services.bulletin_texts import ACTS as BULLETIN_ACTS
from kb.services.housekeeping import CHORES
from kb.terms import Role
from kb.work_orders.events import EventKind

_GAPS = {
    "opened": "新开",
    "reopened": "重新打开",
    "assigned": "指定单位",
    "taken_up": "开始补",
    "gave_back": "退回",
    "named": "指明条目",
    "unnamed": "不再指明条目",
    "renamed": "改名",
    "worded": "改问法",
    "merged": "并入",
    "took_in": "并进来",
    "split": "拆开",
    "refused": "驳回",
    "dismissed": "不用补",
    "closed": "补齐",
}
ACTIONS = {
    "login": "登录",
    "login_failed": "登录失败",
    "logout": "退出",
    "password_changed": "修改密码",
    "password_reset": "重设密码",
    "user_created": "新增人员",
    "user_enabled": "启用账号",
    "user_disabled": "停用账号",
    "roles_changed": "变更角色",
    "passwords_taken": "下载初始密码",
    "user.export": "导出人员",
    "unit_created": "新增单位",
    "unit_changed": "变更单位",
    "profile.save": "修改城市方案",
    "calendar_changed": "修改工作日历",
    "duty_changed": "修改值班安排",
    "reply_template": "修改答复模板",
    "leaders_changed": "修改领导名单",
    "token_created": "发放令牌",
    "token_revoked": "停用令牌",
    "webhook_created": "建立推送订阅",
    "webhook_ended": "停用推送订阅",
    "mail_changed": "修改提醒邮箱",
    "job.try_again": "重试后台任务",
    "job.drop": "不再处理后台任务",
    "health.mails_again": "重发全部邮件",
    "health.trial_mail": "试发邮件",
    **{f"health.{kind}": name for kind, name in CHORES.items()},
    "dictionary.save": "保存词典",
    "file.receive": "收到文件",
    "knowledge.publish": "发布条目",
    "knowledge.withdraw": "下架条目",
    "knowledge.original_allowed": "允许公开原件",
    "knowledge.original_withheld": "不再公开原件",
    "knowledge.check_holds": "核验条目仍有效",
    "knowledge.check_ends": "条目到期不再延续",
    "knowledge.learned": "学到来电说法",
    "knowledge.unlearned": "不再用来电说法",
    "knowledge.learned_removed": "去掉来电说法",
    "knowledge.learned_restored": "恢复来电说法",
    "correction.report": "报纠错",
    "correction.accept": "接受纠错",
    "correction.reject": "驳回纠错",
    "correction.settle": "办结纠错",
    "request.resolve_online": "在线办结",
    "request.reveal_contact": "查看诉求人",
    "call.show_phone": "查看来电号码",
    "guidance.issue": "发布统一口径",
    "guidance.withdraw": "撤回统一口径",
    "judged_query.keep": "保存评测问题",
    "judged_query.change": "修改评测问题",
    "file.dismiss": "不再处理文件",
    "file.infected": "查出病毒",
    "knowledge.confirm_link": "确认与旧件的关系",
    "knowledge.unlink": "撤销与旧件的关系",
    "knowledge.hand_over": "移交条目",
    "scan.finish": "完成校对",
    "batch.open": "开始一批推送",
    "batch.order": "生成一批草稿",
    "batch.close": "结束一批推送",
    "conflict.rule": "裁定口径不一致",
    **{f"gap.{action}": f"知识缺口：{words}" for action, words in _GAPS.items()},
    "records.confirm": "确认导入记录",
    "records.import": "导入记录",
    "request.correct": "更正登记",
    "request.note_repeat": "记为重复诉求",
    "request.part_repeat": "不再算作重复诉求",
    "request.undo_adoption": "撤销采纳",
    "order_file.clear": "清理没有交出的附件",
    "hot_matter": "处理热点事项",
    "special_topic": "修改专项",
    **{f"bulletin.{act}": f"通报：{words}" for act, words in BULLETIN_ACTS.items()},
    "bulletin.download": "通报：下载",
    "assessment": "处理考核异议",
    "assessment.freeze": "封存考核",
    "backup.make": "备份",
    "backup.restore": "恢复备份",
    "catalogue.add": "新增派单目录事项",
    "catalogue.change": "修改派单目录事项",
    "catalogue.object": "对派单目录提异议",
    "catalogue.rule": "裁定派单目录异议",
    "catalogue.withdraw_objection": "撤回派单目录异议",
    "judged_query.remove": "移除评测问题",
    "judged_query.restore": "恢复评测问题",
    "judging.run": "评测检索",
    "work_order.export": "导出工单清单",
    "work_order.recompute": "重算多张工单的时限",
    "audit.export": "导出审计记录",
    "assessment.export": "导出考核表",
    "figure.export": "导出数字背后的记录",
    **{f"work_order.{kind.value}": f"工单{kind.label}" for kind in EventKind},
}

OBJECTS = {
    "assessment": "考核",
    "audit": "审计记录",
    "assessment_objection": "考核异议",
    "backup": "备份",
    "batch": "批量推送",
    "bulletin": "通报",
    "calendar_change": "工作日历",
    "conflict": "口径不一致",
    "figure": "统计数字",
    "gap": "知识缺口",
    "guidance": "统一口径",
    "hot_matter": "热点事项",
    "job": "后台任务",
    "mail": "提醒邮件",
    "order_file": "工单附件",
    "record_import": "已导入的记录",
    "record_set": "导入记录",
    "reply_template": "答复模板",
    "scan": "扫描件",
    "special_topic": "专项",
    "user": "人员",
    "unit": "单位",
    "catalogue_entry": "派单目录",
    "api_token": "令牌",
    "call": "来电",
    "correction": "纠错",
    "dictionary": "词典",
    "citizen_request": "诉求",
    "judged_query": "评测问题",
    "profile": "城市方案",
    "judging_run": "评测记录",
    "knowledge_item": "条目",
    "stored_file": "原件",
    "webhook": "推送订阅",
    "work_order": "工单",
}

FIELDS = {
    "username": "用户名",
    "name": "名称",
    "roles": "角色",
    "unit_id": "单位编号",
    "parent_id": "上级编号",
    "kind": "类别",
    "trusted": "审核即发",
    "unit_review": "单位审核",
    "second_reviewer": "双人审核",
    "submitters": "送审人",
    "review_months": "核验周期（月）",
    "correction_limit": "纠错时限",
    "active": "在用",
    "scopes": "权限",
    "user_id": "人员编号",
    "reason": "原因",
    "url": "地址",
    "events": "事件",
    "internal": "含内部",
    "due_on": "应处理日",
    "wants_mail": "收邮件",
    "bytes": "字节数",
    "sha256": "校验值",
    "version": "版本",
    "item": "条目编号",
    "item_id": "条目编号",
    "answer": "答复",
    "learned_id": "说法编号",
    "uses": "次数",
    "locked": "已锁定",
    "count": "改动数",
    "overrule": "评测变差仍保存的理由",
    "restores": "恢复到版本",
    "before": "原",
    "after": "改为",
    "questions": "问题数",
    "weights": "权重",
    "unit_before": "原单位编号",
    "unit_after": "新单位编号",
}

REASONS = {
    "password": "密码不对",
    "unknown": "没有这个用户名",
    "locked": "锁定期间",
    "disabled": "已停用",
}

# A user name may read like a role: only these fields hold codes.
_CODED = ("roles", "before", "after", "scopes")
_ROLES = {role.value: role.label for role in Role}


def detail_text(detail: Mapping[str, Any]) -> str:
    """The detail of a row as one line for people; what has no word of ours stays as it is."""
    parts = [
        f"{FIELDS.get(key, key)} {_value(key, value)}"
        for key, value in detail.items()
        if value is not None and value is not False
    ]
    return " · ".join(parts)


def _value(key: str, value: Any) -> str:
    if value is True:
        return "是"
    if isinstance(value, Mapping):
        return f"（{detail_text(value)}）"
    if isinstance(value, list):
        return "、".join(_value(key, one) for one in value)
    words = REASONS if key == "reason" else {**SCOPES, **_ROLES} if key in _CODED else {}
    return words.get(value, str(value))
