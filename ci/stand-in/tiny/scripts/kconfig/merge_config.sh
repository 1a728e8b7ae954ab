#!/bin/sh
# merge_config.sh -m [-O DIR] FILE…: the files, one behind the other.
out=.
while true; do
	case $1 in
	-O) out=$2; shift 2 ;;
	-*) shift ;;
	*) break ;;
	esac
done
cat "$@" >"$out/.config.merged" && mv "$out/.config.merged" "$out/.config"
