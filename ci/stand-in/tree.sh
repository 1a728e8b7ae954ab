#!/bin/bash
# Makes a git repository that builds like a kernel (ci/stand-in/tiny) and whose image is its guest.sh, for the stand-in QEMU.
# ci/stand-in/tree.sh DIR makes branch main and these tags:
#   first       the first commit             good      three commits later, its guest ends clean
#   patched     one commit on good; its guest prints "patched in"
#   broken      does not compile             slow      its build never ends
set -euo pipefail

TINY=$(cd "$(dirname "$0")/tiny" && pwd)
mkdir -p "$1"
cd "$1"
export GIT_AUTHOR_NAME=Stand-in GIT_AUTHOR_EMAIL=stand-in@example.org GIT_COMMITTER_NAME=Stand-in \
	GIT_COMMITTER_EMAIL=stand-in@example.org GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
SECOND=1700000000

commit() {
	SECOND=$((SECOND + 60))
	git add -A
	GIT_AUTHOR_DATE="$SECOND +0000" GIT_COMMITTER_DATE="$SECOND +0000" git commit -q -m "$1"
}

guest() {
	cat <<-SH
		# The guest of the stand-in tree.
		hello 6.1.0-tiny
		console 'built from commit $1'
		phase workload
		sample 0 0
		sample $((1000 + $1)) 1
		result done
	SH
}

git init -q -b main .
cp -r "$TINY/." .
printf 'out*/\n*.o\n' >.gitignore
guest 1 >guest.sh
commit 'tiny: a first kernel'
git tag first
for i in 2 3 4; do
	guest "$i" >guest.sh
	commit "tiny: the guest counts $i"
done
git tag good

git checkout -q -b side
sed -i "s/^phase workload/console 'patched in'\n&/" guest.sh
commit 'tiny: the guest is patched'
git tag patched

git checkout -q -b hopeless good
sed -i 's/return 0/return no_such_name/' init/main.c
commit 'tiny: does not compile'
git tag broken

git checkout -q -b endless good
sed -i 's/^\t@.*CC.*-c -o.*/\t@exec sleep infinity/' Makefile
commit 'tiny: the build never ends'
git tag slow
git checkout -q main
