"""Papers → PDF files, printed by Chromium from pages whose style sheet decides how they look, or by LibreOffice from DOCX."""

import shutil
import subprocess
from collections.abc import Iterator
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from making.paper import HEADER, Example, Paper, Table

CHROMIUM, OFFICE = "chromium", "soffice"
SECONDS = 120
FOOT = "<div style='font-size:8px;width:100%;text-align:center'>— <span class=pageNumber></span> —</div>"
HEAD = "<div style='font-size:8px;width:100%;text-align:center'>{title}</div>"
COMMON = "body{font:10.5pt/1.6 'Droid Sans Fallback'} h1,b{font-weight:normal} h1{font-size:15pt;text-align:center} table{border-collapse:collapse;width:100%;font-size:8.5pt} td{padding:2px 3px;text-align:center}"
RULED = "td{border:1px solid #000}"
STYLES = {
    # Wide cells, the header of section 3 on each page again.
    "pdf-ruled": RULED + "tr{break-inside:avoid}",
    # Cells so narrow that labels break over many lines, rows that go on over the page break.
    "pdf-narrow": RULED
    + "body{width:112mm} table{table-layout:fixed} td{font-size:8pt;word-break:break-all;padding:1px 2px}",
    # Headers of section 4 set downwards in narrow columns.
    "pdf-vertical-headers": RULED
    + "tr{break-inside:avoid} table.remedies{table-layout:fixed} table.remedies td{width:1em;padding:1px 7px;word-break:break-all}",
    # No rulings at all; the headers of the parties break over two lines.
    "pdf-borderless": "@page{size:A4 landscape} tr{break-inside:avoid} table{font-size:7pt} td{padding:1px 3px;white-space:nowrap;vertical-align:top}"
    "td.narrow{white-space:normal;width:4em}",
}


def print_page(example: Example, paper: Paper) -> bytes:
    """Print a paper by Chromium, with numbers at the foot of its pages and, where it is to have one, a running head."""
    page = f"<meta charset=utf-8><title>{escape(paper.title)}</title><style>{COMMON}{STYLES[example.layout]}</style>{_body(paper)}"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which(CHROMIUM))
        tab = browser.new_page()
        tab.set_content(page)
        running = HEAD.format(title=escape(paper.title)) if example.settings.get("running_head") else "<div></div>"
        body = tab.pdf(
            format="A4",
            prefer_css_page_size=True,
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
            display_header_footer=True,
            header_template=running,
            footer_template=FOOT,
        )
        browser.close()
    return body


def _body(paper: Paper) -> str:
    pieces = [f"<h1>{escape(paper.title)}</h1>"]
    pieces += [f"<p>{escape(text)}</p>" for text in (paper.published, paper.preamble) if text]
    for number, part in enumerate(paper.parts, 1):
        pieces.append(f"<p><b>{escape(part.heading)}</b></p>")
        pieces += [f"<p style='text-indent:2em'>{escape(said)}</p>" for said in part.sentences]
        pieces += ["".join(_table(part.table, "remedies" if number == 4 else ""))] if part.table else []
    return "".join([*pieces, *(f"<p style='text-align:right'>{escape(line)}</p>" for line in paper.signature)])


def _table(table: Table, name: str) -> Iterator[str]:
    """A table, its header set apart so that each page repeats it; that of section 2 has several."""
    header = 0
    while all(cell.kind == HEADER for cell in table[header]):
        header += 1
    yield f"<table class='{name}'><thead>"
    for number, row in enumerate(table):
        yield "</thead><tbody>" if number == header else ""
        cells = "".join(
            f"<td class={'narrow' if cell.kind == HEADER and cell.colspan == 1 else 'wide'} colspan={cell.colspan} rowspan={cell.rowspan}>"
            f"{escape(cell.text).replace(chr(10), '<br>')}</td>"
            for cell in row
        )
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"


def convert(body: bytes, suffix: str, wanted: str) -> bytes:
    """Have LibreOffice save a file in another format.

    Args:
        body: the file.
        suffix: how its name ends.
        wanted: the format wanted, as the end of a name; with a filter behind it where LibreOffice has several.
    """
    with TemporaryDirectory(prefix="gongkai-") as folder:
        source = Path(folder, f"document.{suffix}")
        source.write_bytes(body)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [OFFICE, profile, "--headless", "--convert-to", wanted, "--outdir", f"{folder}/made", str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
        return Path(folder, "made", f"document.{wanted.partition(':')[0]}").read_bytes()
