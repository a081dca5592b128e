/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nested page faults: emulated device registers, the local APIC of root, and memory that the guest
 * does not have.
 */
#include "cell.h"
#include "console.h"
#include "mmio.h"
#include "string.h"
#include "apic.h"
#include "decode.h"
#include "execute.h"
#include "guest-memory.h"
#include "processor.h"
#include "svm.h"
#include "vmexit.h"

static bool fetch_and_decode(struct per_cpu *cpu, struct x86_mmio_insn *insn)
{
	u8 bytes[X86_MAX_INSN_LENGTH];
	unsigned int length;

	if (svm_has_decode_assists && cpu->vmcb.num_bytes_fetched) {
		length = cpu->vmcb.num_bytes_fetched & 0xf;
		memcpy(bytes, cpu->vmcb.instruction_bytes, length);
	} else {
		length = guest_fetch_instruction(cpu, bytes);
	}
	return x86_decode_mmio(bytes, length, guest_mode(cpu), insn) == 0;
}

/*
 * Root reads all ones where there is nothing for it, and writes in vain, as with an absent device.
 * For any other cell that is the end.
 */
static bool absent_memory(struct per_cpu *cpu, struct mmio_access *access)
{
	if (cpu->cell == root_cell) {
		if (vmexit_may_report(cpu))
			printk("Root cell, CPU %u: %s address %llx, which is not its own, RIP %llx\n",
			       cpu->cpu_id, access->is_write ? "write to" : "read of",
			       access->address, cpu->vmcb.rip);
		access->value = size_mask(access->size);
		return true;
	}
	printk("Forbidden %s of %u bytes at guest-physical address %llx\n",
	       access->is_write ? "write" : "read", access->size, access->address);
	return false;
}

static bool device_access(struct per_cpu *cpu, u64 phys, unsigned int size, bool is_write,
			  u64 *value)
{
	struct mmio_access access = {
		.address = phys, .size = size, .is_write = is_write, .value = is_write ? *value : 0
	};
	enum mmio_result result = mmio_dispatch(&cpu->cell->mmio, &access);

	if (result == MMIO_ERROR || (result == MMIO_UNHANDLED && !absent_memory(cpu, &access)))
		return false;
	if (!is_write)
		*value = access.value;
	return true;
}

/* The memory operand of MOVS beside the one that faulted: memory of the guest or a device as well. */
static bool other_access(struct per_cpu *cpu, u64 phys, unsigned int size, bool is_write,
			 u64 *value)
{
	void *memory = guest_window(cpu, GUEST_WINDOW_DATA, phys, is_write);

	if (!memory)
		return device_access(cpu, phys, size, is_write, value);
	if (is_write)
		memcpy(memory, value, size);
	else
		memcpy(value, memory, size);
	return true;
}

static u64 segment_base(const struct per_cpu *cpu, enum x86_segment segment)
{
	const struct vmcb *vmcb = &cpu->vmcb;

	/* Exits do not save FS and GS, which are still those of the guest. */
	if (segment == X86_FS)
		return read_msr(MSR_FS_BASE);
	if (segment == X86_GS)
		return read_msr(MSR_GS_BASE);
	if (guest_mode(cpu) == X86_MODE_64)
		return 0;
	switch (segment) {
	case X86_ES:
		return vmcb->es.base;
	case X86_CS:
		return vmcb->cs.base;
	case X86_SS:
		return vmcb->ss.base;
	default:
		return vmcb->ds.base;
	}
}

enum string_step {
	STEP_DONE,
	/* The guest got a page fault instead. */
	STEP_FAULTED,
	STEP_VIOLATION,
};

/* Finds the operand of a string instruction that is indexed by @index. */
static enum string_step string_operand(struct per_cpu *cpu, const struct x86_mmio_insn *insn,
				       enum x86_register index, u64 *phys)
{
	u32 access = cpu->vmcb.cpl == 3 ? GUEST_ACCESS_USER : 0;
	enum x86_segment segment = index == X86_RDI ? X86_ES : insn->segment;
	struct guest_fault fault;
	u64 virt;

	virt = segment_base(cpu, segment) +
	       x86_mmio_string_offset(insn, cpu->regs.by_number, index);
	if (guest_mode(cpu) != X86_MODE_64)
		virt = (u32)virt;
	if (index == X86_RDI)
		access |= GUEST_ACCESS_WRITE;
	/* An operand across two pages is split by no driver. */
	if ((virt & (PAGE_SIZE - 1)) + insn->size > PAGE_SIZE)
		return STEP_VIOLATION;
	if (!guest_translate(cpu, virt, access, phys, &fault))
		return STEP_DONE;
	if (!fault.is_page_fault)
		return STEP_VIOLATION;
	cpu->vmcb.cr2 = fault.address;
	svm_inject_exception(cpu, X86_EXC_PF, fault.error_code);
	return STEP_FAULTED;
}

