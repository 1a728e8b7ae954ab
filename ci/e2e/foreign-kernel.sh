#!/bin/bash
# The distribution's kernels of the other architectures through the whole of Faultline: each is booted by the runner in that
# architecture's QEMU, with guest programs built for it, and stressed on xfs. KERNELS holds a folder for each, as
# ci/demo-kernel.sh fills it; ARCHES says which (default: all but this machine's own). ROOTS is what ci/foreign-root.sh makes.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

KERNELS=${KERNELS:-$STATE/demo/kernels}
ROOTS=${ROOTS:-$STATE/demo/roots}
readonly WORKLOAD_S=2 MIGRATIONS_MIN=1000

# arch, page size, file system block, MiB, uname -m
readonly TABLE="
arm64    4096   1024   512  aarch64
ppc64le  65536  4096   1024 ppc64le
x86_64   4096   1024   512  x86_64"

row() { awk -v arch="$1" '$1 == arch' <<<"$TABLE"; }

# Sets ARCH, PAGE, BLOCK, MEMORY, UNAME.
take() { read -r ARCH PAGE BLOCK MEMORY UNAME < <(row "$1"); }

# samples TYPE JQ: something about all lines of that type, as a list.
samples() { jq -s "[.[] | select(.type == \"$1\")] | $2" "$WORK/samples"; }

# profile_of NAME [JQ-CHANGE]: for the architecture that was taken.
profile_of() {
	profile "$1" ".arch = \"$ARCH\" | .page_size = $PAGE | .block_size = $BLOCK | .memory_mb = $MEMORY | .duration_s = $WORKLOAD_S |
		.boot_limit_s = 120 | .silence_limit_s = 60 | .attempt_limit_s = 240 | ${2:-.}"
}

# order_kernel PROFILE: the distribution's kernel of the architecture that was taken.
order_kernel() {
	order "$(jq -nc --arg release "$(cat "$KERNELS/$ARCH/release")" --arg profile "$1" --arg image "$(blob "$KERNELS/$ARCH/image")" \
		--arg modules "$(blob "$KERNELS/$ARCH/modules.tar")" \
		'{prebuilt: {release: $release, image: {sha256: $image}, modules: {sha256: $modules}}, profiles: [$profile]}')"
}

# One architecture, from upload to the page.
boots_and_ends_clean() {
	local attempt release
	[[ " $ARCHES " == *" $1 "* ]] || skip "not asked for: ARCHES is '$ARCHES'"
	take "$1"
	release=$(cat "$KERNELS/$ARCH/release")
	profile_of "$ARCH" '.workload_args = ["file_kb=4096"]'
	attempt=$(ends "$(order_kernel "$ARCH")" clean 240)
	stream "$attempt" samples "$WORK/samples"
	equal "$(samples hello 'first | "\(.release) \(.machine) \(.page_size) \(.cpus) \(.nodes)"')" "\"$release $UNAME $PAGE 2 2\"" hello
	[[ $(samples sample 'last.v[0] - first.v[0]') -gt $MIGRATIONS_MIN ]] || fail "pgmigrate_success: $(samples sample 'last.v')"
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -c '.attempt | [.kernel_release, .page_size, .accel, .built]')" "[\"$release\",$PAGE,\"tcg\",null]" attempt
	shows "/attempts/$attempt" clean "$ARCH, emulated"
	stream "$attempt" console "$WORK/console"
	holds "$(tr -d '\0\r' <"$WORK/console")" "Linux version $release"
	figures
}

figures() {
	printf '# %s: %s migrations/s, widest gap between samples %s ms, boot to workload %s s\n' "$ARCH" \
		"$(samples sample '((last.v[0] - first.v[0]) * 1e9 / (last.t - first.t)) | round')" \
		"$(samples sample '[.[].t] | [.[1:], .[:-1]] | transpose | map((.[0] - .[1]) / 1e6) | max')" \
		"$(samples phase 'map(select(.phase == "workload"))[0].t / 1e9')" >&2
}

