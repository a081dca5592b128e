# SPDX-License-Identifier: GPL-2.0-only
# What the set-up scripts share: messages, the build folder, the check for network and rights.
# To be sourced; expects nothing, leaves TOP and O (the build folder, absolute).
# shellcheck shell=bash

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
O=$(mkdir -p "${O:-$TOP/build}" && cd "${O:-$TOP/build}" && pwd)
export TOP O

say()
{
	printf 'setup: %s\n' "$*"
}

die()
{
	printf 'setup: %s\n' "$*" >&2
	exit 1
}

# Whether another package manager was at work, in which case it is waited for: ten minutes at most.
wait_for_others()
{
	grep -q 'Could not get lock' "$1" || return
	if [ -z "${waiting_since:-}" ]; then
		waiting_since=$SECONDS
		say "waiting for another package manager"
	fi
	sleep 2
	[ $((SECONDS - waiting_since)) -lt 600 ]
}

# Runs a command whose output matters only if it fails: "$1" says what it does.
quietly()
{
	local what=$1 log
	shift
	log=$(mktemp)
	until LC_ALL=C "$@" >"$log" 2>&1; do
		wait_for_others "$log" && continue
		tail -n 20 "$log" >&2
		rm -f "$log"
		die "$what failed (see above); is there a network, and is the disk not full?"
	done
	rm -f "$log"
}

require_debian()
{
	command -v apt-get >/dev/null ||
		die "this needs apt-get and dpkg: run it on Debian 12 (or install what" \
		    "tools/setup/packages.txt lists by hand)"
}
