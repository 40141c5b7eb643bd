"""GET /suggest, and what a search says of slips, near questions and reasons."""

from flask import Flask
from flask.testing import FlaskClient

from kb.terms import Role
from tests.web.api_v1.city import ApiClient, City
from webapp.context import NAME


def test_lines_reasons_near_questions_and_refusals(
    app: Flask, client: FlaskClient, city: City
) -> None:
    app.extensions[NAME].search.suggestions.in_background = False
    item = city.publish("社保卡丢了怎么挂失？", regions=("临江区",))
    agent = ApiClient(client, city.token(Role.AGENT))
    answer = agent.get("/suggest?q=sbk").json
    line = {"text": "社保卡丢了怎么挂失？", "kind": "title", "item_id": item}
    assert answer == {"query": "sbk", "items": [line]}
    assert agent.get("/suggest?q=").status_code == 422
    assert agent.get("/suggest?q=sbk&limit=0").status_code == 422
    assert client.get("/api/v1/suggest?q=sbk").status_code == 401

    found = agent.get("/search?q=社保卡挂失&region=临江区&literal=true").json
    assert found["cards"][0]["reasons"]["places"] == ["标题", "正文"]
    assert found["corrections"] == []
    assert found["did_you_mean"] == []
    assert agent.get("/search?q=社保卡挂失&region=别的区").json["cards"] == []
    near = agent.get("/search?q=社保卡挂失&kind=contact").json
    assert (near["answered"], near["did_you_mean"]) == (False, ["社保卡丢了怎么挂失？"])
