// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/jailhouse: control and console of the hypervisor.
 */
#define pr_fmt(fmt) "jailhouse: " fmt

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/suspend.h>
#include <linux/uaccess.h>

#include <jailhouse/header.h>
#include <jailhouse/ioctl.h>

#include "cell.h"
#include "console.h"
#include "cpus.h"
#include "hypervisor.h"
#include "load.h"
#include "report.h"
#include "sysfs.h"

/* The driver's lock: held while the hypervisor is switched and while cells are managed. */
static DEFINE_MUTEX(jailhouse_lock);

static int do_cell_create(const void __user *arg)
{
	struct jailhouse_cell_create request;

	if (copy_from_user(&request, arg, sizeof(request)))
		return -EFAULT;
	return cell_create(&request);
}

static int do_with_cell_id(const void __user *arg, int (*verb)(const struct jailhouse_cell_id *id))
{
	struct jailhouse_cell_id id;

	if (copy_from_user(&id, arg, sizeof(id)))
		return -EFAULT;
	return verb(&id);
}

static int handle_cells(unsigned int request, void __user *arg)
{
	if (!hypervisor_enabled())
		return refuse(-EINVAL, "the hypervisor does not run: enable it first");

	switch (request) {
	case JAILHOUSE_CELL_CREATE:
		return do_cell_create(arg);
	case JAILHOUSE_CELL_LOAD:
		return load_images(arg);
	case JAILHOUSE_CELL_START:
		return do_with_cell_id(arg, cell_start);
	case JAILHOUSE_CELL_DESTROY:
		return do_with_cell_id(arg, cell_destroy);
	default:
		return -EINVAL;
	}
}

static int handle_request(unsigned int request, void __user *arg)
{
	switch (request) {
	case JAILHOUSE_ENABLE:
		return hypervisor_enable(arg);
	case JAILHOUSE_DISABLE:
		return hypervisor_disable();
	default:
		return handle_cells(request, arg);
	}
}

static long jailhouse_ioctl(struct file *file, unsigned int request, unsigned long arg)
{
	int err;

	err = mutex_lock_interruptible(&jailhouse_lock);
	if (err)
		return err;
	report_clear();
	err = handle_request(request, (void __user *)arg);
	mutex_unlock(&jailhouse_lock);
	return err;
}

static int jailhouse_open(struct inode *inode, struct file *file)
{
	file->private_data = console_open();
	return file->private_data ? stream_open(inode, file) : -ENOMEM;
}

static int jailhouse_release(struct inode *inode, struct file *file)
{
	console_close(file->private_data);
	return 0;
}

static ssize_t jailhouse_read(struct file *file, char __user *to, size_t size, loff_t *unused)
{
	return console_read(file->private_data, to, size, file->f_flags & O_NONBLOCK);
}

static __poll_t jailhouse_poll(struct file *file, poll_table *wait)
{
	return console_poll(file->private_data, file, wait);
}

static const struct file_operations jailhouse_fops = {
	.owner = THIS_MODULE,
	.open = jailhouse_open,
	.release = jailhouse_release,
	.read = jailhouse_read,
	.poll = jailhouse_poll,
	.unlocked_ioctl = jailhouse_ioctl,
	.llseek = no_llseek,
};

static struct miscdevice jailhouse_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "jailhouse",
	.fops = &jailhouse_fops,
	.mode = 0600,
};

/* Firmware expects a machine without hypervisor. */
static int jailhouse_reboot(struct notifier_block *block, unsigned long action, void *data)
{
	mutex_lock(&jailhouse_lock);
	if (hypervisor_enabled() && hypervisor_disable())
		pr_err("the system goes down with the hypervisor running\n");
	mutex_unlock(&jailhouse_lock);
	return NOTIFY_DONE;
}

/* A CPU that loses its state loses its hypervisor. */
static int jailhouse_suspend(struct notifier_block *block, unsigned long action, void *data)
{
	if (!hypervisor_enabled() ||
	    (action != PM_SUSPEND_PREPARE && action != PM_HIBERNATION_PREPARE))
		return NOTIFY_DONE;
	pr_err("suspend is not possible while the hypervisor runs\n");
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block jailhouse_reboot_block = { .notifier_call = jailhouse_reboot };
static struct notifier_block jailhouse_suspend_block = { .notifier_call = jailhouse_suspend };

static int __init jailhouse_init(void)
{
	int err;

	err = jailhouse_sysfs_init();
	if (err)
		return err;
	err = cpus_init();
	if (err)
		goto exit_sysfs;
	err = misc_register(&jailhouse_misc);
	if (err)
		goto exit_cpus;

	/* Neither can fail. */
	register_reboot_notifier(&jailhouse_reboot_block);
	register_pm_notifier(&jailhouse_suspend_block);
	return 0;

exit_cpus:
	cpus_exit();
exit_sysfs:
	jailhouse_sysfs_exit();
	return err;
}

static void __exit jailhouse_exit(void)
{
	unregister_pm_notifier(&jailhouse_suspend_block);
	unregister_reboot_notifier(&jailhouse_reboot_block);
	misc_deregister(&jailhouse_misc);
	console_exit();
	cpus_exit();
	jailhouse_sysfs_exit();
}

module_init(jailhouse_init);
module_exit(jailhouse_exit);

MODULE_DESCRIPTION("Loads a partitioning hypervisor and manages its cells");
MODULE_LICENSE("GPL v2");
MODULE_FIRMWARE(JAILHOUSE_FW_NAME_AMD);
