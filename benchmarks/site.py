"""The site against a bare Datasette on the same files in the same run: requests a second and the 95th percentile of each page, by turns.

The release is synthetic (`synthetic.py`). Beside each of our pages stands what a plain Datasette offers for the same purpose: the table of the same rows,
the page of the same query. Both servers run at once, each asked in turn by one client, so that whatever else the machine does hinders both alike.
"""

import argparse
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import httpx

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import make_release

from gongkai_site.metadata import load_metadata
from gongkai_site.queries import SEARCHES
from gongkai_site.release import DATABASES, read_release

ROUNDS, MOST_SECONDS = 30, 6.0
"""How often each address is asked, unless that takes longer than so many seconds."""
PATIENCE = 300
"""Seconds after which an answer is not waited for any more."""
USUAL = ("home", "report", "agency", "region")
"""Pages that most visitors see: their medians are to stay below MEDIAN_MS."""
MEDIAN_MS = 50
OURS = """
import sys
from pathlib import Path
from gongkai_site.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]))
"""
QUERY_ROUNDS, ROWS = 5, 5000
WORD = '"诉 讼"'


@dataclass
class Pair:
    """A page of ours, and what a bare Datasette has for it; several addresses are asked one after the other."""

    name: str
    ours: list[str]
    bare: list[str]
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"ours": [], "bare": []})


