"""What a piece of a sentence states: a figure, that something did not occur, or a category of a total."""

import re
from collections.abc import Container, Iterable, Sequence
from decimal import Decimal

from gongkai_build.forms import load_vocabulary
from gongkai_build.reading.fold import mainland_wording, plain
from gongkai_build.reading.narrowing import Scope, is_of_year, part_meant
from gongkai_build.reading.place import Figure, Issue
from gongkai_build.reading.speaking import (
    Context,
    Total,
    is_about,
    is_headed,
    is_one_of_several,
    is_own,
    is_understood,
    names_itself,
    speaks_for_division,
    time_of,
    topic_of,
    topics_in,
)
from gongkai_build.reading.statements import CHINESE_DIGITS, OTHER, OWN, SINCE, Statement, load_statements, load_words
from gongkai_build.reading.values import REPORTED, UNCLEAR, parse_number

REVIEW, REVIEW_TOTAL = "review", "review.total"
LONGEST_PIECE = 300
"""Characters that a piece between commas can have to be understood; what is longer is no statement, and takes long to search."""


def read_piece(piece: str, context: Context) -> list[Figure]:
    """Read a piece of a sentence: return what it states, and carry on of what, when and whom the text speaks."""
    words = load_words()
    if len(piece) > LONGEST_PIECE:
        context.foreign = True
        return []
    if words.comparison.search(piece):
        stated = _stated_in(piece, context, allow_tail=True)
        context.topic = topic_of(piece) or context.topic
        context.said += piece + ","
        return stated
    if words.not_yet.search(piece) or words.foreign.search(piece):
        context.foreign = True
        if context.within and words.with_below.match(piece) and not speaks_for_division(context.agency):
            context.with_others = True
    subject = words.foreign_subject.match(piece)
    # 区政府（含各部门）收到…
    named = context.rest.startswith("(") and words.organ.fullmatch(piece)
    if (subject and not is_own(subject.group("organ"), context)) or (named and not is_own(piece, context)):
        context.foreign = True
    opens = _open_list(piece, context)
    figures = _stated_in(piece, context, allow_tail=False)
    context.listed = context.listed or opens
    if _counts_other(piece, figures, context):
        context.counted_other = True
        context.reviewed = context.reviewed and topic_of(piece) != REVIEW
        if not (context.listed and _is_category(piece, context)):
            context.close_lists()
    taken = words.taking.search(piece)
    if not figures and context.counted_other and not context.listed and words.asked_for.search(piece):
        # 不动产查询申请350件: what follows is of these.
        context.topic = topic_of(piece) or OTHER
    elif taken and not figures and taken.group("what").strip("了共计的"):
        topic = topic_of(taken.group("what"))
        context.topic = topic or OTHER
    else:
        context.topic = topic_of(piece) or context.topic
    context.said += piece + ","
    return figures


def _open_list(piece: str, context: Context) -> bool:
    """Tell whether a list begins with a piece, and take it for one of what was counted last."""
    words = load_words()
    if context.total and words.list_again.match(piece) and not words.counted.search(context.said):
        context.total.open = True
    opens = any(opening in piece for opening in words.list_openings)
    if opens and (context.counted_other or context.listed):
        # 主动公开1256条，答复留言80条，其中网站50条: a list of the other count. 其中网站50条，其中规范性文件3条: one of a part.
        context.close_lists()
    return opens


def _stated_in(piece: str, context: Context, *, allow_tail: bool) -> list[Figure]:
    """Return what a piece states, and carry on of when the text speaks."""
    matches = _matches(piece, context)
    kept = piece
    figures: list[Figure] = []
    if matches:
        statement, match = matches[0]
        if statement.timed:
            kept = piece[: match.start()] + piece[match.end() :]
        time = time_of(piece[: match.start()] if statement.timed else piece[: match.end()], context)
        if time in (OWN, SINCE) and not context.foreign and _may_follow(match):
            figures = _figures([also for also, _ in matches], match, context, time)
    if not matches and not allow_tail:
        figures = _none(piece, context) or _category_in(piece, context)
    context.time = time_of(kept, context) if not allow_tail or matches else context.time
    return figures


