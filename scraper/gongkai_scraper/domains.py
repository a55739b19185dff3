"""The site that a host belongs to: its registrable domain, by the rules of `suffixes.yml`."""

import ipaddress
from functools import cache, lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=4096)
def is_machine(host: str) -> bool:
    """Tell whether a host is an IP address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def site_of(host: str) -> str:
    """Return the registrable domain of a host (`www.yantai.gov.cn` → `yantai.gov.cn`); an IP address is its own.

    Args:
        host: a name in small letters, as `httpx.URL.host` gives it.
    """
    if is_machine(host):
        return host
    labels = host.rstrip(".").split(".")
    return ".".join(labels[-_labels_of_suffix(labels) - 1 :])


def _labels_of_suffix(labels: list[str]) -> int:
    """How many labels at the end of a name are not the site's own."""
    suffixes = _suffixes()
    below = suffixes.get(labels[-1], suffixes["generic"] if len(labels[-1]) == 2 else frozenset())
    return 2 if len(labels) > 1 and labels[-2] in below else 1


@cache
def _suffixes() -> dict[str, frozenset[str]]:
    text = (Path(__file__).parent / "suffixes.yml").read_text(encoding="utf-8")
    return {country: frozenset(names) for country, names in yaml.safe_load(text).items()}
