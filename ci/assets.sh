#!/bin/bash
# Prints assembler that embeds each FILE into faultline-server, under the path it was given by.
# The table is `const struct {const char *path; const unsigned char *data; uint64_t size;} faultline_assets[]`,
# ended by a row of zeros. Data are followed by a zero byte (not counted in size), so that text is a C string.
# The table holds addresses, so it lies in .data.rel.ro: written once by the loader of a -pie program, then read-only.
set -euo pipefail

# A name within an assembler string: the assembler reads backslashes and quotes.
quoted() {
	local s=${1//\\/\\\\}
	printf '"%s"' "${s//\"/\\\"}"
}

bodies() {
	local i=0 file
	printf '\t.section .rodata.faultline_assets,"a",%%progbits\n'
	for file in "$@"; do
		[[ -f $file ]] || { echo "ci/assets.sh: no such file: '$file'" >&2; exit 1; }
		printf '.Lpath%d:\t.asciz %s\n' "$i" "$(quoted "$file")"
		printf '\t.balign 16\n.Ldata%d:\t.incbin %s\n.Lend%d:\t.byte 0\n' "$i" "$(quoted "$file")" "$i"
		i=$((i + 1))
	done
}

table() {
	local i
	printf '\n\t.section .data.rel.ro,"aw",%%progbits\n\t.balign 8\n'
	printf '\t.globl faultline_assets\n\t.type faultline_assets, %%object\nfaultline_assets:\n'
	for ((i = 0; i < $#; i++)); do
		printf '\t.8byte .Lpath%d, .Ldata%d, .Lend%d - .Ldata%d\n' "$i" "$i" "$i" "$i"
	done
	printf '\t.8byte 0, 0, 0\n\t.size faultline_assets, . - faultline_assets\n'
}

bodies "$@"
table "$@"
printf '\n\t.section .note.GNU-stack,"",%%progbits\n'
