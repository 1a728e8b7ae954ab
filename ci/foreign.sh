# shellcheck shell=bash
# Debian's packages of other architectures, to be extracted and never installed; sourced, after ci/lib.sh.
# Decision: apt with a state of its own for each architecture, in a folder of ours. So the host's dpkg never learns of a foreign
# architecture, nobody needs root, and lists of a mirror in the middle of a sync (apt-get update then fails) harm nothing else.

# shellcheck disable=SC2034 # for those who source this
readonly SUITE=bookworm MIRROR=http://deb.debian.org/debian

# The name that Debian has for an architecture of ours.
debian_arch() { case $1 in x86_64) echo amd64 ;; ppc64le) echo ppc64el ;; *) echo "$1" ;; esac; }

# foreign_apt ARCH DIR TOOL WORD…: apt-get or apt-cache for ARCH, with its state below DIR.
foreign_apt() {
	local arch dir=$2 tool=$3
	arch=$(debian_arch "$1")
	shift 3
	"$tool" -q -o "APT::Architecture=$arch" -o "APT::Architectures::=$arch" -o "Dir::State=$dir" -o "Dir::State::Lists=$dir/lists" \
		-o "Dir::State::status=$dir/status" -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User= -o APT::Get::Assume-Yes=1 \
		-o APT::Install-Recommends=0 "$@"
}

# foreign_update ARCH DIR: the lists of packages. What a mirror lacks is told, and the next step will say what that costs.
foreign_update() {
	mkdir -p "$2/lists/partial" "$2/cache/archives/partial"
	: >>"$2/status"
	foreign_apt "$1" "$2" apt-get update >"$2/log" 2>&1 || say "apt-get update for $1 complained, going on: $(grep -m1 '^[EW]:' "$2/log" || tail -n 1 "$2/log")"
}

# Absolute links of an extracted tree lead into this host; relative ones mean the same within the tree.
foreign_links() {
	local link
	find "$1" -type l -lname '/*' -print0 | while read -rd '' link; do
		ln -sfnr -- "$1$(readlink "$link")" "$link"
	done
}
