/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Execution of decoded MMIO instructions: some cases by hand, and many random ones against the
 * processor of the host, which also has the last word on lengths and operands.
 *
 * suite: hypervisor
 * sources: hypervisor/arch/x86/decode.c hypervisor/arch/x86/execute.c tests/unit/native.c
 */
#include "unit.h"

#include "hypervisor/arch/x86/execute.h"
#include "native.h"

#define CF 0x001
#define PF 0x004
#define AF 0x010
#define ZF 0x040
#define SF 0x080
#define DF 0x400
#define OF 0x800

static u64 gprs[X86_NUM_REGISTERS];

static struct x86_mmio_insn decode(const char *bytes, unsigned int length)
{
	struct x86_mmio_insn insn;

	assert_int_equal(x86_decode_mmio((const u8 *)bytes, length, X86_MODE_64, &insn), 0);
	assert_int_equal(insn.length, length);
	return insn;
}

static int clear_registers(void **state)
{
	(void)state;
	memset(gprs, 0, sizeof(gprs));
	return 0;
}

static void stores_take_the_low_bytes(void **state)
{
	struct x86_mmio_insn insn;

	(void)state;
	gprs[X86_RAX] = 0x1122334455667788;
	/* mov %al/%ah/%ax/%eax/%rax, (%rdi); movq $-2, (%rdi) */
	insn = decode("\x88\x07", 2);
	assert_int_equal(x86_mmio_store_value(&insn, gprs), 0x88);
	insn = decode("\x88\x27", 2);
	assert_int_equal(x86_mmio_store_value(&insn, gprs), 0x77);
	insn = decode("\x66\x89\x07", 3);
	assert_int_equal(x86_mmio_store_value(&insn, gprs), 0x7788);
	insn = decode("\x89\x07", 2);
	assert_int_equal(x86_mmio_store_value(&insn, gprs), 0x55667788);
	insn = decode("\x48\x89\x07", 3);
	assert_int_equal(x86_mmio_store_value(&insn, gprs), 0x1122334455667788);
	insn = decode("\x48\xc7\x07\xfe\xff\xff\xff", 7);
	assert_int_equal(x86_mmio_store_value(&insn, gprs), -2ULL);
}

static u64 load_into_rax(const char *bytes, unsigned int length, u64 value)
{
	struct x86_mmio_insn insn = decode(bytes, length);

	gprs[X86_RAX] = 0x1122334455667788;
	x86_mmio_load(&insn, value, gprs);
	return gprs[X86_RAX];
}

static void loads_merge_or_clear(void **state)
{
	(void)state;
	assert_int_equal(load_into_rax("\x8a\x07", 2, 0xff), 0x11223344556677ff);
	assert_int_equal(load_into_rax("\x8a\x27", 2, 0xff), 0x112233445566ff88);
	assert_int_equal(load_into_rax("\x66\x8b\x07", 3, 0xfffe), 0x112233445566fffe);
	assert_int_equal(load_into_rax("\x8b\x07", 2, 0xfffffffe), 0xfffffffe);
	assert_int_equal(load_into_rax("\x48\x8b\x07", 3, -2ULL), -2ULL);
	/* Excess bytes of the value are not taken. */
	assert_int_equal(load_into_rax("\x8a\x07", 2, 0x1234), 0x1122334455667734);
	assert_int_equal(load_into_rax("\x8b\x07", 2, -1ULL), 0xffffffff);
}

static void loads_extend(void **state)
{
	(void)state;
	/* movzbl, movsbl, movsbw, movswq, movslq */
	assert_int_equal(load_into_rax("\x0f\xb6\x07", 3, 0x80), 0x80);
	assert_int_equal(load_into_rax("\x0f\xbe\x07", 3, 0x80), 0xffffff80);
	assert_int_equal(load_into_rax("\x66\x0f\xbe\x07", 4, 0x80), 0x112233445566ff80);
	assert_int_equal(load_into_rax("\x48\x0f\xbf\x07", 4, 0x7fff), 0x7fff);
	assert_int_equal(load_into_rax("\x48\x63\x07", 3, 0x80000000), 0xffffffff80000000);
}

