"""What can happen to the lines of a report on their way: lost, doubled, moved, broken, joined.

Each mutation takes and returns lines. None of them makes the report state another figure: a reader who sees the result can tell that something
is wrong, or finds the figures as they were.
"""

import random
from collections.abc import Callable

LONGEST_RUN = 6


def drop_line(lines: list[str], rng: random.Random) -> list[str]:
    """A line is lost; where a mark is left of it, an empty cell is what the report then states."""
    index = rng.randrange(len(lines))
    return lines[:index] + lines[index + 1 :]


def double_line(lines: list[str], rng: random.Random) -> list[str]:
    """A line is printed twice."""
    index = rng.randrange(len(lines))
    return lines[: index + 1] + lines[index:]


def drop_blank_line(lines: list[str], rng: random.Random) -> list[str]:
    """An empty line is lost, if there is one."""
    blank = [index for index, line in enumerate(lines) if not line.strip()]
    index = rng.choice(blank) if blank else len(lines) - 1
    return lines[:index] + lines[index + 1 :]


def swap_lines(lines: list[str], rng: random.Random) -> list[str]:
    """Two lines change places, of which one is a bare number or mark: to swap two values, or two labels, is to state other figures."""
    places = [index for index in range(len(lines) - 1) if _is_bare(lines[index]) != _is_bare(lines[index + 1])]
    index = rng.choice(places)
    return [*lines[:index], lines[index + 1], lines[index], *lines[index + 2 :]]


def insert_page_number(lines: list[str], rng: random.Random) -> list[str]:
    """The number of a page comes to stand between two lines."""
    index = rng.randrange(3, len(lines))
    return [*lines[:index], rng.choice(["7", "- 7 -", "第7页", "7/12"]), *lines[index:]]


def drop_run(lines: list[str], rng: random.Random) -> list[str]:
    """Some lines one behind the other are lost, as at the end of a page."""
    index, length = rng.randrange(len(lines)), rng.randint(2, LONGEST_RUN)
    return lines[:index] + lines[index + length :]


def double_run(lines: list[str], rng: random.Random) -> list[str]:
    """Some lines are printed twice, as where two pages overlap."""
    index, length = rng.randrange(len(lines)), rng.randint(2, LONGEST_RUN)
    return lines[: index + length] + lines[index:]


def move_line(lines: list[str], rng: random.Random) -> list[str]:
    """A line that is no bare number comes to stand elsewhere."""
    places = [index for index, line in enumerate(lines) if not _is_bare(line)]
    index = rng.choice(places)
    rest = lines[:index] + lines[index + 1 :]
    target = rng.randrange(len(rest))
    return [*rest[:target], lines[index], *rest[target:]]


def join_lines(lines: list[str], rng: random.Random) -> list[str]:
    """Two lines become one."""
    index = rng.randrange(len(lines) - 1)
    return [*lines[:index], f"{lines[index]} {lines[index + 1]}", *lines[index + 2 :]]


def break_line(lines: list[str], rng: random.Random) -> list[str]:
    """A line is broken in two."""
    index = rng.choice([index for index, line in enumerate(lines) if len(line) > 1])
    middle = rng.randrange(1, len(lines[index]))
    return [*lines[:index], lines[index][:middle], lines[index][middle:], *lines[index + 1 :]]


def drop_repeated(lines: list[str], rng: random.Random) -> list[str]:
    """Every line that was printed before is lost: zeros and headers vanish."""
    seen: set[str] = set()
    return [line for line in lines if not line.strip() or not (line in seen or seen.add(line))]


def drop_zeros(lines: list[str], rng: random.Random) -> list[str]:
    """Some of the lines that hold nothing but a 0 are lost, with the mark that closes them."""
    share = rng.choice([0.1, 0.5, 0.9])
    return [line for line in lines if line.strip(" |\t\u3000\xa0") != "0" or rng.random() > share]


def cut_off(lines: list[str], rng: random.Random) -> list[str]:
    """The end of the report is lost."""
    return lines[: rng.randrange(len(lines) // 3, len(lines))]


LINE_MUTATIONS: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    drop_line,
    double_line,
    drop_blank_line,
    swap_lines,
    insert_page_number,
    drop_run,
    double_run,
    move_line,
    join_lines,
    break_line,
    drop_repeated,
    drop_zeros,
    cut_off,
)


def _is_bare(line: str) -> bool:
    return not any(character.isalpha() for character in line)
