#!/bin/bash
# The guest alone, without runner and server: boots a kernel in QEMU with the options the runner uses, stresses xfs for some
# seconds and looks at what came through the port, in TAP. Prints QEMU's command line and the times.
#   ci/guest-test.sh IMAGE [MODULES_ROOT]     MODULES_ROOT holds lib/modules/RELEASE of a prebuilt kernel
#   WORKLOAD=migrate-reader SECONDS_OF_WORK=10 KEEP=DIR are the other knobs; KEEP keeps console and samples.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly LIMIT_S=180 GAP_MAX_MS=50 MIGRATIONS_MIN=1000 WORKLOAD=${WORKLOAD:-migrate-hot} WORK_S=${SECONDS_OF_WORK:-3}
WORK=${KEEP:-} NUMBER=0 FAILED=''

# Modules that a prebuilt kernel needs, with what they need, each once, in the order to load them in.
initrd_modules() {
	local root=$1 tree=$2 release module
	release=$(basename "$root"/lib/modules/*)
	[[ -e $root/lib/modules/$release/modules.dep ]] || depmod -b "$root" "$release"
	mkdir -p "$tree/lib/modules/$release"
	for module in virtio_pci virtio_blk virtio_console pvpanic-pci xfs; do
		modprobe -d "$root" -S "$release" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
		cp "$module" "$tree/lib/modules/$release/"
		echo "/lib/modules/$release/$(basename "$module")"
	done >"$tree/lib/modules/load"
}

initrd_pack() {
	local tree=$WORK/tree
	mkdir -p "$tree/workloads"
	cp "$REPO/build/guest/x86_64/faultline-guest" "$tree/init"
	cp "$REPO/build/guest/x86_64/migrate" "$tree/workloads/"
	[[ ! ${1:-} ]] || initrd_modules "$1" "$tree"
	(cd "$tree" && find . | cpio -o -H newc --quiet) >"$WORK/initrd"
}

# The preset's arguments, from its manifest: -R,2,-S,64,...
arguments() {
	jq -r '[.arguments[] | select(.default != null) | .flag, .default] | join(",")' \
		"$REPO/runner/workloads/$WORKLOAD/manifest.json"
}

# Prints QEMU's command line and runs it.
boot() {
	local image=$1
	# shellcheck disable=SC2054 # QEMU's commas
	local -a qemu=(qemu-system-x86_64 -name faultline-guest-test -nodefaults -no-user-config -display none -no-reboot
		-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
		-M q35,i8042=off -cpu max -accel tcg,thread=multi,tb-size=256 -bios qboot.rom -smp 2,sockets=2 -m 512
		-object memory-backend-ram,id=m0,size=256M -numa node,nodeid=0,memdev=m0,cpus=0
		-object memory-backend-ram,id=m1,size=256M -numa node,nodeid=1,memdev=m1,cpus=1
		-drive "file=$WORK/disk,if=none,id=d0,format=raw,cache=unsafe,discard=unmap" -device virtio-blk-pci,drive=d0
		-chardev "file,id=console,path=$WORK/console" -serial chardev:console
		-device virtio-serial-pci -chardev "file,id=samples,path=$WORK/samples"
		-device virtserialport,chardev=samples,name=org.faultline.samples
		-device pvpanic-pci -action panic=none
		-kernel "$image" -initrd "$WORK/initrd"
		-append "console=ttyS0 panic=-1 oops=panic -- fs=xfs mount=rw,noatime workload=$WORKLOAD program=/workloads/migrate progress=pipe seconds=$WORK_S args=$(arguments)")
	printf '# %s\n' "${qemu[*]}"
	truncate -s 1G "$WORK/disk"
	mkfs.xfs -q -b size=1024 "$WORK/disk"
	timeout "$LIMIT_S" "${qemu[@]}"
}

ok() {
	NUMBER=$((NUMBER + 1))
	if [[ $1 == "$2" ]]; then
		echo "ok $NUMBER - $3"
	else
		echo "not ok $NUMBER - $3"
		echo "#   is '$1', should be '$2'"
		FAILED=1
	fi
}

lines() { jq -c "select(.type == \"$1\")" "$WORK/samples"; }

# Pauses between samples in ms, sorted.
gaps() { lines sample | jq -s '[.[].t] | [.[1:], .[:-1]] | transpose | map((.[0] - .[1]) / 1e6) | sort'; }

# The guest can be no more punctual than the machine that emulates it.
check_gaps() {
	local name="samples are at most $GAP_MAX_MS ms apart" load cpus
	load=$(cut -d ' ' -f 1 /proc/loadavg)
	cpus=$(nproc)
	if [[ $(bc <<<"$load > $cpus + 1") == 1 ]]; then
		NUMBER=$((NUMBER + 1))
		echo "ok $NUMBER - $name # SKIP the machine is busy: load $load on $cpus cpus"
		return
	fi
	ok "$(gaps | jq "last <= $GAP_MAX_MS")" true "$name"
}

check() {
	local status=$1
	ok "$status" 0 'QEMU ends by itself'
	ok "$(lines hello | jq '.cpus, .nodes, (.boot_id | length)' | xargs)" '2 2 36' 'hello tells cpus, nodes and the boot id'
	ok "$(lines keys | jq '.keys | (index("pgmigrate_success") != null) and (length > 100)')" true 'the keys are those of /proc/vmstat'
	ok "$(lines phase | jq -r .phase | xargs)" 'mount prepare workload finish' 'the phases come in order'
	ok "$(lines vmstat | jq -s --argjson n "$(lines keys | jq '.keys | length')" 'length > 2 and all(.v | length == $n)')" true \
		'each vmstat has a value for each key'
	ok "$(lines sample | jq -s "(.[-1].v[0] - .[0].v[0]) > $MIGRATIONS_MIN")" true "more than $MIGRATIONS_MIN pages were migrated"
	check_gaps
	ok "$(lines progress | tail -n 1 | jq -c '[.done, .of]')" "[$WORK_S,$WORK_S]" 'progress reaches its end'
	ok "$(tail -n 1 "$WORK/samples" | jq -r '"\(.type) \(.status)\(.detail)"')" 'result done' 'the last line is the result'
	echo "1..$NUMBER"
}

figures() {
	gaps | jq -r '"# samples \(length + 1), pause p50 \(.[length / 2 | floor]) p99 \(.[length * 0.99 | floor]) longest \(last) ms"'
	lines sample | jq -rs '((.[-1].t - .[0].t) / 1e9) as $s
		| "# \((.[-1].v[0] - .[0].v[0]) / $s | round) migrations/s, \((.[-1].v[1] - .[0].v[1]) / $s) failures/s"'
	lines phase | jq -rs '"# boot clock: " + (map("\(.phase) at \(.t / 1e6 | round) ms") | join(", "))'
}

main() {
	local image=$1 start status=0
	WORK=${WORK:-$(mktemp -d)}
	mkdir -p "$WORK"
	[[ ${KEEP:-} ]] || trap 'rm -rf -- "$WORK"' EXIT
	initrd_pack "${2:-}"
	start=$EPOCHREALTIME
	boot "$image" || status=$?
	echo "# QEMU ran for $(bc <<<"$EPOCHREALTIME - $start") s"
	if [[ ! -s $WORK/samples ]]; then
		tail -n 20 "$WORK/console" | tr -d '\r' | sed 's/^/# /'
	fi
	check "$status"
	figures
	[[ ! $FAILED ]]
}

[[ $# -ge 1 ]] || die 'usage: ci/guest-test.sh IMAGE [MODULES_ROOT]'
main "$@"
