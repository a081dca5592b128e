/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder for instructions on emulated device registers. Knows the forms that compilers and
 * drivers use for such accesses, from the general-purpose instructions; encodings are those of APM
 * 3, chapter 1 and appendix A.
 */
#include "decode.h"

#include <jailhouse/errno.h>

#include "mmio.h"

/* Prefixes, APM 3, 1.2; CS, SS and DS follow ES in steps of 8. */
#define PREFIX_ES           0x26
#define PREFIX_ES_MASK      0xe7
#define PREFIX_FS           0x64
#define PREFIX_GS           0x65
#define PREFIX_OPERAND_SIZE 0x66
#define PREFIX_ADDRESS_SIZE 0x67
#define PREFIX_LOCK         0xf0
#define PREFIX_REPNE        0xf2
#define PREFIX_REP          0xf3
#define PREFIX_REX          0x40
#define PREFIX_REX_MASK     0xf0

#define REX_W 0x8
#define REX_R 0x4
#define REX_B 0x1

/* Opcodes of two bytes, APM 3, A.1.2 */
#define ESCAPE            0x0f
#define SECONDARY(opcode) (ESCAPE << 8 | (opcode))

#define OPCODE_WRITE_CR SECONDARY(0x22)

/* The only operation of its group, in ModRM.reg, APM 3, A.1.4 */
#define GROUP_11_MOV 0

/* ModRM and SIB, APM 3, 1.4; NO_BASE is the same number in both. */
#define MOD_DISPLACEMENT_8 1
#define MOD_DISPLACEMENT   2
#define MOD_REGISTER       3
#define RM_SIB             4
#define NO_BASE            5
#define NO_BASE_16         6

/* What is done to memory, how operands are encoded, and what becomes of them */
#define READ        0x001
#define WRITE       0x002
#define MODRM       0x004
#define OFFSET      0x008
#define IMMEDIATE   0x010
#define ZERO_EXTEND 0x020
#define SIGN_EXTEND 0x040
#define ONLY_64_BIT 0x080
#define NOT_16_BIT  0x100

struct form {
	u16 opcode;
	/* Of the memory operand; 0: the operand size */
	u16 size;
	u16 flags;
	enum x86_mmio_op op;
};

/* APM 3, A.1; the register is that of ModRM, or rAX. */
static const struct form forms[] = {
	/* MOVSXD */
	{ 0x63, 4, READ | MODRM | SIGN_EXTEND | ONLY_64_BIT, X86_MMIO_MOV },
	{ 0x86, 1, READ | WRITE | MODRM, X86_MMIO_XCHG },
	{ 0x87, 0, READ | WRITE | MODRM, X86_MMIO_XCHG },
	{ 0x88, 1, WRITE | MODRM, X86_MMIO_MOV },
	{ 0x89, 0, WRITE | MODRM, X86_MMIO_MOV },
	{ 0x8a, 1, READ | MODRM, X86_MMIO_MOV },
	{ 0x8b, 0, READ | MODRM, X86_MMIO_MOV },
	{ 0xa0, 1, READ | OFFSET, X86_MMIO_MOV },
	{ 0xa1, 0, READ | OFFSET, X86_MMIO_MOV },
	{ 0xa2, 1, WRITE | OFFSET, X86_MMIO_MOV },
	{ 0xa3, 0, WRITE | OFFSET, X86_MMIO_MOV },
	{ 0xa4, 1, READ | WRITE, X86_MMIO_MOVS },
	{ 0xa5, 0, READ | WRITE, X86_MMIO_MOVS },
	{ 0xaa, 1, WRITE, X86_MMIO_STOS },
	{ 0xab, 0, WRITE, X86_MMIO_STOS },
	{ 0xac, 1, READ, X86_MMIO_LODS },
	{ 0xad, 0, READ, X86_MMIO_LODS },
	/* Group 11 */
	{ 0xc6, 1, WRITE | MODRM | IMMEDIATE, X86_MMIO_MOV },
	{ 0xc7, 0, WRITE | MODRM | IMMEDIATE, X86_MMIO_MOV },
	/* MOVZX, MOVSX, MOVNTI */
	{ SECONDARY(0xb6), 1, READ | MODRM | ZERO_EXTEND, X86_MMIO_MOV },
	{ SECONDARY(0xb7), 2, READ | MODRM | ZERO_EXTEND, X86_MMIO_MOV },
	{ SECONDARY(0xbe), 1, READ | MODRM | SIGN_EXTEND, X86_MMIO_MOV },
	{ SECONDARY(0xbf), 2, READ | MODRM | SIGN_EXTEND, X86_MMIO_MOV },
	{ SECONDARY(0xc3), 0, WRITE | MODRM | NOT_16_BIT, X86_MMIO_MOV },
};

