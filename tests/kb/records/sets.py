"""A small set of record files of the fictional city, written to a folder."""

from pathlib import Path

UNITS = """name,kind,parent
市住建局,市直部门,
望溪区,县区,
青石街道,街道,望溪区
"""
REQUESTS = (
    "request_no,received_at,channel,line,purpose,category1,category2,district,"
    "requester_phone,title,content,outcome,resolved_at\n"
    "YT1,2026-03-02 09:00:00,电话,,咨询,社会保障,居民医保,望溪区,19900000001,问医保缴费,,"
    "在线办结,2026-03-02 09:04:00\n"
    'YT2,2026-03-02 10:00:00,微信,营商环境,投诉,城乡建设,,望溪区,,楼道漏水,"三楼漏水，\n已两天",'
    "转办,\n"
    "YT3,2026-03-03 23:59:59,电话,,求助,,,,,水管爆裂,,转办,2026-03-04 08:00:00\n"
)
WORK_ORDERS = (
    "order_no,request_no,unit,role,dispatched_at,acknowledge_due_at,acknowledged_at,due_at,"
    "resolved_at,follow_up_at,satisfaction\n"
    "YT2-1,YT2,市住建局,主办,2026-03-02 10:30:00,2026-03-03 10:30:00,2026-03-02 11:00:00,"
    "2026-03-09 10:30:00,2026-03-08 09:00:00,2026-03-09 09:00:00,满意\n"
    "YT2-2,YT2,青石街道,协办,2026-03-02 10:30:00,2026-03-03 10:30:00,,2026-03-09 10:30:00,,,\n"
    "YT3-1,YT3,望溪区,主办,2026-03-04 00:10:00,2026-03-04 00:25:00,2026-03-04 00:20:00,"
    "2026-03-04 12:10:00,2026-03-04 08:00:00,,\n"
)
CALL_COUNTS = "date,offered,answered\n2026-03-02,310,305\n2026-03-03,298,298\n"


def write_set(folder: Path, **changed: str) -> Path:
    """Write the four files; ``requests="…"`` and the like replace one of them."""
    texts = {
        "units": UNITS,
        "requests": REQUESTS,
        "work_orders": WORK_ORDERS,
        "call_counts": CALL_COUNTS,
    } | changed
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder
