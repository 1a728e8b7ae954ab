#!/bin/bash
# Packaged programs of another architecture with all they need, extracted and never installed, for workloads such as stress-ng:
# what `faultline-runner --roots DIR` looks for below DIR/ARCH.
#   ci/foreign-root.sh DIR ARCH PACKAGE…
# DIR/ARCH is a link to a folder named by a hash over the packages and their versions: one that is there is not made again, and
# one that is in use is never changed.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=ci/foreign.sh
. "$(dirname "$0")/foreign.sh"

# Packages that only scripts of packages need, which are never run.
readonly NEEDLESS='^(debconf|dpkg|tar|perl-base|init-system-helpers|libdebconfclient0)_'

main() {
	local dir=$1 arch=$2 hash deb
	shift 2
	foreign_update "$arch" "$WORK/apt"
	foreign_apt "$arch" "$WORK/apt" apt-get --download-only install "$@" >"$WORK/log" 2>&1 ||
		die "cannot fetch $* for $arch: $(grep -m1 '^E:' "$WORK/log" || tail -n 1 "$WORK/log")"
	find "$WORK/apt/cache/archives" -name '*.deb' -printf '%f\n' | grep -vE "$NEEDLESS" | sort >"$WORK/packages"
	hash=$(sha256sum "$WORK/packages" | cut -c-16)
	if [[ ! -d $dir/$arch-$hash ]]; then
		mkdir -p "$dir" "$WORK/root"
		while read -r deb; do
			dpkg-deb -x "$WORK/apt/cache/archives/$deb" "$WORK/root"
		done <"$WORK/packages"
		foreign_links "$WORK/root"
		rm -rf "$WORK"/root/usr/share/{doc,man,locale,info}
		chmod -R a+rX "$WORK/root"
		cp -a "$WORK/root" "$dir/$arch-$hash.new"
		mv -T "$dir/$arch-$hash.new" "$dir/$arch-$hash"
		say "extracted $(wc -l <"$WORK/packages") packages for $arch: $(du -sh "$dir/$arch-$hash" | cut -f1)"
	fi
	ln -sfn "$arch-$hash" "$dir/$arch"
}

[[ $# -ge 3 ]] || { say "usage: ci/foreign-root.sh DIR ARCH PACKAGE…" && exit 2; }
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT
main "$@"
