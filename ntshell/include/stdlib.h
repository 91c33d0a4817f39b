/* The bits of the C library's <stdlib.h> that the kernel exports. */
#ifndef _NTSHELL_STDLIB_H
#define _NTSHELL_STDLIB_H

#include <stddef.h>

int __cdecl abs(int value);
long __cdecl labs(long value);
int __cdecl atoi(const char *text);
long __cdecl atol(const char *text);
int __cdecl rand(void);
void __cdecl srand(unsigned int seed);
void __cdecl qsort(void *base, size_t count, size_t size, int(__cdecl *compare)(const void *, const void *));
unsigned long __cdecl _rotl(unsigned long value, int shift);
unsigned long __cdecl _rotr(unsigned long value, int shift);

typedef struct _div_t {
    int quot;
    int rem;
} div_t;

#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif

#endif
