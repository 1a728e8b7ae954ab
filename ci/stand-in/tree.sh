#!/bin/bash
# tree.sh DIR: makes a git repository that stands in for a kernel tree, in a second. Its Makefile answers the make
# targets the runner uses, and what it "builds" is a text file that ci/stand-in/qemu reads as its scenario.
# The line of `main` is a small history of a defect and of a changed counter; each odd case is a branch of its own.
# Prints one line per commit: NAME SHA SCENARIO. The same bytes each time: names and dates are fixed.
set -euo pipefail

[[ $# -eq 1 ]] || {
	echo "usage: tree.sh DIR" >&2
	exit 2
}
readonly DIR=$1
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null LC_ALL=C
export GIT_AUTHOR_NAME=faultline GIT_AUTHOR_EMAIL=faultline@localhost
export GIT_COMMITTER_NAME=faultline GIT_COMMITTER_EMAIL=faultline@localhost
stamp=1700000000

makefile() {
	cat <<'MAKE'
# Stands in for a kernel's Makefile: O=, ARCH= and CC= are taken as kbuild takes them.
O ?= .
RELEASE := 6.1.0-stand-in
.PHONY: tinyconfig olddefconfig bzImage
tinyconfig:
	@mkdir -p $(O)
	@echo '# tiny' > $(O)/.config
olddefconfig:
	@grep -v '^CONFIG_LOST' $(O)/.config > $(O)/.config.new; mv $(O)/.config.new $(O)/.config
	@echo '#'; echo '# configuration written to .config'; echo '#'
bzImage: $(O)/arch/x86/boot/bzImage
$(O)/arch/x86/boot/bzImage: scenario mm/migrate.c
	@mkdir -p $(O)/arch/x86/boot $(O)/mm $(O)/include/config
	@echo '  CC      mm/migrate.o'
	@$(CC) -c -o $(O)/mm/migrate.o mm/migrate.c
	@echo $(RELEASE) > $(O)/include/config/kernel.release
	@(echo faultline-stand-in; cat scenario) > $@
	@echo '  BUILD   arch/x86/boot/bzImage'
MAKE
}

merge_config() {
	cat <<'MERGE'
#!/bin/sh
# merge_config.sh -m -O DIR CONFIG FRAGMENT…
shift 3
out=$1
shift
for fragment; do grep '^CONFIG_' "$fragment" >> "$out"; done
MERGE
}

# commit NAME SUBJECT: commits all there is, and prints its line.
commit() {
	stamp=$((stamp + 3600))
	git add -A
	GIT_AUTHOR_DATE="$stamp +0000" GIT_COMMITTER_DATE="$stamp +0000" git commit -q --allow-empty -m "$2"
	printf '%s %s %s\n' "$1" "$(git rev-parse HEAD)" "$(head -1 scenario)"
}

# neutral N SUBJECT: a commit that changes nothing that matters.
neutral() {
	printf '/* %s */\n' "$2" >>mm/notes.c
	commit "$1" "$2"
}

# branch NAME: a branch from the first commit with one commit, whose scenario is read from standard input.
branch() {
	git checkout -q -B "$1" first
	cat >scenario
	commit "$1" "mm: $1"
}

main_line() {
	printf 'clean\nsuccess=40000 fail=40\n' >scenario
	commit first 'mm: first'
	git tag first
	neutral neutral-1 'mm: notes on migration'
	printf 'crash\nsuccess=30000 fail=60000 after=40\n' >scenario
	commit plant 'iomap: no reference for private pages'
	neutral neutral-2 'mm: more notes'
	printf 'clean\nsuccess=40000 fail=40\n' >scenario
	commit fix 'iomap: get and put the page in iomap_page_create/release'
	neutral neutral-3 'mm: still more notes'
	printf 'clean\nsuccess=2000 fail=38000\n' >scenario
	commit slower 'mm: expected references of a private page'
	neutral neutral-4 'mm: last notes'
	printf 'clean\nsuccess=40000 fail=40\n' >scenario
	commit faster 'mm: count the private reference again'
	neutral head 'mm: done'
}

odd_branches() {
	branch error <<<$'error\ndetail=cannot_mount'
	branch escapes <<<$'escapes\nsuccess=40000 fail=40'
	branch flood <<<$'flood\nmib=4'
	branch garbage <<<$'garbage\nsuccess=40000 fail=40'
	branch hang <<<'hang'
	branch noboot <<<'noboot'
	branch noboot-panic <<<'noboot-panic'
	branch panic-late <<<$'panic-late\nsuccess=40000 fail=40'
	branch silent <<<'silent'
	branch slow <<<$'slow\nsuccess=40000 fail=40'
	branch spin <<<'spin'
	git checkout -q -B nobuild first
	printf 'int migrate_pages(void)\n{\n\treturn missing;\n}\n' >mm/migrate.c
	commit nobuild 'mm: a variable that is not there'
}

git init -q -b main "$DIR"
cd "$DIR"
mkdir -p mm scripts/kconfig
makefile >Makefile
merge_config >scripts/kconfig/merge_config.sh
printf 'int migrate_pages(void);\nint migrate_pages(void)\n{\n\treturn 0;\n}\n' >mm/migrate.c
printf '/* notes */\n' >mm/notes.c
printf 'config LOST\n\tbool "an option that does not survive"\n' >Kconfig
printf '/out*/\n' >.gitignore
main_line
odd_branches
git checkout -q main
