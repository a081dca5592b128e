// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's device. The driver says in sysfs why it refused a request; where it says nothing,
 * the error number has to do.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tool.h"

#define DEVICE "/dev/jailhouse"

int device_open(int flags)
{
	int fd = open(DEVICE, flags | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
		complain("the driver is not loaded: insmod jailhouse.ko");
	else if (errno == EACCES || errno == EPERM)
		complain("no permission for " DEVICE ": run this as root");
	else
		complain(DEVICE ": %s", strerror(errno));
	return -1;
}

struct explanation {
	/* 0: any request */
	unsigned long request;
	int error;
	const char *reason;
	const char *advice;
};

static const struct explanation explanations[] = {
	{ JAILHOUSE_ENABLE, EBUSY, "the hypervisor runs already", "jailhouse disable ends it" },
	{ JAILHOUSE_ENABLE, ENODEV, "this machine has no AMD-V with nested paging",
	  "it is needed, see the firmware's setup" },
	{ JAILHOUSE_ENABLE, ENOENT, "the hypervisor's image is missing",
	  "copy jailhouse-amd.bin to /lib/firmware" },
	{ JAILHOUSE_ENABLE, EINVAL, "the system configuration does not fit",
	  "compare it with this machine" },
	{ JAILHOUSE_DISABLE, EBUSY, "a CPU of root is offline", "bring it online" },
	{ JAILHOUSE_DISABLE, EINVAL, "the hypervisor does not run", "there is nothing to do" },
	{ JAILHOUSE_CELL_CREATE, EBUSY, "a CPU or another resource of the cell is taken",
	  "see jailhouse cell list" },
	{ JAILHOUSE_CELL_CREATE, EEXIST, "there is a cell of this name",
	  "destroy it, or give the new one another name" },
	{ JAILHOUSE_CELL_CREATE, EINVAL, "the configuration does not fit the system",
	  "compare the two" },
	{ JAILHOUSE_CELL_LOAD, EINVAL, "an image does not fit the cell's loadable regions",
	  "see the cell's configuration" },
	{ 0, EINVAL, "the request was refused", "see jailhouse console and jailhouse cell list" },
	{ 0, ENOENT, "there is no such cell", "see jailhouse cell list" },
	{ 0, ENOMEM, "out of memory", "give the hypervisor more, or destroy a cell" },
	{ 0, E2BIG, "the configuration is too large", "64 KiB is the limit" },
	{ 0, EPERM, "a cell refuses to shut down, or has locked the configuration",
	  "see jailhouse cell list" },
};

static const struct explanation *find_explanation(unsigned long request, int error)
{
	for (size_t i = 0; i < ARRAY_SIZE(explanations); i++) {
		const struct explanation *it = &explanations[i];

		if ((!it->request || it->request == request) && it->error == error)
			return it;
	}
	return NULL;
}

/* @reason: the driver's, or "". */
static void explain(unsigned long request, int error, const char *reason)
{
	const struct explanation *it = find_explanation(request, error);

	if (!*reason)
		reason = it ? it->reason : strerror(error);
	/* What the driver advises itself, behind a colon, is better. */
	if (!it || strstr(reason, ": "))
		complain("%s", reason);
	else
		complain("%s: %s", reason, it->advice);
}

int device_request(unsigned long request, const void *arg)
{
	char reason[256] = "";
	int fd = device_open(O_RDWR);
	int error;

	if (fd < 0)
		return EXIT_FAILURE;
	error = ioctl(fd, request, arg) < 0 ? errno : 0;
	if (error) {
		sysfs_read(reason, sizeof(reason), "last_error");
		explain(request, error, reason);
	}
	close(fd);
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}
