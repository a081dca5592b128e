/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Carries out decoded MMIO instructions on general registers. The access to the device is the
 * caller's: read it if is_read; write x86_mmio_store_value() if is_write, or for MOVS, what was read
 * (one operand of MOVS is memory or both are devices; x86_mmio_string_offset() tells where they are);
 * then take what was read to x86_mmio_load(), except for MOVS. At last advance RIP by the
 * instruction's length if x86_mmio_complete() says so. Registers are in arrays of 16 in the order of
 * enum x86_register.
 */
#ifndef HYPERVISOR_ARCH_X86_EXECUTE_H
#define HYPERVISOR_ARCH_X86_EXECUTE_H

#include "decode.h"

/* The value to be written, insn->size bytes, upper bytes 0. Only if insn->is_write, not for MOVS. */
u64 x86_mmio_store_value(const struct x86_mmio_insn *insn, const u64 *gprs);

/* Sets the register to @value, insn->size bytes as read. Only if insn->is_read, not for MOVS. */
void x86_mmio_load(const struct x86_mmio_insn *insn, u64 value, u64 *gprs);

/*
 * Offset in its segment of the operand of a string instruction: @index is X86_RSI (source) or
 * X86_RDI (destination).
 */
u64 x86_mmio_string_offset(const struct x86_mmio_insn *insn, const u64 *gprs,
			   enum x86_register index);

/*
 * To be called once the access is done: advances the index registers of a string instruction and
 * counts its repetition. Returns false if the instruction has to run once more, so that RIP stays.
 */
bool x86_mmio_complete(const struct x86_mmio_insn *insn, u64 *gprs, u64 rflags);

#endif /* HYPERVISOR_ARCH_X86_EXECUTE_H */
