/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Reading JSON that the other side has sent.
 */
#include "json.h"

double json_real(const cJSON *object, const char *name, double min, double max, double absent,
		 bool *good)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	if (!item)
		return absent;
	/* Written so that it is false for what is not a number (NaN) */
	if (cJSON_IsNumber(item) && item->valuedouble >= min && item->valuedouble <= max)
		return item->valuedouble;
	*good = false;
	return absent;
}

int64_t json_integer(const cJSON *object, const char *name, int64_t min, int64_t max,
		     int64_t absent, bool *good)
{
	return (int64_t)json_real(object, name, (double)min, (double)max, (double)absent, good);
}

bool json_flag(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsTrue(item) || (cJSON_IsNumber(item) && item->valuedouble != 0);
}

const char *json_text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

void json_add_integer(cJSON *object, const char *name, uint64_t value)
{
	cJSON_AddNumberToObject(object, name, (double)value);
}
