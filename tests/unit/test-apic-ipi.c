/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whom interprocessor interrupts and messages of devices reach, against an APIC that notes what is
 * sent: never a CPU of another cell.
 *
 * suite: hypervisor
 * sources: hypervisor/arch/x86/apic-ipi.c
 */
#include "unit.h"

#include "hypervisor/cell.h"
#include "hypervisor/hypervisor.h"
#include "hypervisor/arch/x86/apic.h"
#include "hypervisor/arch/x86/apic-registers.h"
#include "hypervisor/arch/x86/events.h"
#include "hypervisor/arch/x86/irq-route.h"

#define NUM_CPUS  5
#define OFFLINE   4
#define VECTOR    0x41U
#define SHORTHAND 18
#define ALL       2U
#define LOWEST    (APIC_DELIVERY_LOWEST << APIC_DELIVERY_SHIFT)
#define NMI       (APIC_DELIVERY_NMI << APIC_DELIVERY_SHIFT)
#define INIT      (APIC_DELIVERY_INIT << APIC_DELIVERY_SHIFT)
#define STARTUP   (APIC_DELIVERY_STARTUP << APIC_DELIVERY_SHIFT)

/* APIC IDs are 10h more than CPU numbers; logical ones a bit each. */
#define ID(cpu)      ((cpu) + 0x10U)
#define LOGICAL(cpu) (1U << (cpu))
#define BIT(cpu)     (1U << (cpu))

struct jailhouse_header hypervisor_header = { .max_cpus = NUM_CPUS };
struct cell *root_cell;

static struct per_cpu cpus[NUM_CPUS];
static struct cell root, cell;
static bool x2apic;
static u32 icr_high;

/* What happened, a bit for each CPU */
static u32 fixed, events[NUM_CPUS], startups;

struct per_cpu *per_cpu(unsigned int cpu_id)
{
	return &cpus[cpu_id];
}

bool apic_is_x2apic(void)
{
	return x2apic;
}

u32 apic_x2apic_ldr(const struct per_cpu *cpu)
{
	return (cpu->apic_id >> 4) << 16 | 1U << (cpu->apic_id & 0xf);
}

u32 apic_read(unsigned int reg)
{
	return reg == APIC_ICR_HIGH ? icr_high : 0;
}

void apic_write(unsigned int reg, u32 value)
{
	if (reg == APIC_ICR_HIGH) {
		icr_high = value;
		return;
	}
	assert_int_equal(reg, APIC_ICR);
	assert_int_equal(value, VECTOR | APIC_ASSERT); /* no shorthand, nothing logical */
	fixed |= BIT((icr_high >> XAPIC_ID_SHIFT) - ID(0));
}

void cpu_post_events(struct per_cpu *cpu, u32 posted)
{
	events[cpu->cpu_id] |= posted;
}

void cpu_post_sipi(struct per_cpu *cpu, u8 vector)
{
	assert_int_equal(vector, VECTOR);
	startups |= BIT(cpu->cpu_id);
}

/* Root has CPUs 0, 1 and 3, the cell CPU 2; 4 has not entered. */
static int set_up(void **state)
{
	unsigned int n;

	(void)state;
	memset(cpus, 0, sizeof(cpus));
	memset(&root.cpus, 0, sizeof(root.cpus));
	memset(&cell.cpus, 0, sizeof(cell.cpus));
	root_cell = &root;
	x2apic = false;
	icr_high = 0x77000000;
	for (n = 0; n < NUM_CPUS; n++) {
		cpus[n].cpu_id = n;
		cpus[n].apic_id = ID(n);
		cpus[n].apic_dfr = ~0U;
		cpus[n].apic_ldr = LOGICAL(n) << XAPIC_ID_SHIFT;
		cpus[n].online = n != OFFLINE;
		cpus[n].cell = n == 2 ? &cell : &root;
		if (cpus[n].online)
			cpu_set_add(&cpus[n].cell->cpus, n);
	}
	return 0;
}

/* Sends from CPU 0; returns whom the APIC was told to interrupt. */
static u32 sent(u32 icr, u32 dest)
{
	fixed = startups = 0;
	memset(events, 0, sizeof(events));
	assert_true(apic_send_ipi(&cpus[0], icr | VECTOR, dest, x2apic));
	assert_int_equal(icr_high, 0x77000000);
	return fixed;
}

static u32 got(u32 event)
{
	u32 found = 0;
	unsigned int n;

	for (n = 0; n < NUM_CPUS; n++)
		if (events[n] & event)
			found |= BIT(n);
	return found;
}

static void physical_destinations(void **state)
{
	(void)state;
	assert_int_equal(sent(0, ID(1)), BIT(1));
	assert_int_equal(sent(0, ID(2)), 0);
	assert_int_equal(sent(0, 0x55), 0);
	assert_int_equal(sent(0, XAPIC_BROADCAST), BIT(0) | BIT(1) | BIT(3));
}

static void logical_destinations(void **state)
{
	(void)state;
	assert_int_equal(sent(APIC_LOGICAL, LOGICAL(1) | LOGICAL(2) | LOGICAL(3)), BIT(1) | BIT(3));
	assert_int_equal(sent(APIC_LOGICAL, LOGICAL(2)), 0);
	assert_int_equal(sent(APIC_LOGICAL | LOWEST, LOGICAL(1) | LOGICAL(3)), 0x2);
}

