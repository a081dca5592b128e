# SPDX-License-Identifier: GPL-2.0-only
#
# The one entry: "make help" lists what there is. Everything that is built goes to build/.

O ?= $(CURDIR)/build
override O := $(abspath $(O))
KVER = $(shell cat $(O)/vm/kernel/version 2>/dev/null)
KDIR ?= /usr/src/linux-headers-$(KVER)
DESTDIR ?=
export INSTALL_MOD_PATH := $(DESTDIR)
export O KDIR SUITE TESTS ACCEL CPU SMP BOOT LWIP_DIR DESTDIR PORT
# Parts get O by the environment: on its command line it would mislead the kernel's Makefile.
MAKEOVERRIDES := $(filter-out O=%,$(MAKEOVERRIDES))

PARTS := hypervisor driver net/linux tools inmates configs tests/system tests/bench

.PHONY: all help setup setup-tests $(PARTS) vm demo demo-web shell test soak check bench size install clean

#: make                 build everything
#: make demo            watch a cell being created on a running Linux, step by step
#: make demo-web        a web server in a cell, to look at in a browser; PORT=8080
#: make shell           that machine with a root shell on this terminal
#: make test            all tests; SUITE=hypervisor for one suite, TESTS="-k word" for some
#: make soak            all tests, with ten times the rounds
#: make check           licences, style, static analysis
#: make bench           measure; BENCH=--json, BENCH=--only=network, BENCH=--help
#: make size            the hypervisor's lines of code, its image's size
#: make setup           install packages and fetch the kernel; the others do it when needed
#: make vm              build everything and pack the virtual machine
#: make install         driver, firmware, tool and configurations into this system, DESTDIR=
#: make clean           remove what was built (what was fetched stays)
#:
#: O=folder             build there                  KDIR=folder   kernel headers for the modules
#: ACCEL=kvm            use the host's AMD-V         SMP=n CPU=model   another virtual machine
#: BOOT=vmlinuz         boot the kernel as packaged  LWIP_DIR=folder   another lwIP

all: $(PARTS)

help:
	@sed -n 's/^#: \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

setup:
	@tools/setup/setup.sh

# What only tests need, a browser first of all
setup-tests: setup
	@tools/setup/setup.sh tests

# Each part on all CPUs, unless the user has said how many jobs there shall be
jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

$(PARTS): setup
	@+$(MAKE) -s $(jobs) -C $@

vm: $(PARTS)
	@tests/vm/build-image

demo: vm
	@tests/vm/demo

demo-web: vm
	@tests/vm/demo-web

shell: vm
	@tests/vm/run-vm

test: vm setup-tests
	@tests/run

soak: vm setup-tests
	@SOAK=1 tests/run

check: $(PARTS)
	@tests/check

bench: vm
	@tests/bench/run $(BENCH)

size: hypervisor
	@tests/size

install: $(PARTS)
	@+for part in driver net/linux tools; do $(MAKE) -s -C $$part install || exit 1; done
	[ -n "$(DESTDIR)" ] || depmod $$(cat $(KDIR)/include/config/kernel.release)
	install -D -m 644 -t $(DESTDIR)/lib/firmware $(O)/hypervisor/jailhouse-*.bin
	install -D -m 644 -t $(DESTDIR)/etc/jailhouse $(O)/configs/x86/*.cell

clean:
	@find $(O) -mindepth 1 -maxdepth 1 ! -name vm ! -name lwip ! -name cjson -exec rm -rf {} +
	@rm -rf $(O)/vm/root.cpio $(O)/vm/base.cpio $(O)/vm/base.key $(O)/vm/tsc-khz