static void exchanges_store_and_load(void **state)
{
	struct x86_mmio_insn insn = decode("\x66\x87\x07", 3);

	(void)state;
	/* xchg %ax, (%rdi) */
	gprs[X86_RAX] = 0x12345678;
	assert_true(insn.is_read && insn.is_write);
	assert_int_equal(x86_mmio_store_value(&insn, gprs), 0x5678);
	x86_mmio_load(&insn, 0xabcd, gprs);
	assert_int_equal(gprs[X86_RAX], 0x1234abcd);
}

static void repetitions_are_counted(void **state)
{
	struct x86_mmio_insn insn = decode("\xf3\xa5", 2);

	(void)state;
	gprs[X86_RCX] = 2;
	gprs[X86_RSI] = 0x1000;
	gprs[X86_RDI] = 0x2000;
	assert_false(x86_mmio_complete(&insn, gprs, 0));
	assert_int_equal(gprs[X86_RCX], 1);
	assert_int_equal(x86_mmio_string_offset(&insn, gprs, X86_RSI), 0x1004);
	assert_int_equal(x86_mmio_string_offset(&insn, gprs, X86_RDI), 0x2004);
	assert_true(x86_mmio_complete(&insn, gprs, DF));
	assert_int_equal(gprs[X86_RCX], 0);
	assert_int_equal(gprs[X86_RSI], 0x1000);
	assert_int_equal(gprs[X86_RDI], 0x2000);
	/* mov (%rdi), %eax is complete at once. */
	insn = decode("\x8b\x07", 2);
	assert_true(x86_mmio_complete(&insn, gprs, 0));
	assert_int_equal(gprs[X86_RDI], 0x2000);
}

static void string_registers_are_as_wide_as_addresses(void **state)
{
	struct x86_mmio_insn insn = decode("\x67\xab", 2);

	(void)state;
	gprs[X86_RDI] = 0xfffffffffffffffc;
	assert_int_equal(x86_mmio_string_offset(&insn, gprs, X86_RDI), 0xfffffffc);
	assert_true(x86_mmio_complete(&insn, gprs, 0));
	assert_int_equal(gprs[X86_RDI], 0);
	/* 16-bit code */
	assert_int_equal(x86_decode_mmio((const u8 *)"\xf3\xab", 2, X86_MODE_16, &insn), 0);
	gprs[X86_RDI] = 0x1234ffff;
	gprs[X86_RCX] = 0x56780001;
	assert_int_equal(x86_mmio_string_offset(&insn, gprs, X86_RDI), 0xffff);
	assert_true(x86_mmio_complete(&insn, gprs, 0));
	assert_int_equal(gprs[X86_RDI], 0x12340001);
	assert_int_equal(gprs[X86_RCX], 0x56780000);
}

/* From here on: the comparison with the processor. */

#define NUM_RANDOM_INSNS 20000
/* Bytes on either side of an operand that are compared; covers repetitions. */
#define WINDOW          64
#define MAX_REPETITIONS 3

struct random_insn {
	enum x86_mode mode;
	u8 bytes[24];
	unsigned int length;
	/* Accesses that might be locked must not cross cache lines: hosts punish that. */
	bool aligned;
};

static u32 random_state = 1;

/* Marsaglia, "Xorshift RNGs", period 2^32 - 1; the same in every run */
static u32 next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static bool one_in(unsigned int n)
{
	return next_random() % n == 0;
}

static void append(struct random_insn *insn, u32 byte)
{
	insn->bytes[insn->length++] = (u8)byte;
}

/* Not FS, which is the base of the thread's own memory. */
static void append_prefixes(struct random_insn *insn)
{
	static const u8 prefixes[] = { 0x66, 0x67, 0xf0, 0xf3, 0x2e, 0x3e, 0x65, 0xf2, 0x26, 0x36 };

	while (one_in(2) && insn->length < 4) {
		u8 prefix = prefixes[next_random() % ARRAY_SIZE(prefixes)];

		if (prefix == 0xf0)
			insn->aligned = true;
		append(insn, prefix);
		if (one_in(16) && insn->mode == X86_MODE_64)
			append(insn, 0x40 | next_random() % 16);
	}
	if (one_in(2) && insn->mode == X86_MODE_64)
		append(insn, 0x40 | next_random() % 16);
}

