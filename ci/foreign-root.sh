#!/bin/bash
# A root file system of another architecture with packages and all they need, made by mmdebstrap and never run: what the runner
# is linked with there, and what `faultline-runner --roots DIR` looks for below DIR/ARCH, for workloads such as stress-ng.
#   ci/foreign-root.sh DIR ARCH PACKAGE…
# DIR/ARCH is a link to a folder named by a hash over what was asked for: one that is there is not made again, and one that is
# in use is never changed. No root privileges are needed where user namespaces are allowed.
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=ci/foreign.sh
. "$(dirname "$0")/foreign.sh"

main() {
	local dir=$1 arch=$2 hash packages
	local -a as_root=()
	shift 2
	packages=$(printf '%s\n' "$@" | sort | paste -sd,)
	hash=$(printf '%s\n' "$SUITE $MIRROR $packages" | sha256sum | cut -c-16)
	if [[ ! -d $dir/$arch-$hash ]]; then
		is_root || as_root=(unshare --user --map-root-user)
		mkdir -p "$dir"
		"${as_root[@]}" mmdebstrap --quiet --mode=root --variant=extract --format=directory --architectures="$(debian_arch "$arch")" \
			--include="$packages" --aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' \
			"$SUITE" "$WORK/root" "$MIRROR" >"$WORK/log" 2>&1 || die "cannot make a root of $arch with $packages: $(tail -n 3 "$WORK/log")"
		foreign_links "$WORK/root"
		rm -rf "$WORK"/root/{dev,var} "$WORK"/root/usr/share/{doc,man,locale,info}
		chmod -R a+rX "$WORK/root"
		cp -a "$WORK/root" "$dir/$arch-$hash.new"
		mv -T "$dir/$arch-$hash.new" "$dir/$arch-$hash"
		say "made a root of $arch with $packages: $(du -sh "$dir/$arch-$hash" | cut -f1)"
	fi
	ln -sfn "$arch-$hash" "$dir/$arch"
}

[[ $# -ge 3 ]] || { say "usage: ci/foreign-root.sh DIR ARCH PACKAGE…" && exit 2; }
WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT
main "$@"