def _matches(piece: str, context: Context) -> list[tuple[Statement, re.Match[str]]]:
    """Find the statements of a piece: those that begin first, if nothing before them is left that is not understood."""
    found: list[tuple[Statement, re.Match[str]]] = []
    words = load_words()
    if not words.counted.search(piece) or not words.spoken_of.search(piece):
        return found
    of_others = False
    topics = topics_in(piece)
    for statement in load_statements(context.form):
        if not _may_be_about(statement, topics, context):
            continue
        for pattern in statement.patterns:
            match = pattern.search(piece)
            if match and _fits(statement, match, piece, context):
                if is_understood(piece[: match.start()], context):
                    found.append((statement, match))
                    break
                of_others = True
    # Whose or which it is cannot be told, so neither can it be of what follows in the sentence.
    context.foreign = context.foreign or (of_others and not found)
    first = min((match.start() for _, match in found), default=0)
    longest = max((match.end() for _, match in found if match.start() == first), default=0)
    return [(statement, match) for statement, match in found if (match.start(), match.end()) == (first, longest)]


def _fits(statement: Statement, match: re.Match[str], piece: str, context: Context) -> bool:
    groups = match.groupdict()
    if statement.units and groups.get("unit") not in statement.units:
        return False
    before = piece[: match.start()]
    # Several channels named before an explicit subject (利用网站、微信等，全区…) are all of them; one of them is a part.
    said = "" if before and "等" in context.said and names_itself(before, context) else context.said
    if any(word in said + before for word in statement.not_before):
        return False
    if statement.not_beside and (context.joined or statement.not_beside.search(context.said + before)):
        return False
    return is_about(statement, piece[: match.end()], context) and not _is_one_of_several(statement, match, context)


def _is_one_of_several(statement: Statement, match: re.Match[str], context: Context) -> bool:
    return not statement.behind and is_one_of_several(match.group(), context)


def _may_be_about(statement: Statement, topics: Container[str], context: Context) -> bool:
    """Tell whether a piece that names some topics can be about what a statement is about, whatever it says: most statements cannot be meant."""
    if statement.behind and context.behind != statement.behind:
        return False
    if statement.topic is None or statement.topic in topics or statement.topic == context.topic:
        return not statement.matter or context.matter or is_headed(statement, context.headings)
    return context.topic is None and is_headed(statement, context.headings)


def _may_follow(match: re.Match[str]) -> bool:
    after = match.string[match.end() :]
    words = load_words()
    return bool(words.tail.match(after)) or after.startswith(words.approximate_after)


def _none(piece: str, context: Context) -> list[Figure]:
    """Read a piece that says that something did not occur."""
    figures: list[Figure] = []
    words = load_words()
    if context.foreign or not words.denied.search(piece) or words.except_for.search(context.said + piece):
        return figures
    if words.denied_further.match(context.rest):
        return figures
    for statement in load_statements(context.form):
        for pattern in statement.none:
            match = pattern.search(piece)
            if not match:
                continue
            if statement.word and not statement.word.search(match.group("what")):
                continue
            if statement.unless and statement.unless.search(context.rest):
                continue
            before = words.so_far.sub("", piece[: match.start()])
            if not is_understood(before, context) or not is_about(statement, piece, context):
                continue
            if _is_one_of_several(statement, match, context):
                continue
            if time_of(before if statement.timed else piece, context) == OWN:
                figures.append(
                    Figure(*statement.key, Decimal(0), REPORTED, context.sentence, context.place),
                )
                break
    return figures


