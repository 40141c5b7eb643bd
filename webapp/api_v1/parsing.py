"""From what a program sent to checked values; every refusal names its fields in Chinese."""

from typing import Any, NoReturn

from flask import Request
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from kb.errors import InvalidInput, KbError
from webapp.api_v1.sentences import fields_of, unknown_of


class MalformedJson(KbError):
    """Raised when the body is not JSON at all."""

    code = "malformed_json"


class Parser(FlaskParser):
    """The schema library's parser with our errors; what a schema does not know is refused."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - the parent reads it so
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "form": RAISE,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The JSON body; an empty body is an empty object."""
        if req.get_data(cache=True) and not req.is_json:
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError) as error:
            # Nested a thousand levels deep, or a number of thousands of digits.
            raise MalformedJson("请求正文不是可以接受的 JSON，请检查格式") from error

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, **_options: Any
    ) -> NoReturn:
        """Turn the schema's complaints into ours."""
        named: dict[str, str] = {}
        unknown: list[str] = []
        for complaints in error.messages_dict.values():
            named |= fields_of(complaints, schema)
            unknown += unknown_of(complaints)
        if unknown:
            raise InvalidInput(f"{'、'.join(unknown[:5])}：{named[unknown[0]]}", named)
        names = "、".join(list(named)[:5])
        raise InvalidInput(f"有几项没有填对：{names}", named)

    def _handle_invalid_json_error(self, error: Any, req: Request, *_args: Any) -> NoReturn:
        raise MalformedJson("请求正文不是 JSON，请检查格式，并以 UTF-8 编码发送")


class Text(fields.String):
    """A text that can be stored: no control characters, no half of a character pair."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise ValidationError("含有无法识别的字符，请检查文字编码")
        return "".join(char for char in text if char >= " " or char in "\n\t")


class QueryText(Text):
    """A short text in an address."""


parser = Parser()
