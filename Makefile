# Everything a newcomer types. Nothing is written outside this folder and $ZHENGWUTONG_DATA (default: ./var).
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check audit bench faults simulate contract

PREPARE = . scripts/places.sh && "$$(scripts/python)" scripts/prepare.py
PRODUCT = .venv/bin/zhengwutong

help: ## what can be typed here
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 20

run: ## prepare what is missing and serve the demo world until Ctrl-C (PORT, ZHENGWUTONG_DATA)
	@$(PREPARE) run
	@exec $(PRODUCT) run

test: ## every test: both databases, two processes, browser, client
	@$(PREPARE) test
	@. scripts/places.sh && exec scripts/test

check: ## format, lint, types, contract, locks
	@$(PREPARE) check
	@. scripts/places.sh && exec scripts/check

audit: ## known holes in the locked packages, where the advisories can be reached
	@$(PREPARE) audit
	@. scripts/places.sh && exec scripts/audit

bench: ## every figure of docs/performance.md, on this machine (ARGS="…")
	@$(PREPARE) bench
	@exec .venv/bin/python -m bench $(ARGS)

faults: ## every fault experiment, and the table of docs/reliability.md (ARGS="…")
	@$(PREPARE) test
	@exec .venv/bin/python -m tests.faults $(ARGS)

simulate: ## play citizens and officers through the public doors (ARGS="--questions FILE.csv …")
	@$(PREPARE) run
	@exec $(PRODUCT) simulate $(ARGS)

contract: ## write the contract files anew
	@$(PREPARE) check
	@$(PRODUCT) contract
	@exec scripts/histories --write
