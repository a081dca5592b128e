/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder for the instructions that a cell may use on emulated device registers, and for the
 * lengths of intercepted instructions on processors without decode assists and NRIP save. Plain C
 * on a copy of the instruction's bytes; fetching them, and the guest-physical address of the
 * access, are left to the caller. References are to the AMD64 Architecture Programmer's Manual
 * (APM), volume 3.
 */
#ifndef HYPERVISOR_ARCH_X86_DECODE_H
#define HYPERVISOR_ARCH_X86_DECODE_H

#include <jailhouse/types.h>

/* APM 3, 1.1: the processor refuses longer instructions. */
#define X86_MAX_INSN_LENGTH 15

/* Numbers of general registers, also in arrays of them. */
enum x86_register {
	X86_RAX,
	X86_RCX,
	X86_RDX,
	X86_RBX,
	X86_RSP,
	X86_RBP,
	X86_RSI,
	X86_RDI,
	/* R8..R15 are 8..15. */
	X86_NUM_REGISTERS = 16,
};

enum x86_segment {
	X86_ES,
	X86_CS,
	X86_SS,
	X86_DS,
	X86_FS,
	X86_GS,
};

/* Default sizes: CS.L of a processor in long mode, else CS.D (real mode: 16). */
enum x86_mode {
	X86_MODE_16,
	X86_MODE_32,
	X86_MODE_64,
};

enum x86_mmio_op {
	X86_MMIO_MOV,
	X86_MMIO_XCHG,
	/* String operations from here on */
	X86_MMIO_STOS,
	X86_MMIO_LODS,
	X86_MMIO_MOVS,
};

/* An instruction with one memory operand; MOVS has two. See execute.h for what to do with it. */
struct x86_mmio_insn {
	/* Of the whole instruction, in bytes */
	unsigned int length;
	enum x86_mmio_op op;
	/* What is done to memory; XCHG and MOVS read, then write. */
	bool is_read;
	bool is_write;
	/* Width of the memory access: 1, 2, 4 or 8 bytes */
	unsigned int size;
	/* The other operand, unless has_immediate is set; not of MOVS */
	unsigned int reg;
	/* The operand is AH, CH, DH or BH, and reg 0..3 names the register that it is part of. */
	bool reg_high_byte;
	/* Width of the register operand; larger than size in MOVZX and MOVSX */
	unsigned int reg_size;
	bool sign_extend;
	bool has_immediate;
	/* Sign-extended to size, upper bytes 0 */
	u64 immediate;
	/* For string operations: repeated by rCX, as wide as address_size */
	bool rep;
	/* 2, 4 or 8 bytes; the width of rSI and rDI in string operations */
	unsigned int address_size;
	/* Of the memory operand as overridden by a prefix, else X86_DS: for rSI of LODS and MOVS. The
	 * destination of STOS and MOVS is always ES:rDI.
	 */
	enum x86_segment segment;
};

/*
 * Decodes the instruction at @bytes, of which @length are valid. Ours are moves of all kinds, XCHG
 * and string operations; arithmetic on memory is not. Returns 0, -EINVAL for any other or an invalid
 * form, -EAGAIN if the instruction goes on after @length bytes. Never reads beyond @length; @insn is
 * undefined unless 0 is returned. Any context.
 */
int x86_decode_mmio(const u8 *bytes, unsigned int length, enum x86_mode mode,
		    struct x86_mmio_insn *insn);

/*
 * Returns the number of prefix bytes (legacy and REX, APM 3, 1.2) at @bytes, @length if there is
 * nothing else. So the length of an intercepted instruction without operands (CPUID, RDMSR, WRMSR,
 * VMMCALL, XSETBV, HLT, INVD, WBINVD ...) is this plus that of its opcode.
 */
unsigned int x86_insn_prefix_length(const u8 *bytes, unsigned int length, enum x86_mode mode);

/* MOV to a control register */
struct x86_cr_insn {
	unsigned int length;
	/* Control register, also one that does not exist: the processor refuses those. */
	unsigned int cr;
	/* General register, whose width is 8 in 64-bit mode, else 4 */
	unsigned int reg;
};

/* Decodes a MOV to a control register; arguments and results as those of x86_decode_mmio. */
int x86_decode_write_cr(const u8 *bytes, unsigned int length, enum x86_mode mode,
			struct x86_cr_insn *insn);

#endif /* HYPERVISOR_ARCH_X86_DECODE_H */
