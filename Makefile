# Faultline: one Makefile, no recursion, no configure. `make` alone lists the targets.
# Release objects live in build/, those of the tests (address and undefined sanitizers) in build/san/.

CC       ?= gcc
CSTD     := -std=gnu11 -D_GNU_SOURCE -I. -Iserver
WARN     := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Werror
HARDEN   := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
CFLAGS   ?= -O2 -g
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
PREFIX   ?= /usr/local
T        ?=
# V=1 shows the commands, else a short line each.
V        ?=
Q        := $(if $(V),,@)
say       = @$(if $(V),:,printf '  %-4s %s\n' '$(1)' '$@')

# Foreign libraries enter by one door each (house style 6); the flags here and ci/layers.sh hold it.
SERVER_LIBS := -lmicrohttpd -lpq -lcurl -ljansson -lyajl -lcrypto -lz -lpcre2-8 -lgsl -lgslcblas -lm -lpthread
RUNNER_LIBS := -lcurl -ljansson -lcrypto -lz -lpthread
PQ_CFLAGS   := -I$(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)

SHARED_C := $(filter-out %_test.c,$(wildcard server/shared/*.c))
SERVER_C := $(filter-out %_test.c %_fuzz.c $(SHARED_C),$(wildcard server/*.c server/*/*.c))
RUNNER_C := $(filter-out %_test.c %_fuzz.c,$(wildcard runner/*.c))
GUEST_C  := $(filter-out %_test.c,$(wildcard runner/guest/*.c))
STRESS_C := $(wildcard runner/workloads/*.c)
TEST_C   := $(wildcard server/*_test.c server/*/*_test.c runner/*_test.c runner/guest/*_test.c)
FUZZ_C   := $(wildcard server/*/*_fuzz.c runner/*_fuzz.c)
UPLOT    := build/web/uplot.js build/web/uplot.css build/web/uplot.LICENSE.txt
ASSETS   := $(sort $(wildcard db/migrations/*.sql db/queries/*.sql web/templates/*.html web/static/*) server/http/openapi.json $(UPLOT))

obj  = $(patsubst %.c,build/obj/%.o,$(1))
sobj = $(patsubst %.c,build/san/%.o,$(1))

# Guest programs are static, one set for each architecture that there is a compiler for: NAME:COMPILER, the host's own with $(CC).
# ARCHES="x86_64 arm64" insists on these.
GUEST_CROSS := arm64:aarch64-linux-gnu-gcc ppc64le:powerpc64le-linux-gnu-gcc x86_64:x86_64-linux-gnu-gcc
HOST_ARCH   := $(patsubst aarch64,arm64,$(shell uname -m))
ARCHES      ?= $(foreach g,$(GUEST_CROSS),$(if $(filter $(HOST_ARCH),$(firstword $(subst :, ,$(g))))$(shell command -v $(lastword $(subst :, ,$(g)))),$(firstword $(subst :, ,$(g)))))
guest_cc     = $(if $(filter $(HOST_ARCH),$(1)),$(CC),$(patsubst $(1):%,%,$(filter $(1):%,$(GUEST_CROSS))))
GUEST_NAMES := faultline-guest $(foreach f,$(STRESS_C),$(basename $(notdir $(f))))
GUEST_BINS  := $(foreach a,$(ARCHES),$(addprefix build/guest/$(a)/,$(GUEST_NAMES)))

.PHONY: help all guest packages check test soak bench fuzz run install lint format clean deps
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

all: build/faultline-server build/faultline-runner guest ## Build server, runner and guest programs
guest: $(GUEST_BINS)

run: ## Install what is missing, build, run the demo and keep serving (ONCE=1: end when it is done)
	@ci/run.sh

deps:
	@ci/install.sh build

check: ## The quick suite: unit and SQL tests with sanitizers (T=stats/rate runs one)
	@ci/check.sh $(T)

test: ## Everything: quick suite, end to end, a real kernel in QEMU, browser (T=e2e/jobs runs one file)
	@ci/test.sh $(T)

soak: ## Long runs: the full demo from nothing, repeated kernels, simulated error rates (PARTS=stats), 100 tries of the planted BUG on each architecture
	@ci/soak.sh

bench: ## Print figures with what they are compared with
	@ci/bench.sh

fuzz: ## Feed the parsers with inputs nobody thought of (FUZZ_SECONDS=600 FUZZ_JOBS=2 T=console)
	@ci/fuzz.sh long $(T)

lint: ## Layers, sizes, format, shell
	@ci/lint.sh

format: ## Let clang-format have its way
	clang-format -i $$(git ls-files '*.[ch]')

# The manual pages are left out where scdoc is missing (ci/install.sh test brings it).
MAN := $(if $(shell command -v scdoc),build/man/faultline-server.1 build/man/faultline-runner.1)
install: all $(MAN) ## Install into DESTDIR/PREFIX
	$(if $(MAN),install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 $(MAN))
	install -D -t $(DESTDIR)$(PREFIX)/bin build/faultline-server build/faultline-runner
	for a in $(ARCHES); do install -D -t $(DESTDIR)$(PREFIX)/share/faultline/guest/$$a $(addprefix build/guest/$$a/,$(GUEST_NAMES)); done
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/faultline/configs runner/configs/*
	for w in runner/workloads/*/; do for f in $$w*; do install -D -m $$([ -x $$f ] && echo 755 || echo 644) $$f $(DESTDIR)$(PREFIX)/share/faultline/workloads/$$(basename $$w)/$$(basename $$f); done; done

packages: ## Debian packages of the runner for amd64, arm64 and ppc64el, and of the server, in build/
	@ci/package.sh

clean: ## Remove what was built
	rm -rf build

# --- programs -------------------------------------------------------------------------------------
build/faultline-server: $(call obj,$(SERVER_C) $(SHARED_C)) build/obj/assets.o
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) -pie -Wl,-z,relro,-z,now -o $@ $^ $(SERVER_LIBS)

build/faultline-runner: $(call obj,$(RUNNER_C) $(SHARED_C))
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) -pie -Wl,-z,relro,-z,now -o $@ $^ $(RUNNER_LIBS)

