/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instruction decoder, against a corpus that the assembler turns into machine code.
 *
 * suite: hypervisor
 * sources: hypervisor/arch/x86/decode.c
 */
#include "unit.h"

#include "hypervisor/arch/x86/decode.h"

/* The corpus is included several times; the lines of its entries name their labels. */
#define JOIN_(a, b)   a##b
#define JOIN(a, b)    JOIN_(a, b)
#define STRING_(text) #text
#define STRING(text)  STRING_(text)
#define LABEL         JOIN(corpus_, __LINE__)
#define END_LABEL     JOIN(corpus_end_, __LINE__)

#define ASSEMBLE(mode, text)                                                                 \
	asm(".pushsection .rodata\n.code" #mode                                              \
	    "\n" STRING(LABEL) ":\n" text "\n" STRING(END_LABEL) ":\n.code64\n.popsection"); \
	extern const u8 LABEL[], END_LABEL[];

#define INSN(mode, text, op, access, size, ...) ASSEMBLE(mode, text)
#define BAD(mode, text)                         ASSEMBLE(mode, text)
#include "decode-corpus.h"
#undef INSN
#undef BAD

enum access {
	READ,
	WRITE,
	RMW,
	/* Reads one operand, writes the other. */
	STRING_COPY,
};

struct entry {
	const char *text;
	const u8 *code;
	const u8 *end;
	enum x86_mode mode;
	bool valid;
	enum access access;
	/* Short, see expected_insn() */
	struct x86_mmio_insn insn;
};

#define IMMEDIATE(value) .has_immediate = true, .immediate = (value)
#define SEGMENT(number)  .segment = (number) + 1