static void clusters(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; n < NUM_CPUS; n++) {
		cpus[n].apic_dfr = 0x0fffffff;
		cpus[n].apic_ldr = (u32)(n / 2 << 4 | BIT(n % 2)) << XAPIC_ID_SHIFT;
	}
	assert_int_equal(sent(APIC_LOGICAL, 0x01), BIT(0));
	assert_int_equal(sent(APIC_LOGICAL, 0x03), BIT(0) | BIT(1));
	assert_int_equal(sent(APIC_LOGICAL, 0x13), BIT(3));          /* 2 is not root's */
	assert_int_equal(sent(APIC_LOGICAL, 0xf2), BIT(1) | BIT(3)); /* all clusters */
}

static void shorthands(void **state)
{
	(void)state;
	assert_int_equal(sent(APIC_SHORTHAND_SELF, ID(2)), BIT(0));
	assert_int_equal(sent(ALL << SHORTHAND, ID(2)), BIT(0) | BIT(1) | BIT(3));
	assert_int_equal(sent(APIC_SHORTHAND_OTHERS, ID(2)), BIT(1) | BIT(3));
}

/* None of these reaches the hardware; they become events of CPUs of the cell. */
static void special_interrupts(void **state)
{
	(void)state;
	assert_int_equal(sent(NMI, ID(1)), 0);
	assert_int_equal(got(CPU_EVENT_NMI), BIT(1));
	sent(NMI, ID(2));
	assert_int_equal(got(~0U), 0);
	sent(INIT | APIC_ASSERT, ID(3));
	assert_int_equal(got(CPU_EVENT_INIT), BIT(3));
	sent(INIT | APIC_TRIGGER_LEVEL, ID(3));
	assert_int_equal(got(~0U), 0);
	assert_int_equal(sent(STARTUP, ID(1)), 0);
	assert_int_equal(startups, BIT(1));
	sent(STARTUP, ID(2));
	assert_int_equal(startups, 0);
	assert_false(apic_send_ipi(&cpus[0], 2U << APIC_DELIVERY_SHIFT, ID(1), false)); /* SMI */
	assert_false(apic_send_ipi(&cpus[0], 7U << APIC_DELIVERY_SHIFT, ID(1), false));
}

static bool permitted(struct cell *sender, unsigned int mode, bool logical, u32 destination)
{
	struct irq_message message = { .vector = VECTOR,
				       .delivery_mode = mode,
				       .logical = logical,
				       .destination = destination };

	return irq_message_permitted(sender, &message);
}

static void messages_stay_in_the_cell(void **state)
{
	(void)state;
	assert_true(permitted(&cell, 0, false, ID(2)));
	assert_true(permitted(&cell, 1, true, LOGICAL(2)));
	assert_false(permitted(&cell, 0, false, ID(1)));
	assert_false(permitted(&cell, 0, true, LOGICAL(2) | LOGICAL(1)));
	assert_false(permitted(&cell, 0, false, XAPIC_BROADCAST));
	assert_false(permitted(&root, 0, false, XAPIC_BROADCAST));
	assert_false(permitted(&root, 0, false, 0x55)); /* nobody */
	assert_false(permitted(&root, 0, false, ID(OFFLINE)));
}

static void delivery_modes_of_messages(void **state)
{
	unsigned int mode;

	(void)state;
	for (mode = 0; mode < 8; mode++) {
		assert_int_equal(permitted(&cell, mode, false, ID(2)), mode < 2);
		assert_int_equal(permitted(&root, mode, false, ID(1)),
				 mode < 2 || mode == 4 || mode == 7);
	}
}

/* A message has 8 bits of destination, whatever mode the APICs are in: FFh may be everybody. */
static void everybody_is_permitted_only_to_who_has_everybody(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; n < 2; n++) {
		x2apic = n;
		cpus[3].apic_id = 0xff;
		assert_false(permitted(&root, 0, false, 0xff));
		assert_false(permitted(&cell, 0, false, 0xff));
		cpus[2].cell = &root;
		assert_true(permitted(&root, 0, false, 0xff));
		cpus[2].cell = &cell;
	}
}

static void virtual_devices_interrupt_their_cell(void **state)
{
	struct irq_message message = { .vector = VECTOR, .destination = ID(2) };

	(void)state;
	fixed = 0;
	irq_message_send(&root, &message);
	assert_int_equal(fixed, 0);
	irq_message_send(&cell, &message);
	assert_int_equal(fixed, BIT(2));
	fixed = 0;
	message.vector = 15;
	irq_message_send(&cell, &message);
	message.vector = VECTOR;
	message.delivery_mode = APIC_DELIVERY_NMI;
	irq_message_send(&cell, &message);
	assert_int_equal(fixed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(physical_destinations, set_up),
		cmocka_unit_test_setup(logical_destinations, set_up),
		cmocka_unit_test_setup(clusters, set_up),
		cmocka_unit_test_setup(shorthands, set_up),
		cmocka_unit_test_setup(special_interrupts, set_up),
		cmocka_unit_test_setup(messages_stay_in_the_cell, set_up),
		cmocka_unit_test_setup(delivery_modes_of_messages, set_up),
		cmocka_unit_test_setup(everybody_is_permitted_only_to_who_has_everybody, set_up),
		cmocka_unit_test_setup(virtual_devices_interrupt_their_cell, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
