"""Invented requests of 云汀市 in three categories, each told in several ways."""

from kb.suggesting.features import Told
from kb.suggesting.model import Lesson

HEAT, WAGES, NOISE = "公用事业/供热", "劳动就业/劳动权益", "城市管理/噪音扰民"
CATEGORIES = (HEAT, WAGES, NOISE)

_TOLD = {
    HEAT: (
        ("家里暖气不热", "清和里小区暖气片冰凉，室温只有十四度，请热力公司来查。"),
        ("供暖温度不够", "北苑新村供暖以来室温一直上不去，老人孩子冻得受不了。"),
        ("暖气漏水", "暖气管道漏水两天，报修电话打不通，请尽快维修供热管道。"),
        ("没有按时供热", "小区到现在还没有供热，物业说热力站没有开。"),
    ),
    WAGES: (
        ("反映拖欠工资", "在安置房工地做木工，包工头拖欠三个月工资不给。"),
        ("离职后工资没结", "离职一个月，公司一直不发最后一个月的工资，要求支付。"),
        ("餐饮店欠薪", "餐饮店停业，老板拖欠两个月工资，电话也不接。"),
        ("加班费未发", "厂里经常加班，劳动合同也没签，加班工资从来不给。"),
    ),
    NOISE: (
        ("夜间施工噪音", "工地半夜还在施工，噪音很大，居民无法休息。"),
        ("广场舞扰民", "楼下广场舞音响声音太大，每晚吵到十点，噪音扰民。"),
        ("楼上装修太吵", "楼上中午装修，电钻声噪音不断，影响孩子睡觉。"),
        ("酒吧噪音扰民", "酒吧音乐到凌晨两点，低音炮噪音震得窗户响。"),
    ),
}


def lessons() -> list[Lesson]:
    """Every telling as a lesson, ids from 1, categories in turn."""
    rows = [
        (category, title, content)
        for tellings in zip(*_TOLD.values(), strict=True)
        for category, (title, content) in zip(_TOLD, tellings, strict=True)
    ]
    return [
        Lesson(at, Told(title, content), category)
        for at, (category, title, content) in enumerate(rows, 1)
    ]
