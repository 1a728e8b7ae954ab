#!/bin/bash
# Fuzzing: each x_fuzz.c is a program that reads bytes as x.c reads what comes from outside (clang's libFuzzer, with the
# address and undefined sanitizers), and dies when a promise is broken.
#   ci/fuzz.sh [short [WORD]]  each case of ci/fuzz/TARGET, then a fixed number of changed ones, always the same; prints TAP
#   ci/fuzz.sh long [WORD]     `make fuzz`: new inputs for FUZZ_SECONDS (default 600) on FUZZ_JOBS cores (default: all);
#                              what they find is kept in build/fuzz/corpus/TARGET, what kills the program in
#                              ci/fuzz/TARGET/crash-…, made small: a case that `make test` runs from then on
#   ci/fuzz.sh merge [WORD]    adds what reaches new code, out of build/fuzz/corpus, to the cases in ci/fuzz
# WORD picks the targets whose name holds it. FUZZ_SEEDS=FOLDER has more consoles to start from, as ../shared/corpora/console;
# what comes of them is kept apart, and never becomes a case. FUZZ_TOTAL=FILE counts all executions of long runs ever made
# (default ci/fuzz/total).
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$REPO"

readonly SLICE_S=900                # of a long run; then the next target's turn
readonly INPUT_LIMIT_S=60           # for one input, on a machine that has other things to do
readonly MEMORY_MB=1024             # with sanitizers; the reader itself is bounded far below
readonly SMALLER_S=20               # of trying to make an input small that kills
readonly CASE_BYTES=500             # a case in the project is no longer
FUZZ_TOTAL=${FUZZ_TOTAL:-ci/fuzz/total}
FUZZ_SEEDS=${FUZZ_SEEDS:-}
# Freed memory is held back from use for 1 MB, as much as thousands of inputs free, and not for 256, of which each page is new to
# the processor; who asked for memory is kept for two callers. Together a third of the time.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=0:quarantine_size_mb=1:malloc_context_size=2} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

# Target, longest input, share of a long run, executions of a short one.
targets() {
	cat <<-'TABLE'
		buildlog/reader        3000   2  10000
		console/reader         3000  10   8000
		http/hygiene           2000   1  20000
		http/run_request       4000   1  20000
		http/template          2000   1  20000
		runner/build_errors    4000   1  10000
		runner/job_text        4000   1  20000
		runner/qmp             2000   1  10000
		runner/samples         4000   1  10000
		store/utf8             1000   1  30000
		work/history           2000   1  20000
		work/samples           4000   2  10000
	TABLE
}

# source_of TARGET: console/reader is server/console/reader_fuzz.c.
source_of() { if [[ -f $1_fuzz.c ]]; then printf '%s\n' "$1"; else printf 'server/%s\n' "$1"; fi; }
program() { printf 'build/fuzz/%s_fuzz\n' "$(source_of "$1")"; }

