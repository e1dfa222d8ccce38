SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Where cargo builds: CARGO_TARGET_DIR, or what its configuration says.
TARGET = $(shell cargo metadata --no-deps --format-version 1 | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
# What the pages are built from: their sources, and what the dashboard's types are made of.
WEB := $(shell find web graphql/operations/dashboard graphql/schema.graphql -type f \
  -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path '*/generated/*')
NPM := $(shell command -v npm)

.PHONY: help
help: ## Say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

.PHONY: run
run: web ## Build for release and serve a market with demo data on http://localhost:8000
	cargo run --release --locked -- serve --demo

.PHONY: test
test: nextest web ## Run all tests on SQLite and on PostgreSQL, the JavaScript clients and the dashboard too
	$(if $(NPM),,$(error the tests of clients and dashboard need Node 20.19 or newer; without it: tests/services run -- cargo nextest run --workspace))
	@PLAZA_BIN="$(TARGET)/debug/plaza" tests/services run -- bash -euc '\
	  cargo nextest run --workspace; \
	  echo "clients, on SQLite"; tests/clients/run; \
	  echo "clients, on PostgreSQL"; DATABASE_URL="$$PLAZA_TEST_POSTGRES" tests/clients/run; \
	  echo "dashboard, in Chromium"; tests/dashboard/run'

# PLAZA_BIN=program: that one, and nothing is built; POOL=transaction: PgBouncer's other way; KEEP=1: leave logs behind
OPERATED = $(or $(PLAZA_BIN),$(TARGET)/debug/plaza)

.PHONY: rollout
rollout: ## Replace nodes under load behind nginx, PgBouncer and a Redis Cluster: nothing may fail, or be lost
	$(if $(PLAZA_BIN),,cargo build --locked --bin plaza)
	@PLAZA_BIN="$(OPERATED)" tests/rollout/run

.PHONY: upgrade
upgrade: ## The same from an older version to this one, whose schema is made meanwhile: FROM=tag or commit
	$(if $(FROM),,$(error say from which version: make upgrade FROM=v0.1.0))
	$(if $(PLAZA_BIN),,cargo build --locked --bin plaza)
	@before=$$(CARGO_TARGET_DIR="$(TARGET)" tests/rollout/before "$(FROM)"); \
	  PLAZA_BIN="$(OPERATED)" PLAZA_BEFORE="$$before" tests/rollout/run

.PHONY: alerts
alerts: ## Check each alert, and have Prometheus tell of answers that are slow
	$(if $(PLAZA_BIN),,cargo build --locked --bin plaza)
	@PLAZA_BIN="$(OPERATED)" tests/alerts/run

.PHONY: manifests
manifests: ## Check Dockerfiles, compose.yaml and Kubernetes' manifests
	@tests/manifests/run

.PHONY: check
check: ## Check format and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

# LISTINGS=100000 MESSAGES=20000 ORDERS=200000 ONLY=depth,chat ON=sqlite NAME=mine ROUNDS=50 OVERLOAD=20: less of it, under another name
BENCH = $(if $(LISTINGS),--listings $(LISTINGS)) $(if $(ONLY),--only $(ONLY)) $(if $(ON),--on $(ON)) \
  $(if $(NAME),--name $(NAME)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(MESSAGES),--messages $(MESSAGES)) \
  $(if $(ORDERS),--orders $(ORDERS)) $(if $(OVERLOAD),--overload-seconds $(OVERLOAD))

.PHONY: bench
bench: web $(if $(ONLY),$(findstring peers,$(ONLY)),peers) ## Measure what is promised, on both databases: bench/results/
	cargo build --release --locked -p plaza -p plaza-bench --bin plaza --bin plaza-bench
	$(if $(PLAZA_TEST_POSTGRES),,tests/services run --) "$(TARGET)/release/plaza-bench" \
	  --plaza "$(TARGET)/release/plaza" $(BENCH)

# KEEP=1: keep what is measured now; ON=sqlite: one database alone
.PHONY: bench-quick
bench-quick: ## Measure a few requests in a minute, against the figures in bench/quick.json
	cargo build --locked --profile quick -p plaza -p plaza-bench --bin plaza --bin plaza-quick
	@$(if $(PLAZA_TEST_POSTGRES),,tests/services run --) "$(TARGET)/quick/plaza-quick" \
	  --plaza "$(TARGET)/quick/plaza" $(if $(KEEP),--keep) $(if $(ON),--on $(ON))

.PHONY: peers
peers: $(if $(NPM),bench/peers/node/node_modules/.package-lock.json) ## Build what Plaza is measured beside
	cargo build --release --locked --manifest-path bench/peers/stock/Cargo.toml --target-dir "$(TARGET)"

bench/peers/node/node_modules/.package-lock.json: bench/peers/node/package-lock.json
	cd bench/peers/node && npm ci --no-audit --no-fund
	touch $@

.PHONY: schema
schema: ## Write graphql/schema.graphql anew
	mkdir -p graphql
	cargo run -q -- schema > graphql/schema.graphql.new
	mv graphql/schema.graphql.new graphql/schema.graphql

.PHONY: lint-schema
lint-schema: graphql/lint/node_modules/.package-lock.json ## Lint graphql/schema.graphql, and say what it breaks since the last release
	cd graphql/lint && npx --no-install graphql-schema-linter --config-directory . ../schema.graphql
	cd graphql/lint && node --test && node breaks.mjs

graphql/lint/node_modules/.package-lock.json: graphql/lint/package-lock.json
	cd graphql/lint && npm ci --no-audit --no-fund
	touch $@

.PHONY: book
book: ## Build the book, and check its links: docs/book/
	docs/build

.PHONY: sbom
sbom: ## Say what the binary is made of, by CycloneDX: sbom/
	.ci/sbom sbom

.PHONY: web
ifdef NPM
web: web/dist ## Build the dashboard and the page of GraphiQL where their sources changed
else
web:
	@echo "The dashboard and GraphiQL need Node 20.19 or newer to be built, and there is none here: Plaza is built without them."
endif

# A build may leave the folder's own time alone, hence the touch.
web/dist: $(WEB) | web/node_modules/.package-lock.json
	cd web && npm run build
	touch $@

# npm writes this file last, so a broken installation is done again.
web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci
	touch $@

.PHONY: nextest
nextest:
	@cargo nextest --version >/dev/null 2>&1 || env -u CARGO_TARGET_DIR cargo install cargo-nextest --locked

.PHONY: clean
clean: ## Delete what was built (the data of a running Plaza stays)
	cargo clean
	rm -rf web/dist web/node_modules web/src/dashboard/generated tests/clients/node_modules tests/clients/generated \
	  tests/dashboard/node_modules tests/dashboard/shots tests/rollout/node_modules tests/manifests/.venv docs/book \
	  docs/examples/*/node_modules graphql/lint/node_modules bench/peers/node/node_modules sbom
