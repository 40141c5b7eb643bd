"""The engine's codes in words; an unknown code is shown as it is."""

VIA = {
    "exact": "原词",
    "synonym": "同义",
    "pinyin": "拼音",
    "typo": "错字",
    "learned": "采纳",
}
WANTS = {
    "phone": "电话",
    "place": "地点",
    "channel": "渠道",
    "papers": "材料",
    "age": "年龄",
    "amount": "金额",
    "share": "比例",
    "count": "数量",
    "quantity": "多少",
    "time": "时间",
    "years": "几年",
    "months": "几个月",
    "days": "几天",
    "hours": "几点、几小时",
    "date": "日期",
    "who": "谁",
    "conditions": "条件",
    "steps": "怎么办",
    "allowed": "能不能",
    "most": "最多、最少",
    "deadline": "截止",
    "penalty": "后果",
    "sum": "怎么算",
    "reason": "为什么",
}
MASKS = {
    "as_of": "当日有效",
    "audience": "公开属性",
    "kind": "知识种类",
    "unit": "单位",
    "category": "类别",
    "region": "区县",
}
PARTS = {
    "passage": "段落",
    "item": "全文",
    "words": "词",
    "grams": "两字组",
    "coverage": "覆盖",
    "kind": "种类",
    "found": "命中",
    "phrase": "原话",
    "length": "长短",
    "exact": "文号电话",
    "fresh": "新近",
    "place": "地点",
    "district": "区县",
    "learned": "采纳",
}
FIELDS = {"passage": "段落", "item": "条目其他处"}
STATES = {"waiting": "排队中", "running": "正在评测", "done": "已完成", "failed": "没有完成"}
CHANGES = {"better": "变好", "worse": "变差", "moved": "换了条目", "same": "没有变"}
FIGURES = (
    ("ndcg", "nDCG@10", "排序"),
    ("mrr", "MRR@10", "首个能用的位置"),
    ("hit1", "首条命中", "第一条就能用"),
    ("answered_share", "应答尽答", "有答案的没有误拒"),
    ("refused_share", "应拒尽拒", "没有答案的说了无依据"),
)
EVERYTHING = {
    "via_words": VIA,
    "wants_words": WANTS,
    "mask_words": MASKS,
    "part_words": PARTS,
    "field_words": FIELDS,
    "state_words": STATES,
    "change_words": CHANGES,
    "figures": FIGURES,
}
