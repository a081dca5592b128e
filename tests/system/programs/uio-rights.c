/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uio-rights NODE UID: opens a UIO device as an unprivileged user and tries what the driver of
 * ivshmem devices must not allow: mapping writable what peers own, or more than there is. Prints
 * what it tries, and "as expected" at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

/* Order of the maps of revision 2 */
enum {
	REGISTERS,
	STATE_TABLE,
	COMMON,
	INPUTS,
	OUTPUT,
	NO_MAP
};

static int fd;
static bool failed;

static void *map(int number, size_t size, int rights, int flags)
{
	return mmap(NULL, size, rights, flags, fd, (off_t)number * PAGE);
}

static void expect(const char *what, bool outcome)
{
	printf("%s: %s\n", what, outcome ? "yes" : "NO");
	failed |= !outcome;
}

static bool refused(int number, size_t size, int rights, int flags, int error)
{
	return map(number, size, rights, flags) == MAP_FAILED && errno == error;
}

static void try_maps(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	volatile unsigned int *page;

	expect("state table writable is refused",
	       refused(STATE_TABLE, PAGE, rw, MAP_SHARED, EACCES));
	expect("state table as a private copy is refused",
	       refused(STATE_TABLE, PAGE, rw, MAP_PRIVATE, EACCES));
	expect("inputs writable are refused", refused(INPUTS, PAGE, rw, MAP_SHARED, EACCES));
	expect("more than the registers is refused",
	       refused(REGISTERS, 2 * PAGE, PROT_READ, MAP_SHARED, EINVAL));
	expect("a map that is not there is refused",
	       refused(NO_MAP, PAGE, PROT_READ, MAP_SHARED, EINVAL));
	page = map(STATE_TABLE, PAGE, PROT_READ, MAP_SHARED);
	expect("state table can be read", page != MAP_FAILED && page[PAGE / 4 - 1] == 0);
	expect("and not be made writable", mprotect((void *)page, PAGE, rw) < 0 && errno == EACCES);
	page = map(OUTPUT, PAGE, rw, MAP_SHARED);
	expect("own output can be written",
	       page != MAP_FAILED && (page[0] = 0x600d, page[0] == 0x600d));
	page = map(COMMON, PAGE, rw, MAP_SHARED);
	expect("so can the common section",
	       page != MAP_FAILED && (page[0] = 0x600d, page[0] == 0x600d));
	page = map(REGISTERS, PAGE, rw, MAP_SHARED);
	expect("registers can be used", page != MAP_FAILED && page[1] == 3);
}

int main(int argc, char *argv[])
{
	if (argc != 3)
		return 2;
	if (setgid(atoi(argv[2])) || setuid(atoi(argv[2]))) {
		perror("setuid");
		return 1;
	}
	fd = open(argv[1], O_RDWR);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	try_maps();
	if (!failed)
		puts("as expected");
	return failed;
}
