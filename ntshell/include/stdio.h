/* Formatting into a buffer: the only part of <stdio.h> that a kernel has. */
#ifndef _NTSHELL_STDIO_H
#define _NTSHELL_STDIO_H

#include <stdarg.h>
#include <stddef.h>

typedef struct _iobuf FILE;

int __cdecl sprintf(char *to, const char *format, ...);
int __cdecl vsprintf(char *to, const char *format, va_list list);
int __cdecl _snprintf(char *to, size_t count, const char *format, ...);
int __cdecl _vsnprintf(char *to, size_t count, const char *format, va_list list);
int __cdecl swprintf(wchar_t *to, const wchar_t *format, ...);
int __cdecl _snwprintf(wchar_t *to, size_t count, const wchar_t *format, ...);
int __cdecl _vsnwprintf(wchar_t *to, size_t count, const wchar_t *format, va_list list);

#endif