def _figures(statements: Sequence[Statement], match: re.Match[str], context: Context, time: str) -> list[Figure]:
    """Return what statements say with one number, and carry on behind what a list may follow."""
    figures: list[Figure] = []
    context.counted_other = False
    for statement in statements:
        meant = part_meant(statement, match, context)
        if time == SINCE and not (isinstance(meant, re.Match) and is_of_year(meant, context)):
            # Of several years only the part that is said to be this year's counts.
            continue
        if meant is Scope.WHOLE and statement.topic == REVIEW and not context.reviewed:
            # What became of reviews may be said of reviews of every matter.
            meant = Scope.OPEN
        figures.append(_figure(statement, match if isinstance(meant, Scope) else meant, meant, context))
        whole = meant is Scope.WHOLE
        if not statement.behind:
            context.behind, context.listed = statement.item_id if whole else None, False
            if context.total and not statement.parts:
                context.total.open = False
        if statement.item_id == REVIEW_TOTAL:
            context.reviewed = whole
        context.shared = context.shared or (meant is Scope.OPEN and "matter" in statement.narrowed_by)
        if statement.parts:
            context.total = Total(statement, match.group("unit")) if whole else None
    return figures


def _figure(statement: Statement, match: re.Match[str], meant: re.Match[str] | Scope, context: Context) -> Figure:
    figure = _stated(statement.item_id, statement.party, match, context)
    if meant is Scope.NOTHING:
        return figure._replace(value=Decimal(0), status=REPORTED)
    return figure._replace(value=None, status=UNCLEAR) if meant is Scope.OPEN else figure


def _counts_other(piece: str, figures: list[Figure], context: Context) -> bool:
    """Tell whether a piece counts something that no statement is about, now and for all that was said."""
    words = load_words()
    if figures or not words.counted.search(words.spans.sub("", piece)):
        return False
    # In brackets stands what it was in another year.
    return not context.within or time_of(piece, context) == OWN


def _is_category(piece: str, context: Context) -> bool:
    """Tell whether a piece may be a category of the list at hand that no item stands for (奇事记4条)."""
    words = load_words()
    match = words.part.fullmatch(words.enumerated.sub("", piece))
    if not match or words.doing.search(match.group("label")) or topic_of(piece) == OTHER:
        return False
    return context.total is None or match.group("unit") == context.total.unit


def _stated(item_id: str, party: str, match: re.Match[str], context: Context) -> Figure:
    number = parse_number(match.group("number"))
    groups = match.groupdict()
    after = match.string[match.end() :]
    unclear = Figure(item_id, party, None, UNCLEAR, context.sentence, context.place)
    approximate = any(groups.get(name) for name in ("approximately", "more")) or after.startswith(
        load_words().approximate_after
    )
    if number is None or approximate or (groups.get("scale") and not groups.get("money")):
        # 2.2万条 is rounded: nobody counts records in ten thousands.
        return unclear
    if groups.get("money"):
        in_fact = load_words().in_fact in match.string[: match.end()]
        if not in_fact and len(re.findall(rf"[\d{CHINESE_DIGITS}][万亿]?元", plain(context.sentence))) > 1:
            # One of several amounts (检索费10元、复制费20元) is no total.
            return unclear
        number *= load_vocabulary().money_units[match.group("money")]
    elif number != number.to_integral_value():
        return unclear
    return Figure(item_id, party, number, REPORTED, context.sentence, context.place)


def _category_in(piece: str, context: Context) -> list[Figure]:
    """Read a category of a total: a piece that is nothing but a category, a number and the unit of the total."""
    words, total = load_words(), context.total
    if total is None or context.foreign or time_of(piece, context) != OWN:
        return []
    match = words.part.fullmatch(words.enumerated.sub("", piece))
    if not match or match.group("unit") != total.unit:
        return []
    if not total.open:
        return []
    item = total.statement.parts.get(_category(mainland_wording(match.group("label")), total.statement.parts))
    if item:
        total.idle, context.listed = 0, True
        return [_stated(item, total.statement.party, match, context)]
    if context.listed and context.topic in (None, "disclosure"):
        context.issues.append(Issue("local_line", context.place, piece))
    return []


def _category(label: str, known: Iterable[str]) -> str:
    """Take from a category the words that only lead to it or close it (通过政府网站公开信息 → 政府网站)."""
    words = load_words()
    changed = True
    while changed and label not in known:
        changed = False
        for opening in words.part_openings:
            if label.startswith(opening) and len(label) > len(opening):
                label, changed = label.removeprefix(opening), True
        for ending in words.part_endings:
            if label not in known and label.endswith(ending) and len(label) > len(ending):
                label, changed = label.removesuffix(ending), True
    return label
