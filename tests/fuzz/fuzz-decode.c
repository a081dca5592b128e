/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instruction decoder: whatever a cell has at its instruction pointer must be survived, and what is
 * made of it must hold together. The executor gets the result.
 *
 * suite: hypervisor
 * sources: hypervisor/arch/x86/decode.c hypervisor/arch/x86/execute.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hypervisor/arch/x86/execute.h"

#define MAX_BYTES 24

static void check(bool condition)
{
	if (!condition)
		abort();
}

static void execute(const struct x86_mmio_insn *insn, u64 value)
{
	u64 gprs[X86_NUM_REGISTERS], stored;
	unsigned int i;

	for (i = 0; i < X86_NUM_REGISTERS; i++)
		gprs[i] = value * (i + 1);
	stored = x86_mmio_store_value(insn, gprs);
	check(insn->size == 8 || stored >> (insn->size * 8) == 0);
	if (insn->is_read)
		x86_mmio_load(insn, value, gprs);
	x86_mmio_complete(insn, gprs, value);
}

static void check_insn(const struct x86_mmio_insn *insn, unsigned int length)
{
	check(insn->length >= 1 && insn->length <= length && insn->length <= X86_MAX_INSN_LENGTH);
	check(insn->op <= X86_MMIO_MOVS);
	check(insn->size == 1 || insn->size == 2 || insn->size == 4 || insn->size == 8);
	check(insn->address_size == 2 || insn->address_size == 4 || insn->address_size == 8);
	check(insn->reg < X86_NUM_REGISTERS && insn->segment <= X86_GS);
	check(insn->is_read || insn->is_write);
}

/* Bytes behind the instruction must not matter, and all of its own must. */
static void check_length(const u8 *bytes, enum x86_mode mode, const struct x86_mmio_insn *insn)
{
	struct x86_mmio_insn again;
	unsigned int length;

	check(x86_decode_mmio(bytes, insn->length, mode, &again) == 0);
	check(again.length == insn->length && again.op == insn->op);
	for (length = 0; length < insn->length; length++)
		check(x86_decode_mmio(bytes, length, mode, &again) == -EAGAIN);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct x86_mmio_insn insn;
	struct x86_cr_insn cr_insn;
	enum x86_mode mode;
	unsigned int length;
	u64 value;
	int err;

	if (size < 1 + sizeof(value) || size > 1 + sizeof(value) + MAX_BYTES)
		return 0;
	mode = data[0] % 3;
	memcpy(&value, data + 1, sizeof(value));
	data += 1 + sizeof(value);
	length = (unsigned int)(size - 1 - sizeof(value));

	err = x86_decode_mmio(data, length, mode, &insn);
	check(err == 0 || err == -EINVAL || (err == -EAGAIN && length < X86_MAX_INSN_LENGTH));
	if (err == 0) {
		check_insn(&insn, length);
		check_length(data, mode, &insn);
		execute(&insn, value);
	}
	check(x86_insn_prefix_length(data, length, mode) <= length);
	err = x86_decode_write_cr(data, length, mode, &cr_insn);
	check(err || (cr_insn.length <= length && cr_insn.cr < 16 && cr_insn.reg < 16));
	return 0;
}
