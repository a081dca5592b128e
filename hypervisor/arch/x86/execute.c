/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Effect of decoded MMIO instructions on general registers, as APM 3, chapter 3 describes each of
 * them.
 */
#include "execute.h"

#include "mmio.h"

/* RFLAGS, APM 2, 3.1.6 */
#define RFLAGS_DF (1 << 10)

static u64 read_register(const u64 *gprs, unsigned int reg, bool high_byte, unsigned int size)
{
	return (gprs[reg] >> (high_byte ? 8 : 0)) & size_mask(size);
}

/* 32-bit results clear the upper half, smaller ones leave the rest, APM 1, 3.1.2. */
static void write_register(u64 *gprs, unsigned int reg, bool high_byte, unsigned int size,
			   u64 value)
{
	u64 mask = size_mask(size);

	value &= mask;
	if (size >= 4) {
		gprs[reg] = value;
		return;
	}
	if (high_byte) {
		mask <<= 8;
		value <<= 8;
	}
	gprs[reg] = (gprs[reg] & ~mask) | value;
}

u64 x86_mmio_store_value(const struct x86_mmio_insn *insn, const u64 *gprs)
{
	if (insn->has_immediate)
		return insn->immediate;
	return read_register(gprs, insn->reg, insn->reg_high_byte, insn->size);
}

void x86_mmio_load(const struct x86_mmio_insn *insn, u64 value, u64 *gprs)
{
	u64 sign = 1ULL << (8 * insn->size - 1);

	value &= size_mask(insn->size);
	if (insn->sign_extend)
		value = (value ^ sign) - sign;
	write_register(gprs, insn->reg, insn->reg_high_byte, insn->reg_size, value);
}

u64 x86_mmio_string_offset(const struct x86_mmio_insn *insn, const u64 *gprs,
			   enum x86_register index)
{
	return read_register(gprs, index, false, insn->address_size);
}

static void add_to_register(const struct x86_mmio_insn *insn, u64 *gprs, unsigned int reg,
			    u64 addend)
{
	write_register(gprs, reg, false, insn->address_size, gprs[reg] + addend);
}

bool x86_mmio_complete(const struct x86_mmio_insn *insn, u64 *gprs, u64 rflags)
{
	bool source = insn->op == X86_MMIO_LODS || insn->op == X86_MMIO_MOVS;
	bool destination = insn->op == X86_MMIO_STOS || insn->op == X86_MMIO_MOVS;
	u64 step = (rflags & RFLAGS_DF) ? -(u64)insn->size : insn->size;

	if (source)
		add_to_register(insn, gprs, X86_RSI, step);
	if (destination)
		add_to_register(insn, gprs, X86_RDI, step);
	if (!insn->rep)
		return true;
	add_to_register(insn, gprs, X86_RCX, -1ULL);
	return read_register(gprs, X86_RCX, false, insn->address_size) == 0;
}
