# `make help` says what there is.
.PHONY: help test bless soak bench demo
.DEFAULT_GOAL := help

# The number of inputs for each property in `make soak`, and the tests to run (a part of a name; empty: all).
CASES ?= 20000
TESTS ?=

help: ## This list
	@sed -n 's/^\([a-z]*\): ## /  make \1\t/p' Makefile | expand -t 20

test: ## Every check: formatting, clippy, tests on both databases, licences, compose file, API description; installs what is missing
	@tests/tools/run

bless: ## Accept what the snapshot tests now see, and renew the table of permissions; read the difference before committing it
	tools=$$(tests/tools/setup) && PATH="$$tools:$$PATH" INSTA_UPDATE=always \
		tests/tools/with-postgres cargo test --locked --no-fail-fast

soak: ## The tests with many more random inputs, and a million damaged files: make soak CASES=1000000 TESTS=imports
	tools=$$(tests/tools/setup) && PATH="$$tools:$$PATH" PROPTEST_CASES=$(CASES) \
		tests/tools/with-postgres cargo test --release --locked $(TESTS)
	cargo bench --locked --bench fuzz_readers -- 1000000

bench: ## The benchmarks, beside pandas and WeasyPrint, accounts, jobs and enrolments on both databases; installs what is missing
	benches/setup
	cargo bench --locked --bench imports --bench certificates --bench process --bench serve
	tests/tools/setup >/dev/null
	tests/tools/with-postgres cargo bench --locked --bench accounts --bench queue --bench enrolments

demo: ## The pilot: certificates and report under out/, the API on http://127.0.0.1:8080
	cargo run --release --locked -- demo
