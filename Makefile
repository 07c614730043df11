# Two commands on a fresh machine: `make demo` and `make test`. Each does all of its own set-up.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PACKAGES := cabin_agent vehicle_bus simulator skills bench
SUDO := $(shell [ $$(id -u) = 0 ] || echo sudo)

.PHONY: help install demo example-zones test check format lock train-speech train-understanding \
	train-vision clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 22

install: $(INSTALLED)  ## create .venv from the locked versions

$(INSTALLED): requirements.lock pyproject.toml setup.py $(wildcard proto/cabin/v1/*.proto)
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed: apt-get install python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
		echo "python3-venv is missing; installing it"; rm -rf $(VENV); \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-venv && \
		$(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: install  ## speak to a driving car over gRPC and watch it act (under a minute)
	$(BIN)/cabin-agent demo --out demo-output

test: check  ## lint, types and every test
	$(BIN)/python -m pytest

check: install  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PACKAGES)

format: install  ## let ruff rewrite the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: install  ## resolve pyproject.toml into requirements.lock again
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --extra dev pyproject.toml -o requirements.lock

TRAINING := .venv-training
WORK ?= training-work
SHARED ?= ../shared/data
FROM ?= cabin_agent/models/vosk-en
VOICES := flite espeak-ng festival festvox-kallpc16k festvox-kdlpc16k festvox-us-slt-hts \
	libfst-tools libfst22-plugins-base gcc python3-dev

$(TRAINING)/.installed: pyproject.toml
	$(PYTHON) -m venv $(TRAINING)
	$(TRAINING)/bin/python -m pip install -q --disable-pip-version-check -e '.[training]'
	@touch $@

DEVICE :=
ON := $(if $(DEVICE),--device $(DEVICE))

train-speech: $(TRAINING)/.installed  ## train the ears on (hours, 15 GB); FROM= from scratch, DEVICE=cuda
	$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $(VOICES)
	$(TRAINING)/bin/python -m pip install -q --disable-pip-version-check -e '.[voices]'
	$(TRAINING)/bin/python -m training.speech all --work $(WORK)/ears $(ON) \
		$(if $(FROM),--start $(FROM)) \
		$(if $(wildcard $(SHARED)/speech),--speech $(SHARED)/speech) \
		$(if $(wildcard $(SHARED)/text),--other-text $(SHARED)/text/incar_en.jsonl)
	$(TRAINING)/bin/python -m training.speech.mandarin all --work $(WORK)/ears-zh \
		$(if $(FROM),--start $(FROM)) \
		$(if $(wildcard $(SHARED)/speech),--speech $(SHARED)/speech) \
		$(if $(wildcard $(SHARED)/text),--other-text $(SHARED)/text/incar_zh.jsonl)

train-understanding: $(TRAINING)/.installed  ## rebuild cabin_agent/models/understanding (an hour)
	@mkdir -p $(WORK)/understanding
	[ -f $(WORK)/understanding/lessons.npz ] || $(TRAINING)/bin/python \
		-m training.understanding.dictionary --out $(WORK)/understanding/lessons.npz
	$(TRAINING)/bin/python -m training.understanding.train --out $(WORK)/understanding --resume \
		--lessons $(WORK)/understanding/lessons.npz --start cabin_agent/models/understanding \
		$(if $(DEVICE),$(ON) --workers 6 --pieces 3200) $(if $(wildcard $(SHARED)/text),--shared $(SHARED)/text)
	$(TRAINING)/bin/python -m training.understanding.export \
		--checkpoint $(WORK)/understanding --out cabin_agent/models/understanding
	$(TRAINING)/bin/python -m training.understanding.evaluate \
		--model cabin_agent/models/understanding $(if $(wildcard $(SHARED)/text),--shared $(SHARED))

train-vision: $(TRAINING)/.installed  ## rebuild cabin_agent/models/vision (three hours; signs need SHARED)
	$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq libegl1 libgl1-mesa-dri
	$(TRAINING)/bin/python -m pip install -q --disable-pip-version-check -e '.[cameras]'
	$(TRAINING)/bin/python -m training.vision.cabin_pictures --out $(WORK)/cabin --first 10000000 \
		--count 1500
	$(TRAINING)/bin/python -m training.vision.cabin_pictures --out $(WORK)/cabin --first 20000000 \
		--count 500
	$(TRAINING)/bin/python -m training.vision.cabin_pictures --out $(WORK)/cabin
	$(TRAINING)/bin/python -m training.vision.train_cabin finder --pictures $(WORK)/cabin \
		--out $(WORK)/finder.pt --minutes 60 $(ON)
	$(TRAINING)/bin/python -m training.vision.train_cabin reader --pictures $(WORK)/cabin \
		--finder $(WORK)/finder.pt --out $(WORK)/reader.pt --minutes 60 $(ON)
	$(TRAINING)/bin/python -m training.vision.join_cabin --pictures $(WORK)/cabin --parts $(WORK) \
		--out cabin_agent/models/vision/cabin.onnx
	$(if $(wildcard $(SHARED)/images),$(TRAINING)/bin/python -m training.vision.train_signs \
		--shared $(SHARED) --out cabin_agent/models/vision/signs.onnx)
	$(TRAINING)/bin/python -m training.vision.evaluate --pictures $(WORK)/cabin \
		$(if $(wildcard $(SHARED)/images),--shared $(SHARED))

example-zones: install  ## three computers of a car as three processes, over Zenoh
	$(BIN)/python -m examples.zone_controllers

clean:  ## remove everything that was made
	rm -rf $(VENV) demo-output build *.egg-info cabin/v1/*_pb2*