struct decoder {
	const u8 *bytes;
	unsigned int length;
	unsigned int next;
	/* The first that was met; bytes read from then on are 0. */
	int error;
	enum x86_mode mode;
	bool operand_size_prefix;
	bool address_size_prefix;
	bool lock;
	bool repeat;
	/* The whole prefix, 0 if there is none */
	u8 rex;
	enum x86_segment segment;
	/* Fields of ModRM, extended by REX */
	unsigned int mod;
	unsigned int reg;
	unsigned int rm;
};

static u8 next_byte(struct decoder *decoder)
{
	if (decoder->next >= X86_MAX_INSN_LENGTH && !decoder->error)
		decoder->error = -EINVAL;
	if (decoder->next >= decoder->length && !decoder->error)
		decoder->error = -EAGAIN;
	if (decoder->error)
		return 0;
	return decoder->bytes[decoder->next++];
}

static void skip_bytes(struct decoder *decoder, unsigned int num)
{
	while (num--)
		next_byte(decoder);
}

/* Reads a little-endian number of @size bytes and sign-extends it. */
static u64 next_number(struct decoder *decoder, unsigned int size)
{
	u64 value = 0, sign = 1ULL << (size * 8 - 1);
	unsigned int i;

	for (i = 0; i < size; i++)
		value |= (u64)next_byte(decoder) << (i * 8);
	return (value ^ sign) - sign;
}

static unsigned int operand_size(const struct decoder *decoder)
{
	if (decoder->rex & REX_W)
		return 8;
	return decoder->operand_size_prefix == (decoder->mode == X86_MODE_16) ? 4 : 2;
}

static unsigned int address_size(const struct decoder *decoder)
{
	if (decoder->address_size_prefix)
		return decoder->mode == X86_MODE_32 ? 2 : 4;
	return decoder->mode == X86_MODE_64 ? 8 : decoder->mode == X86_MODE_32 ? 4 : 2;
}

static bool take_legacy_prefix(struct decoder *decoder, u8 byte)
{
	if ((byte & PREFIX_ES_MASK) == PREFIX_ES) {
		/* Without effect in 64-bit mode, APM 3, 1.2.4 */
		if (decoder->mode != X86_MODE_64)
			decoder->segment = X86_ES + (byte - PREFIX_ES) / 8;
		return true;
	}
	switch (byte) {
	case PREFIX_FS:
	case PREFIX_GS:
		decoder->segment = X86_FS + (byte - PREFIX_FS);
		return true;
	case PREFIX_OPERAND_SIZE:
		return decoder->operand_size_prefix = true;
	case PREFIX_ADDRESS_SIZE:
		return decoder->address_size_prefix = true;
	case PREFIX_LOCK:
		return decoder->lock = true;
	case PREFIX_REPNE:
	case PREFIX_REP:
		return decoder->repeat = true;
	default:
		return false;
	}
}

/* A REX prefix counts only right before the opcode, APM 3, 1.2.7. */
static bool take_prefix(struct decoder *decoder, u8 byte)
{
	if (decoder->mode == X86_MODE_64 && (byte & PREFIX_REX_MASK) == PREFIX_REX) {
		decoder->rex = byte;
		return true;
	}
	if (!take_legacy_prefix(decoder, byte))
		return false;
	decoder->rex = 0;
	return true;
}

/* Takes all prefixes and returns the first byte of the opcode. */
static u8 take_prefixes(struct decoder *decoder)
{
	u8 byte;

	do {
		byte = next_byte(decoder);
	} while (take_prefix(decoder, byte));
	return byte;
}

static unsigned int take_opcode(struct decoder *decoder)
{
	u8 first = take_prefixes(decoder);

	return first == ESCAPE ? SECONDARY(next_byte(decoder)) : first;
}

static void decoder_init(struct decoder *decoder, const u8 *bytes, unsigned int length,
			 enum x86_mode mode)
{
	*decoder = (struct decoder){
		.bytes = bytes,
		.length = length,
		.mode = mode,
		.segment = X86_DS,
	};
}

static void take_modrm(struct decoder *decoder)
{
	u8 modrm = next_byte(decoder);

	decoder->mod = modrm >> 6;
	decoder->reg = ((modrm >> 3) & 7) | (decoder->rex & REX_R ? 8 : 0);
	decoder->rm = (modrm & 7) | (decoder->rex & REX_B ? 8 : 0);
}

