# What a person does here. `make help` lists it.
PYTHON ?= python3.11
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
READY := $(VENV)/.ready
BUILD ?= build
export PATH := $(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)/tests

# Each Ansible module is a process of its own, so uncompiled imports would double its cost. The
# collections that nothing here uses stay as they are, and so does what compiles on no Python 3.
UNCOMPILED := ansible_collections/(?!kubernetes/core)

# The collection is for these too: tests of what messages may do run with each.
OLDER_CORES := 2.17 2.18

CLUSTER := $(BIN)/python -m cluster
# A cluster of yours, only if both are named: make demo KUBECONFIG=… CONTEXT=…
OWN_CLUSTER := $(if $(CONTEXT),--kubeconfig $(KUBECONFIG) --context $(CONTEXT))

.PHONY: help setup demo test unit integration e2e molecule lint sanity chaos test-cluster bench fuzz mutants docs build clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## install what all of this needs into .venv
$(READY): requirements-dev.txt pyproject.toml $(wildcard tests/ansible-core/*.txt)
	@echo "installing into $(VENV) (about half a minute) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile \
		--require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation -e .
	@for core in $(OLDER_CORES); do $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-compile --upgrade --require-hashes --target $(VENV)/ansible-core/$$core \
		-r tests/ansible-core/$$core.txt; done
	@$(BIN)/python -m compileall -q -j 2 -x '$(UNCOMPILED)' $(VENV)/lib >/dev/null || true
	@touch $@

demo: $(READY) ## see every status live; KEEP=1 leaves it up
	@$(CLUSTER) exec --demo $(OWN_CLUSTER) -- $(BIN)/sqs-k8s-jobs demo $(if $(KEEP),--keep)

test: unit integration e2e molecule ## run every test, on real parts

unit: $(READY) ## tests of pure functions and single parts
	$(BIN)/python -m pytest -n 2 tests/unit tests/fuzz tests/mutants tests/chaos --ignore tests/chaos/test_chaos.py

integration: $(READY) ## tests against a real control plane and SQS's API
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/integration

e2e: $(READY) ## the program from outside, as its users see it
	$(BIN)/python -m pytest tests/e2e tests/chaos/test_chaos.py

molecule: $(READY) ## each role's molecule scenario, with idempotence
	$(BIN)/python -m pytest tests/molecule

lint: $(READY) ## style, types, import rules, Ansible's production profile, and Galaxy's tests
	ruff check . && ruff format --check .
	cd runner && mypy --config-file ../pyproject.toml -p sqs_k8s_jobs
	cd collections && mypy --config-file ../pyproject.toml -p ansible_collections.sqs_k8s.jobs.plugins
	cd tests && mypy --config-file ../pyproject.toml -p cluster -p chaos -p bench -p deployed -p image -p mutants
	lint-imports
	ansible-lint
	antsibull-changelog lint
	antsibull-docs lint-collection-docs --plugin-docs .
	$(MAKE) sanity

sanity: $(READY) ## Galaxy's own tests of the built collection, with each ansible-core
	$(BIN)/python -m pytest tests/collection

chaos: $(READY) ## 1,000 messages, 200 kills, every fault; SEED=1 repeats a plan
	$(BIN)/python -m chaos $(if $(SEED),--seed $(SEED))

test-cluster: $(READY) ## the image on a real node: deployed, killed, upgraded, scaled, undeployed under load
	$(BIN)/python -m deployed

bench: $(READY) ## throughput, cost, latency, memory, growth, as ratios; SMALL=1, ONLY=throughput,…
	$(BIN)/python -m bench $(if $(SMALL),--small) $(if $(ONLY),--only $(ONLY))

fuzz: $(READY) ## hostile texts, for longer than the tests
	$(BIN)/python -m fuzz $(if $(SECONDS),--seconds $(SECONDS))

mutants: $(READY) ## faults put into the code, which the tests have to notice; ONLY=library,…
	$(BIN)/python -m mutants $(if $(ONLY),--only $(ONLY))

docs: $(READY) ## docs/reference.md, from the code
	$(BIN)/python -m support.reference

build: $(READY) ## the collection's tarball and the runner's wheel, in build/
	ansible-galaxy collection build --force --output-path $(BUILD)
	$(BIN)/python -m build --no-isolation --wheel --outdir $(BUILD) . >$(BUILD)/wheel.log 2>&1 || { cat $(BUILD)/wheel.log; exit 1; }
	@ls $(BUILD)/*.tar.gz $(BUILD)/*.whl

clean: ## remove what the targets made here
	rm -rf $(VENV) build .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .ansible
