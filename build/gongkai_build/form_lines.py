"""The rows of `form_lines`: where each form prints an item, and in which words."""

from gongkai_build.derived import Row
from gongkai_build.forms import load_forms
from gongkai_build.forms.indicators import Indicator, load_indicator_form

BETWEEN = "·"
"""Parts the headings, from the outermost inwards."""


def form_line_rows() -> list[Row]:
    """Return where the tabular forms print their items, in printed order."""
    rows = _indicator_rows()
    for form in load_forms():
        position = 0
        for block in form.blocks:
            for line in block.rows:
                # The columns of section 3 are the parties: a line of it is one item.
                for column in block.columns[:1] if block.section == 3 else block.columns:
                    position += 1
                    groups = "·".join(line.groups) if block.section == 3 else column.group
                    rows.append(
                        {
                            "form": form.form,
                            "item_id": block.figure(line, column)[0],
                            "section": block.section,
                            "block": block.heading or groups or None,
                            "row_label": line.label or None,
                            "column_label": column.label if block.section != 3 else None,
                            "standing": "local" if line.local else "statutory",
                            "position": position,
                        }
                    )
    return rows


def _indicator_rows() -> list[Row]:
    """The lines of the table of 2014: the part of the table stands for the section, the lines above for the block, the unit for the column."""
    form = load_indicator_form()
    rows: list[Row] = []
    section = 0
    for index, line in enumerate(form.lines):
        section += line.level == 0
        if line.item:
            _, *above = form.groups(index)
            rows.append(
                {
                    "form": form.form,
                    "item_id": line.item,
                    "section": section,
                    "block": BETWEEN.join(_printed(form.lines[other]) for other in reversed(above)) or None,
                    "row_label": _printed(line),
                    "column_label": line.unit,
                    "standing": "statutory",
                    "position": len(rows) + 1,
                }
            )
    return rows


def _printed(line: Indicator) -> str:
    note = f"（{line.note}）" if line.note else ""
    return f"{line.opening}{line.number}{line.label}{note}"
