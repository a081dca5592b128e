/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One end of iperf3's connections, by hand: what a test says to the other end, and hears from it.
 * Everything has to come whole, within the time limit of the socket.
 */
#ifndef TESTS_UNIT_IPERF3_TALK_H
#define TESTS_UNIT_IPERF3_TALK_H

#include <stddef.h>

#include <cJSON.h>

#include "wire.h"

void say(int fd, const void *bytes, size_t size);
void say_state(int fd, enum state state);
void say_json(int fd, const char *text);

void hear(int fd, void *bytes, size_t size);
/* Any byte, for one that is no state is to be seen as well */
int hear_state(int fd);
/* The caller deletes it. */
cJSON *hear_json(int fd);

#endif /* TESTS_UNIT_IPERF3_TALK_H */
