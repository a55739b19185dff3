"""The statutory forms as data: what is counted, under which labels, in which unit."""

from gongkai_build.forms.model import (
    Block,
    Column,
    Form,
    Item,
    Party,
    Row,
    load_form,
    load_forms,
    load_items,
    load_parties,
)
from gongkai_build.forms.vocabulary import Vocabulary, load_vocabulary

__all__ = [
    "Block",
    "Column",
    "Form",
    "Item",
    "Party",
    "Row",
    "Vocabulary",
    "load_form",
    "load_forms",
    "load_items",
    "load_parties",
    "load_vocabulary",
]