static u8 append_opcode(struct random_insn *insn)
{
	static const u8 primary[] = {
		0x63, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0xa0, 0xa1, 0xa2,
		0xa3, 0xa4, 0xa5, 0xaa, 0xab, 0xac, 0xad, 0xc6, 0xc7,
	};
	static const u8 secondary[] = { 0xb6, 0xb7, 0xbe, 0xbf, 0xc3 };
	u8 opcode;

	if (one_in(6)) {
		append(insn, 0x0f);
		opcode = secondary[next_random() % ARRAY_SIZE(secondary)];
	} else {
		opcode = primary[next_random() % ARRAY_SIZE(primary)];
	}
	if ((opcode & ~1) == 0x86)
		insn->aligned = true;
	append(insn, opcode);
	return opcode;
}

/* A number that lies in the arena as an address, and in sums of registers. */
static void append_displacement(struct random_insn *insn)
{
	u32 mask = insn->aligned ? 0xf8 : 0xff;

	append(insn, next_random() & mask);
	append(insn, next_random() & 0x0f);
	append(insn, 0);
	append(insn, 0x08);
}

static void append_operands(struct random_insn *insn, u8 opcode)
{
	u32 mod = next_random() % 3, rm = next_random() % 8, i;

	if ((opcode & 0xfc) == 0xa0) {
		append_displacement(insn);
	} else {
		append(insn, mod << 6 | (next_random() % 8) << 3 | rm);
		if (rm == 4)
			append(insn, next_random());
		if (mod == 1)
			append(insn, next_random() & (insn->aligned ? 0xf8 : 0xff));
		else
			append_displacement(insn);
	}
	/* The upper half of an address, or an immediate */
	for (i = 0; i < 4; i++)
		append(insn, (opcode & 0xfc) == 0xa0 ? 0 : next_random());
}

static void make_insn(struct random_insn *insn, enum x86_mode mode)
{
	u8 opcode;

	memset(insn, 0, sizeof(*insn));
	insn->mode = mode;
	append_prefixes(insn);
	opcode = append_opcode(insn);
	append_operands(insn, opcode);
}

/* Registers serve as base and index of operands in the arena. */
static void make_state(struct native_state *state, const struct random_insn *random,
		       const struct x86_mmio_insn *insn)
{
	unsigned int i;

	for (i = 0; i < X86_NUM_REGISTERS; i++) {
		state->gprs[i] = NATIVE_ARENA_START + next_random() % 4096;
		if (random->aligned)
			state->gprs[i] &= ~7ULL;
		/* More to see for what is stored, and for what has to be ignored or cleared */
		if (insn->address_size == 4 && random->mode == X86_MODE_64)
			state->gprs[i] |= (u64)next_random() << 32;
		if (insn->address_size == 2)
			state->gprs[i] |= next_random() & 0x7fff0000;
	}
	if (insn->has_immediate || insn->op == X86_MMIO_MOVS || !one_in(2))
		state->gprs[X86_RAX] = (u64)next_random() << 32 | next_random();
	if (random->mode != X86_MODE_64)
		state->gprs[X86_RAX] = (u32)state->gprs[X86_RAX];
	if (insn->rep)
		state->gprs[X86_RCX] = 1 + next_random() % MAX_REPETITIONS;
	state->rflags = next_random() & (CF | PF | AF | ZF | SF | DF | OF);
}

/* Addresses of the memory operands, both the same but for MOVS */
struct operands {
	u64 source;
	u64 destination;
};

static u64 string_address(const struct random_insn *random, const struct x86_mmio_insn *insn,
			  const struct native_state *state, enum x86_register index)
{
	u64 offset = x86_mmio_string_offset(insn, state->gprs, index);

	if (random->mode == X86_MODE_64)
		return offset;
	if (index == X86_RSI && insn->segment == X86_CS)
		return (u32)(offset + NATIVE_CODE_BASE);
	return (u32)(offset + NATIVE_DATA_BASE);
}

