"""Titles: reports are told from what stands beside them, and their years are read."""

import pytest

from gongkai_scraper.defaults import load_defaults
from gongkai_scraper.titles import is_report, report_year

RULES = load_defaults().titles


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("云岫市2023年政府信息公开工作年度报告", True),
        ("云岫市 2023 年政府信息公开年　报", True),
        ("图解：云岫市2023年政府信息公开工作年度报告", False),
        ("关于做好2023年政府信息公开工作年度报告编制工作的通知", False),
        ("云岫市2023年财政预算", False),
        ("", False),
    ],
)
def test_reports(title: str, expected: bool) -> None:
    assert is_report(title, RULES) is expected


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("云岫市2023年政府信息公开工作年度报告", 2023),
        ("２０２３年度报告", 2023),
        ("2 0 2 3 年年报", 2023),
        ("二〇二〇年年度报告（2021年1月发布）", 2020),
        ("二○一九年年度报告", 2019),
        ("国令第20191号 2018年度报告", 2018),
        ("政府信息公开工作年度报告(2022)", 2022),
        ("政府信息公开指南", None),
    ],
)
def test_years(title: str, year: int | None) -> None:
    assert report_year(title) == year
