# What one does with this shop. `make` alone lists it.

PORT ?= 8000
BIN := .venv/bin

# The tests run on SQLite and on this PostgreSQL; the caller's DATABASE_URL is taken when it names one. What takes long
# runs on one of them: looks on SQLite, and the rest of it on PostgreSQL, as shops do.
POSTGRESQL := $(if $(filter postgres%,$(DATABASE_URL)),$(DATABASE_URL),postgres://postgres@127.0.0.1:5432/test)

# Django looks at these in production; nothing is ever signed or paid with them.
THROWAWAY := DJANGO_SETTINGS_MODULE=shop.settings.production ALLOWED_HOSTS=shop.example SITE_URL= DEBUG= STRIPE_API_BASE= \
	SECRET_KEY=only-for-the-deploy-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	STRIPE_SECRET_KEY=sk_test_throwaway STRIPE_WEBHOOK_SECRET=whsec_throwaway

SUITS := -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

VNU := 26.9.27

.DELETE_ON_ERROR:
.PHONY: help run test check lint audit format bench soak crowd screenshots lighthouse clean lock browser wrk validator proxies

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: export DJANGO_SETTINGS_MODULE := shop.settings.dev
run: export SITE_URL := $(or $(SITE_URL),http://127.0.0.1:$(PORT))
run: .venv/requirements.txt ## Serve the shop with its demo at http://127.0.0.1:8000 (PORT= changes it)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_demo
	@printf '  %-15s%s\n' 'The shop' $(SITE_URL)/ Guides $(SITE_URL)/admin/ Dashboard $(SITE_URL)/dashboard/
	@printf '  %-15s%s\n\n' 'Test card' '4242 4242 4242 4242, any future date, any CVC'
	@$(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: .venv/requirements-test.txt browser wrk validator proxies ## Run all tests, on SQLite or on DATABASE_URL (PYTEST_ARGS= goes to pytest)
	$(BIN)/pytest --numprocesses auto --dist worksteal $(PYTEST_ARGS)

check: .venv/requirements-test.txt browser wrk validator proxies lint ## What CI runs: lint, types, contracts, migrations, deploy check, all tests
	$(MAKE) audit
	$(BIN)/mypy
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=shop.settings.test $(BIN)/python manage.py makemigrations --check --dry-run
	$(THROWAWAY) $(BIN)/python manage.py check --deploy --fail-level WARNING
	env -u DATABASE_URL $(MAKE) test PYTEST_ARGS="-m 'looks or not (browser or proxies or stories or slow)' $(PYTEST_ARGS)"
	DATABASE_URL='$(POSTGRESQL)' $(MAKE) test PYTEST_ARGS="-m 'not looks' $(PYTEST_ARGS)"

lint: .venv/requirements-test.txt ## Look for faults and for what is not formatted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --recursive --severity-level medium --configfile pyproject.toml shop blog

audit: .venv/requirements-test.txt ## Ask whether a pinned package is known to be vulnerable; says so where nobody answers
	@PATH="$(BIN):$$PATH" .ci/audit

format: .venv/requirements-test.txt ## Mend what can be mended, and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/requirements-test.txt wrk $(if $(filter preview,$(PART)),browser) ## Measure the shop as deployed, and print a table (PRODUCTS=100, STOCK=1; see docs/benchmarks.md)
ifeq ($(or $(PART),pages),pages)
	@DATABASE_URL='$(POSTGRESQL)' $(BIN)/python -m tests.bench.pages --products $(or $(PRODUCTS),100) \
		$(if $(POSTS),--posts $(POSTS)) $(if $(STOCK),--stock) $(if $(GRANIAN),--granian) \
		$(if $(AGAINST),--against '$(AGAINST)') $(if $(ONLY),--only $(ONLY)) $(if $(RECORD),--record)
else
	@DATABASE_URL='$(POSTGRESQL)' $(BIN)/python -m tests.bench.$(PART) $(if $(RECORD),--record)
endif

soak: .venv/requirements-test.txt ## Shop at random while everything goes wrong, then compare both books (MINUTES=60)
	@DATABASE_URL='$(POSTGRESQL)' $(BIN)/python -m tests.soak --minutes $(or $(MINUTES),60)

crowd: .venv/requirements-test.txt ## Let hundreds shop at once, and say how they are served (SHOPPERS=500, MINUTES=10; FAULTS=1: while parts break)
	@$(BIN)/python -m tests.crowd --shoppers $(or $(SHOPPERS),500) --minutes $(or $(MINUTES),10) \
		$(if $(FAULTS),--faults) $(if $(RECORD),--record)

screenshots: .venv/requirements-test.txt browser ## Picture every page in six forms into test-results/screenshots/ (ONLY=basket)
	@$(BIN)/python -m tests.looks.screenshots --only '$(ONLY)'

lighthouse: .venv/requirements-test.txt browser ## Judge the main pages with Lighthouse, and print a table; needs Node
	@$(BIN)/python -m tests.looks.lighthouse

lock: .venv/requirements-test.txt ## Pin what requirements*.in name, with all that they pull in and the hash of each file
	$(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --output-file=requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --output-file=requirements-test.txt requirements-test.in

clean: ## Remove what was installed and built; the shop's own data in var/ stays
	rm -rf .venv var/static var/test-media var/test-renditions test-results .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# A copy of what is installed lies in .venv: while it is the same, there is nothing to install.
.venv/%.txt: %.txt | $(BIN)/python
	@cmp -s $< $@ || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@cp $< $@

$(BIN)/python:
	@for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
		if $$python $(SUITS) 2>/dev/null; then exec $$python -m venv .venv; fi; \
	done; \
	echo "The shop needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian: python3-venv); $(or $(PYTHON),the ones found here) will not do. Name another: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
	exit 1

browser:
	$(call installed,chromium,chromium,browser)

# Debian keeps both where only root's PATH leads.
proxies: export PATH := $(PATH):/usr/sbin
proxies:
	$(call installed,nginx,nginx-light,proxies)
	$(call installed,pgbouncer,pgbouncer,proxies)

wrk:
	$(call installed,wrk,wrk,bench)

validator: .venv/vnu-$(VNU).jar
	$(call installed,java,default-jre-headless,validator)

.venv/vnu-$(VNU).jar: | $(BIN)/python
	$(call installed,npm,npm,validator)
	@rm -f .venv/vnu-*.jar
	@npm pack --silent --pack-destination .venv vnu-jar@$(VNU) >/dev/null
	@tar --extract --gzip --file .venv/vnu-jar-$(VNU).tgz --to-stdout package/build/dist/vnu.jar >$@
	@rm .venv/vnu-jar-$(VNU).tgz

# The program, the package that brings it, and the mark of the tests that need it.
define installed
@command -v $(1) >/dev/null && exit; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -qq $(2); exit; fi; \
echo "Some tests need $(1): install it (on Debian: apt-get install $(2)), or run the others: .venv/bin/pytest -m 'not $(3)'" >&2; \
exit 1
endef
