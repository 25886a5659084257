# CI runs what these run, a part of it in a shorter form. `make` alone lists them.
GO   ?= go
LINTER ?= $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.DEFAULT_GOAL := help
.PHONY: help compare build test race lint fmt fuzz bench golden programs cross

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

compare: ## run the comparison
	$(GO) run ./cmd/lab compare

build: ## build bin/lab, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/lab ./cmd/lab

test: ## run the tests
	$(GO) test ./...

race: ## run the tests with the race detector, shuffled
	$(GO) test -race -shuffle=on ./...

lint: ## vet and lint
	$(GO) vet ./...
	$(LINTER) run ./...

fmt: ## fail if a file is not formatted
	@test -z "$$(gofmt -l . | tee /dev/stderr)"

fuzz: ## fuzz every target for FUZZTIME (default 10s)
	@for pkg in $$(grep -rl --include='*_test.go' 'func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -ho 'func Fuzz[A-Za-z0-9_]*' $$pkg/*_test.go | cut -c6-); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $${FUZZTIME:-10s} $$pkg || exit 1; \
	  done; \
	done

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchtime 1s ./...

golden: ## rewrite the golden files from today's output
	$(GO) test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n1 dirname | sort -u) -update

programs: ## grade every known program, the good ones twenty times (half an hour)
	LAB_GRADE_FULL=1 $(GO) test -timeout 90m -run 'TestPrograms|TestGoodTwentyTimes' ./lab/grade/checks

cross: ## build for the other systems
	@for target in windows/amd64 darwin/arm64 linux/arm64; do \
	  echo "build $$target"; GOOS=$${target%/*} GOARCH=$${target#*/} CGO_ENABLED=0 $(GO) build -o /dev/null ./cmd/lab || exit 1; \
	done
