"""The browser's types are those of the server."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.params import JSONBody

from hebah.app.routes import bare_app
from hebah.app.typescript import NotExpressible, typescript_of
from hebah.foundation.wire import Input, View

WRITTEN = Path(__file__).parents[3] / "ui" / "src" / "api.gen.ts"


def test_the_committed_types_are_fresh() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == typescript_of(bare_app()), "run `make types`"


class Inner(View):
    long_name: dict[str, list[int | None]]


class Outer(Inner):
    pair: tuple[str, float]
    anything: dict[str, Any]


class Partial(Input):
    kept: Annotated[str, msgspec.Meta(max_length=5)]
    left_out: int | msgspec.UnsetType | None = msgspec.UNSET


class Odd(View):
    value: complex


def app_of(given: Any) -> Litestar:  # Any: a struct, as a return annotation
    @get("/given", permission="public", sync_to_thread=False)
    def give() -> None:
        raise AssertionError

    give.fn.__annotations__["return"] = given

    @post("/taken", permission="public", sync_to_thread=False)
    def take(data: JSONBody[Partial]) -> None:
        raise AssertionError

    return Litestar([give, take], openapi_config=None, logging_config=None)


def test_structs_become_interfaces_with_camel_case_fields() -> None:
    assert typescript_of(app_of(Outer)).split("\n", 2)[2] == (
        "export interface Inner {\n"
        "  longName: Record<string, (number | null)[]>;\n"
        "}\n"
        "\n"
        "export interface Outer extends Inner {\n"
        "  pair: [string, number];\n"
        "  anything: Record<string, unknown>;\n"
        "}\n"
        "\n"
        "export interface Partial {\n"
        "  kept: string;\n"
        "  leftOut?: number | null;\n"
        "}\n"
    )


def test_a_type_without_a_word_in_typescript_is_refused() -> None:
    with pytest.raises(NotExpressible):
        typescript_of(app_of(Odd))
