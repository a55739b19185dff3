"""The embedded default: the sample portals, collected over HTTP, built and checked, all on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gongkai_build.resources import definition
from gongkai_build.sample_server import load_sites, serve_samples
from gongkai_scraper.archive import Archive
from gongkai_scraper.collect import Progress, RunSummary, collect
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.portals import load_portals

SAMPLE_PORT = 8471
"""Port that stands in the addresses of the sample portals; when it is taken, another one serves them under the same addresses."""


def sample_register() -> Path:
    """Return the register of the fictional divisions."""
    return definition("samples") / "register"


def sample_corrections() -> Path:
    """Return the corrections of figures of the samples."""
    return definition("samples") / "corrections.yml"


def sample_portal_files() -> Path:
    """Return the folder of the sample portals' files."""
    return definition("samples") / "portals"


@contextmanager
def sample_portals() -> Iterator[ClientSettings]:
    """Serve the sample portals on loopback; yields the client settings under which their addresses lead there."""
    sites = definition("samples") / "sites"
    with serve_samples(sites, SAMPLE_PORT) as port:
        hosts = {f"{host}:{SAMPLE_PORT}": ("127.0.0.1", port) for host in load_sites(sites)}
        yield ClientSettings(connect_to=hosts)


def collect_samples(archive: Path, settings: ClientSettings, on_progress: Callable[[Progress], None]) -> RunSummary:
    """Collect the sample portals into an archive."""
    with Archive.open(archive, write=True) as opened:
        return collect(load_portals(sample_portal_files()), opened, settings, on_progress=on_progress)
