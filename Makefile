# Two commands: `make run` starts Hearth here (Go is enough), `make test` proves
# it (it installs what it needs and is allowed to).
FUZZTIME ?= 10s
BENCHTIME ?= 200ms
RUNS     ?= 20
SOAK     ?= 10m
BIN      := bin/hearth

# What a trial on your own computer says in place of your clinic's crisis line.
export HEARTH_CRISIS_TEXT ?= This is a trial room on your own computer. In an emergency, call 112 in Europe or 911 in North America.

.PHONY: run build test install check go-test fuzz page browser bench chaos clean

run:
	@go run ./cmd/hearth

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/hearth

test: install check go-test fuzz page browser
	@echo "all of it: passed"

install:
	@./.ci/install

check:
	@test -z "$$(gofmt -l cmd room signaling web | grep -v node_modules)" || { gofmt -l cmd room signaling web | grep -v node_modules; echo "gofmt: the files above need it"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

go-test:
	go test -race -timeout 8m ./...
	go test -run '^(TestWeakDownlinks|TestNoTwoOwners)$$' ./room/sfu ./room/cluster # virtual time, ten times as long with -race

fuzz:
	@./.ci/fuzz $(FUZZTIME)

page:
	cd web && npm test --silent

browser:
	cd web && npm run --silent browser

# One package after the other, on a machine that has nothing else to do.
bench:
	go test -p 1 -run '^$$' -bench . -benchtime $(BENCHTIME) -benchmem ./...

# Every fault RUNS times, a Redis frozen for ten minutes, and random faults for
# SOAK; then the table of what was promised and reached (deploy/CHAOS.md).
chaos:
	go test ./cmd/hearth -run '^TestChaos$$' -count 1 -v -timeout 8h -chaos.runs $(RUNS) -chaos.soak $(SOAK) -chaos.long

clean:
	rm -rf bin web/test/out
