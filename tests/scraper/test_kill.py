"""A collection that is killed at random moments loses nothing; kill.py does the same as often as one likes."""

from pathlib import Path

from kill import run


def test_killed_at_random_moments(tmp_path: Path) -> None:
    killed = run(5, 7, tmp_path)
    assert killed.before_writing + killed.collecting == 5
    assert killed.captures > 20
