# Two commands: `make run` starts Hearth here (Go is enough), `make test` proves
# it (it installs what it needs and is allowed to).
FUZZTIME ?= 10s
BENCHTIME ?= 200ms
RUNS     ?= 20
SOAK     ?= 10m
PAGES    ?= 5
PARALLEL ?= 1
OLD      ?= a220360
BIN      := bin/hearth

# What a trial on your own computer says in place of your clinic's crisis line.
export HEARTH_CRISIS_TEXT ?= This is a trial room on your own computer. In an emergency, call 112 in Europe or 911 in North America.

.PHONY: run build test install check race virtual fuzzers fuzz page browser long bench chaos clean

run:
	@go run ./cmd/hearth

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/hearth

# Where they are, which only is known when they are installed. Chromium without its
# windows is the same engine in a fifth less time; make long has all of it.
SHELL_AND_FIREFOX    = HEARTH_CHROMIUM=$$(command -v chromium-headless-shell || command -v chromium) HEARTH_FIREFOX=$$(command -v firefox-esr)
CHROMIUM_AND_FIREFOX = HEARTH_CHROMIUM=$$(command -v chromium) HEARTH_FIREFOX=$$(command -v firefox-esr)

# One way of compiling for all that does not need another: cgo is for the race detector.
check virtual fuzzers fuzz page browser long bench chaos: export CGO_ENABLED = 0

# What is beside the race tests and the browsers takes what they leave of the machine,
# and no more: the race tests little, browsers, which wait for each other, a fifth.
test: install check
	@$(MAKE) --no-print-directory -j 4 race virtual fuzzers page
	@$(MAKE) --no-print-directory -j 2 browser fuzz
	@echo "all of it: passed"

install:
	@./.ci/install

check:
	@test -z "$$(gofmt -l cmd room signaling web | grep -v node_modules)" || { gofmt -l cmd room signaling web | grep -v node_modules; echo "gofmt: the files above need it"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

# With PROVE_ALL=1 what cannot be tried on a machine fails instead of being skipped.
race:
	@$(if $(PROVE_ALL),HEARTH_PROVE_ALL=1) ./.ci/race

# What goes on in virtual time: all of it, which would take ten times as long with -race.
virtual:
	nice go test -vet off -run '^(TestWeakDownlinks|TestNoTwoOwners)$$' ./room/sfu ./room/cluster

fuzzers:
	@nice ./.ci/fuzz compile

fuzz:
	@nice -n 19 ./.ci/fuzz $(FUZZTIME)

page:
	cd web && nice npm test --silent

browser:
	cd web && $(SHELL_AND_FIREFOX) npm run --silent browser

# The browser scenarios that take minutes: a whole evening, with pictures of each
# step, every way through a network, and what each viewer is sent; and a server
# stopped PAGES times under a page that has the machine for itself.
long: install
	cd web && $(CHROMIUM_AND_FIREFOX) npm run --silent long
	$(CHROMIUM_AND_FIREFOX) go test ./cmd/hearth -run '^TestPageMoves$$' -count 1 -v -timeout 2h -chaos.pages $(PAGES)

# One package after the other, on a machine that has nothing else to do.
bench:
	go test -p 1 -run '^$$' -bench . -benchtime $(BENCHTIME) -benchmem ./...

# Every fault RUNS times, PARALLEL of them side by side, a Redis frozen for ten
# minutes, OLD and this version together, and random faults for SOAK; then the
# table of what was promised and reached, which also grows in bin/chaos.md
# (deploy/CHAOS.md).
chaos:
	@mkdir -p bin
	go test ./cmd/hearth -run '^TestChaos$$' -count 1 -v -timeout 8h -chaos.runs $(RUNS) -chaos.soak $(SOAK) -chaos.long \
		-chaos.parallel $(PARALLEL) -chaos.old '$(OLD)' -chaos.table $(CURDIR)/bin/chaos.md

clean:
	rm -rf bin web/test/out
