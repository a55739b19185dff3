"""YAML files that people write, read into models: every mistake is named with file, line and field."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class YamlFileError(Exception):
    """A file cannot be used; each line of the message names file, line, field and reason."""


def load_model(path: Path, model: type[Model], *, help_text: str, **given: Any) -> Model:
    """Read a YAML file into a model.

    Args:
        path: the file.
        model: what it must hold.
        help_text: what a file that holds no fields is told.
        given: fields that are not written in the file but follow from elsewhere, its name for example.

    Raises:
        YamlFileError: the file cannot be read, gives a field twice, or does not fit the model.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
        _refuse_repeated(path, node)
    except RecursionError as error:
        raise YamlFileError(f"{path}: cannot be read: nested too deeply, or a list that holds itself") from error
    except (OSError, yaml.YAMLError, ValueError, LookupError, AttributeError) as error:
        # PyYAML passes on whatever making a date, number or truth value out of wrong text raises.
        raise YamlFileError(f"{path}: cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise YamlFileError(f"{path}: {help_text}")
    for field in given:
        if field in data:
            raise YamlFileError(f"{path}: {field}: not a field, it follows from the file's name")
    try:
        return model.model_validate(data | given)
    except ValidationError as error:
        problems = [_problem(path, node, problem["loc"], problem["msg"]) for problem in error.errors()]
        raise YamlFileError("\n".join(problems)) from error


def _problem(path: Path, node: yaml.Node | None, place: tuple[int | str, ...], message: str) -> str:
    """One line of an error: file, line, field, reason."""
    line, field = 1, []
    for number, step in enumerate(place):
        found = _child(node, step)
        if found:
            line, node = found
        elif number < len(place) - 1:
            continue  # a step that is not written in the file: which of several models was meant
        field.append(str(step))
    name = ".".join(field)
    return f"{path}:{line}: {name + ': ' if name else ''}{message.removeprefix('Value error, ')}"


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def _refuse_repeated(path: Path, node: yaml.Node | None) -> None:
    """YAML keeps the last of two equal keys in silence; here it is an error."""
    children: list[Any] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise YamlFileError(f"{path}:{key.start_mark.line + 1}: {key.value}: given twice")
            seen.add(key.value)
            children.append(value)
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    for child in children:
        _refuse_repeated(path, child)
