"""What portals do wrong, each as a function that answers a request: a route of the fake portal, or an interference with the sample portals."""

import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

Handler = BaseHTTPRequestHandler
Fault = Callable[[Handler], None]

HTML = "text/html; charset=utf-8"
BAD_HOST = "http://xn--a.gov.cn"
"""A host whose name says that it stands for letters that ASCII has not, and stands for none."""
NOTICE = "本站为样例，内容纯属虚构。"
PAGE = f"<html><head><title>样例</title></head><body><p>{NOTICE}</p></body></html>".encode()
MEBIBYTE = 1 << 20


def begin(handler: Handler, status: int, **headers: str | int) -> None:
    """Send the head of an answer; `_` in the name of a header stands for `-`."""
    handler.send_response(status)
    for name, value in {"Content_Type": HTML, **headers}.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()


def answer(handler: Handler, body: bytes = PAGE, status: int = 200, **headers: str | int) -> None:
    """Send a whole answer."""
    begin(handler, status, **{"Content_Length": len(body), **headers})
    handler.wfile.write(body)


def page_of(handler: Handler) -> bytes:
    """A page that no other address has."""
    return PAGE.replace(b"</p>", f" {handler.headers.get('Host')}{handler.path}</p>".encode())


def too_many_requests(handler: Handler) -> None:
    """429, and how long to wait."""
    answer(handler, status=429, Retry_After=1)


def unavailable(handler: Handler) -> None:
    """503, and nothing more."""
    answer(handler, status=503)


def unavailable_for_an_hour(handler: Handler) -> None:
    """503, and to come back much later."""
    answer(handler, status=503, Retry_After=3600)


def drip(handler: Handler, every: float = 0.2) -> None:
    """A page without an end, one byte at a time, so that no single wait is ever too long."""
    begin(handler, 200, Connection="close")
    handler.close_connection = True
    while True:
        handler.wfile.write(b" ")
        time.sleep(every)


def drip_and_end(handler: Handler) -> None:
    """A whole page, slowly."""
    page = page_of(handler)
    begin(handler, 200, Content_Length=len(page))
    for start in range(0, len(page), 10):
        handler.wfile.write(page[start : start + 10])
        time.sleep(0.02)


