#!/bin/bash
# The distribution's own kernel, extracted and never installed: DIR/image, DIR/modules.tar, DIR/release.
# It is there within seconds, so there is something true to look at while the first kernel is built.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly PACKAGE=linux-image-cloud-amd64

# The image package that the distribution's meta package points at today: never a fixed name.
package_name() {
	apt-cache depends --important "$PACKAGE" 2>/dev/null | awk '/Depends: linux-image-[0-9]/ { print $2; exit }'
}

main() {
	local dir=$1 name release work
	[[ ! -e $dir/release ]] || exit 0
	name=$(package_name)
	[[ $name ]] || die "apt knows no $PACKAGE: run 'apt-get update' (or ci/install.sh run) and try again"
	release=${name#linux-image-}
	say "fetching $name (the distribution's kernel; extracted, not installed)"
	work=$(mktemp -d)
	# shellcheck disable=SC2064 # the folder's name now, not when the trap runs
	trap "rm -rf -- '$work'" EXIT
	(cd "$work" && apt-get download -q -o APT::Sandbox::User=root "$name" >/dev/null) || die "cannot download $name"
	dpkg-deb -x "$work"/*.deb "$work/root"
	depmod -b "$work/root" "$release"
	mkdir -p "$dir"
	cp "$work/root/boot/vmlinuz-$release" "$dir/image"
	tar -C "$work/root" --owner=0 --group=0 --sort=name --mtime=@0 --zstd -cf "$dir/modules.tar" "lib/modules/$release"
	printf '%s\n' "$release" >"$dir/release.new"
	mv "$dir/release.new" "$dir/release"
}

[[ $# -eq 1 ]] || { echo "usage: ci/demo-kernel.sh DIR" >&2; exit 2; }
main "$1"
