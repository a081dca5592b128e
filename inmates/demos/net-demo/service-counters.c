// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What the services count.
 */
#include <jailhouse/types.h>

#include "service.h"

static const struct counter_field service_fields[] = {
	COUNTER_FIELD(service, connections),
	COUNTER_FIELD(service, datagrams),
	COUNTER_FIELD(service, bytes_in),
	COUNTER_FIELD(service, bytes_out),
};

void service_counters(const struct service *service, counter_visitor visit, void *arg)
{
	counters_visit(service, service_fields, ARRAY_SIZE(service_fields), visit, arg);
	visit(arg, "active", service->active);
}
