#!/bin/bash
# ci/demo-tree.sh DIR: makes DIR a bare git repository of a real kernel whose history is known (ci/demo/history): the
# distribution's source, then small neutral commits and two planted defects with their fixes.
# DIR/../demo-expect.json says for every commit what a test of it should find. Hashes are the same from run to run.
# A repository that is there and complete is left as it is; one that was not finished is made anew.
#   SOURCE=FILE   the kernel's source archive (default: of the package linux-source-6.1)
set -euo pipefail
# shellcheck source=ci/lib.sh
. "$(dirname "$0")/lib.sh"

readonly SOURCE=${SOURCE:-/usr/src/linux-source-6.1.tar.xz}
readonly DEMO=$REPO/ci/demo
readonly MAINTAINER="Frida Holm" MAIL=frida.holm@example.org
readonly IMPORT_DATE="2026-01-05T08:00:00+00:00"
readonly START=$SECONDS

# Nobody's configuration may change what git makes here.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 TZ=UTC LC_ALL=C

step() { say "demo tree: $* ($(seconds_text $((SECONDS - START))))"; }

git_new() { as_user env GIT_INDEX_FILE="$NEW/demo-index" git --git-dir="$NEW" "$@"; }

# commit_make TREE NAME MAIL DATE [-p PARENT] <MESSAGE: a commit by that author, taken in by the maintainer then.
commit_make() {
	local tree=$1 name=$2 mail=$3 date=$4
	shift 4
	as_user env GIT_AUTHOR_NAME="$name" GIT_AUTHOR_EMAIL="$mail" GIT_AUTHOR_DATE="$date" \
		GIT_COMMITTER_NAME="$MAINTAINER" GIT_COMMITTER_EMAIL="$MAIL" GIT_COMMITTER_DATE="$date" \
		git --git-dir="$NEW" commit-tree "$tree" "$@"
}

# One pack without deltas at the lowest compression: made in the time it takes to read the archive.
source_import() {
	[[ -r $SOURCE ]] || die "cannot read '$SOURCE': run ci/install.sh kernel"
	step "importing $SOURCE"
	as_user git -c init.defaultBranch=main init -q --bare "$NEW"
	git_new config pack.compression 1
	git_new config gc.auto 0
	xz -dc "$SOURCE" | python3 "$DEMO/import.py" "$(xz --robot --list "$SOURCE" | awk '$1 == "totals" { print $5 }')" |
		AS_USER_DIES=1 AS_USER_EXEC=1 git_new -c fastimport.unpackLimit=0 fast-import --quiet --depth=0
}

# 6.1.192, out of the top Makefile.
release() {
	git_new cat-file blob import:Makefile |
		awk -F ' = ' '/^(VERSION|PATCHLEVEL|SUBLEVEL) = / { printf "%s%s", dot, $2; dot = "." } NR == 5 { exit }'
}

import_commit() {
	printf 'Linux %s, as the distribution ships its source\n' "$(release)" |
		commit_make 'import^{tree}' "$MAINTAINER" "$MAIL" "$IMPORT_DATE"
}

# patch_commit PARENT FILE SUBJECT: prints the commit that FILE makes of PARENT.
patch_commit() {
	local parent=$1 file=$2 subject=$3 info tree
	info=$(as_user git mailinfo "$NEW/demo-message" "$NEW/demo-patch" <"$file")
	field() { sed -n "s/^$1: //p" <<<"$info"; }
	[[ $(field Subject) == "$subject" ]] || die "$file: its subject is not '$subject', as history says"
	git_new apply --cached --whitespace=nowarn "$NEW/demo-patch" || die "$file does not apply to $SOURCE"
	tree=$(git_new write-tree)
	{ printf '%s\n\n' "$subject" && as_user cat "$NEW/demo-message"; } |
		commit_make "$tree" "$(field Author)" "$(field Email)" "$(field Date)" -p "$parent"
}

# Prints "position sha kind subject", tab separated, for the import and each row of ci/demo/history.
history_make() {
	local sha position file kind subject
	sha=$(import_commit)
	printf '0\t%s\timport\t%s\n' "$sha" "$(git_new log -1 --format=%s "$sha")"
	git_new read-tree "$sha"
	while IFS=$'\t' read -r position file kind subject; do
		sha=$(patch_commit "$sha" "$DEMO/$file" "$subject")
		printf '%s\t%s\t%s\t%s\n' "$position" "$sha" "$kind" "$subject"
	done <"$DEMO/history"
	git_new update-ref refs/heads/main "$sha"
	git_new update-ref -d refs/heads/import
	as_user rm -f "$NEW/demo-index" "$NEW/demo-message" "$NEW/demo-patch"
}

# A defect is there from its plant on, until its fix. Where the BUG is, the counters are nobody's guess: null.
expectation() {
	jq -Rn '
		reduce (inputs | split("\t")) as [$position, $sha, $kind, $subject]
			({bug: false, counter: "normal", commits: []};
			if $kind == "bug-plant" then .bug = true elif $kind == "bug-fix" then .bug = false
			elif $kind == "counter-plant" then .counter = "high" elif $kind == "counter-fix" then .counter = "normal"
			else . end
			| .commits += [{position: ($position | tonumber), sha: $sha, kind: $kind, subject: $subject,
				bug: .bug, counter: (if .bug then null else .counter end)}])
		| {branch: "main", commits: .commits}'
}

# What the repository is made of, but for the source: a newer source package leaves a demo that goes on in peace.
recipe() { cat "$DEMO/history" "$DEMO"/*.patch | sha256sum | cut -d' ' -f1; }

is_complete() { [[ $(as_user cat "$DIR/demo-recipe" 2>/dev/null) == "$RECIPE" ]]; }

make_tree() {
	as_user rm -rf -- "$NEW"
	source_import
	step "making its history"
	history_make | as_user tee "$NEW/demo-commits" >/dev/null
	as_user tee "$NEW/demo-recipe" <<<"$RECIPE" >/dev/null
	as_user rm -rf -- "$DIR"
	as_user mv -T -- "$NEW" "$DIR"
	step "$(wc -l <"$DIR/demo-commits") commits in $DIR"
}

main() {
	DIR=$(realpath -m -- "$1")
	NEW=$DIR.new
	RECIPE=$(recipe)
	folder_ensure "${DIR%/*}"
	cd "${DIR%/*}"
	[[ ! -e $DIR || -e $DIR/demo-recipe ]] || die "'$DIR' is there, and no demo tree"
	as_user touch "$DIR.lock"
	exec 9<"$DIR.lock"
	flock 9
	is_complete || make_tree
	expectation <"$DIR/demo-commits" | as_user tee demo-expect.json.new >/dev/null
	as_user mv demo-expect.json.new demo-expect.json
}

[[ $# -eq 1 ]] || { say "usage: ci/demo-tree.sh DIR" && exit 2; }
main "$1"