/* Takes ModRM with a memory operand, SIB and displacement. REX.B does not change what NO_BASE is. */
static int take_memory_operand(struct decoder *decoder)
{
	bool is_16bit = address_size(decoder) == 2;
	unsigned int base;

	take_modrm(decoder);
	if (decoder->mod == MOD_REGISTER)
		return -EINVAL;
	base = decoder->rm & 7;
	if (base == RM_SIB && !is_16bit)
		base = next_byte(decoder) & 7;
	if (decoder->mod == MOD_DISPLACEMENT_8)
		skip_bytes(decoder, 1);
	else if (decoder->mod == MOD_DISPLACEMENT || base == (is_16bit ? NO_BASE_16 : NO_BASE))
		skip_bytes(decoder, is_16bit ? 2 : 4);
	return 0;
}

/* That of ModRM, 0 (rAX) without. Without REX, the byte registers 4..7 are AH, CH, DH and BH. */
static void set_register(const struct decoder *decoder, struct x86_mmio_insn *insn,
			 unsigned int size)
{
	insn->reg_high_byte = size == 1 && !decoder->rex && decoder->reg >= 4;
	insn->reg = decoder->reg - (insn->reg_high_byte ? 4 : 0);
	insn->reg_size = size;
}

/* Immediates are of 4 bytes at most. */
static void take_immediate(struct decoder *decoder, struct x86_mmio_insn *insn)
{
	insn->has_immediate = true;
	insn->immediate = next_number(decoder, insn->size > 4 ? 4 : insn->size) &
			  size_mask(insn->size);
}

static const struct form *find_form(unsigned int opcode)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(forms); i++) {
		if (forms[i].opcode == opcode)
			return &forms[i];
	}
	return NULL;
}

static int decode_form(struct decoder *decoder, const struct form *form, struct x86_mmio_insn *insn)
{
	bool extend = form->flags & (ZERO_EXTEND | SIGN_EXTEND);

	if (form->flags & ONLY_64_BIT && decoder->mode != X86_MODE_64)
		return -EINVAL;
	if (form->flags & MODRM && take_memory_operand(decoder))
		return -EINVAL;
	if (form->flags & OFFSET)
		skip_bytes(decoder, address_size(decoder));

	insn->op = form->op;
	insn->is_read = form->flags & READ;
	insn->is_write = form->flags & WRITE;
	insn->size = form->size ? form->size : operand_size(decoder);
	if (form->flags & NOT_16_BIT && insn->size == 2)
		insn->size = 4;
	insn->sign_extend = form->flags & SIGN_EXTEND;
	insn->rep = decoder->repeat && form->op >= X86_MMIO_STOS;
	set_register(decoder, insn, extend ? operand_size(decoder) : insn->size);
	if (form->flags & IMMEDIATE) {
		take_immediate(decoder, insn);
		if ((decoder->reg & 7) != GROUP_11_MOV)
			return -EINVAL;
	}
	if (decoder->lock && form->op != X86_MMIO_XCHG)
		return -EINVAL;
	return insn->reg_size >= insn->size ? 0 : -EINVAL;
}

int x86_decode_mmio(const u8 *bytes, unsigned int length, enum x86_mode mode,
		    struct x86_mmio_insn *insn)
{
	const struct form *form;
	struct decoder decoder;
	int err = -EINVAL;

	decoder_init(&decoder, bytes, length, mode);
	form = find_form(take_opcode(&decoder));
	*insn = (struct x86_mmio_insn){
		.address_size = address_size(&decoder),
		.segment = decoder.segment,
	};
	if (form)
		err = decode_form(&decoder, form, insn);
	insn->length = decoder.next;
	/* What was made of missing bytes means nothing. */
	return decoder.error ? decoder.error : err;
}

unsigned int x86_insn_prefix_length(const u8 *bytes, unsigned int length, enum x86_mode mode)
{
	struct decoder decoder;

	decoder_init(&decoder, bytes, length, mode);
	take_prefixes(&decoder);
	return decoder.error ? decoder.next : decoder.next - 1;
}

int x86_decode_write_cr(const u8 *bytes, unsigned int length, enum x86_mode mode,
			struct x86_cr_insn *insn)
{
	struct decoder decoder;
	unsigned int opcode;

	decoder_init(&decoder, bytes, length, mode);
	opcode = take_opcode(&decoder);
	if (opcode == OPCODE_WRITE_CR)
		take_modrm(&decoder);
	/* LOCK stands for REX.R where that is not available: CR8, APM 2, 3.1.4 (AltMovCr8). */
	*insn = (struct x86_cr_insn){
		.length = decoder.next,
		.cr = decoder.reg | (decoder.lock ? 8 : 0),
		.reg = decoder.rm,
	};
	if (decoder.error)
		return decoder.error;
	return opcode == OPCODE_WRITE_CR ? 0 : -EINVAL;
}
