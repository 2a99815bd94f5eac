# What a person does here. `make help` lists it.
# The newest Python that runs; a name on the path alone may be a version manager's that does not.
PYTHONS := 3.14 3.13 3.12 3.11
PYTHON ?= $(or $(shell for one in $(PYTHONS); do python$$one -c '' 2>/dev/null && echo python$$one && exit; done), \
	$(error no python3.11 to 3.14 runs here: install one, or say PYTHON=/where/it/is))
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
READY := $(VENV)/.ready
BUILD ?= build
export PATH := $(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/tests

# Each Ansible module is a process of its own, so uncompiled imports would double its cost. The
# collections that nothing here uses stay as they are, and so does what compiles on no Python 3.
UNCOMPILED := ansible_collections/(?!kubernetes/core)

# Three at a time keep two cores busy, as much of a test is waiting for Kubernetes; the many tests of
# single parts fill in.
TESTS := tests/chaos tests/e2e tests/molecule tests/integration tests/mutants tests/verify tests/versions tests/unit tests/fuzz
PYTEST := $(BIN)/python -m pytest
WORKERS := -n 3 --dist worksteal

CLUSTER := $(BIN)/python -m cluster
# A cluster of yours, only if this command names it: make demo CONTEXT=… and, where wanted,
# KUBECONFIG=… NAMESPACE=…
typed = $(if $(filter command,$(origin $(1))),'$($(1))')
OWN_CLUSTER := $(if $(call typed,CONTEXT),--context $(call typed,CONTEXT) \
	$(if $(KUBECONFIG),--kubeconfig '$(KUBECONFIG)') \
	$(if $(call typed,NAMESPACE),--namespace $(call typed,NAMESPACE)))

.PHONY: help setup demo test unit integration e2e molecule verify lint sanity chaos test-cluster bench fuzz mutants lock lock-kubernetes docs build clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## install what all of this needs into .venv
$(READY): requirements-dev.txt pyproject.toml
	@echo "installing into $(VENV) (about half a minute) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile \
		--require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation -e .
	@$(BIN)/python -m awx.collection
	@$(BIN)/python -m compileall -q -j 2 -x '$(UNCOMPILED)' $(VENV)/lib >/dev/null || true
	@touch $@

demo: $(READY) ## see every status live; KEEP=1 leaves it up; CONTEXT=… on a cluster of yours
	@$(if $(OWN_CLUSTER),,$(CLUSTER) exec --demo --) $(BIN)/sqs-k8s-jobs demo \
		$(or $(OWN_CLUSTER),--prepared) $(if $(KEEP),--keep)

test: $(READY) ## every promise, on real parts: all tests but those of `make verify`, half an hour
	$(PYTEST) $(WORKERS) --durations=15 --durations-min=1 $(TESTS)

unit: $(READY) ## of these, the tests of pure functions and single parts
	$(PYTEST) $(WORKERS) tests/unit tests/mutants tests/verify tests/versions tests/fuzz tests/chaos --deselect tests/chaos/test_chaos.py

integration: $(READY) ## of these, those against a real control plane and SQS's API
	$(PYTEST) $(WORKERS) tests/integration

e2e: $(READY) ## of these, the program from outside, as its users see it
	$(PYTEST) $(WORKERS) tests/chaos/test_chaos.py tests/e2e

molecule: $(READY) ## of these, a molecule scenario for each role
	$(PYTEST) $(WORKERS) tests/molecule

verify: $(READY) ## what a release has to pass beside it: each supported combination of versions, all of molecule, the bench in small, the tutorial, fuzzing, the image on a real node; ONLY=newest,fuzz,…
	@$(BIN)/python -m verify $(if $(ONLY),--only $(ONLY))

lint: $(READY) ## style, types, import rules, Ansible's production profile
	ruff check . && ruff format --check .
	cd runner && mypy --config-file ../pyproject.toml -p sqs_k8s_jobs
	cd collections && mypy --config-file ../pyproject.toml -p ansible_collections.sqs_k8s.jobs.plugins
	cd tests && mypy --config-file ../pyproject.toml -p cluster -p chaos -p bench -p deployed -p image -p verify -p versions -p mutants
	PYTHONPATH=runner:collections lint-imports
	ansible-lint
	antsibull-changelog lint
	antsibull-docs lint-collection-docs --plugin-docs .

sanity: $(READY) ## Galaxy's own tests of the built collection, and the plugins' with ansible-test
	$(PYTEST) -n 2 tests/collection

chaos: $(READY) ## 1,000 messages, 200 kills, every fault; SEED=1 repeats a plan, WITHOUT='update denied,…' leaves out kinds
	$(BIN)/python -m chaos $(if $(SEED),--seed $(SEED)) $(if $(WITHOUT),--without '$(WITHOUT)')

test-cluster: $(READY) ## the image on a real node: deployed, killed, upgraded, scaled, undeployed under load
	$(BIN)/python -m deployed

bench: $(READY) ## throughput, cost, latency, memory, growth, as ratios; SMALL=1, ONLY=throughput,…
	$(BIN)/python -m bench $(if $(SMALL),--small) $(if $(ONLY),--only $(ONLY))

fuzz: $(READY) ## hostile texts, for longer than the tests
	$(BIN)/python -m fuzz $(if $(SECONDS),--seconds $(SECONDS))

mutants: $(READY) ## faults put into the code, which the tests have to notice; ONLY=library,…
	$(BIN)/python -m mutants $(if $(ONLY),--only $(ONLY))

# Without an index's name, so that each machine asks its own.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml
lock: $(READY) ## pin what pyproject.toml asks for, with hashes, for each Python; UPGRADE=1 takes what is newest
	$(LOCK) $(if $(UPGRADE),--upgrade) --group dev --output-file requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt --output-file requirements.txt
	$(BIN)/python -m versions lock

lock-kubernetes: $(READY) ## pin what a test cluster of MINOR=… is built from
	$(BIN)/python -m versions kubernetes $(MINOR)

docs: $(READY) ## docs/reference/reference.md from the code, and what follows from tests/versions/versions.yml
	$(BIN)/python -m reference
	$(BIN)/python -m versions write

build: $(READY) ## the collection's tarball and the runner's wheel, in build/
	ansible-galaxy collection build --force --output-path $(BUILD)
	$(BIN)/python -m build --no-isolation --wheel --outdir $(BUILD) . >$(BUILD)/wheel.log 2>&1 || { cat $(BUILD)/wheel.log; exit 1; }
	@ls $(BUILD)/*.tar.gz $(BUILD)/*.whl

clean: ## remove what the targets made here
	rm -rf $(VENV) build .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .ansible