test_arm64_boots_migrates_and_ends_clean() { boots_and_ends_clean arm64; }

test_ppc64le_boots_migrates_and_ends_clean() { boots_and_ends_clean ppc64le; }

test_x86_64_boots_migrates_and_ends_clean() { boots_and_ends_clean x86_64; }

# Without an init the kernel panics: each architecture has its own way to tell QEMU so, and to reset.
test_a_panic_ends_the_guest_at_once_on_each_architecture() {
	local arch attempt
	for arch in $ARCHES; do
		take "$arch"
		profile_of "$ARCH-panics" '.cmdline = "rdinit=/none" | .attempts_max = 1'
		attempt=$(ends "$(order_kernel "$ARCH-panics")" no_boot 120)
		shows "/attempts/$attempt" 'before it said a word'
		console_shows "$attempt" 'Kernel panic'
		printf '# %s: %s\n' "$ARCH" "$(api GET "/api/v1/attempts/$attempt" | jq -r .attempt.detail)" >&2
	done
}

# stress-ng as Debian packages it for that architecture, with its libraries.
test_a_packaged_program_of_another_architecture_runs() {
	local attempt
	take "${ARCHES%% *}"
	[[ -d $ROOTS/$ARCH ]] || skip "no packages in $ROOTS/$ARCH: run ci/foreign-root.sh $ROOTS $ARCH stress-ng"
	profile_of "$ARCH-stress-ng" '.workload = "stress-ng"'
	attempt=$(ends "$(order_kernel "$ARCH-stress-ng")" clean 240)
	stream "$attempt" samples "$WORK/samples"
	[[ $(samples sample 'last.v[0] - first.v[0]') -gt $MIGRATIONS_MIN ]] || fail "pgmigrate_success: $(samples sample 'last.v')"
	figures
}

# In a root that the runner makes of that architecture's packages: minutes, so `make soak` does it.
test_cc1_compiles_a_kernels_sources_on_each_architecture() {
	local arch attempt
	[[ ${COMPILE_S:-} ]] || skip 'only make soak compiles on other architectures, for COMPILE_S seconds'
	for arch in $ARCHES; do
		take "$arch"
		profile_of "$ARCH-compile" ".workload = \"kernel-compile\" | .memory_mb = 1024 | .duration_s = $COMPILE_S | .silence_limit_s = 300 |
			.attempt_limit_s = 7200"
		attempt=$(ends "$(order_kernel "$ARCH-compile")" clean 7200)
		stream "$attempt" samples "$WORK/samples"
		[[ $(samples sample 'last.v[0] - first.v[0]') -gt 0 ]] || fail "pgmigrate_success: $(samples sample 'last.v')"
		[[ $(api GET "/api/v1/attempts/$attempt" | jq .attempt.work_done) -gt 0 ]] || fail 'not one object'
		shows "/attempts/$attempt" ' objects'
		printf '# %s: %s objects in %s s\n' "$ARCH" "$(api GET "/api/v1/attempts/$attempt" | jq .attempt.work_done)" "$COMPILE_S" >&2
		figures
	done
}

test_the_machine_says_which_architectures_it_runs() {
	local arch
	for arch in $ARCHES; do
		shows /machines/runner "arch:$arch"
	done
}

test_pages_that_an_architecture_does_not_have_are_refused_by_name() {
	take "${ARCHES%% *}"
	profile no-pages ".arch = \"$ARCH\" | .page_size = 16384 | .attempts_max = 1"
	run=$(order_guest no-pages no-pages <<<'')
	run_wait "$run" 60
	shows "/attempts/$(attempt_of "$run")" "$ARCH has no kernels with pages of 16384 bytes"
}

ARCHES=${ARCHES-$(arch_foreign)}
for arch in $ARCHES; do
	[[ -f $KERNELS/$arch/release ]] || die "no kernel in $KERNELS/$arch: run ci/demo-kernel.sh $KERNELS/$arch $arch"
done
site_start
runner_start runner --roots "$ROOTS"
run_tests "$@"
