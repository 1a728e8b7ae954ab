#!/bin/bash
# A machine of another architecture, as a lab has it: Debian, the packaged runner, systemd; emulated here. It registers over the network
# with its token, claims a job, stresses its own kernel on an xfs of its own, and delivers, also after its power was cut. MACHINES is
# what ci/machine.sh makes, KERNELS what ci/demo-kernel.sh makes, PACKAGES the folder with faultline-runner's packages; the first of
# ARCHES is tried.
# shellcheck source=ci/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

KERNELS=${KERNELS:-$STATE/demo/kernels}
MACHINES=${MACHINES:-$STATE/demo/machines}
PACKAGES=${PACKAGES:-$REPO/build}
readonly WORKLOAD_S=3 BOOT_LIMIT_S=240 MIGRATIONS_MIN=100

# arch, Debian's name, uname -m, page size, console, MiB, QEMU
readonly TABLE="
arm64   arm64   aarch64 4096  ttyAMA0 1024 qemu-system-aarch64 -M virt,gic-version=max -cpu cortex-a57
ppc64le ppc64el ppc64le 65536 hvc0    1536 qemu-system-ppc64 -M pseries,x-vof=on,cap-htm=off,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off -cpu power9"

# machine_seed: the second disk: the package, the token, and the three commands of the README.
machine_seed() {
	local seed=$WORK/seed
	mkdir -p "$seed"
	cp "$PACKAGES"/faultline-runner_*_"$DEBIAN.deb" "$WORK/token" "$seed/"
	cat >"$seed/setup.sh" <<-SETUP
		modprobe virtio_net
		ip link set dev eth0 up
		ip addr add 10.0.2.15/24 dev eth0
		[ ! -e /usr/bin/faultline-runner ] || exec systemd-run bash /run/setup/taint.sh
		dpkg -i /run/setup/faultline-runner_*.deb
		echo 'FAULTLINE_OPTIONS="--server http://10.0.2.2:$PORT --name lab-$ARCH --limit-disk-mb 0"' >/etc/faultline/runner-self.conf
		install -m 600 /run/setup/token /etc/faultline/runner-self.token
		systemctl enable faultline-runner-self
		sync # its power may be cut at any time from here on
		systemctl start faultline-runner-self
	SETUP
	# From the second boot on, what an oops leaves is seen in the middle of the first attempt that begins.
	cat >"$seed/taint.sh" <<-'TAINT'
		pause() { read -rt 0.2 <> <(:); }
		cd /var/lib/faultline-runner-self/spool
		while ls ./*/result.json ./*/job.json; do pause; done
		until grep -q '"type":"sample"' ./*/samples; do pause; done
		echo 128 >/proc/sys/kernel/tainted
	TAINT
	tar -C "$seed" -cf "$WORK/seed.tar" .
	truncate -s %512 "$WORK/seed.tar"
	qemu-img create -q -f qcow2 -b "$(realpath "$MACHINES/$ARCH/disk.img")" -F raw "$WORK/disk.qcow2"
}

machine_start() {
	local half=$((MEMORY / 2))
	# shellcheck disable=SC2086 # QEMU is more words than one
	start machine $QEMU -nodefaults -no-user-config -display none -no-reboot -accel tcg,thread=multi,tb-size=256 -smp 2,sockets=2 -m "$MEMORY" \
		-object memory-backend-ram,id=m0,size="${half}M" -numa node,nodeid=0,memdev=m0,cpus=0 \
		-object memory-backend-ram,id=m1,size="${half}M" -numa node,nodeid=1,memdev=m1,cpus=1 \
		-drive "file=$WORK/disk.qcow2,if=none,id=d0,format=qcow2,cache=unsafe" -device virtio-blk-pci,drive=d0 \
		-drive "file=$WORK/seed.tar,if=none,id=d1,format=raw,readonly=on" -device virtio-blk-pci,drive=d1 \
		-netdev user,id=n0 -device virtio-net-pci,netdev=n0,romfile= \
		-chardev "file,id=console,path=$WORK/machine.console,append=on" -serial chardev:console \
		-kernel "$KERNELS/$ARCH/image" -initrd "$MACHINES/$ARCH/initrd" -append "console=$CONSOLE panic=10 quiet net.ifnames=0"
}

machine_is_there() { is_running machine && [[ $(sql "select count(*) from machine where name = 'lab-$ARCH'") == 1 ]]; }

machine_ensure() {
	is_running machine || machine_start
	wait_for "$BOOT_LIMIT_S" "the machine to register; its last words: $(tail -n 3 "$WORK/machine.console" 2>/dev/null)" machine_is_there
}

# Its power is cut, and it boots again.
machine_cut() {
	stop machine KILL
	machine_start
	touch "$WORK/cut"
}

profile_machine() {
	post /api/v1/profiles "$(jq -nc --arg name "$1" --arg arch "$ARCH" --argjson page "$PAGE" '{name: $name, arch: $arch, page_size: $page,
		config: "running", fs: "xfs", block_size: 4096, workload: "migrate-hot", workload_args: ["file_kb=4096"], duration_s: '"$WORKLOAD_S"', attempts_max: 1,
		boot_limit_s: 120, silence_limit_s: 60, attempt_limit_s: 400} | '"${2:-.}")" >/dev/null
}

order_machine() { order "$(jq -nc --arg release "$RELEASE" --arg profile "$1" '{running: {release: $release}, profiles: [$profile]}')"; }

test_the_packaged_runner_registers_from_a_machine_of_another_architecture() {
	machine_ensure
	equal "$(api GET /api/v1/machines | jq -c --arg name "lab-$ARCH" '.machines[] | select(.name == $name) | [.arch, .kernel_release, .qemu_version]')" \
		"[\"$UNAME\",\"$RELEASE\",null]" machine
	shows "/machines/lab-$ARCH" "$UNAME" "$RELEASE" "arch:$ARCH/$RELEASE" self emulated workload:migrate-hot
}

test_it_stresses_its_own_kernel_on_its_own_xfs_and_delivers() {
	local attempt
	machine_ensure
	profile_machine own
	attempt=$(ends "$(order_machine own)" clean 240)
	stream "$attempt" samples "$WORK/samples"
	equal "$(jq -s '[.[] | select(.type == "hello")][0] | "\(.release) \(.machine) \(.page_size) \(.nodes)"' "$WORK/samples")" "\"$RELEASE $UNAME $PAGE 2\"" hello
	[[ $(jq -s '[.[] | select(.type == "sample")] | last.v[0] - first.v[0]' "$WORK/samples") -gt $MIGRATIONS_MIN ]] || fail 'too little was migrated'
	equal "$(api GET "/api/v1/attempts/$attempt" | jq -c '.attempt | [.kernel_release, .page_size, .accel, .built]')" "[\"$RELEASE\",$PAGE,\"tcg\",null]" attempt
	shows "/attempts/$attempt" clean "$ARCH, emulated" "$RELEASE" 'pgmigrate_success per second, emulated'
	console_shows "$attempt" 'XFS (loop0): Mounting' 'faultline-guest: phase workload' 'XFS (loop0): Unmounting'
	shows /trees/running "$RELEASE"
	equal "$(sql "select count(*) from series where metric like '%\\_native'")" 0 'series of times that are not emulated'
	printf '# %s: %s migrations/s, widest gap between samples %s ms\n' "$ARCH" \
		"$(jq -s '[.[] | select(.type == "sample")] | ((last.v[0] - first.v[0]) * 1e9 / (last.t - first.t)) | round' "$WORK/samples")" \
		"$(jq -s '[.[] | select(.type == "sample").t] | [.[1:], .[:-1]] | transpose | map((.[0] - .[1]) / 1e6) | max | round' "$WORK/samples")" >&2
}

is_at_work() { [[ $(sql "select a.step from attempt a join job j on j.id = a.job_id where j.run_id = $1 and a.step_of > 0") == workload ]]; }

has_gone_down() { [[ $(sql "select detail from attempt where id = $1") == 'the machine went down'* ]]; }

test_a_machine_whose_power_was_cut_delivers_when_it_is_back() {
	local run attempt
	machine_ensure
	profile_machine long '.duration_s = 300 | .attempt_limit_s = 600'
	run=$(order_machine long)
	wait_for 120 'the workload' is_at_work "$run"
	attempt=$(attempt_of "$run")
	machine_cut
	wait_for "$BOOT_LIMIT_S" 'the delivery, maybe after the lease has ended' has_gone_down "$attempt"
	shows "/attempts/$attempt" 'the machine went down during the attempt' "$RELEASE" "$ARCH, emulated"
	console_shows "$attempt" 'faultline-guest: phase workload'
}

test_a_kernel_that_dies_and_goes_on_is_a_crash() {
	local run
	machine_ensure
	[[ -e $WORK/cut ]] || machine_cut
	profile_machine dies '.duration_s = 300 | .attempt_limit_s = 600'
	run=$(order_machine dies)
	shows "/attempts/$(ends "$run" crash 120)" 'the kernel died of an oops or a BUG, and the machine went on'
}

ARCHES=${ARCHES-$(arch_foreign)}
# UNAME, CONSOLE and the others: a row of the table.
read -r ARCH DEBIAN UNAME PAGE CONSOLE MEMORY QEMU < <(awk -v arch="${ARCHES%% *}" '$1 == arch' <<<"$TABLE") || die "no machine is known for '$ARCHES'"
RELEASE=$(cat "$KERNELS/$ARCH/release") || die "no kernel in $KERNELS/$ARCH: run ci/demo-kernel.sh $KERNELS/$ARCH $ARCH"
[[ -f $MACHINES/$ARCH/disk.img ]] || die "no machine in $MACHINES/$ARCH: run ci/machine.sh $MACHINES $ARCH $KERNELS/$ARCH"
site_start
machine_seed
run_tests "$@"
