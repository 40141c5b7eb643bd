"""The API object and the blueprint that all resources of the API are made with."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Any, cast

from apispec import APISpec
from flask import Flask, Response, current_app, jsonify
from flask_smorest import Api as SmorestApi  # type: ignore[import-untyped]
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema, fields

from kb.errors import KbError, NotFound
from webapp.api_v1.parsing import Parser
from webapp.errors import describe, error_body
from webapp.identity import require_scope

PREFIX = "/api/v1"
_NAME = "yingda_api"
_SECURITY = {"token": {"type": "http", "scheme": "bearer", "description": "管理员发放的接口令牌"}}
_CONFIG: dict[str, Any] = {
    "API_TITLE": "应答开放接口",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": PREFIX,
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "info": {"description": "推送知识、检索答案、登记诉求、办理工单、读取统计。"},
        "components": {"securitySchemes": _SECURITY},
        "security": [{"token": []}],
    },
}


class FieldProblemSchema(Schema):
    """One field and what is wrong with it."""

    name = fields.String(required=True, metadata={"description": "字段名"})
    message = fields.String(required=True, metadata={"description": "哪里不对、怎么改"})


class ProblemSchema(Schema):
    """What went wrong."""

    code = fields.String(required=True, metadata={"description": "给程序判断用的代号"})
    message = fields.String(required=True, metadata={"description": "给人看的一句话"})
    request_id = fields.String(required=True, metadata={"description": "排查问题用的编号"})
    fields_ = fields.List(fields.Nested(FieldProblemSchema), data_key="fields")
    context = fields.Dict(metadata={"description": "已有内容或已留存原件的编号"})


class ErrorSchema(Schema):
    """The one error shape of the API."""

    error = fields.Nested(ProblemSchema, required=True)


class Api(SmorestApi):
    """The library's API object; errors stay with ``webapp.errors``.

    The description is written when it is first read: it takes longer than all the rest of a start.
    """

    ERROR_SCHEMA = ErrorSchema

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._describing = RLock()
        super().__init__(app)

    def add(self, blueprint: "Blueprint") -> None:
        """Let a resource answer, and have it described."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint, url_prefix=PREFIX)
        self._undescribed.append(blueprint)

    @property
    def spec(self) -> APISpec:
        """The OpenAPI description of every resource."""
        with self._describing:
            waiting, self._undescribed = self._undescribed, []
            for one in waiting:
                one.register_views_in_doc(
                    self, self._app, self._spec, name=one.name, parameters=None
                )
                self._spec.tag({"name": one.name, "description": one.description})
        return self._spec

    @spec.setter
    def spec(self, begun: APISpec) -> None:
        self._spec = begun

    def _register_error_handlers(self) -> None:
        """The application has one table of errors already."""


class Blueprint(SmorestBlueprint):
    """A resource of the API."""

    ARGUMENTS_PARSER = Parser()


class Refusal(KbError):
    """An error that also tells ids the sender goes on with; mixed into one of the domain's."""

    def __init__(self, message: str, fields: dict[str, str], extra: dict[str, Any]) -> None:
        super().__init__(message, **extra)
        self.fields = fields
        self.extra = extra


def tell_more(error: Refusal) -> tuple[Response, int]:
    """Answer a refusal in the one error shape, with its ids under ``context``."""
    problem = describe(error)
    body = cast(dict[str, Any], error_body(problem))
    body["error"]["context"] = error.extra
    return jsonify(body), problem.status


def scoped(scope: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Refuse tokens that were not given this scope, and addresses that name nothing."""

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            require_scope(scope)
            if any(not value.isprintable() for value in kwargs.values() if isinstance(value, str)):
                raise NotFound("没有这个编号，请核对")
            return view(*args, **kwargs)

        return wrapper

    return decorator


def install(app: Flask, blueprints: tuple[Blueprint, ...]) -> None:
    """Make the API of this application and register its resources."""
    for name, value in _CONFIG.items():
        app.config.setdefault(name, value)
    api = Api(app)
    app.extensions[_NAME] = api
    for blueprint in blueprints:
        api.add(blueprint)


def spec() -> dict[str, Any]:
    """The OpenAPI description of the running application."""
    api: Api = current_app.extensions[_NAME]
    return cast(dict[str, Any], api.spec.to_dict())
