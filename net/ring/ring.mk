# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# The sources of net/ring, for the makefiles of those who build it in: Linux's Kbuild files
# (name.o for name.c), inmates, host programs.

IVSHM_RING_NAMES := ring-setup ring-extension ring-tx ring-rx ring-link
