# Two commands for newcomers: `make run` and `make test`. The rest is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DEMO ?= --demo

.PHONY: run test lint check ocr lock messages clean

run: $(VENV)/.core
	@PORT=$(PORT) $(BIN)/python -m kb serve $(DEMO) --with-worker

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] else "应答需要 Python 3.11 或更新版本")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: requirements.txt | $(VENV)/bin/python
	@echo "正在安装依赖，约 1 分钟 …"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.txt
	@# Whoosh (2016) makes Python print warnings once when it is compiled: not in front of people.
	@$(BIN)/python -W ignore -m compileall -q $(VENV)/lib/python*/site-packages/whoosh
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.core
	@echo "正在安装测试所需 …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# 文字识别 for scans, an extra of about 370 MB.
ocr: $(VENV)/.ocr

$(VENV)/.ocr: requirements-ocr.txt $(VENV)/.core
	@echo "正在安装文字识别组件，约 370 MB …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-ocr.txt
	@touch $@

# Writes the locked, hashed requirements from pyproject.toml (for maintainers).
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet pip-tools
	build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.txt pyproject.toml
	build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra ocr --constraint requirements-dev.txt --output-file requirements-ocr.txt pyproject.toml

# Brings the catalogues of other languages in step with the texts and tells what is missing.
messages: $(VENV)/.core
	@$(BIN)/python -m webapp.language update

clean:
	rm -rf $(VENV) build test-artifacts
