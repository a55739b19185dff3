"""The walk through lists: where one ends, the others do not."""

import json

from gongkai_scraper.drivers import Answer, Request
from gongkai_scraper.portals import Portal
from gongkai_scraper.walk import ABSENT, walk

ROOT = "http://portal.localhost/gkmlpt/"
NAME = "政府信息公开年报"


def page_of(category: int, total: int, *numbers: int) -> str:
    articles = [{"url": f"/{category}/{number}.html", "title": f"{number}"} for number in numbers]
    return json.dumps({"articles": articles, "total": total})


def walked(pages: dict[str, str]) -> tuple[list[str], list[str]]:
    """The links that were seen, and what was said of mistakes."""
    portal = Portal.model_validate(
        {
            "id": "a",
            "name": "样例门户",
            "region": "990100",
            "source": "sample",
            "home": "http://portal.localhost/",
            "driver": {"family": "gkmlpt", "index": f"{ROOT}index"},
            "status": "active",
        }
    )

    def ask(request: Request) -> Answer | str:
        text = pages.get(request.url.removeprefix(ROOT))
        return Answer(text.encode(), request.url, "utf-8", None, request) if text is not None else ABSENT

    steps = list(walk(portal, ask))
    links = [
        link.url.removeprefix("http://portal.localhost") for step in steps if step.page for link in step.page.links
    ]
    return links, [step.problem for step in steps if step.problem]


def index() -> str:
    tree = [{"id": number, "name": NAME} for number in (1, 2)]
    return f"<script>SID: '7', TREE: {json.dumps(tree)}</script>"


def test_each_category_is_read_to_its_own_end() -> None:
    pages = {
        "index": index(),
        "api/all/1?page=1&sid=7": page_of(1, 4, 1, 2),
        "api/all/2?page=1&sid=7": page_of(2, 3, 1, 2),
        "api/all/2?page=2&sid=7": page_of(2, 3, 3),
    }
    links, problems = walked(pages)
    assert links == ["/1/1.html", "/1/2.html", "/2/1.html", "/2/2.html", "/2/3.html"]
    assert problems == ["the list says that it has 4 entries, and 2 were seen"], "the first one broke off"
    links, problems = walked(pages | {"api/all/1?page=2&sid=7": page_of(1, 4, 3, 4)})
    assert len(links) == 7
    assert problems == []