def reset(handler: Handler) -> None:
    """The connection is reset in the middle of the body."""
    page = page_of(handler)
    begin(handler, 200, Content_Length=len(page))
    handler.wfile.write(page[: len(page) // 2])
    time.sleep(0.05)
    handler.close_connection = True
    # No lingering: the system resets the connection instead of ending it in good order.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.connection.close()


def hang_up(handler: Handler) -> None:
    """The connection is closed before a word was said."""
    handler.close_connection = True


def too_short(handler: Handler) -> None:
    """Fewer bytes than Content-Length says, and the connection ends."""
    page = page_of(handler)
    begin(handler, 200, Content_Length=len(page) + 100, Connection="close")
    handler.wfile.write(page)
    handler.close_connection = True


def too_long(handler: Handler) -> None:
    """More bytes than Content-Length says."""
    page = page_of(handler)
    begin(handler, 200, Content_Length=len(page) - 20, Connection="close")
    handler.wfile.write(page)
    handler.close_connection = True


def soft_404(handler: Handler) -> None:
    """200, with a page that says that there is none."""
    answer(handler, f"<html><head><title>您访问的页面不存在</title></head><body>{NOTICE}</body></html>".encode())


def to_the_front_page(handler: Handler) -> None:
    """A redirect to the front page in place of the page."""
    answer(handler, b"", 302, Location="/")


def to_a_private_address(handler: Handler) -> None:
    """A redirect into somebody's own network."""
    answer(handler, b"", 302, Location="http://10.0.0.8/report.html")


def to_the_machine_s_own_data(handler: Handler) -> None:
    """A redirect to the link-local address at which clouds tell machines their secrets."""
    answer(handler, b"", 302, Location="http://169.254.169.254/latest/meta-data/")


def to_another_site(handler: Handler) -> None:
    """A redirect out of the site's domain."""
    answer(handler, b"", 302, Location="http://elsewhere.example/report.html")


def to_a_bad_host(handler: Handler) -> None:
    """A redirect to a host whose name is none."""
    answer(handler, b"", 302, Location=f"{BAD_HOST}/report.html")


def attached_at_a_bad_host(handler: Handler) -> None:
    """A page with a document at a host whose name is none."""
    answer(handler, page_of(handler).replace(b"</body>", f"<a href='{BAD_HOST}/a.pdf'>附件.pdf</a></body>".encode()))


def listed_at_a_bad_host(handler: Handler) -> None:
    """A list with three reports, of which the second is at a host whose name is none."""
    addresses = ("/r1.html", f"{BAD_HOST}/r2.html", "/r3.html")
    items = (
        f"<li><a href='{url}'>{year}年政府信息公开工作年度报告</a></li>" for year, url in enumerate(addresses, 2020)
    )
    answer(handler, f"<html><body><p>{NOTICE}</p><ul>{''.join(items)}</ul></body></html>".encode())


def in_circles(handler: Handler) -> None:
    """A redirect to itself."""
    answer(handler, b"", 302, Location=handler.path)


def challenge(handler: Handler) -> None:
    """521 with a script that would set a cookie: the portal wants no programs."""
    script = b"<script>document.cookie='__jsl_clearance=1;path=/';location.reload()</script>"
    answer(handler, script, 521, Set_Cookie="__jsluid=0; path=/")


def forbidden(handler: Handler) -> None:
    """403."""
    answer(handler, status=403)


def captcha(handler: Handler) -> None:
    """200, with a page that wants to know whether a person asks."""
    answer(handler, f"<html><head><title>安全验证</title></head><body>{NOTICE}</body></html>".encode())


def endless_list(handler: Handler) -> None:
    """A list each page of which has a page after it, with links that were not there before."""
    parts = urlsplit(handler.path)
    number = int(parse_qs(parts.query).get("page", ["1"])[0])
    page = (
        f"<html><body><p>{NOTICE}</p><ul><li><a href='/notice-{number}.html'>第{number}号通知</a></li></ul>"
        f"<a href='{parts.path}?page={number + 1}'>下一页</a></body></html>"
    )
    answer(handler, page.encode())


def gzip_bomb(handler: Handler, mebibytes: int = 1024) -> None:
    """A megabyte that turns into a gigabyte."""
    begin(handler, 200, Content_Encoding="gzip", Connection="close")
    handler.close_connection = True
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for piece in _pieces(mebibytes):
        handler.wfile.write(packer.compress(piece))
    handler.wfile.write(packer.flush())


def huge(handler: Handler, mebibytes: int = 1024) -> None:
    """A gigabyte, as Content-Length says beforehand."""
    begin(handler, 200, Content_Length=mebibytes * MEBIBYTE)
    for piece in _pieces(mebibytes):
        handler.wfile.write(piece)


def huge_without_length(handler: Handler, mebibytes: int = 1024) -> None:
    """A gigabyte in pieces, without a word about how much it will be."""
    begin(handler, 200, Transfer_Encoding="chunked")
    for piece in _pieces(mebibytes):
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")


def wrong_charset(handler: Handler) -> None:
    """GBK that is called UTF-8."""
    answer(handler, page_of(handler).decode().encode("gbk"))


def odd_charset(handler: Handler) -> None:
    """A page whose charset is one for names of hosts."""
    answer(handler, page_of(handler), Content_Type="text/html; charset=idna")


def odd_parameters(handler: Handler) -> None:
    """A page whose charset is told in two ways that exclude each other."""
    answer(handler, page_of(handler), Content_Type="text/html; charset*=x; charset*0=y")


def odd_retry_after(handler: Handler) -> None:
    """429, and to come back at a time in a zone that no clock has."""
    answer(handler, status=429, Retry_After="Wed, 21 Oct 2026 07:28:00 +99999999999999")


def _pieces(mebibytes: int) -> Iterator[bytes]:
    piece = bytes(MEBIBYTE)
    for _ in range(mebibytes):
        yield piece


PASSING: Mapping[str, Fault] = {
    fault.__name__: fault for fault in (too_many_requests, unavailable, reset, hang_up, too_short)
}
"""Faults after which the same request, made again, is answered."""
