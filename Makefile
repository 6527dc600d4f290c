# make book    builds the course into _build/html
# make quick   checks an edit in a minute          make test   checks everything
# Every step leaves a stamp: a second run does only what has changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
MARKING := .venv-marking
NAME ?= discrete
BIN := $(VENV)/bin
SITE := _build/html
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input
# A process for each processor, and one thread in each; a file shares its browser, course or book.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q \
	--numprocesses=logical --maxprocesses=8 --dist=loadfile
# On Linux PyTorch comes from its makers' index, in the build for processors only: the package index
# brings 4 GB for graphics cards. Who wants those says so: make book TORCH=gpu
TORCH ?= cpu
TORCH_FIRST = test '$(TORCH)' != cpu || test "$$(uname -s)" != Linux || \
	$(PIP) --no-deps -c constraints.txt --retries 1 --timeout 15 \
	  --index-url https://download.pytorch.org/whl/cpu torch || \
	echo 'The index of PyTorch cannot be reached: it comes from the package index.'
STEP = @printf '\n==> %s\n'

SOURCES := _config.yml _toc.yml index.md references.bib package.json package-lock.json \
	$(wildcard chapters/*) \
	$(shell find _ext _static convlib runtime -type f -not -name '*.pyc' 2>/dev/null)

SPHINX = $(BIN)/python -m sphinx -W -n --keep-going
# Plain Sphinx with the newest packages that work; `make plain PLAIN_PINS=` takes the newest there are.
PLAIN_PINS ?= --constraint constraints-plain.txt

.PHONY: help grade install book quick test style format coursework screenshot bench bench-figures bench-grading clean browser sandbox
.PHONY: bench-site notebooks lab elsewhere pdf pdf-chapters zip gettext plain links wheels

help:  ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

book: $(SITE)/.made  ## Install what is missing, run every chapter, build the site
	@printf '\nThe book is ready. Open this in a browser:\n  file://%s/$(SITE)/index.html\n' '$(CURDIR)'

install: $(VENV)/.installed $(VENV)/.installed-test  ## Install what is missing, and build nothing

quick: style  ## Check style, types, imports, and all that is tested in a minute
	$(STEP) 'Running the tests that need neither browser nor book nor patience'
	@$(PYTEST) -m 'not slow and not book and not browser'

test: book style browser sandbox  ## Run all tests on the code and on the built site
	$(STEP) 'Running all tests'
	@$(PYTEST)

style: $(VENV)/.installed-test node_modules/.installed-from
	$(STEP) 'Checking style, types, and which part imports which'
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent --if-present lint

format: $(VENV)/.installed-test  ## Lay out the Python files, sort their imports
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

coursework: $(VENV)/.installed-test  ## Generate the student versions of the assignments
	$(STEP) 'Generating the assignments'
	@$(BIN)/python -c 'from coursework.assignment import generate; print(*generate(), sep="\n")'

notebooks: book  ## Export the chapters as notebooks that run anywhere, with their outputs
	@printf 'The notebooks are in:\n  %s/$(SITE)/notebooks\n' '$(CURDIR)'

lab: book $(VENV)/.installed-lab  ## Open the chapters as notebooks in JupyterLab
	@$(BIN)/python -m publishing.lab

elsewhere: book $(VENV)/.installed-test  ## Run the notebooks as in the newest Jupyter, on Colab and with the lowest versions
	@for which in newest colab lowest; do $(BIN)/python -m tests.elsewhere $$which; done

zip: book  ## Pack the site, notebooks and PDF files into one archive for a memory stick
	@$(BIN)/python -m publishing.archive

pdf: $(VENV)/.installed  ## Make the printed book (needs XeLaTeX; says what to install)
	$(STEP) 'Typesetting the book'
	@$(BIN)/python -m publishing.pdf

pdf-chapters: book browser  ## Print each chapter by Chromium: tagged PDF files, for screen readers, too
	$(STEP) 'Printing the chapters'
	@$(BIN)/python -m publishing.pages

gettext: $(VENV)/.installed  ## Extract all text for translators into _build/gettext
	$(STEP) 'Extracting the text'
	@$(SPHINX) -q -b gettext -d _build/gettext-doctrees . _build/gettext

plain: | $(VENV)/pyvenv.cfg  ## Build the book by plain Sphinx and newer packages, without Jupyter Book
	$(STEP) 'Building the book by plain Sphinx'
	@$(BIN)/python -m venv _build/plain-env
	@_build/plain-env/bin/python -m pip install --disable-pip-version-check --no-input --quiet \
	  --requirement requirements-plain.txt $(PLAIN_PINS)
	@rm -rf _build/plain  # its style sheets were cut down, which Sphinx would take for somebody's edit
	@_build/plain-env/bin/python -m sphinx -W -n --keep-going -b html -d _build/plain-doctrees . _build/plain

links: $(VENV)/.installed  ## Ask whether the links to other sites still lead somewhere
	@$(SPHINX) -q -b linkcheck -d _build/links-doctrees . _build/links

wheels: $(VENV)/.installed-test  ## Ask whether every package has a wheel for every system
	@$(BIN)/python -m publishing.wheels

grade: $(MARKING)/.installed  ## Mark what was collected: make grade COURSE=~/signals NAME=discrete
	@test -n '$(COURSE)' || { echo 'Say whose: make grade COURSE=~/signals NAME=discrete'; exit 2; }
	@$(MARKING)/bin/python -m coursework grade $(COURSE) $(NAME)

screenshot: book $(VENV)/.installed-test browser  ## Take the README's picture from the built page
	$(STEP) 'Taking the picture of the kernel lab'
	@$(BIN)/python docs/screenshot.py

bench: $(VENV)/.installed-test  ## Measure convlib beside SciPy, PyTorch and OpenCV, and with Dask
	@for which in convolution layers chunked; do \
	  printf '\n==> Measuring: %s\n' $$which; $(BIN)/python benchmarks/$$which.py; done

bench-figures: book $(VENV)/.installed-test browser  ## Measure the live figures in a browser
	$(STEP) 'Measuring the live figures'
	@$(BIN)/python benchmarks/figures.py

bench-grading: $(VENV)/.installed-test sandbox  ## Measure the marking of a class
	@$(BIN)/python benchmarks/grading.py

bench-site: book $(VENV)/.installed-test browser  ## Measure the pages with Lighthouse, beside a stock Jupyter Book
	$(STEP) 'Measuring the pages'
	@$(BIN)/python benchmarks/site.py

clean:  ## Remove everything built; the environment in .venv stays
	rm -rf _build .pytest_cache .ruff_cache .hypothesis

# What changed decides what runs: Sphinx reads changed pages only, and _ext/run_chapters.py runs the
# chapters whose outputs would change. After a failure all pages are read again, because Sphinx
# repeats no warning about a page that it considers done.
$(SITE)/.made: $(SOURCES) $(VENV)/.installed
	$(STEP) 'Building the book (the first time runs every chapter: some minutes)'
	@$(BIN)/jupyter-book build . -W -n --keep-going || { rm -rf _build/.doctrees; exit 1; }
	@touch $@

node_modules/.installed-from: package-lock.json $(VENV)/.installed
	$(STEP) 'Installing the browser packages of package-lock.json'
	@cd _ext && ../$(BIN)/python -c 'import npm, pathlib; npm.install(pathlib.Path(".."))'
	@touch $@

$(VENV)/.installed: requirements.txt constraints.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(STEP) 'Installing the packages of requirements.txt into $(VENV) (the first time: some minutes)'
	@$(TORCH_FIRST)
	@$(PIP) -r requirements.txt -c constraints.txt
	@$(PIP) --quiet --no-deps --editable .
	@touch $@

$(VENV)/.installed-lab: requirements-lab.txt $(VENV)/.installed
	$(STEP) 'Installing JupyterLab'
	@$(PIP) -r requirements-lab.txt -c constraints.txt
	@touch $@

$(VENV)/.installed-test: requirements-test.txt $(VENV)/.installed
	$(STEP) 'Installing the packages of requirements-test.txt'
	@$(PIP) -r requirements-test.txt -c constraints.txt
	@touch $@

# Marking needs neither the book nor its packages. Only what sandboxes load is compiled, since they
# cannot write; all the rest would be a fifth of the disk.
$(MARKING)/.installed: coursework/requirements.txt constraints.txt
	$(STEP) 'Installing the packages of coursework/requirements.txt into $(MARKING)'
	@$(PYTHON) -m venv $(MARKING)
	@$(MARKING)/bin/python -m pip install --disable-pip-version-check --no-input --no-compile \
	  -r coursework/requirements.txt -c constraints.txt
	@$(MARKING)/bin/python -c 'import IPython.core.interactiveshell, matplotlib.pyplot'
	@touch $@

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "This course needs Python 3.11 or newer, and '$(PYTHON)' is not."; \
	  echo "Name another one, for example: make book PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make environments: install its venv module (python3-venv)."; exit 1; }
	$(STEP) 'Creating $(VENV)'
	@$(PYTHON) -m venv $(VENV)

# The system's Chromium if there is one, else Debian's package, else Playwright's own download.
browser: $(VENV)/.installed-test
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  printf '\n==> Installing Chromium for the browser tests\n'; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo 'sudo -n'); \
	  { command -v apt-get >/dev/null && $$sudo apt-get update </dev/null && \
	    $$sudo env DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y --no-install-recommends chromium </dev/null; } || \
	  $(BIN)/python -m playwright install chromium; }

# Students' code is marked inside bubblewrap, and so it is tested.
sandbox:
	@command -v bwrap >/dev/null || { \
	  printf '\n==> Installing bubblewrap for the tests of the coursework\n'; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo 'sudo -n'); \
	  command -v apt-get >/dev/null && $$sudo apt-get update </dev/null && \
	    $$sudo env DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y --no-install-recommends bubblewrap </dev/null || \
	  echo 'Please install bubblewrap with the programs of your system; its tests fail without it.'; }