def main() -> None:
    """Make or take a release, serve it twice, measure, print."""
    options = _options()
    with TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "release"
        if not (folder / "gongkai.db").exists():
            begin = time.perf_counter()
            make_release(folder, options.reports)
            print(f"release of {options.reports} reports made in {time.perf_counter() - begin:.0f} s")
        metadata = load_metadata(read_release(folder))
        _print_sizes(folder)
        print(f"load average at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        with _servers(folder, metadata, Path(temporary)) as clients:
            pairs = list(_pairs(clients["ours"], metadata))
            print(
                f"{'':45}{'ours /s':>9}{'median':>9}{'p95 ms':>9}{'bare /s':>9}{'median':>9}{'p95 ms':>9}{'ratio':>7}{'n':>4}"
            )
            for pair in pairs:
                _measure(pair, clients)
                _print(pair)
        _print_slowest(pairs)
        _print_queries(folder, _queries(metadata))
        print(f"load average at the end: {os.getloadavg()[0]:.1f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1000, help="size of the release that is made")
    parser.add_argument("--folder", type=Path, help="a release to use; made there if it is not there yet")
    return parser.parse_args()


@contextmanager
def _servers(folder: Path, metadata: dict[str, Any], temporary: Path) -> Iterator[dict[str, httpx.Client]]:
    """Both servers, and a client for each."""
    ports = (_free_port(), _free_port())
    plain = {"databases": {"gongkai": {"queries": _queries(metadata)}}}
    (temporary / "metadata.json").write_text(json.dumps(plain), encoding="utf-8")
    files = [part for name in DATABASES for part in ("--immutable", str(folder / f"{name}.db"))]
    limits = ["--setting", "sql_time_limit_ms", "10000", "--setting", "max_returned_rows", "5000", "--setting", "suggest_facets", "off"]  # fmt: skip
    bare = [sys.executable, "-m", "datasette", "serve", *files, *limits, "--port", str(ports[1]), "--metadata", str(temporary / "metadata.json")]  # fmt: skip
    # Without any plugin, ours among them.
    plugins = {"DATASETTE_LOAD_PLUGINS": ""}
    started = [
        subprocess.Popen([sys.executable, "-c", OURS, str(folder), str(ports[0])]),
        subprocess.Popen(bare, env={**os.environ, **plugins}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL),
    ]
    try:
        with closing(_client(ports[0], started[0])) as ours, closing(_client(ports[1], started[1])) as plain_client:
            yield {"ours": ours, "bare": plain_client}
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _client(port: int, server: subprocess.Popen[bytes]) -> httpx.Client:
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("a server ended before it answered")
        try:
            client.get("/-/versions.json")
            return client
        except httpx.ConnectError:
            time.sleep(0.2)
    raise RuntimeError(f"nothing answers on port {port}")


def _queries(metadata: dict[str, Any]) -> dict[str, Any]:
    return dict(metadata["databases"]["gongkai"]["queries"])


def _pairs(client: httpx.Client, metadata: dict[str, Any]) -> Iterator[Pair]:
    """What is measured."""
    some = client.get("/gongkai/reports.json?_shape=array&form=2021&_size=40&_col=agency_id").json()
    reports = [row["report_id"] for row in some]
    agencies = list(dict.fromkeys(row["agency_id"] for row in some))
    yield Pair("home", ["/en"], ["/gongkai"])
    yield Pair(
        "report", [f"/en/report/{r}" for r in reports], [f"/gongkai/figures?report_id={r}&_size=300" for r in reports]
    )
    yield Pair("agency", [f"/en/agency/{a}" for a in agencies], [f"/gongkai/totals?agency_id={a}" for a in agencies])
    regions = [*dict.fromkeys(f"{agency[:4]}00" for agency in agencies), "990000"]
    yield Pair(
        "region", [f"/en/region/{r}" for r in regions], [f"/gongkai/totals?report_id__startswith={r}." for r in regions]
    )
    of = urlencode([("of", agency) for agency in agencies[:6]])
    years = urlencode({"agency_id__in": ",".join(agencies[:6])})
    yield Pair("compare", [f"/en/compare?{of}"], [f"/gongkai/totals?{years}"])
    yield Pair("feed", ["/en/feed.atom"], ["/gongkai/captures?_sort_desc=fetched_at&_size=50"])
    sections = urlencode({"sql": SEARCHES["sections"], "query": WORD, "limit": 50})
    yield Pair("search", ["/en/search?q=诉讼"], [f"/texts?{sections}"])
    filtered = "/gongkai/requests.json?party=total&received__gte=100&_shape=objects"
    yield Pair("filtered table, JSON", [filtered], [filtered])
    for name in _queries(metadata):
        yield Pair(f"question {name}", [f"/en/question/{name}"], [f"/gongkai/{name}"])
        yield Pair(
            f"query {name}, JSON", [f"/gongkai/{name}.json?_shape=objects"], [f"/gongkai/{name}.json?_shape=objects"]
        )


def _measure(pair: Pair, clients: dict[str, httpx.Client]) -> None:
    """Ask both by turns; the first answer of each is not counted."""
    begin = time.perf_counter()
    for turn in range(ROUNDS + 1):
        for side, addresses in (("ours", pair.ours), ("bare", pair.bare)):
            start = time.perf_counter()
            answer = clients[side].get(addresses[turn % len(addresses)])
            taken = time.perf_counter() - start
            if answer.status_code != 200:
                raise RuntimeError(f"{side} {answer.url}: {answer.status_code} {answer.text[:300]}")
            if turn:
                pair.seconds[side].append(taken)
        if turn and time.perf_counter() - begin > MOST_SECONDS:
            return


def _print(pair: Pair) -> None:
    """At once: a run that is broken off has said what it knew."""
    sides = "".join(
        f"{_rate(seconds):9.1f}{_median(seconds):9.1f}{_percentile(seconds):9.1f}" for seconds in pair.seconds.values()
    )
    print(f"{pair.name:45}{sides}{_ratio(pair):7.2f}{len(pair.seconds['ours']):4}", flush=True)


def _print_slowest(pairs: list[Pair]) -> None:
    usual = {pair.name: _median(pair.seconds["ours"]) for pair in pairs if pair.name in USUAL}
    slow = ", ".join(f"{name} {ms:.0f} ms" for name, ms in usual.items() if ms > MEDIAN_MS) or "none"
    print(f"of {', '.join(usual)} slower than {MEDIAN_MS} ms at the median: {slow}")
    pages = [pair for pair in pairs if not pair.name.endswith("JSON")]
    queries = [pair for pair in pairs if pair.name.startswith("query")]
    least = min(pages, key=_ratio)
    slowest = max(queries, key=lambda pair: _percentile(pair.seconds["ours"]))
    print(f"slowest page beside a bare Datasette: {least.name}, {_ratio(least):.2f} of its requests a second")
    print(f"slowest query: {slowest.name}, 95th percentile {_percentile(slowest.seconds['ours']):.0f} ms")


def _print_queries(folder: Path, queries: dict[str, Any]) -> None:
    """What each query takes of a processor by itself, with as many rows as the site takes: other work on the machine adds little to it."""
    taken = {}
    uri = f"{(folder / 'gongkai.db').absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        for name, query in queries.items():
            rounds = []
            for _ in range(QUERY_ROUNDS):
                start = time.process_time()
                connection.execute(query["sql"], dict.fromkeys(query["params"], "")).fetchmany(ROWS + 1)
                rounds.append(time.process_time() - start)
            taken[name] = statistics.median(rounds) * 1000
    print(
        "processor time of each query alone, ms (median): "
        + ", ".join(f"{name} {ms:.0f}" for name, ms in taken.items())
    )
    slowest = max(taken, key=lambda name: taken[name])
    print(f"slowest: {slowest}, {taken[slowest]:.0f} ms")


def _rate(seconds: list[float]) -> float:
    return len(seconds) / sum(seconds)


def _ratio(pair: Pair) -> float:
    return _rate(pair.seconds["ours"]) / _rate(pair.seconds["bare"])


def _median(seconds: list[float]) -> float:
    """In milliseconds."""
    return statistics.median(seconds) * 1000


def _percentile(seconds: list[float]) -> float:
    """The 95th percentile, in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.95))] * 1000


def _print_sizes(folder: Path) -> None:
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    rows = {resource["name"]: resource["rows"] for resource in descriptor["resources"]}
    print(f"{rows['reports']:,} reports, {rows['figures']:,} figures, {rows['checks']:,} checks")
    for name in DATABASES:
        size = (folder / f"{name}.db").stat().st_size
        print(f"{name}.db: {size / 1e6:,.0f} MB, {size / rows['figures']:.0f} bytes a figure")


if __name__ == "__main__":
    main()
