"""Writes the browser's types from the structs of the HTTP API, so that the two cannot drift apart."""

import sys
import typing
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec
from litestar import Litestar
from msgspec import inspect

from hebah.app.routes import bare_app
from hebah.app.web import handlers_of
from hebah.foundation.wire import Input, View

HEAD: Final = "// Types of the HTTP API, written from the server's structs by `make types`. Do not edit by hand.\n"

_PLAIN: Final[Mapping[type[inspect.Type], str]] = MappingProxyType(
    {
        inspect.AnyType: "unknown",
        inspect.NoneType: "null",
        inspect.BoolType: "boolean",
        inspect.IntType: "number",
        inspect.FloatType: "number",
        inspect.StrType: "string",
        inspect.BytesType: "string",
        inspect.UUIDType: "string",
        inspect.DateTimeType: "string",
        inspect.DateType: "string",
        inspect.TimeType: "string",
    }
)
_LISTS = (inspect.ListType, inspect.SetType, inspect.FrozenSetType, inspect.VarTupleType)
_BASES = frozenset({View, Input, msgspec.Struct})


class NotExpressible(TypeError):
    """A struct uses a type that this generator has no word for."""


def typescript_of(app: Litestar) -> str:
    """Every struct and enum that the routes take or give, as TypeScript, in alphabetical order."""
    named: dict[str, type] = {}
    for handler in handlers_of(app):
        hints = typing.get_type_hints(handler.fn, include_extras=True)
        for hint in (hints.get("data"), hints.get("return")):
            for struct in _structs_in(hint):
                _collect(struct, named)
    return HEAD + "".join(f"\n{_declare(named[name])}\n" for name in sorted(named))


def _structs_in(hint: Any) -> Iterator[type[msgspec.Struct]]:  # Any: whatever an annotation may be
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for argument in typing.get_args(hint):
        yield from _structs_in(argument)


def _collect(found: type, named: dict[str, type]) -> None:
    known = named.setdefault(found.__name__, found)
    if known is not found:
        raise NotExpressible(f"two types are called {found.__name__}: {known.__module__} and {found.__module__}")
    if not issubclass(found, msgspec.Struct):
        return
    for base in _bases(found):
        if base.__name__ not in named:
            _collect(base, named)
    for field in _fields(found):
        for inner in _named_in(field.type):
            if named.get(inner.__name__) is not inner:
                _collect(inner, named)


def _named_in(kind: inspect.Type) -> Iterator[type]:
    match kind:
        case inspect.StructType(cls=found) | inspect.EnumType(cls=found):
            yield found
        case inspect.UnionType(types=inner):
            yield from _all_named_in(inner)
        case inspect.DictType(key_type=key, value_type=value):
            yield from _all_named_in((key, value))
        case inspect.TupleType(item_types=inner):
            yield from _all_named_in(inner)
        case inspect.Metadata(type=inner_type):
            yield from _named_in(inner_type)
        case _ if isinstance(kind, _LISTS):
            yield from _named_in(kind.item_type)
        case _:
            return


def _all_named_in(kinds: Iterable[inspect.Type]) -> Iterator[type]:
    for kind in kinds:
        yield from _named_in(kind)


def _declare(found: type) -> str:
    if issubclass(found, Enum):
        return f"export type {found.__name__} = {' | '.join(_quoted(member.value) for member in found)};"
    bases = _bases(found)
    extends = f" extends {', '.join(base.__name__ for base in bases)}" if bases else ""
    inherited = {field.name for base in bases for field in _fields(base)}
    lines = [_line(field) for field in _fields(found) if field.name not in inherited]
    return f"export interface {found.__name__}{extends} {{\n{''.join(lines)}}}"


def _line(field: inspect.Field) -> str:
    # Only a partial update leaves fields out; the browser states everything else, also what has a default.
    has_default = field.default is not msgspec.NODEFAULT or field.default_factory is not msgspec.NODEFAULT
    optional = "" if field.required or has_default else "?"
    return f"  {field.encode_name}{optional}: {_written(field.type)};\n"


def _written(kind: inspect.Type) -> str:
    if (plain := _PLAIN.get(type(kind))) is not None:
        return plain
    match kind:
        case inspect.StructType(cls=found) | inspect.EnumType(cls=found):
            return found.__name__
        case inspect.LiteralType(values=values):
            return " | ".join(_quoted(value) for value in values)
        case inspect.Metadata(type=inner_type):
            return _written(inner_type)
        case inspect.CustomType(cls=found) if found is object:
            return "unknown"
        case _:
            return _written_of_parts(kind)


def _written_of_parts(kind: inspect.Type) -> str:
    if isinstance(kind, _LISTS):
        item = _written(kind.item_type)
        return f"({item})[]" if "|" in item else f"{item}[]"
    match kind:
        case inspect.UnionType(types=inner):
            return " | ".join(_written(one) for one in inner)
        case inspect.DictType(key_type=key, value_type=value):
            return f"Record<{_key(key)}, {_written(value)}>"
        case inspect.TupleType(item_types=inner):
            return f"[{', '.join(_written(one) for one in inner)}]"
        case _:
            raise NotExpressible(f"no TypeScript for {kind}")


def _key(kind: inspect.Type) -> str:
    # JSON objects have text for keys, and not every enum value need be there.
    return "string" if not isinstance(kind, inspect.LiteralType) else _written(kind)


def _bases(found: type) -> list[type]:
    return [base for base in found.__bases__ if issubclass(base, msgspec.Struct) and base not in _BASES]


def _fields(found: type) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(found)
    if not isinstance(info, inspect.StructType):
        raise NotExpressible(f"{found} is not a struct")
    return info.fields


def _quoted(value: object) -> str:
    return msgspec.json.encode(value).decode()


def main() -> None:
    """`make types`: write the file named on the command line."""
    Path(sys.argv[1]).write_text(typescript_of(bare_app()), encoding="utf-8")


if __name__ == "__main__":
    main()
