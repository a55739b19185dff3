"""The sample server, over a real socket."""

import http.client
from pathlib import Path

import pytest

from gongkai_build.resources import definition
from gongkai_build.sample_server import serve_samples

YUNXIU = "yunxiu.localhost:8471"
LANSHI = "lanshi.localhost:8471"


def ask(
    port: int, host: str, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, headers={"Host": host, **(headers or {})})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def sites() -> Path:
    return definition("samples") / "sites"


@pytest.fixture(scope="module")
def port(sites: Path):
    with serve_samples(sites, 0) as port:
        yield port


def test_serves_the_bytes_of_the_site_that_the_host_names(sites: Path, port: int) -> None:
    for host, path in ((YUNXIU, "/xxgk/nb/index.html"), (LANSHI, "/gk/nb/list.html")):
        response, body = ask(port, host, path)
        assert response.status == 200
        assert body == (sites / host.partition(":")[0] / path[1:]).read_bytes()


@pytest.mark.parametrize(
    ("host", "path", "media_type"),
    [
        (YUNXIU, "/index.html", "text/html; charset=utf-8"),
        (YUNXIU, "/robots.txt", "text/plain; charset=utf-8"),
        (LANSHI, "/gk/nb/2020/340.html", "text/html"),
        (LANSHI, "/gk/nb/2019/327.htm", "text/html; charset=gb2312"),
    ],
)
def test_media_types_come_from_the_site_file(port: int, host: str, path: str, media_type: str) -> None:
    response, _ = ask(port, host, path)
    assert response.status == 200
    assert response.headers["Content-Type"] == media_type


def test_a_folder_is_its_index_and_a_query_changes_nothing(sites: Path, port: int) -> None:
    index = (sites / "yunxiu.localhost/xxgk/nb/index.html").read_bytes()
    assert ask(port, YUNXIU, "/xxgk/nb/?from=menu")[1] == index


def test_head_has_the_headers_and_no_body(port: int) -> None:
    whole, body = ask(port, YUNXIU, "/index.html")
    head, nothing = ask(port, YUNXIU, "/index.html", "HEAD")
    assert nothing == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"] == str(len(body))


def test_a_missing_page_is_404_with_the_page_of_the_site(sites: Path, port: int) -> None:
    response, body = ask(port, LANSHI, "/gk/nb/2020/none.html")
    assert response.status == 404
    assert body == (sites / "lanshi.localhost/404.html").read_bytes()


def test_an_unknown_host_is_404(port: int) -> None:
    assert ask(port, "elsewhere.localhost", "/index.html")[0].status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/_site.yml",
        "/../lanshi.localhost/default.html",
        "/%2e%2e/lanshi.localhost/default.html",
        "/..%2f..%2fREADME.md",
        "//etc/passwd",
        "/xxgk",
    ],
)
def test_only_files_of_the_site_are_served(port: int, path: str) -> None:
    assert ask(port, YUNXIU, path)[0].status == 404


def test_a_file_takes_no_form_and_no_other_method(port: int) -> None:
    assert ask(port, YUNXIU, "/index.html", "POST")[0].status == 405
    assert ask(port, YUNXIU, "/index.html", "DELETE")[0].status == 501


@pytest.mark.parametrize("path", ["/_site.yml", "/_answers.yml", "/_reports/none.html"])
def test_what_begins_with_a_line_is_not_served(port: int, path: str) -> None:
    assert ask(port, "qiji.localhost:8471", path)[0].status == 404


def test_a_version_that_the_client_holds_is_not_sent_again(port: int) -> None:
    first, _ = ask(port, YUNXIU, "/index.html")
    for name, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        response, body = ask(port, YUNXIU, "/index.html", headers={name: value})
        assert (response.status, body) == (304, b"")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("If-None-Match", '"another"'),
        ("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"),
        ("If-Modified-Since", "yesterday"),
    ],
)
def test_another_version_is_sent(port: int, name: str, value: str) -> None:
    assert ask(port, YUNXIU, "/index.html", headers={name: value})[0].status == 200


def test_a_busy_port_is_left_for_a_free_one(sites: Path, port: int) -> None:
    with serve_samples(sites, port) as other:
        assert other != port
        assert ask(other, YUNXIU, "/index.html")[0].status == 200


def test_the_port_is_free_again_afterwards(sites: Path) -> None:
    with serve_samples(sites, 0) as port:
        pass
    with pytest.raises(ConnectionRefusedError):
        ask(port, YUNXIU, "/index.html")


def test_a_folder_without_sites_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no sample site"), serve_samples(tmp_path, 0):
        pass


@pytest.mark.parametrize(
    ("description", "message"),
    [("content_type: html", "expected content_type"), ('content_type: {".txt": text/plain}', "has no media type")],
)
def test_a_site_that_does_not_fit_its_description_is_an_error(tmp_path: Path, description: str, message: str) -> None:
    site = tmp_path / "a.localhost"
    site.mkdir()
    (site / "_site.yml").write_text(description, encoding="utf-8")
    (site / "index.html").write_text("样例", encoding="utf-8")
    with pytest.raises(ValueError, match=message), serve_samples(tmp_path, 0):
        pass
