#!/bin/sh
# merge_config.sh -m [-O DIR] FILE…: the files, one behind the other. Like the kernel's it makes a file where it works.
out=.
while true; do
	case $1 in
	-O) out=$2; shift 2 ;;
	-*) shift ;;
	*) break ;;
	esac
done
made=$(mktemp ./.tmp.config.XXXXXX) && cat "$@" >"$made" && mv "$made" "$out/.config"
