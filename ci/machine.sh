#!/bin/bash
# A Debian machine of another architecture, to be started in QEMU: a disk with a root file system of packages, and what boots it.
#   ci/machine.sh DIR ARCH KERNEL     KERNEL: a folder that ci/demo-kernel.sh made.  DIR/ARCH gets disk.img and initrd
# DIR/ARCH is a link to a folder named by a hash over this script and the kernel: what is there is not made again. The maintainers'
# scripts of its packages run under user-mode emulation, which the kernel must know of (binfmt_misc; root is told to it here).
# When it has booted it runs setup.sh out of the tar archive that is its second disk.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=ci/foreign.sh
. "$(dirname "$0")/foreign.sh"

readonly INCLUDED=busybox-static,iproute2,kmod,libcurl4,libjansson4,libssl3,systemd,systemd-sysv,xfsprogs,zlib1g
readonly DISK=3G

# The kernel starts programs of another architecture by what qemu-user-static says of them.
binfmt_ensure() {
	local name
	name=qemu-${1/arm64/aarch64}
	[[ -e /proc/sys/fs/binfmt_misc/register ]] || ! is_root || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc || :
	[[ -e /proc/sys/fs/binfmt_misc/$name ]] && return
	is_root || die "programs of $1 do not start here: install qemu-user-static where systemd-binfmt runs, or run this once as root"
	cat "/usr/lib/binfmt.d/$name.conf" >/proc/sys/fs/binfmt_misc/register
}

# What is done to the root file system: the kernel's modules, the unit that runs setup.sh, and then its image.
customize() {
	cat <<-HOOK
		set -e
		tar -C "\$1" --keep-directory-symlink --zstd -xf '$KERNEL/modules.tar'
		cp '$WORK/machine-setup.service' "\$1/etc/systemd/system/"
		mkdir -p "\$1/etc/systemd/system/multi-user.target.wants"
		ln -s ../machine-setup.service "\$1/etc/systemd/system/multi-user.target.wants/"
		for unit in getty@tty1 getty-static serial-getty@ttyAMA0 serial-getty@hvc0 systemd-binfmt systemd-timesyncd; do
			ln -sf /dev/null "\$1/etc/systemd/system/\$unit.service"
		done
		rm -rf "\$1"/var/cache/apt/archives/*.deb "\$1"/var/lib/apt/lists/*
		cp "\$1/bin/busybox" '$WORK/busybox'
		mount --bind "\$1" '$WORK/plain' # without what is mounted in it
		mke2fs -q -t ext4 -d '$WORK/plain' '$WORK/disk.img' $DISK || failed=1
		umount '$WORK/plain'
		exit \${failed:-0}
	HOOK
}

root_make() {
	cat >"$WORK/machine-setup.service" <<-'UNIT'
		[Unit]
		Description=What the second disk says
		[Service]
		Type=oneshot
		StandardOutput=journal+console
		StandardError=journal+console
		ExecStart=/bin/sh -c 'mkdir -p /run/setup && tar -C /run/setup -xf /dev/vdb && exec sh /run/setup/setup.sh'
	UNIT
	mkdir "$WORK/plain"
	customize >"$WORK/customize"
	mmdebstrap --quiet --skip=check/qemu --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --variant=minbase \
		--architectures="$(debian_arch "$ARCH")" --include="$INCLUDED" --aptopt='APT::Install-Recommends "false"' \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--customize-hook="sh '$WORK/customize' \"\$1\"" "$SUITE" /dev/null "$MIRROR" >"$WORK/log" 2>&1 ||
		die "mmdebstrap failed: $(tail -n 5 "$WORK/log")"
}

# Nothing but what it takes to reach the disk.
initrd_make() {
	local release module
	release=$(cat "$KERNEL/release")
	mkdir -p "$WORK/modules" "$WORK/initrd"/{dev,root}
	tar -C "$WORK/modules" --zstd -xf "$KERNEL/modules.tar"
	for module in virtio_pci virtio_blk ext4; do
		modprobe -d "$WORK/modules" -S "$release" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
		cp "$module" "$WORK/initrd/"
		basename "$module" >>"$WORK/initrd/modules"
	done
	cp "$WORK/busybox" "$WORK/initrd/"
	cat >"$WORK/initrd/init" <<-'INIT'
		#!/busybox sh
		/busybox mount -t devtmpfs dev /dev
		while read -r module; do /busybox insmod "/$module"; done </modules
		until [ -b /dev/vda ]; do /busybox sleep 0.1; done
		/busybox mount -t ext4 /dev/vda /root
		exec /busybox switch_root /root /sbin/init
	INIT
	chmod 755 "$WORK/initrd/init"
	(cd "$WORK/initrd" && find . | cpio --quiet -o -H newc -R 0:0) >"$WORK/initrd.cpio"
}

main() {
	local hash
	hash=$(cat "$0" "$KERNEL/release" | sha256sum | cut -c-16)
	if [[ ! -d $DIR/$ARCH-$hash ]]; then
		say "making a Debian machine of $ARCH (once; some minutes)"
		binfmt_ensure "$ARCH"
		root_make
		initrd_make
		mkdir -p "$DIR/$ARCH-$hash.new"
		cp --sparse=always "$WORK/disk.img" "$DIR/$ARCH-$hash.new/disk.img"
		cp "$WORK/initrd.cpio" "$DIR/$ARCH-$hash.new/initrd"
		chmod -R a+rX "$DIR/$ARCH-$hash.new"
		mv -T "$DIR/$ARCH-$hash.new" "$DIR/$ARCH-$hash"
		find "$DIR" -mindepth 1 -maxdepth 1 -type d -name "$ARCH-*" ! -name "$ARCH-$hash" -exec rm -rf {} +
	fi
	ln -sfn "$ARCH-$hash" "$DIR/$ARCH"
}

[[ $# -eq 3 ]] || { say "usage: ci/machine.sh DIR ARCH KERNEL" && exit 2; }
DIR=$1 ARCH=$2 KERNEL=$(realpath -- "$3")
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT
chmod 1777 "$WORK" # without root, mmdebstrap's hook is another user
main
