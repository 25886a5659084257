# CI runs what these run, a part of it in a shorter form. `make` alone lists them.
GO   ?= go
LINTER ?= $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.DEFAULT_GOAL := help
.PHONY: help compare guest build site release test race lint fmt fuzz bench golden mutants conditions programs cross

# The program inside the simulated machine, and a lab that has it in itself. The
# flags make the same bytes in whatever folder the sources lie.
GUEST := lab/networks/simulated/guest.wasm.gz
SMALL := -trimpath -buildvcs=false '-ldflags=-s -w -buildid='
SYSTEMS := linux/amd64 linux/arm64 darwin/arm64 windows/amd64

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

compare: ## run the comparison
	$(GO) run ./cmd/lab compare

guest: ## build the program inside the simulated machine
	GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 GOFLAGS= $(GO) build $(SMALL) -o $(GUEST:.gz=) ./cmd/lab
	gzip -9nf $(GUEST:.gz=)

build: guest ## build bin/lab, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -tags guest -o bin/lab ./cmd/lab

site: build ## write the web page into site/, for any web host
	bin/lab page --output site

release: guest ## build dist/lab-SYSTEM, one static binary each
	@for target in $(SYSTEMS); do \
	  os=$${target%/*} arch=$${target#*/}; file=dist/lab-$$os-$$arch; test $$os != windows || file=$$file.exe; echo "build $$file"; \
	  GOOS=$$os GOARCH=$$arch CGO_ENABLED=0 $(GO) build -trimpath -tags guest '-ldflags=-s -w' -o $$file ./cmd/lab || exit 1; \
	done

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

mutants: ## make small mistakes in the sources, and report those that no test notices (an hour)
	$(GO) run ./cmd/mutants -jobs 2

conditions: ## run all experiments under DRAWS random conditions on the simulated machine (default 200: an hour)
	$(GO) test -timeout 3h -run TestAnyConditions ./lab/experiments/integration -draws $${DRAWS:-200}

programs: ## grade every known program, the good ones twenty times (half an hour)
	LAB_GRADE_FULL=1 $(GO) test -timeout 90m -run 'TestPrograms|TestGoodTwentyTimes' ./lab/grade/checks

cross: ## build for the other systems
	@for target in windows/amd64 darwin/arm64 linux/arm64 wasip1/wasm; do \
	  echo "build $$target"; GOOS=$${target%/*} GOARCH=$${target#*/} CGO_ENABLED=0 $(GO) build -o /dev/null ./cmd/lab || exit 1; \
	done
