"""Where the data files that travel with the code are found, in a checkout and in an installed wheel alike."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def definition(name: str) -> Path:
    """Return the path of a definition that stands at the top of the repository (`datapackage.json`, `samples`).

    In a wheel it lies inside the package; in a checkout or an editable install it lies two folders above it.
    """
    for candidate in (PACKAGE / name, PACKAGE.parents[1] / name):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"{name} is neither in {PACKAGE} nor in {PACKAGE.parents[1]}: the installation is damaged")
