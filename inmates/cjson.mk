# SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#
# cJSON, for the makefiles of those who build it in. They set O (the build folder); CJSON_DIR may
# name another cJSON than the distribution's, which set-up has unpacked.
#
#   cjson_flags		for all that includes its header, and for itself
#   cjson_source	its one file

ifeq ($(CJSON_DIR),)
CJSON_DIR := $(abspath $(O))/cjson
endif

# What comes from a network is parsed recursively, on the stack of a thread: not too deep.
cjson_flags := -isystem $(CJSON_DIR) -DCJSON_NESTING_LIMIT=16
cjson_source := $(CJSON_DIR)/cJSON.c
