#!/bin/bash
# Makes a git repository that builds like a kernel (ci/stand-in/tiny) and whose image is its guest.sh, for the stand-in QEMU.
# ci/stand-in/tiny.sh DIR makes the branch main, a small history of a defect and of a changed counter, with these tags:
#   first       the first commit             plant       crashes from here on
#   fix         and no longer from here on   slower      a thousand times as many failed migrations
#   good        as few as before; the head of main
# and, each a commit behind good:
#   patched     its guest prints "patched in"
#   broken      does not compile             slow        its build never ends
#   trap        crashes in vmlinux's own functions; the next three crash there too:
#   debug-slow  its debug build never ends   debug-other its debug build makes other code
#   debug-broken  its debug build fails
set -euo pipefail

TINY=$(cd "$(dirname "$0")/tiny" && pwd)
mkdir -p "$1"
cd "$1"
export GIT_AUTHOR_NAME=Stand-in GIT_AUTHOR_EMAIL=stand-in@example.org GIT_COMMITTER_NAME=Stand-in \
	GIT_COMMITTER_EMAIL=stand-in@example.org GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
SECOND=1700000000
NUMBER=0

# commit TAG SUBJECT
commit() {
	SECOND=$((SECOND + 60))
	git add -A
	GIT_AUTHOR_DATE="$SECOND +0000" GIT_COMMITTER_DATE="$SECOND +0000" git commit -q -m "$2"
	git tag "$1"
}

# guest FAILED LAST-WORD: migrates 1000 pages, of which so many failed.
guest() {
	NUMBER=$((NUMBER + 1))
	cat >guest.sh <<-SH
		# The guest of the stand-in tree.
		hello 6.1.0-tiny
		console 'built from commit $NUMBER'
		phase workload
		sample 0 0
		sample $((1000 - $1)) $1
		$2
	SH
}

git init -q -b main .
cp -r "$TINY/." .
printf 'out*/\n*.o\n' >.gitignore
guest 1 'result done'
commit first 'tiny: a first kernel'
guest 1 'crash'
commit plant 'tiny: no reference for private pages'
guest 1 'result done'
commit fix 'tiny: get and put the page'
guest 960 'result done'
commit slower 'tiny: expected references of a private page'
guest 1 'result done'
commit good 'tiny: count the private reference again'

git checkout -q -b side
sed -i "s/^phase workload/console 'patched in'\n&/" guest.sh
commit patched 'tiny: the guest is patched'

git checkout -q -b hopeless good
sed -i 's/return 0/return no_such_name/' init/main.c
commit broken 'tiny: does not compile'

git checkout -q -b endless good
sed -i 's/^\t@.*CC.*-c -o.*/\t@exec sleep infinity/' Makefile
commit slow 'tiny: the build never ends'

git checkout -q -b trapped good
# shellcheck disable=SC2016 # the guest's words and make's
sed -i 's/^result done/crash_at "$FAULT" "$CALLER"/' guest.sh
commit trap 'tiny: a count falls below zero'
# shellcheck disable=SC2016
sed -i 's/^\(\$(O)\/vmlinux: .*\)/\1\n\t@[ -z "$(DEBUG)" ] || exec sleep infinity/' Makefile
commit debug-slow 'tiny: the debug build never ends'

git checkout -q -b other trap
sed -i 's/,-g)/,-g -Dalways_inline=noinline)/' Makefile
commit debug-other 'tiny: the debug build makes other code'

git checkout -q -b unlucky trap
sed -i 's/,-g)/,-g -Dreturn=no_such_word)/' Makefile
commit debug-broken 'tiny: the debug build fails'
git checkout -q main