static bool is_string(const struct x86_mmio_insn *insn)
{
	return insn->op == X86_MMIO_MOVS || insn->op == X86_MMIO_STOS || insn->op == X86_MMIO_LODS;
}

static void find_operands(const struct random_insn *random, const struct x86_mmio_insn *insn,
			  const struct native_state *state, u64 fault, struct operands *operands)
{
	operands->source = fault;
	operands->destination = fault;
	if (!is_string(insn))
		return;
	if (insn->op != X86_MMIO_STOS)
		operands->source = string_address(random, insn, state, X86_RSI);
	if (insn->op != X86_MMIO_LODS)
		operands->destination = string_address(random, insn, state, X86_RDI);
	if (insn->op == X86_MMIO_STOS)
		operands->source = operands->destination;
	else if (insn->op == X86_MMIO_LODS)
		operands->destination = operands->source;
}

static u64 load(u64 address, unsigned int size)
{
	u64 value = 0;

	memcpy(&value, (void *)(uintptr_t)address, size);
	return value;
}

static void store(u64 address, unsigned int size, u64 value)
{
	/* A value that is too wide is an error of the code under test. */
	assert_true(size == 8 || value >> (size * 8) == 0);
	memcpy((void *)(uintptr_t)address, &value, size);
}

/* As the hypervisor does it, with memory for the device */
static void emulate(const struct random_insn *random, const struct x86_mmio_insn *insn,
		    struct native_state *state, u64 fault)
{
	struct operands at;
	u64 loaded = 0, stored;
	bool complete;

	do {
		find_operands(random, insn, state, fault, &at);
		if (insn->is_read)
			loaded = load(at.source, insn->size);
		stored = insn->op == X86_MMIO_MOVS ? loaded
						   : x86_mmio_store_value(insn, state->gprs);
		if (insn->is_write)
			store(at.destination, insn->size, stored);
		if (insn->is_read && insn->op != X86_MMIO_MOVS)
			x86_mmio_load(insn, loaded, state->gprs);
		complete = x86_mmio_complete(insn, state->gprs, state->rflags);
	} while (!complete);
}

static const char *hex(const struct random_insn *random, unsigned int length)
{
	static char text[64];
	unsigned int i;

	for (i = 0; i < length && i < sizeof(random->bytes); i++)
		sprintf(text + i * 3, "%02x ", random->bytes[i]);
	return text;
}

static void compare_states(const struct random_insn *random, const struct x86_mmio_insn *insn,
			   const struct native_state *ours, const struct native_state *native)
{
	unsigned int i;

	for (i = 0; i < X86_NUM_REGISTERS; i++)
		if (ours->gprs[i] != native->gprs[i])
			fail_msg("%s(mode %d): register %u is %#llx instead of %#llx",
				 hex(random, insn->length), random->mode, i, ours->gprs[i],
				 native->gprs[i]);
	if (ours->rflags != native->rflags)
		fail_msg("%s(mode %d): flags are %#llx instead of %#llx", hex(random, insn->length),
			 random->mode, ours->rflags, native->rflags);
}

static void fill(u64 address, u32 seed)
{
	u32 saved = random_state;
	u8 *bytes = (u8 *)(uintptr_t)(address - WINDOW);
	unsigned int i;

	random_state = seed;
	for (i = 0; i < 2 * WINDOW; i++)
		bytes[i] = (u8)next_random();
	random_state = saved;
}

static void fill_operands(const struct operands *at, u32 seed)
{
	fill(at->source, seed);
	fill(at->destination, seed);
}

/* Runs the instruction both ways on open memory, and compares all that it can have changed. */
static void compare_effects(const struct random_insn *random, const struct x86_mmio_insn *insn,
			    const struct native_state *state, const struct operands *at, u64 fault)
{
	u8 *source = (u8 *)(uintptr_t)(at->source - WINDOW);
	u8 *destination = (u8 *)(uintptr_t)(at->destination - WINDOW);
	u8 native_source[2 * WINDOW], native_destination[2 * WINDOW];
	struct native_state ours = *state;
	u32 seed = next_random() | 1;
	struct native_result result;

	fill_operands(at, seed);
	native_run(random->mode, random->bytes, insn->length, state, &result);
	if (result.end != NATIVE_BREAKPOINT || result.length != insn->length)
		fail_msg("%s(mode %d): end %d, length %u instead of %u", hex(random, insn->length),
			 random->mode, result.end, insn->length, result.length);
	memcpy(native_source, source, sizeof(native_source));
	memcpy(native_destination, destination, sizeof(native_destination));

	fill_operands(at, seed);
	emulate(random, insn, &ours, fault);
	compare_states(random, insn, &ours, &result.state);
	assert_memory_equal(source, native_source, sizeof(native_source));
	assert_memory_equal(destination, native_destination, sizeof(native_destination));
}

