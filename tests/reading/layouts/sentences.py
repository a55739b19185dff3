"""Figures → sentences in many wordings, with business of others and of other years between them."""

import random
from collections.abc import Callable, Mapping

Stated = Mapping[tuple[str, str], int]

UNITS = ("件", "宗", "起")
WORDINGS: dict[str, tuple[str, ...]] = {
    "disclosed.total": ("主动公开政府信息{n}条", "{who}共主动公开各类政府信息{n}条", "{when}累计主动公开信息{n}条"),
    "requests.received": (
        "{who}共收到政府信息公开申请{n}{u}",
        "{when}受理政府信息公开申请{n}{u}",
        "收到{n}{u}政府信息公开申请",
    ),
    "requests.closed": ("办结{n}{u}", "已办结{n}{u}"),
    "requests.answered": ("答复{n}{u}",),
    "requests.granted": ("予以公开{n}{u}", "同意公开的{n}{u}"),
    "requests.partly_granted": ("部分公开{n}{u}", "予以部分公开{n}{u}"),
    "review.total": ("因政府信息公开被申请行政复议{n}{u}", "政府信息公开行政复议案件{n}{u}"),
    "litigation.total": ("因政府信息公开被提起行政诉讼{n}{u}", "政府信息公开行政诉讼案件共{n}{u}"),
}
PARTY = {item: "total" if item.startswith("requests.") else "all" for item in WORDINGS}
DECOYS = (
    "受理12345热线工单{n}件，办结{n}件。",
    "上年收到政府信息公开申请{n}件。",
    "收到并回复网民留言{n}条，答复{n}条。",
    "历年累计主动公开政府信息{n}条。",
    "所属单位收到政府信息公开申请{n}件，予以公开{n}件。",
    "办理人大代表建议{n}件、政协提案{n}件，答复{n}件。",
    "第{n}条和国办发〔2015〕{n}号文件都有规定。",
    "咨询电话0999-{n}。",
    "上半年主动公开政府信息{n}条。",
    "计划主动公开政府信息{n}条。",
    "市国土局收到政府信息公开申请{n}件，办结{n}件。",
    "办理行政复议案件{n}件，行政诉讼应诉案件{n}件。",
    "通过微信公众号，主动公开政府信息{n}条。",
    "截至12月31日，主动公开政府信息{n}条。",
    "比上年增加{n}件。",
    "答复网民留言{n}条，其中网站{n}条，微信{n}条。",
    "转发信息{n}条，其中政策解读{n}条，规范性文件{n}条。",
    "不动产查询申请{n}件，网上{n}件，予以公开{n}件，答复{n}件。",
    "审结行政复议案件{n}件，维持{n}件。",
    "市教育局（含各学校）收到政府信息公开申请{n}件。",
    "受理举报投诉{n}件，办结{n}件。",
)
FORMS_OF_NUMBERS: tuple[Callable[[int], str], ...] = (
    str,
    lambda number: f"{number:,}",
    lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
)


def narrate(stated: Stated, year: int, rng: random.Random) -> list[str]:
    """Write figures down in sentences, those of requests as one chain, with decoys between and within the paragraphs."""

    def piece(item: str) -> str:
        return rng.choice(WORDINGS[item]).format(
            n=rng.choice(FORMS_OF_NUMBERS)(stated[item, PARTY[item]]),
            u=rng.choice(UNITS),
            who=rng.choice(("我局", "本机关", "本局", f"{year}年，我局", "")),
            when=rng.choice(("全年", "本年度", f"{year}年", "")),
        )

    told = [item for item in WORDINGS if (item, PARTY[item]) in stated]
    chain = [piece(item) for item in told if item.startswith("requests.")]
    sentences = [f"{piece(item)}。" for item in told if not item.startswith("requests.")]
    if "requests.received" in told:
        joined = chain[0] + "".join(rng.choice(("，", "；", "，其中")) + other for other in chain[1:])
        sentences.append(joined + "。")
    for _ in range(rng.randrange(4)):
        decoy = rng.choice(DECOYS).format(n=rng.randrange(2, 5000))
        sentences.insert(rng.randrange(len(sentences) + 1), decoy)
    lines: list[str] = []
    for sentence in sentences:
        if lines and rng.random() < 0.3:
            lines[-1] += sentence
        else:
            lines.append(sentence)
    return lines
