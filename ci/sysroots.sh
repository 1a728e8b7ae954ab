#!/bin/bash
# What the runner is linked with on other architectures: a root file system of each, with Debian's packages.
#   ci/sysroots.sh DIR ARCH…          DIR/ARCH is made where it is missing; this machine's own needs none
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly LIBRARIES="libc6-dev libcmocka-dev libcurl4-openssl-dev libjansson-dev libssl-dev zlib1g-dev"

for arch in $(arch_foreign "${*:2}"); do
	# shellcheck disable=SC2086 # one word for each
	[[ -d $1/$arch ]] || "$REPO/ci/foreign-root.sh" "$1" "$arch" $LIBRARIES
done
