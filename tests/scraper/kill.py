"""Kills a collection of the sample portals in fault mode at random moments, again and again, and looks at what is left.

    python tests/scraper/kill.py [COUNT] [SEED]

Each page of the sample portals fails at its first requests: 429, 503, a reset in the middle, a closed connection, a body
that is too short. Each collection is a process of its own that is ended by SIGKILL; the next one goes on. When COUNT have
been killed, one runs to its end. Then the archive must verify, the captures must be those of a run that nobody disturbed
(which is made first), the ledger must be one that can be rebuilt, and between two kills nothing that was there may be lost.
"""

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from fault_server import Faults, failing_once, serve_with_faults

from gongkai_build.resources import definition
from gongkai_scraper.archive import Archive
from gongkai_scraper.verify import verify

COUNT = 200
AFTER_OPENING = 0.8
"""How many are killed some time after the archive was open; the others at any time, also while it is put in order."""
LONGEST_TRY = 120.0
"""Seconds after which an undisturbed run must have ended."""
SITES = definition("samples") / "sites"
COLLECT = """
import json, sys
from pathlib import Path
from gongkai_build.resources import definition
from gongkai_scraper.archive import Archive
from gongkai_scraper.collect import collect
from gongkai_scraper.fetch import ClientSettings
from gongkai_scraper.portals import load_portals
connect_to = {host: tuple(machine) for host, machine in json.loads(sys.argv[2]).items()}
settings = ClientSettings(connect_to=connect_to, retries=3, backoff=0.02, maximum_wait=5.0)
with Archive.open(Path(sys.argv[1]), write=True, warc_bytes=150_000) as archive:
    print("open", flush=True)
    summary = collect(load_portals(definition("samples") / "portals"), archive, settings)
print(json.dumps(summary.as_object()), flush=True)
"""


@dataclass(frozen=True)
class Killed:
    """What the kills came to."""

    before_writing: int
    """Killed before the archive was open."""
    collecting: int
    """Killed in the middle of a collection."""
    too_late: int
    """Had ended before they could be killed; their archive was begun anew."""
    captures: int
    seconds: float


def run(count: int, seed: int, folder: Path) -> Killed:
    """Do it; raises AssertionError when anything is lost, doubled or damaged."""
    chance = random.Random(seed)
    plan = failing_once(SITES)
    faults = Faults(plan)
    with serve_with_faults(SITES, faults) as connect_to:
        command = [sys.executable, "-c", COLLECT]
        arguments = json.dumps(connect_to)
        begun = time.monotonic()
        undisturbed = _to_the_end([*command, str(folder / "whole"), arguments])
        assert {asked.fault for asked in faults.asked} >= {meeting.fault.__name__ for meeting in plan.values()}
        usual = faults.asked[-1].ended - faults.asked[0].begun
        archive, kept = folder / "killed", set[tuple[str, str]]()
        numbers = {"early": 0, "collecting": 0, "late": 0}
        begun = time.monotonic()
        while numbers["early"] + numbers["collecting"] < count:
            faults.forget()
            is_open = chance.random() < AFTER_OPENING
            outcome = _kill([*command, str(archive), arguments], chance.uniform(0.0, usual), is_open=is_open)
            numbers[outcome] += 1
            if outcome == "late":
                _check(archive, undisturbed)
                archive, kept = folder / f"killed-{numbers['late']}", set()
                continue
            if (archive / "ledger.sqlite").exists():
                kept = _nothing_lost(archive, kept)
        faults.forget()
        _to_the_end([*command, str(archive), arguments])
        _check(archive, undisturbed)
    seconds = time.monotonic() - begun
    return Killed(numbers["early"], numbers["collecting"], numbers["late"], len(undisturbed), seconds)


def reports(archive: Path) -> set[tuple[str, str]]:
    """The documents of an archive, each with the address from which it came."""
    with Archive.open(archive) as opened:
        return {(capture.capture_id, capture.url or "") for capture in opened.captures()}


def _to_the_end(command: list[str]) -> set[tuple[str, str]]:
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_TRY)
    assert result.returncode == 0, result.stderr
    return reports(Path(command[3]))


def _kill(command: list[str], wait: float, *, is_open: bool) -> str:
    """Start a collection and kill it a while after it began, or after the archive was open.

    Returns whether it was early (before that), collecting, or had ended (late).
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        opened = process.stdout.readline() if is_open else b""
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        lines = (opened + process.stdout.read()).splitlines()
        assert process.stderr is not None
        errors = process.stderr.read()
    assert not errors, errors.decode()
    return ("early", "collecting", "late")[len(lines)]


def _nothing_lost(archive: Path, kept: set[tuple[str, str]]) -> set[tuple[str, str]]:
    found = verify(archive)
    assert not found.problems, found.problems
    now = {capture for capture, _ in reports(archive)}
    assert now >= {capture for capture, _ in kept}, "a capture that was there is gone"
    return reports(archive)


def _check(archive: Path, undisturbed: set[tuple[str, str]]) -> None:
    found = verify(archive)
    assert not found.problems, found.problems
    assert not found.notes, found.notes
    assert {capture for capture, _ in reports(archive)} == {capture for capture, _ in undisturbed}
    (archive / "ledger.sqlite").unlink()
    Archive.open(archive, write=True).close()
    assert not verify(archive).problems
    assert {capture for capture, _ in reports(archive)} == {capture for capture, _ in undisturbed}


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)
    with tempfile.TemporaryDirectory() as temporary:
        killed = run(number, chosen, Path(temporary))
    print(f"seed {chosen}: {killed}")
