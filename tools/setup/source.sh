#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# source.sh PACKAGE: unpacks the distribution's source package to build/PACKAGE, if it is not
# there. A fresh machine has no deb-src entries: a temporary list is made from the machine's own
# binary entries (those whose release file says "Origin: Debian") and used for this call alone.
set -euo pipefail
# shellcheck source=tools/setup/lib.sh
. "$(dirname "$0")/lib.sh"

package=$1
[ ! -e "$O/$package/debian/changelog" ] || exit 0

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
work=$(mktemp -d "$O/source.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"

# apt itself reads the machine's entries, of either format; backports are left out, so that the
# package is the one of the release.
sources()
{
	local option=
	[ ! -e "$KEYRING" ] || option="[signed-by=$KEYRING] "
	# shellcheck disable=SC2016 # not the shell's variables
	apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' |
		sed -n "s|^Debian \([^ ]* [^ ]* [^ ]*\)\$|deb-src $option\1|p" |
		grep -v -e '-backports' | sort -u
}

private_apt()
{
	apt-get -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
		-o APT::Sandbox::User=root "$@"
}

sources >"$work/sources.list"
if [ ! -s "$work/sources.list" ]; then
	[ "$(id -u)" = 0 ] || die "no package lists: run 'apt-get update' as root first"
	quietly "apt-get update" apt-get update
	sources >"$work/sources.list"
fi
[ -s "$work/sources.list" ] || die "no Debian entry among this machine's apt sources"

say "fetching the source package $package"
quietly "reading the lists of source packages" private_apt update
(cd "$work" && quietly "fetching the source of $package" \
	private_apt source --download-only "$package")
quietly "unpacking the source of $package" \
	dpkg-source --no-check -x "$work/$package"_*.dsc "$work/unpacked"
rm -rf "${O:?}/$package"
mv "$work/unpacked" "$O/$package"
