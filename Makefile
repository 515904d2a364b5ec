# lab: open the course; test: run every test. Each does all the set-up (see README.md).
PYTHON ?= python3
RUN = $(firstword $(wildcard .venv/Scripts/python.exe) .venv/bin/python)
ENGINES = $(firstword $(wildcard .venv-engines/Scripts/python.exe) .venv-engines/bin/python)

.PHONY: lab test engines soak build lint bench bundle lock install install-engines
lab:     ; $(PYTHON) sources/tools/lab.py
test:    install ; $(RUN) -m pytest -n 3 --dist loadfile --nbval --nbval-current-env rfm_helpers tests notebooks exercises
engines: install-engines ; $(ENGINES) -m pytest -n 2 --dist loadfile tests/engines
soak:    install ; $(RUN) -m pytest -m soak tests
build:   install ; $(RUN) sources/tools/build.py && $(RUN) sources/tools/picture.py
lint:    install ; $(RUN) -m ruff check && $(RUN) -m ruff format --check && $(RUN) -m mypy && $(dir $(RUN))lint-imports && $(RUN) sources/tools/french.py
bench:   install-engines ; $(ENGINES) tests/benchmarks/bench_rfm.py && $(RUN) tests/benchmarks/bench_reading.py && $(RUN) -m pytest -sq tests/benchmarks/bench_redraw.py tests/benchmarks/bench_memory.py && $(RUN) tests/benchmarks/bench_grading.py && $(RUN) tests/benchmarks/bench_report.py && $(RUN) tests/benchmarks/bench_project.py
bundle:  install ; $(RUN) sources/tools/bundle.py
lock:    install ; $(RUN) sources/tools/lock.py
install: ; @$(PYTHON) sources/tools/lab.py --installer requirements-dev.txt
install-engines: install
	$(RUN) -m uv venv --quiet --allow-existing --python $(RUN) .venv-engines
	$(RUN) -m uv pip install --quiet --python .venv-engines -r requirements-engines.txt
