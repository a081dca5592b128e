#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes a Debian 12 machine ready: packages, the kernel for the virtual machine, the sources of
# lwIP and cJSON. Does nothing, quickly and without network, where all is there already.
# "setup.sh tests" installs what tests need beside.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tools/setup/lib.sh
. "$HERE/lib.sh"

wanted_packages()
{
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$HERE/$1"
}

# Prints those of the packages given on standard input that are not installed.
missing_packages()
{
	local wanted
	wanted=$(cat)
	# shellcheck disable=SC2086 # a list of names
	comm -23 <(printf '%s\n' $wanted | sort -u) \
		<(dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' $wanted 2>/dev/null |
			sed -n 's/^installed \([^:]*\).*/\1/p' | sort -u)
}

install_packages()
{
	local missing=$1
	[ "$(id -u)" = 0 ] || die "only root can install the packages that are missing: $missing"
	say "installing $missing"
	quietly "apt-get update" apt-get update
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086 # a list of names
	quietly "apt-get install" apt-get install -y --no-install-recommends $missing
}

install_missing()
{
	local missing
	missing=$(wanted_packages "$1" | missing_packages | tr '\n' ' ')
	[ -z "${missing// /}" ] || install_packages "$missing"
}

require_debian
exec 9>"$O/.setup-lock"
flock -n 9 || { say "waiting for another set-up"; flock 9; }
if [ "${1:-}" = tests ]; then
	install_missing packages-tests.txt
	exit
fi
install_missing packages.txt

"$HERE/kernel.sh"
kver=$(cat "$O/vm/kernel/version")
if [ -n "$(echo "linux-headers-$kver" | missing_packages)" ]; then
	install_packages "linux-headers-$kver"
fi
[ -n "${LWIP_DIR:-}" ] || "$HERE/source.sh" lwip
"$HERE/source.sh" cjson