# A target without a row, or a row without a target, is a mistake.
table_check() {
	diff <(targets | awk '{ print $1 }' | sort) \
		<(printf '%s\n' server/*/*_fuzz.c runner/*_fuzz.c | sed -E 's,^server/,,; s,_fuzz\.c$,,' | sort) ||
		die "the table in ci/fuzz.sh and the x_fuzz.c differ"
}

# dictionary TARGET: the words its sources know, as libFuzzer takes them: plain ASCII, one at least.
dictionary() {
	local source out=build/fuzz/$1.dict
	local -a files
	source=$(source_of "$1")
	files=("$source.c")
	[[ $1 != console/* ]] || files=(server/console/*.c)
	mkdir -p "${out%/*}"
	{
		grep -hvE '^#include' "${files[@]}" | LC_ALL=C grep -oE '"[ !#-[^-~]{2,48}"' || :
		printf '"\\x0a"\n'
	} | LC_ALL=C sort -u >"$out"
	printf '%s\n' "$out"
}

# folders TARGET [FIRST]: where its inputs are: what it writes to first, then the project's own.
folders() {
	local folder
	for folder in "${@:2}" "ci/fuzz/$1" "$([[ $1 == console/reader ]] && echo server/console/samples)"; do
		[[ ! -d $folder ]] || printf '%s\n' "$folder"
	done
}

# fuzz TARGET ARGUMENT…: its program, with what all runs share; libFuzzer's words go where standard error goes.
fuzz() {
	local target=$1 length
	length=$(targets | awk -v target="$target" '$1 == target { print $2 }')
	"$(program "$target")" -max_len="$length" -len_control=100 -timeout="$INPUT_LIMIT_S" -report_slow_units="$INPUT_LIMIT_S" \
		-rss_limit_mb="$MEMORY_MB" -dict="$(dictionary "$target")" -print_final_stats=1 "${@:2}"
}

executed() { sed -n 's/^stat::number_of_executed_units: *//p' "$1"; }

# --- short ------------------------------------------------------------------------------------------
# One target: its cases, and more from them; always the same, since numbers come from a fixed seed.
short_one() {
	local target=$1 runs=$2 work=$3 log=$3/log started=$SECONDS
	local -a inputs
	mkdir -p "$work/new"
	mapfile -t inputs < <(folders "$target")
	# First the cases alone. The first folder is the one that libFuzzer writes to.
	if ! fuzz "$target" -runs=0 -artifact_prefix="$work/" "$work/new" "${inputs[@]}" >"$log" 2>&1 ||
		! fuzz "$target" -runs="$runs" -seed=1 -artifact_prefix="$work/" "$work/new" "${inputs[@]}" >"$log" 2>&1; then
		tail -n 60 "$log" | sed 's/^/#   /' >&2
		return 1
	fi
	printf '%d executions in %d s' "$(executed "$log")" $((SECONDS - started))
}

short() {
	local target runs number=0 result=0 text work
	work=$(mktemp -d "${TMPDIR:-/tmp}/faultline-fuzz.XXXXXX")
	# shellcheck disable=SC2064 # the folder's name now
	trap "rm -rf -- '$work'" EXIT
	printf '1..%d\n' "$(wanted | wc -l)"
	while read -r target _ _ runs; do
		number=$((number + 1))
		if text=$(short_one "$target" "$runs" "$work/$number"); then
			printf 'ok %d - %s: %s\n' "$number" "$target" "$text"
		else
			printf 'not ok %d - %s\n' "$number" "$target"
			result=1
		fi
	done < <(wanted)
	return "$result"
}

# --- long -------------------------------------------------------------------------------------------
# count TARGET EXECUTIONS SECONDS: adds to the total, which is a line for each target. Seconds are processor time: a core that has
# other things to do is not an hour of fuzzing.
count() {
	exec 7>>build/fuzz/total.lock
	flock 7
	touch "$FUZZ_TOTAL"
	awk -v target="$1" -v executions="$2" -v seconds="$3" '
		$1 == target { $2 += executions; $3 += seconds; is_here = 1 }
		NF == 3 { print $1, sprintf("%d", $2), $3 }
		END { if (!is_here) print target, executions, seconds }' "$FUZZ_TOTAL" | sort >"$FUZZ_TOTAL.new"
	mv "$FUZZ_TOTAL.new" "$FUZZ_TOTAL"
	exec 7>&-
}

total() { awk '{ n += $2; s += $3 } END { printf "%.1f million executions in %.1f hours of processor time\n", n / 1e6, s / 3600 }' "$FUZZ_TOTAL"; }

# smaller TARGET FILE: the same end from fewer bytes, if there is a way.
smaller() {
	local target=$1 file=$2
	fuzz "$target" -minimize_crash=1 -max_total_time="$SMALLER_S" -exact_artifact_path="$file.small" "$file" >/dev/null 2>&1 || :
	[[ ! -s $file.small ]] || mv "$file.small" "$file"
}

# slice TARGET SECONDS: one target for a while.
slice() {
	local target=$1 seconds=$2 corpus=build/fuzz/corpus/$1 cases=ci/fuzz/$1 log result=0 executions file cpu_s
	local -a inputs seeds=()
	if [[ $FUZZ_SEEDS && $target == console/reader ]]; then
		corpus=build/fuzz/seeded/$target
		mapfile -t seeds < <(find "$FUZZ_SEEDS" -type d)
	fi
	mkdir -p "$corpus" "$cases"
	log=$(mktemp "build/fuzz/log.XXXXXX")
	mapfile -t inputs < <(folders "$target" "$corpus" "${seeds[@]}")
	cpu_s=$(
		TIMEFORMAT='%U %S'
		{ time fuzz "$target" -max_total_time="$seconds" -artifact_prefix="$log.found-" "${inputs[@]}" >"$log" 2>&1; } 2>&1
	) || result=1
	cpu_s=$(awk '{ printf "%d", $1 + $2 + 1 }' <<<"$cpu_s")
	executions=$(executed "$log")
	count "$target" "${executions:-0}" "$cpu_s"
	printf '%-22s %9d executions in %3d s of processor time, %6d a second\n' "$target" "${executions:-0}" "$cpu_s" \
		$((${executions:-0} / cpu_s))
	for file in "$log".found-*; do
		[[ -f $file ]] || continue
		smaller "$target" "$file"
		mv "$file" "$cases/${file##*found-}"
		say "FOUND $cases/${file##*found-}"
	done
	if [[ $result -ne 0 ]]; then
		tail -n 40 "$log" >&2
	fi
	rm -f "$log"
	return "$result"
}

# The order of the slices: a target comes as often as its share says, and at least once.
slices() {
	local count=$1 n=0 target share
	while ((n < count)); do
		while read -r target _ share _; do
			for ((; share > 0; share--)); do
				printf '%s\n' "$target"
				n=$((n + 1))
			done
		done < <(wanted)
	done
}

long() {
	local seconds=${FUZZ_SECONDS:-600} jobs=${FUZZ_JOBS:-$(nproc)} result=0 row length
	row=$(wanted | awk '{ n += $3 } END { print n }')
	length=$((seconds * jobs / row))
	length=$((length < 1 ? 1 : length > SLICE_S ? SLICE_S : length))
	say "fuzzing for about $(seconds_text "$seconds") on $jobs cores, $length s at a time"
	slices $((seconds * jobs / length)) | xargs -P "$jobs" -I{} "$0" slice {} "$length" || result=1
	say "all long runs so far: $(total)"
	return "$result"
}

# --- merge ------------------------------------------------------------------------------------------
# The smallest inputs that reach what the cases do not reach yet; long ones are left out, to keep the project small.
merge() {
	local target length
	while read -r target length _ _; do
		[[ -d build/fuzz/corpus/$target ]] || continue
		mkdir -p "ci/fuzz/$target" "build/fuzz/short/$target"
		find "build/fuzz/corpus/$target" -type f -size "-${CASE_BYTES}c" -exec cp -t "build/fuzz/short/$target" {} +
		"$(program "$target")" -merge=1 -max_len="$CASE_BYTES" "ci/fuzz/$target" "build/fuzz/short/$target" >/dev/null 2>&1 ||
			die "cannot merge the cases of $target"
		say "$target: $(find "ci/fuzz/$target" -type f | wc -l) cases, $(du -sb "ci/fuzz/$target" | cut -f1) bytes"
		rm -rf "build/fuzz/short/$target"
	done < <(wanted)
}

wanted() { targets | awk -v word="$WORD" 'index($1, word)'; }

main() {
	local command=${1:-short}
	WORD=${2:-}
	if [[ $command == slice ]]; then
		slice "$2" "$3"
		return
	fi
	table_check
	[[ $(wanted) ]] || die "no target's name holds '$WORD'"
	ci/install.sh build test web
	make -s -j"$(nproc)" fuzzers >&2
	case $command in
	short) short ;;
	long) long ;;
	merge) merge ;;
	*) die "say short, long or merge" ;;
	esac
}

main "$@"
