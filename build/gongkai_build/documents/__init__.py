"""Bytes → blocks: lines of text and tables of cells, whatever the document was."""

from gongkai_build.documents.blocks import Block, Cell, Document, Line, Table, UnreadableDocument
from gongkai_build.documents.read import read_document

__all__ = ["Block", "Cell", "Document", "Line", "Table", "UnreadableDocument", "read_document"]
