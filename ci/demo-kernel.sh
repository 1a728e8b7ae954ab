#!/bin/bash
# The distribution's own kernel, extracted and never installed: DIR/image, DIR/modules.tar, DIR/release.
# It is there within seconds, so there is something true to look at while the first kernel is built.
#   ci/demo-kernel.sh DIR [ARCH]     ARCH: x86_64, arm64 or ppc64le; default: this machine's
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=ci/foreign.sh
. "$(dirname "$0")/foreign.sh"

# The smallest there is for each. ppc64el's is ELF, as QEMU wants it.
package_meta() { case $1 in x86_64) echo linux-image-cloud-amd64 ;; arm64) echo linux-image-cloud-arm64 ;; ppc64le) echo linux-image-powerpc64le ;; *) die "no kernel is known for '$1'" ;; esac; }

# apt_get WORD…, apt_cache WORD…: the host's own for its own architecture.
apt_tool() {
	if [[ $ARCH == "$(arch_own)" ]]; then
		"$@" -o APT::Sandbox::User=root
	else
		foreign_apt "$ARCH" "$WORK/apt" "$@"
	fi
}

# The image package that the distribution's meta package points at today: never a fixed name.
package_name() {
	apt_tool apt-cache depends --important "$(package_meta "$ARCH")" 2>/dev/null | awk '/Depends: linux-image-[0-9]/ { print $2; exit }' | cut -d: -f1
}

main() {
	local dir=$1 name release image
	[[ ! -e $dir/release ]] || exit 0
	[[ $ARCH == "$(arch_own)" ]] || foreign_update "$ARCH" "$WORK/apt"
	name=$(package_name)
	[[ $name ]] || die "apt knows no $(package_meta "$ARCH"): run 'apt-get update' (or ci/install.sh run) and try again"
	release=${name#linux-image-}
	say "fetching $name (the distribution's kernel; extracted, not installed)"
	(cd "$WORK" && apt_tool apt-get download -q "$name" >/dev/null) || die "cannot download $name"
	dpkg-deb -x "$WORK"/*.deb "$WORK/root"
	depmod -b "$WORK/root" "$release"
	mkdir -p "$dir"
	image=$(echo "$WORK"/root/boot/vmlinu[xz]-"$release")
	cp "$image" "$dir/image"
	tar -C "$WORK/root" --owner=0 --group=0 --sort=name --mtime=@0 --zstd -cf "$dir/modules.tar" "lib/modules/$release"
	printf '%s\n' "$release" >"$dir/release.new"
	mv "$dir/release.new" "$dir/release"
}

[[ $# -eq 1 || $# -eq 2 ]] || { echo "usage: ci/demo-kernel.sh DIR [ARCH]" >&2; exit 2; }
ARCH=${2:-$(arch_own)}
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT
main "$1"
