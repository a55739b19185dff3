"""The table of 2014 on the page of a report: every line in its printed order, under what stands above it."""

import asyncio
import re
from pathlib import Path

from small_release import REPORT_2012, release_rows

from gongkai_build.database import write_databases
from gongkai_build.form_lines import form_line_rows
from gongkai_build.forms import load_items
from gongkai_build.forms.indicators import load_indicator_form
from gongkai_build.package import write_package
from gongkai_build.schema import load_schema
from gongkai_site.form import lay_out
from gongkai_site.server import make_datasette

ITEMS = {item.item_id: {"item_id": item.item_id, "name_en": item.name_en, "unit": item.unit} for item in load_items()}
LINES = [row for row in form_line_rows() if row["form"] == "2014"]


def test_the_layout_is_the_form_line_by_line() -> None:
    """Each line of the form once, headings among them, with number, label and nesting as 2014.yml has them."""
    rows = lay_out("2014", LINES, ITEMS, {}, []).indicators
    form = load_indicator_form().lines
    assert len(rows) == len(form)
    for row, line in zip(rows, form, strict=True):
        assert row.label.zh.startswith(f"{line.opening}{line.number}{line.label}")
        assert row.level == line.level
        assert (row.unit or None) == line.unit
        assert bool(row.cells) == bool(line.item)
        assert row.label.en, f"{row.label.zh} has no English"


def test_a_report_shows_its_table(tmp_path: Path) -> None:
    rows = release_rows()
    [report] = [row for row in rows["reports"] if row["report_id"] == REPORT_2012]
    report["form"] = "2014"
    write_package(rows, tmp_path, load_schema(), {"sample": True})
    write_databases(tmp_path)
    datasette = make_datasette(tmp_path)
    page = asyncio.run(datasette.client.get(f"/en/report/{REPORT_2012}")).text
    section = page[page.index('id="indicators"') : page.index('id="checks"')]
    found = re.findall(
        r'<th scope="row"><span lang="zh-Hans">([^<]*)</span>.*?</th><td[^>]*>([^<]*)</td>(<td.*?</td>)', section
    )
    cells = {label: (unit, cell) for label, unit, cell in found}
    assert cells["（一）收到申请数"][0] == "件"
    assert ">3</a>" in cells["（一）收到申请数"][1]
    assert "80余条" in cells["（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）"][1]
    assert 'class="cell-not_printed"' in cells["1.当面申请数"][1]
    assert 'id="other-figures"' not in page
