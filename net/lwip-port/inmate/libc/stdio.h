/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * <stdio.h> in an inmate: output goes to the console of the cell, and there is no input.
 */
#ifndef LWIP_PORT_LIBC_STDIO_H
#define LWIP_PORT_LIBC_STDIO_H

#include <inmate/console.h>

#define EOF (-1)

typedef const struct lwip_port_file FILE;

/* Both are the console. */
extern FILE *const stdout, *const stderr;

/*
 * Conversions are those of C11 7.21.6.1 without %n, %o and %a; floating point with threads only
 * (NO_SYS=0), and not in interrupt handlers.
 */
int sprintf(char *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
int vsprintf(char *buffer, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
int fprintf(FILE *file, const char *format, ...) __attribute__((format(printf, 2, 3)));
int vfprintf(FILE *file, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

int fputs(const char *string, FILE *file);
int fputc(int c, FILE *file);
int putchar(int c);
size_t fwrite(const void *data, size_t size, size_t number, FILE *file);
int fflush(FILE *file);
void perror(const char *what);

/* Conversions: d, i, u, x, s, c, f, e, g, n, with widths, h, l, ll, z and '*'. */
int sscanf(const char *text, const char *format, ...) __attribute__((format(scanf, 2, 3)));

#endif /* LWIP_PORT_LIBC_STDIO_H */
