"""Full-text search for Chinese: our index (every character a word of its own, terms as phrases) against LIKE, in the same run.

The sections are invented: words of two characters, the frequent ones far more frequent than the rare ones, as in any text, and among them the
words that are looked for. Recall and precision are told against Python's own substring search over the text. What SQLite's own tokenizers find of
the same words is counted beside it.
"""

import random
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from gongkai_site.chinese import match_query, spaced

SECTIONS = 20_000
WORDS_A_SECTION = 160
SENTENCE = 12
VOCABULARY = 3000
ROUNDS = 7
SEED = 711
SOUGHT = {"政府": 0.30, "公开": 0.20, "申请": 0.10, "复议": 0.03, "诉讼": 0.02, "信访": 0.005, "勾稽": 0.0005}
"""Words of two characters, and in which share of the sections they are put."""
FIRST_CHARACTER, CHARACTERS = 0x4E00, 2500
TOKENIZERS = ("unicode61", "trigram")


@dataclass(frozen=True)
class Found:
    """What a search found, and how long it takes (median, in seconds)."""

    sections: frozenset[int]
    seconds: float


def main() -> None:
    """Make the sections, index them, search, print."""
    texts = sections(random.Random(SEED))
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE sections (text TEXT)")
        database.executemany("INSERT INTO sections VALUES (?)", ((text,) for text in texts))
        before = pages(database)
        begin = time.perf_counter()
        index(database, "spaced", "unicode61", spaced)
        taken = time.perf_counter() - begin
        size = (pages(database) - before) / before
        for tokenizer in TOKENIZERS:
            index(database, tokenizer, tokenizer, str)
        characters = sum(map(len, texts)) / len(texts)
        print(
            f"{SECTIONS} sections of {characters:.0f} characters; index made in {taken:.1f} s, {size:.2f} times the size of the table"
        )
        print("  word   in sections   LIKE ms   ours ms   ratio   recall   precision   found by unicode61, trigram")
        ratios = [report(database, texts, word) for word in SOUGHT]
    print(f"  median ratio {statistics.median(ratios):.0f}")


def report(database: sqlite3.Connection, texts: list[str], word: str) -> float:
    """Search for a word in every way, print a line, return how many times faster than LIKE our index is."""
    holding = frozenset(number for number, text in enumerate(texts, 1) if word in text)
    like = "SELECT rowid FROM sections WHERE text LIKE ?"
    match = "SELECT rowid FROM spaced WHERE spaced MATCH ?"
    slow, fast = search(database, [(like, f"%{word}%"), (match, match_query(word))])
    assert slow.sections == holding, "LIKE and Python disagree"
    others = [
        len(database.execute(f"SELECT rowid FROM {name} WHERE {name} MATCH ?", (f'"{word}"',)).fetchall())
        for name in TOKENIZERS
    ]
    right = len(fast.sections & holding)
    print(
        f"  {word}   {len(holding):9}   {slow.seconds * 1000:9.2f}   {fast.seconds * 1000:7.2f}   {slow.seconds / fast.seconds:5.0f}"
        f"   {right / len(holding):6.1%}   {right / len(fast.sections):9.1%}   {others[0]}, {others[1]}"
    )
    return slow.seconds / fast.seconds


def search(database: sqlite3.Connection, queries: list[tuple[str, str]]) -> list[Found]:
    """Run queries by turns, several times; all rows are fetched."""
    times: list[list[float]] = [[] for _ in queries]
    rows: list[frozenset[int]] = [frozenset() for _ in queries]
    for _ in range(ROUNDS):
        for place, (sql, parameter) in enumerate(queries):
            begin = time.perf_counter()
            found = database.execute(sql, (parameter,)).fetchall()
            times[place].append(time.perf_counter() - begin)
            rows[place] = frozenset(rowid for (rowid,) in found)
    return [Found(found, statistics.median(taken)) for found, taken in zip(rows, times, strict=True)]


def index(database: sqlite3.Connection, name: str, tokenizer: str, cut: Callable[[str], str]) -> None:
    """Make a contentless full-text index of the sections, as the build does."""
    texts = database.execute("SELECT rowid, text FROM sections").fetchall()
    database.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(text, content='', tokenize='{tokenizer}')")
    database.executemany(
        f"INSERT INTO {name} (rowid, text) VALUES (?, ?)", ((rowid, cut(text)) for rowid, text in texts)
    )
    database.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")


def pages(database: sqlite3.Connection) -> int:
    """How many pages the database takes up."""
    count: int = database.execute("PRAGMA page_count").fetchone()[0]
    return count


def sections(chance: random.Random) -> list[str]:
    """Make up the sections."""
    characters = [chr(FIRST_CHARACTER + number * 8) for number in range(CHARACTERS)]
    vocabulary = ["".join(chance.choices(characters, k=2)) for _ in range(VOCABULARY)]
    # Zipf's law: the n-th most frequent word is n times rarer than the first.
    frequencies = [1 / rank for rank in range(1, VOCABULARY + 1)]
    return [section(chance, chance.choices(vocabulary, frequencies, k=WORDS_A_SECTION)) for _ in range(SECTIONS)]


def section(chance: random.Random, words: list[str]) -> str:
    """One section: sentences of words, with some of the sought ones put in."""
    for word, share in SOUGHT.items():
        if chance.random() < share:
            words[chance.randrange(len(words))] = word
    sentences = ["".join(words[start : start + SENTENCE]) for start in range(0, len(words), SENTENCE)]
    return "，".join(sentences) + "。"


if __name__ == "__main__":
    main()
