"""An icon for a first-level category, by the words of its name; cities name them differently."""

_BY_WORD = (
    (("医", "社会保障", "社保"), "med"),
    (("卫生", "健康", "生育", "生孩子"), "baby"),
    (("劳动", "就业", "人才", "工作"), "bag"),
    (("住房", "房", "物业"), "house"),
    (("户籍", "证", "出入境"), "card"),
    (("教育", "入学", "学"), "school"),
    (("公用", "水", "热", "气", "电"), "drop"),
    (("交通", "出行", "车"), "car"),
    (("城市管理", "城管", "建设"), "cone"),
    (("市场", "企业", "营商", "消费"), "shop"),
    (("民政", "养老", "老"), "elder"),
    (("残疾",), "user"),
    (("婚",), "rings"),
    (("生态", "环境", "环保"), "tree"),
    (("农",), "flag"),
    (("政务", "热线"), "phone"),
)


def icon_of(category: str) -> str:
    """The name of an icon in ``webapp.icons``; ``doc`` where no word fits."""
    for words, icon in _BY_WORD:
        if any(word in category for word in words):
            return icon
    return "doc"
