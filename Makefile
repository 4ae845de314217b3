# make: the list of targets. Everything runs in .venv, made when needed.

VENV := .venv
BIN := $(VENV)/bin
EXTRAS ?= dev
comma := ,
STAMP := $(VENV)/installed-$(subst $(comma),-,$(EXTRAS))

.PHONY: help setup demo test check format notebooks lab jupyter site bench bench-losses \
	clean

help:
	@echo 'make demo       set up, then make a picture of the shipped samples'
	@echo 'make setup      set up .venv, and no more'
	@echo 'make test       set up, then run all tests'
	@echo 'make check      ruff format and lint, mypy'
	@echo 'make format     format the code with ruff'
	@echo 'make notebooks  execute the notebooks and write the .ipynb files'
	@echo 'make lab        steer a run while it runs, on a page in the browser'
	@echo 'make jupyter    open the notebooks in JupyterLab'
	@echo 'make site       build the docs, lessons and API as pages (Python 3.11 on)'
	@echo 'make bench      time a step against the chapter as printed'
	@echo 'make bench-losses  time the presets to a loss (an hour and more)'
	@echo 'make clean      remove what the targets made'
	@echo 'PYTHON=...      the Python to use (3.8 to 3.14; else one is found)'
	@echo 'TESTS=...       the files to test (else all)'
	@echo 'NAMES=...       the notebooks to execute (else all)'
	@echo 'EXTRAS=dev,torch  with PyTorch: more tests, and the whole benchmark'

$(VENV)/bin/python:
	@python=$$(tools/check_system.sh) && \
	echo "Making $(VENV) with $$python" && \
	"$$python" -m venv $(VENV)

$(VENV)/installed-%: setup.py tools/install.sh $(VENV)/bin/python
	@tools/install.sh $(BIN)/python \
		'$(if $(filter base,$*),,$(subst -,$(comma),$*))'
	@touch $@

demo: $(VENV)/installed-base
	@$(BIN)/gluon-style demo

setup: $(STAMP)

test: $(STAMP)
	@$(BIN)/python -m pytest -n logical --dist loadfile $(TESTS)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

notebooks: $(STAMP)
	$(BIN)/python notebooks/build.py $(NAMES)

lab: $(VENV)/installed-lab
	@$(BIN)/gluon-style lab $(LAB)

jupyter: $(VENV)/installed-notebooks
	$(BIN)/jupyter lab notebooks

site: $(VENV)/installed-site
	@rm -rf build/site  # else pages of what is gone would stay
	@$(BIN)/python -m sphinx -W --keep-going -qE -c docs -d build/doctrees \
		. build/site
	@echo 'Open build/site/index.html'

bench: $(VENV)/installed-dev-torch
	@$(BIN)/python benchmarks/step.py $(BENCH)

bench-losses: $(VENV)/installed-dev-torch
	@$(BIN)/python benchmarks/time_to_loss.py book lake cat portrait \
		--curves benchmarks/results/curves.json \
		--pictures benchmarks/results/pictures $(BENCH)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache \
		.ruff_cache .hypothesis gluon-style-demo* benchmarks/results \
		docs/api/modules