/* Still possible with addresses relative to RIP */
static bool crosses_cache_line(u64 address, unsigned int size)
{
	return address % 64 + size > 64;
}

static bool in_arena(u64 address)
{
	return address - WINDOW >= NATIVE_ARENA_START && address + WINDOW < NATIVE_ARENA_END;
}

/* Returns false if the instruction does not reach the arena, or the decoder refuses it. */
static bool compare_with_processor(const struct random_insn *random, struct x86_mmio_insn *insn)
{
	struct native_result result;
	struct native_state state;
	struct operands at;

	if (x86_decode_mmio(random->bytes, random->length, random->mode, insn))
		return false;
	make_state(&state, random, insn);
	native_run(random->mode, random->bytes, insn->length, &state, &result);
	if (result.end != NATIVE_PAGE_FAULT || !in_arena(result.address))
		return false;
	if (random->aligned && crosses_cache_line(result.address, insn->size))
		return false;
	find_operands(random, insn, &state, result.address, &at);
	if (!in_arena(at.source) || !in_arena(at.destination))
		return false;
	if (insn->is_read != insn->is_write && result.is_write != insn->is_write)
		fail_msg("%s(mode %d): a %s at %#llx", hex(random, insn->length), random->mode,
			 result.is_write ? "write" : "read", result.address);
	if (is_string(insn))
		assert_int_equal(insn->is_read ? at.source : at.destination, result.address);

	native_open(at.source - WINDOW, 2 * WINDOW);
	native_open(at.destination - WINDOW, 2 * WINDOW);
	compare_effects(random, insn, &state, &at, result.address);
	native_close(at.source - WINDOW, 2 * WINDOW);
	native_close(at.destination - WINDOW, 2 * WINDOW);
	return true;
}

/* Some hundreds of each operation must have been compared, or the test means little. */
static void compare_many(enum x86_mode mode)
{
	unsigned int compared[X86_MMIO_MOVS + 1] = { 0 }, i;
	struct random_insn random;
	struct x86_mmio_insn insn;

	if (!native_init() || !native_has_mode(mode)) {
		print_message("no such mode on this host\n");
		skip();
	}
	for (i = 0; i < NUM_RANDOM_INSNS; i++) {
		make_insn(&random, mode);
		if (compare_with_processor(&random, &insn))
			compared[insn.op]++;
	}
	for (i = 0; i < ARRAY_SIZE(compared); i++)
		if (compared[i] < NUM_RANDOM_INSNS / 1000)
			fail_msg("operation %u: compared only %u times", i, compared[i]);
}

static void effects_in_64_bit_mode_are_the_processors(void **state)
{
	(void)state;
	compare_many(X86_MODE_64);
}

static void effects_in_32_bit_mode_are_the_processors(void **state)
{
	(void)state;
	compare_many(X86_MODE_32);
}

static void effects_in_16_bit_mode_are_the_processors(void **state)
{
	(void)state;
	compare_many(X86_MODE_16);
}

#define test(function) cmocka_unit_test_setup(function, clear_registers)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(stores_take_the_low_bytes),
		test(loads_merge_or_clear),
		test(loads_extend),
		test(exchanges_store_and_load),
		test(repetitions_are_counted),
		test(string_registers_are_as_wide_as_addresses),
		test(effects_in_64_bit_mode_are_the_processors),
		test(effects_in_32_bit_mode_are_the_processors),
		test(effects_in_16_bit_mode_are_the_processors),
	};

	return cmocka_run_group_tests_name("execute", tests, NULL, NULL);
}
