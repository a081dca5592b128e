#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fetches the distribution's kernel package and unpacks it below build/vm/kernel, never installs
# it. Leaves there: version (the release string), vmlinuz, lib/modules/<release>, and vmlinux: the
# kernel proper out of vmlinuz, which spares a virtual machine the slow decompression.
set -euo pipefail
# shellcheck source=tools/setup/lib.sh
. "$(dirname "$0")/lib.sh"

DIR=$O/vm/kernel

# The release that the machine's current package lists lead to, e.g. 6.1.0-1-amd64.
current_release()
{
	apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/^ *Depends: linux-image-\([0-9].*-amd64\)$/\1/p' | head -n 1
}

# A little-endian number of "$2" bytes at offset "$3" of a file.
number()
{
	od -A n -t "u$2" -j "$3" -N "$2" "$1" | tr -d ' '
}

# Unpacks the payload of a bzImage (x86 boot protocol: setup_sects, payload_offset and _length; the
# last four bytes are the size). Only xz, which Debian uses; without vmlinux, vmlinuz is booted.
extract_vmlinux()
{
	local image=$1 offset length
	offset=$((($(number "$image" 1 0x1f1) + 1) * 512 + $(number "$image" 4 0x248)))
	length=$(($(number "$image" 4 0x24c) - 4))
	dd if="$image" bs=64K iflag=skip_bytes,count_bytes skip="$offset" count="$length" \
		status=none | xz -dc >"$2" 2>/dev/null || rm -f "$2"
}

# The package lists may be older than what the archive still has.
download()
{
	apt-get download -o APT::Sandbox::User=root "linux-image-$release" >/dev/null 2>&1 && return
	[ "$(id -u)" = 0 ] || die "cannot fetch the kernel package; run 'apt-get update' as root"
	quietly "apt-get update" apt-get update
	release=$(current_release)
	quietly "fetching the kernel package" \
		apt-get download -o APT::Sandbox::User=root "linux-image-$release"
}

unpack()
{
	say "fetching linux-image-$release"
	cd "$work"
	download
	dpkg-deb -x "$work"/linux-image-*.deb "$work/root"
	mkdir "$work/kernel"
	mv "$work/root/lib" "$work/kernel/lib"
	mv "$work/root/boot/vmlinuz-$release" "$work/kernel/vmlinuz"
	extract_vmlinux "$work/kernel/vmlinuz" "$work/kernel/vmlinux"
	/sbin/depmod -b "$work/kernel" "$release"
	echo "$release" >"$work/kernel/version"
	rm -rf "$DIR"
	mv "$work/kernel" "$DIR"
	cd "$TOP"
}

[ ! -e "$DIR/version" ] || exit 0
release=$(current_release)
if [ -z "$release" ]; then
	[ "$(id -u)" = 0 ] || die "no package lists: run 'apt-get update' as root first"
	quietly "apt-get update" apt-get update
	release=$(current_release)
fi
[ -n "$release" ] || die "no linux-image-amd64 in the package lists of this machine"
mkdir -p "$O/vm"
work=$(mktemp -d "$O/vm/kernel.XXXXXX")
trap 'rm -rf "$work"' EXIT
unpack