#define INSN(mode, text, op_, access, size_, ...) \
	{ text,                                   \
	  LABEL,                                  \
	  END_LABEL,                              \
	  X86_MODE_##mode,                        \
	  true,                                   \
	  access,                                 \
	  { .op = X86_MMIO_##op_, .size = size_, __VA_ARGS__ } },
#define BAD(mode, text) { text, LABEL, END_LABEL, X86_MODE_##mode, false, READ, { .size = 0 } },

static const struct entry corpus[] = {
#include "decode-corpus.h"
};

#define for_each_entry(entry)       for (entry = corpus; entry < corpus + ARRAY_SIZE(corpus); entry++)
#define for_each_valid_entry(entry) for_each_entry(entry) if (entry->valid)

static unsigned int code_length(const struct entry *entry)
{
	return (unsigned int)(entry->end - entry->code);
}

static bool has_register(const struct x86_mmio_insn *insn)
{
	return !insn->has_immediate && insn->op != X86_MMIO_MOVS;
}

/* Fills in what the corpus leaves out. */
static struct x86_mmio_insn expected_insn(const struct entry *entry)
{
	static const unsigned int address_sizes[] = {
		[X86_MODE_16] = 2,
		[X86_MODE_32] = 4,
		[X86_MODE_64] = 8,
	};
	struct x86_mmio_insn insn = entry->insn;

	insn.length = code_length(entry);
	insn.is_read = entry->access != WRITE;
	insn.is_write = entry->access != READ;
	insn.segment = insn.segment ? insn.segment - 1 : X86_DS;
	if (!insn.address_size)
		insn.address_size = address_sizes[entry->mode];
	if (!insn.reg_size)
		insn.reg_size = insn.size;
	return insn;
}

#define check_field(entry, insn, expected, field)                                           \
	do {                                                                                \
		if ((insn)->field != (expected)->field)                                     \
			fail_msg("%s: " #field " is %#llx instead of %#llx", (entry)->text, \
				 (u64)(insn)->field, (u64)(expected)->field);               \
	} while (0)

static void check_insn(const struct entry *entry, const struct x86_mmio_insn *insn)
{
	struct x86_mmio_insn expected = expected_insn(entry);

	check_field(entry, insn, &expected, op);
	check_field(entry, insn, &expected, is_read);
	check_field(entry, insn, &expected, is_write);
	check_field(entry, insn, &expected, size);
	check_field(entry, insn, &expected, sign_extend);
	check_field(entry, insn, &expected, has_immediate);
	check_field(entry, insn, &expected, immediate);
	check_field(entry, insn, &expected, rep);
	check_field(entry, insn, &expected, address_size);
	check_field(entry, insn, &expected, segment);
	if (!has_register(&expected))
		return;
	check_field(entry, insn, &expected, reg);
	check_field(entry, insn, &expected, reg_high_byte);
	check_field(entry, insn, &expected, reg_size);
}

/* Decodes from memory of just that size, so that reading more is noticed. */
static int decode_exactly(const u8 *bytes, unsigned int length, enum x86_mode mode,
			  struct x86_mmio_insn *insn)
{
	u8 *copy = malloc(length ? length : 1);
	int err;

	memcpy(copy, bytes, length);
	err = x86_decode_mmio(length ? copy : copy + 1, length, mode, insn);
	free(copy);
	return err;
}

static void the_corpus_is_decoded(void **state)
{
	const struct entry *entry;
	struct x86_mmio_insn insn;

	(void)state;
	for_each_valid_entry(entry)
	{
		int err = decode_exactly(entry->code, code_length(entry), entry->mode, &insn);

		if (err)
			fail_msg("%s: error %d", entry->text, err);
		check_insn(entry, &insn);
		if (insn.length != code_length(entry))
			fail_msg("%s: length %u, not %u", entry->text, insn.length,
				 code_length(entry));
	}
}

static void other_instructions_are_refused(void **state)
{
	const struct entry *entry;
	struct x86_mmio_insn insn;

	(void)state;
	for_each_entry(entry)
	{
		if (!entry->valid &&
		    x86_decode_mmio(entry->code, code_length(entry), entry->mode, &insn) != -EINVAL)
			fail_msg("%s: decoded", entry->text);
	}
}

static void cut_instructions_need_more(void **state)
{
	const struct entry *entry;
	struct x86_mmio_insn insn;
	unsigned int length;

	(void)state;
	for_each_valid_entry(entry) for (length = 0; length < code_length(entry);
					 length++) if (decode_exactly(entry->code, length,
								      entry->mode,
								      &insn) != -EAGAIN)
		fail_msg("%s: %u bytes were enough", entry->text, length);
}

static void bytes_behind_do_not_matter(void **state)
{
	static const u8 others[] = { 0x00, 0xff, 0x0f, 0x66, 0x48, 0x90 };
	const struct entry *entry;
	struct x86_mmio_insn insn;
	u8 bytes[32];
	size_t i;

	(void)state;
	for_each_valid_entry(entry) for (i = 0; i < ARRAY_SIZE(others); i++)
	{
		memset(bytes, others[i], sizeof(bytes));
		memcpy(bytes, entry->code, code_length(entry));
		assert_int_equal(x86_decode_mmio(bytes, sizeof(bytes), entry->mode, &insn), 0);
		check_insn(entry, &insn);
		assert_int_equal(insn.length, code_length(entry));
	}
}

/* DS is the default, so its prefix changes nothing but the length. */
static void fifteen_bytes_are_the_limit(void **state)
{
	const struct entry *entry;
	struct x86_mmio_insn insn;
	u8 bytes[32];

	(void)state;
	for_each_valid_entry(entry)
	{
		unsigned int padding = X86_MAX_INSN_LENGTH - code_length(entry);

		memset(bytes, 0x3e, sizeof(bytes));
		memcpy(bytes + padding, entry->code, code_length(entry));
		assert_int_equal(x86_decode_mmio(bytes, 15, entry->mode, &insn), 0);
		check_insn(entry, &insn);
		assert_int_equal(insn.length, 15);

		memset(bytes, 0x3e, sizeof(bytes));
		memcpy(bytes + padding + 1, entry->code, code_length(entry));
		assert_int_equal(x86_decode_mmio(bytes, 16, entry->mode, &insn), -EINVAL);
		assert_int_equal(x86_decode_mmio(bytes, 15, entry->mode, &insn), -EINVAL);
		assert_int_equal(x86_decode_mmio(bytes, 14, entry->mode, &insn), -EAGAIN);
	}
}

static void prefixes_without_end_are_refused(void **state)
{
	struct x86_mmio_insn insn;
	u8 bytes[32];

	(void)state;
	memset(bytes, 0x66, sizeof(bytes));
	assert_int_equal(decode_exactly(bytes, 32, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_exactly(bytes, 15, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_exactly(bytes, 14, X86_MODE_64, &insn), -EAGAIN);
	memset(bytes, 0x48, sizeof(bytes));
	assert_int_equal(decode_exactly(bytes, 32, X86_MODE_64, &insn), -EINVAL);
}

/* The generator of C11 7.22.2.2's example, for the same bytes in every run */
static u32 next_random(u32 *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/* Sizes fit together whatever the bytes are. */
static void check_plausible(const struct x86_mmio_insn *insn, unsigned int length)
{
	assert_in_range(insn->length, 1, length < 15 ? length : 15);
	assert_in_range(insn->op, X86_MMIO_MOV, X86_MMIO_MOVS);
	assert_true(insn->size == 1 || insn->size == 2 || insn->size == 4 || insn->size == 8);
	assert_true(insn->reg_size >= insn->size);
	assert_in_range(insn->reg, 0, insn->reg_high_byte ? 3 : 15);
	assert_true(insn->is_read || insn->is_write);
	assert_false(insn->is_read && insn->has_immediate);
	if (insn->size < 8)
		assert_int_equal(insn->immediate >> (insn->size * 8), 0);
}

static void garbage_does_no_harm(void **state)
{
	unsigned int round, i, decoded = 0;
	struct x86_mmio_insn insn;
	u32 seed = 1;

	(void)state;
	for (round = 0; round < 300000; round++) {
		unsigned int length = next_random(&seed) % 20;
		enum x86_mode mode = next_random(&seed) % 3;
		u8 bytes[20];
		int err;

		for (i = 0; i < length; i++)
			bytes[i] = (u8)next_random(&seed);
		err = decode_exactly(bytes, length, mode, &insn);
		assert_true(err == 0 || err == -EINVAL || (err == -EAGAIN && length < 15));
		if (err == 0)
			check_plausible(&insn, length);
		decoded += err == 0;
		assert_in_range(x86_insn_prefix_length(bytes, length, mode), 0,
				length < 15 ? length : 15);
	}
	/* Else the test has no meaning. */
	assert_true(decoded > 10000);
}

static unsigned int prefix_length(enum x86_mode mode, const char *bytes, unsigned int length)
{
	u8 *copy = malloc(length);
	unsigned int result;

	memcpy(copy, bytes, length);
	result = x86_insn_prefix_length(copy, length, mode);
	free(copy);
	return result;
}

static void prefixes_are_counted(void **state)
{
	(void)state;
	/* CPUID, RDMSR, HLT, VMMCALL */
	assert_int_equal(prefix_length(X86_MODE_64, "\x0f\xa2", 2), 0);
	assert_int_equal(prefix_length(X86_MODE_64, "\x48\x0f\x32", 3), 1);
	assert_int_equal(prefix_length(X86_MODE_64, "\x66\x48\xf4", 3), 2);
	assert_int_equal(prefix_length(X86_MODE_64, "\x48\x66\x0f\x01\xd9", 5), 2);
	assert_int_equal(prefix_length(X86_MODE_32, "\xf3\x2e\x67\x0f\xa2", 5), 3);
	/* INC EAX in other modes */
	assert_int_equal(prefix_length(X86_MODE_32, "\x40\x0f\xa2", 3), 0);
	assert_int_equal(prefix_length(X86_MODE_16, "\x66\x48", 2), 1);
	assert_int_equal(prefix_length(X86_MODE_16, "\x66\x0f\xa2", 3), 1);
	assert_int_equal(prefix_length(X86_MODE_64,
				       "\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3"
				       "\xf4",
				       12),
			 11);
	/* Nothing but prefixes */
	assert_int_equal(prefix_length(X86_MODE_64, "\x66\x66\x48", 3), 3);
	assert_int_equal(prefix_length(X86_MODE_64, "", 0), 0);
	assert_int_equal(prefix_length(X86_MODE_64,
				       "\x66\x66\x66\x66\x66\x66\x66\x66"
				       "\x66\x66\x66\x66\x66\x66\x66\x66\x66",
				       17),
			 15);
}

struct cr_entry {
	const char *bytes;
	unsigned int length;
	enum x86_mode mode;
	unsigned int cr;
	unsigned int reg;
};

static const struct cr_entry cr_corpus[] = {
	/* mov %rax, %cr0; mov %rsp, %cr3; mov %r15, %cr4; mov %rcx, %cr8; mov %r9, %cr8 */
	{ "\x0f\x22\xc0", 3, X86_MODE_64, 0, X86_RAX },
	{ "\x0f\x22\xdc", 3, X86_MODE_64, 3, X86_RSP },
	{ "\x41\x0f\x22\xe7", 4, X86_MODE_64, 4, 15 },
	{ "\x44\x0f\x22\xc1", 4, X86_MODE_64, 8, X86_RCX },
	{ "\x45\x0f\x22\xc1", 4, X86_MODE_64, 8, 9 },
	/* The same with other prefixes, and without REX.R: lock mov %ebx, %cr0 is CR8 */
	{ "\x66\x2e\x48\x0f\x22\xc0", 6, X86_MODE_64, 0, X86_RAX },
	{ "\xf0\x0f\x22\xc3", 4, X86_MODE_32, 8, X86_RBX },
	/* ModRM.mod does not matter. */
	{ "\x0f\x22\x00", 3, X86_MODE_32, 0, X86_RAX },
	{ "\x0f\x22\xe0", 3, X86_MODE_16, 4, X86_RAX },
	/* CR12: none of the two prefixes makes it CR4. */
	{ "\x44\x0f\x22\xe0", 4, X86_MODE_64, 12, X86_RAX },
	{ "\xf0\x0f\x22\xe0", 4, X86_MODE_64, 12, X86_RAX },
};

static int decode_cr_exactly(const char *bytes, unsigned int length, enum x86_mode mode,
			     struct x86_cr_insn *insn)
{
	u8 *copy = malloc(length ? length : 1);
	int err;

	memcpy(copy, bytes, length);
	err = x86_decode_write_cr(length ? copy : copy + 1, length, mode, insn);
	free(copy);
	return err;
}

static void writes_to_control_registers_are_decoded(void **state)
{
	struct x86_cr_insn insn;
	unsigned int i, length;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cr_corpus); i++) {
		const struct cr_entry *entry = &cr_corpus[i];

		assert_int_equal(decode_cr_exactly(entry->bytes, entry->length, entry->mode, &insn),
				 0);
		assert_int_equal(insn.length, entry->length);
		assert_int_equal(insn.cr, entry->cr);
		assert_int_equal(insn.reg, entry->reg);
		for (length = 0; length < entry->length; length++)
			assert_int_equal(
				decode_cr_exactly(entry->bytes, length, entry->mode, &insn),
				-EAGAIN);
	}
}

static void other_control_instructions_are_refused(void **state)
{
	struct x86_cr_insn insn;

	(void)state;
	/* MOV from CR0 and CR8, from DR0 and to it, CLTS, LMSW, SMSW, MOV between registers */
	assert_int_equal(decode_cr_exactly("\x0f\x20\xc0", 3, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_cr_exactly("\xf0\x0f\x20\xc0", 4, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_cr_exactly("\x0f\x21\xc0", 3, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_cr_exactly("\x0f\x23\xc0", 3, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_cr_exactly("\x0f\x06", 2, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_cr_exactly("\x0f\x01\xf0", 3, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_cr_exactly("\x0f\x01\xe0", 3, X86_MODE_64, &insn), -EINVAL);
	assert_int_equal(decode_cr_exactly("\x89\xc8", 2, X86_MODE_64, &insn), -EINVAL);
	/* 13 prefixes and MOV: one byte too long */
	assert_int_equal(decode_cr_exactly("\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66"
					   "\x0f\x22\xc0",
					   16, X86_MODE_64, &insn),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_corpus_is_decoded),
		cmocka_unit_test(other_instructions_are_refused),
		cmocka_unit_test(cut_instructions_need_more),
		cmocka_unit_test(bytes_behind_do_not_matter),
		cmocka_unit_test(fifteen_bytes_are_the_limit),
		cmocka_unit_test(prefixes_without_end_are_refused),
		cmocka_unit_test(garbage_does_no_harm),
		cmocka_unit_test(prefixes_are_counted),
		cmocka_unit_test(writes_to_control_registers_are_decoded),
		cmocka_unit_test(other_control_instructions_are_refused),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