build/console-bench: ci/bench/console.c $(filter build/obj/server/console/% build/obj/server/shared/%,$(call obj,$(SERVER_C) $(SHARED_C)))
	$(call say,LINK)
	$(Q)$(CC) $(CSTD) $(WARN) $(CFLAGS) -o $@ $^ -ljansson -lyajl -lcrypto -lz -lm

build/fleet-bench: ci/bench/fleet.c
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CSTD) $(WARN) $(CFLAGS) -o $@ $<

build/stats-bench: ci/bench/stats.c $(filter build/obj/server/stats/% build/obj/server/shared/%,$(call obj,$(SERVER_C) $(SHARED_C)))
	$(call say,LINK)
	$(Q)$(CC) $(CSTD) $(WARN) $(CFLAGS) -o $@ $^ -ljansson -lcrypto -lgsl -lgslcblas -lm

define guest_rule
build/guest/$(1)/faultline-guest: $(GUEST_C) server/shared/number.c $(wildcard runner/guest/*.h)
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$(call guest_cc,$(1)) $$(CSTD) $$(WARN) -O2 -static -s -o $$@ $$(filter %.c,$$^)

build/guest/$(1)/%: runner/workloads/%.c server/shared/number.c
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$$(Q)$(call guest_cc,$(1)) $$(CSTD) $$(WARN) -O2 -static -s -o $$@ $$^
endef
$(foreach a,$(ARCHES),$(eval $(call guest_rule,$(a))))

# The chart library comes from npm, pinned by the lock file with its hash; no foreign code is in git.
web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --ignore-scripts --loglevel=error && touch node_modules/.package-lock.json
build/web/uplot.js: FROM = dist/uPlot.iife.min.js
build/web/uplot.css: FROM = dist/uPlot.min.css
build/web/uplot.LICENSE.txt: FROM = LICENSE
$(UPLOT): web/node_modules/.package-lock.json
	install -D -m 644 web/node_modules/uplot/$(FROM) $@

# SQL, templates and static files travel inside the server: one file to copy, nothing to lose.
build/assets.S: ci/assets.sh $(ASSETS)
	@mkdir -p $(@D)
	$(Q)ci/assets.sh $(ASSETS) > $@.new && mv $@.new $@
build/obj/assets.o: build/assets.S
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) -c -o $@ $<

build/man/%.1: server/%.1.scd
	@mkdir -p $(@D)
	$(Q)scdoc < $< > $@
build/man/%.1: runner/%.1.scd
	@mkdir -p $(@D)
	$(Q)scdoc < $< > $@

build/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CSTD) $(WARN) $(HARDEN) $(CFLAGS) $(PQ_CFLAGS) -MMD -MP -c -o $@ $<

# --- tests ----------------------------------------------------------------------------------------
SAN_SERVER := $(filter-out build/san/server/main.o,$(call sobj,$(SERVER_C) $(SHARED_C)))
SAN_RUNNER := $(filter-out build/san/runner/main.o,$(call sobj,$(RUNNER_C) $(SHARED_C)))

build/san/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CSTD) $(WARN) $(SANITIZE) $(PQ_CFLAGS) -MMD -MP -c -o $@ $<

build/san/libserver.a: $(SAN_SERVER) build/obj/assets.o
	$(Q)rm -f $@ && ar rcs $@ $^
build/san/librunner.a: $(SAN_RUNNER)
	$(Q)rm -f $@ && ar rcs $@ $^
build/san/libguest.a: $(filter-out build/san/runner/guest/main.o,$(call sobj,$(GUEST_C))) build/san/server/shared/number.o
	$(Q)rm -f $@ && ar rcs $@ $^
build/san/server/%_test: build/san/server/%_test.o build/san/libserver.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(SERVER_LIBS) -lcmocka
build/san/runner/%_test: build/san/runner/%_test.o build/san/librunner.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(RUNNER_LIBS) -lcmocka
build/san/runner/guest/%_test: build/san/runner/guest/%_test.o build/san/libguest.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) -o $@ $^ -ljansson -lcmocka
build/san/faultline-server: build/san/server/main.o build/san/libserver.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(SERVER_LIBS)
build/san/faultline-runner: build/san/runner/main.o build/san/librunner.a
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(RUNNER_LIBS)

# --- the runner on other architectures ------------------------------------------------------------
# Built against SYSROOTS/ARCH, which ci/foreign-root.sh makes: no foreign package is installed, and nothing of this host's is
# linked by mistake. Unit tests run under user-mode emulation (ci/cross.sh), without sanitizers: they do not work there.
SYSROOTS   ?= build/sysroots
CROSS_TEST := $(filter runner/% server/shared/%,$(TEST_C))
cobj = $(patsubst %.c,build/cross/$(1)/%.o,$(2))

define cross_rule
build/cross/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$(call guest_cc,$(1)) --sysroot=$$(SYSROOTS)/$(1) $$(CSTD) $$(WARN) $$(HARDEN) -O2 -g -MMD -MP -c -o $$@ $$<
build/cross/$(1)/librunner.a: $(call cobj,$(1),$(filter-out runner/main.c,$(RUNNER_C)) $(SHARED_C))
	$$(Q)rm -f $$@ && $(patsubst %gcc,%ar,$(call guest_cc,$(1))) rcs $$@ $$^
build/cross/$(1)/libguest.a: $(call cobj,$(1),$(filter-out runner/guest/main.c,$(GUEST_C)) server/shared/number.c)
	$$(Q)rm -f $$@ && $(patsubst %gcc,%ar,$(call guest_cc,$(1))) rcs $$@ $$^
build/cross/$(1)/faultline-runner: build/cross/$(1)/runner/main.o build/cross/$(1)/librunner.a
	$$(call say,LINK)
	$$(Q)$(call guest_cc,$(1)) --sysroot=$$(SYSROOTS)/$(1) -pie -Wl,-z,relro,-z,now -o $$@ $$^ $$(RUNNER_LIBS)
build/cross/$(1)/runner/guest/%_test: build/cross/$(1)/runner/guest/%_test.o build/cross/$(1)/libguest.a
	$$(call say,LINK)
	$$(Q)$(call guest_cc,$(1)) --sysroot=$$(SYSROOTS)/$(1) -pie -o $$@ $$^ -ljansson -lcmocka
build/cross/$(1)/%_test: build/cross/$(1)/%_test.o build/cross/$(1)/librunner.a
	$$(call say,LINK)
	$$(Q)$(call guest_cc,$(1)) --sysroot=$$(SYSROOTS)/$(1) -pie -o $$@ $$^ $$(RUNNER_LIBS) -lcmocka
cross-$(1): build/cross/$(1)/faultline-runner $(patsubst %.c,build/cross/$(1)/%,$(CROSS_TEST))
.PHONY: cross-$(1)
endef
$(foreach a,$(filter-out $(HOST_ARCH),$(ARCHES)),$(eval $(call cross_rule,$(a))))

# --- fuzzing --------------------------------------------------------------------------------------
# clang's libFuzzer. Comparisons are not traced, which would halve the speed: ci/fuzz.sh makes dictionaries of the sources'
# own words instead. What the targets read with is built for it; what else that calls comes from the programs' objects.
FUZZ := -O2 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-sanitize-coverage=trace-cmp
FUZZED_SERVER := $(filter-out %_test.c %_fuzz.c,$(wildcard server/buildlog/*.c server/console/*.c)) $(SHARED_C) \
	$(addprefix server/http/,encode.c fields.c hygiene.c range.c request.c run_request.c template.c) server/store/utf8.c \
	$(addprefix server/work/,guest_clock.c history.c samples.c)
FUZZED_RUNNER := $(addprefix runner/,build_errors.c job_text.c qmp.c samples.c) $(SHARED_C)
fobj = $(patsubst %.c,build/fuzz/%.o,$(1))

build/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)clang $(CSTD) $(WARN) $(FUZZ) $(PQ_CFLAGS) -MMD -MP -c -o $@ $<
build/fuzz/libserver.a: $(call fobj,$(FUZZED_SERVER))
build/fuzz/librunner.a: $(call fobj,$(FUZZED_RUNNER))
build/obj/libserver.a: $(filter-out build/obj/server/main.o,$(call obj,$(SERVER_C) $(SHARED_C))) build/obj/assets.o
build/obj/librunner.a: $(filter-out build/obj/runner/main.o,$(call obj,$(RUNNER_C) $(SHARED_C)))
build/fuzz/libserver.a build/fuzz/librunner.a build/obj/libserver.a build/obj/librunner.a:
	$(Q)rm -f $@ && ar rcs $@ $^
build/fuzz/server/%_fuzz: build/fuzz/server/%_fuzz.o build/fuzz/libserver.a build/obj/libserver.a
	$(call say,LINK)
	$(Q)clang $(FUZZ) -fsanitize=fuzzer -o $@ $^ $(SERVER_LIBS)
build/fuzz/runner/%_fuzz: build/fuzz/runner/%_fuzz.o build/fuzz/librunner.a build/obj/librunner.a
	$(call say,LINK)
	$(Q)clang $(FUZZ) -fsanitize=fuzzer -o $@ $^ $(RUNNER_LIBS)

TESTS := $(patsubst %.c,build/san/%,$(TEST_C))
.PHONY: tests san fuzzers clang
tests: $(TESTS)
san: build/san/faultline-server build/san/faultline-runner
fuzzers: $(patsubst %.c,build/fuzz/%,$(FUZZ_C))
clang: $(patsubst %.c,build/clang/%.ok,$(wildcard server/*.c server/*/*.c runner/*.c runner/*/*.c))
build/clang/%.ok: %.c
	@mkdir -p $(@D)
	$(Q)clang -fsyntax-only $(CSTD) $(WARN) $(PQ_CFLAGS) -MD -MP -MF build/clang/$*.d -MT $@ $< && touch $@
.SECONDARY:
-include $(shell find build -name '*.d' 2>/dev/null)
