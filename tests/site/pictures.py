"""Takes the pictures of the READMEs: `python tests/site/pictures.py RELEASE`, on a release of the samples.

They show the home page, and section 3 of a report with a corrected figure, each in both languages, in docs/images.
"""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1200, "height": 1080}
SERVE = """
import sys
from pathlib import Path
from gongkai_site.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", 0, lambda url: print(url, flush=True))
"""


def main(release: Path) -> None:
    """Serve the release, and take the pictures."""
    with closing(sqlite3.connect(release / "gongkai.db")) as database:
        [report] = database.execute("select report_id from corrections order by report_id limit 1").fetchone()
    pages = {"home": ("", ""), "report": (f"/report/{report}", "#section-3-form")}
    with subprocess.Popen([sys.executable, "-c", SERVE, str(release)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        site = server.stdout.readline().strip().rstrip("/")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for language, ending in (("en", "png"), ("zh", "zh.png")):
                for name, (path, part) in pages.items():
                    page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
                    page.goto(f"{site}/{language}{path}{part}")
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=IMAGES / f"{name}.{ending}")
            browser.close()
        server.terminate()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