/* One iteration of MOVS. */
static enum string_step move_string(struct per_cpu *cpu, const struct x86_mmio_insn *insn)
{
	u64 source, destination, value = 0;
	enum string_step step;

	step = string_operand(cpu, insn, X86_RSI, &source);
	if (step == STEP_DONE)
		step = string_operand(cpu, insn, X86_RDI, &destination);
	if (step != STEP_DONE)
		return step;
	if (!other_access(cpu, source, insn->size, false, &value) ||
	    !other_access(cpu, destination, insn->size, true, &value))
		return STEP_VIOLATION;
	return STEP_DONE;
}

static bool simple_access(struct per_cpu *cpu, const struct x86_mmio_insn *insn, u64 phys)
{
	u64 *gprs = cpu->regs.by_number;
	u64 stored = x86_mmio_store_value(insn, gprs), loaded = 0;

	if (insn->is_read && !device_access(cpu, phys, insn->size, false, &loaded))
		return false;
	if (insn->is_write && !device_access(cpu, phys, insn->size, true, &stored))
		return false;
	if (insn->is_read)
		x86_mmio_load(insn, loaded, gprs);
	return true;
}

static bool emulate(struct per_cpu *cpu, const struct x86_mmio_insn *insn, u64 phys)
{
	enum string_step step;

	if (insn->op == X86_MMIO_MOVS) {
		step = move_string(cpu, insn);
		if (step != STEP_DONE)
			return step == STEP_FAULTED;
	} else if (!simple_access(cpu, insn, phys)) {
		return false;
	}
	if (x86_mmio_complete(insn, cpu->regs.by_number, cpu->vmcb.rflags))
		vmexit_advance(cpu, insn->length);
	return true;
}

/* Root ran into something that cannot be emulated. It gets an exception and goes on. */
static bool refuse_root(struct per_cpu *cpu, u64 phys, bool is_fetch)
{
	if (vmexit_may_report(cpu))
		printk("Root cell, CPU %u: %s address %llx cannot be emulated, RIP %llx\n",
		       cpu->cpu_id, is_fetch ? "execution at" : "access to", phys, cpu->vmcb.rip);
	svm_inject_exception(cpu, is_fetch ? X86_EXC_UD : X86_EXC_GP, 0);
	return true;
}

static bool is_root_apic_write(const struct per_cpu *cpu, u64 phys)
{
	return (phys & PAGE_MASK) == APIC_BASE_ADDRESS && cpu->cell == root_cell &&
	       !apic_is_x2apic() && (cpu->vmcb.exit_info1 & NPF_WRITE);
}

/* Linux writes 32 bits by MOV, or by XCHG on some processors. */
static bool apic_write_access(struct per_cpu *cpu, const struct x86_mmio_insn *insn,
			      unsigned int offset)
{
	u64 *gprs = cpu->regs.by_number;
	u64 old = 0;

	if (insn->size != 4 || !insn->is_write || insn->op >= X86_MMIO_STOS)
		return false;
	if (insn->is_read)
		old = apic_mmio_read(offset);
	if (!apic_mmio_write(cpu, offset, x86_mmio_store_value(insn, gprs)))
		return false;
	if (insn->is_read)
		x86_mmio_load(insn, old, gprs);
	vmexit_advance(cpu, insn->length);
	return true;
}

bool vmexit_nested_page_fault(struct per_cpu *cpu)
{
	u64 info = cpu->vmcb.exit_info1, phys = cpu->vmcb.exit_info2;
	bool is_fetch = info & NPF_FETCH;
	struct x86_mmio_insn insn;

	if (is_root_apic_write(cpu, phys)) {
		count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_XAPIC);
		if (fetch_and_decode(cpu, &insn) &&
		    apic_write_access(cpu, &insn, phys & ~PAGE_MASK))
			return true;
		return refuse_root(cpu, phys, false);
	}

	count_exit(cpu, JAILHOUSE_CPU_STAT_VMEXITS_MMIO);
	if (!is_fetch && !(info & NPF_PAGE_WALK) && fetch_and_decode(cpu, &insn)) {
		if (emulate(cpu, &insn, phys))
			return true;
	} else if (cpu->cell != root_cell) {
		printk("Forbidden %s guest-physical address %llx\n",
		       is_fetch ? "execution at" : "access to", phys);
	}
	return cpu->cell == root_cell && refuse_root(cpu, phys, is_fetch);
}
