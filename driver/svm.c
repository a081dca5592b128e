// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD-V on all CPUs.
 */
#include <linux/atomic.h>
#include <linux/cc_platform.h>
#include <linux/errno.h>
#include <linux/smp.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/special_insns.h>

#include "report.h"
#include "svm.h"

/* AMD APM vol. 3, appendix E.4: extended leaf 1 and the leaf of SVM. */
#define CPUID_EXT_MAX      0x80000000
#define CPUID_EXT_FEATURES 0x80000001
#define CPUID_ECX_SVM      BIT(2)
#define CPUID_SVM          0x8000000a
#define CPUID_EDX_NP       BIT(0)

/* AMD APM vol. 2, 15.30.1: SVM is disabled, EFER.SVME cannot be set. */
#define VM_CR_SVMDIS BIT(4)

struct svm_obstacles {
	atomic_t disabled;
	atomic_t in_use;
};

static void svm_inspect_cpu(void *info)
{
	struct svm_obstacles *obstacles = info;
	u64 vm_cr, efer;

	if (rdmsrl_safe(MSR_VM_CR, &vm_cr) == 0 && (vm_cr & VM_CR_SVMDIS))
		atomic_inc(&obstacles->disabled);
	if (rdmsrl_safe(MSR_EFER, &efer) == 0 && (efer & EFER_SVME))
		atomic_inc(&obstacles->in_use);
}

static int svm_check_all_cpus(void)
{
	struct svm_obstacles obstacles = { ATOMIC_INIT(0), ATOMIC_INIT(0) };

	on_each_cpu(svm_inspect_cpu, &obstacles, 1);
	if (atomic_read(&obstacles.disabled))
		return refuse(-ENODEV, "AMD-V is disabled by the firmware (VM_CR.SVMDIS): enable "
				       "SVM in the firmware's setup");
	if (atomic_read(&obstacles.in_use))
		return refuse(-EBUSY, "AMD-V is in use by another hypervisor: stop its virtual "
				      "machines and unload kvm_amd");
	return 0;
}

static int svm_check_features(void)
{
	u32 max_leaf = cpuid_eax(CPUID_EXT_MAX);

	if (max_leaf < CPUID_EXT_FEATURES || !(cpuid_ecx(CPUID_EXT_FEATURES) & CPUID_ECX_SVM))
		return refuse(-ENODEV, "this CPU has no AMD-V (SVM), which the hypervisor needs");
	if (max_leaf < CPUID_SVM || !(cpuid_edx(CPUID_SVM) & CPUID_EDX_NP))
		return refuse(-ENODEV, "this CPU has AMD-V, but no nested paging, which the "
				       "hypervisor needs");
	return 0;
}

static int svm_check_linux(void)
{
	if (__read_cr4() & X86_CR4_LA57)
		return refuse(-ENODEV, "Linux uses 5-level page tables: boot it with no5lvl");
	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT))
		return refuse(-ENODEV, "Linux encrypts its memory: boot it with mem_encrypt=off");
	return 0;
}

int svm_check(void)
{
	int err;

	err = svm_check_features();
	if (err)
		return err;
	err = svm_check_linux();
	if (err)
		return err;
	return svm_check_all_cpus();
}

static void svm_enable_cpu(void *info)
{
	atomic_t *failures = info;
	u64 efer;

	if (rdmsrl_safe(MSR_EFER, &efer) || wrmsrl_safe(MSR_EFER, efer | EFER_SVME))
		atomic_inc(failures);
}

int svm_enable(void)
{
	atomic_t failures = ATOMIC_INIT(0);

	on_each_cpu(svm_enable_cpu, &failures, 1);
	if (!atomic_read(&failures))
		return 0;

	svm_disable();
	return refuse(-EIO, "EFER.SVME cannot be set on %d CPU(s)", atomic_read(&failures));
}

void svm_disable_cpu(void)
{
	u64 efer;

	if (rdmsrl_safe(MSR_EFER, &efer) || !(efer & EFER_SVME))
		return;
	/* Before SVME is cleared: without it, the MSR may not be there. */
	wrmsrl_safe(MSR_VM_HSAVE_PA, 0);
	wrmsrl_safe(MSR_EFER, efer & ~EFER_SVME);
}

static void svm_disable_remote(void *unused)
{
	svm_disable_cpu();
}

void svm_disable(void)
{
	on_each_cpu(svm_disable_remote, NULL, 1);
}
