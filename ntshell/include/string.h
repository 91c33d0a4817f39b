/* The C runtime's memory and string routines that the kernel exports. */
#ifndef _NTSHELL_STRING_H
#define _NTSHELL_STRING_H

#include <stddef.h>

void *__cdecl memcpy(void *to, const void *from, size_t count);
void *__cdecl memmove(void *to, const void *from, size_t count);
void *__cdecl memset(void *to, int value, size_t count);
int __cdecl memcmp(const void *left, const void *right, size_t count);
void *__cdecl memchr(const void *buffer, int value, size_t count);

size_t __cdecl strlen(const char *text);
size_t __cdecl strnlen(const char *text, size_t limit);
char *__cdecl strcpy(char *to, const char *from);
char *__cdecl strncpy(char *to, const char *from, size_t count);
char *__cdecl strcat(char *to, const char *from);
char *__cdecl strncat(char *to, const char *from, size_t count);
int __cdecl strcmp(const char *left, const char *right);
int __cdecl strncmp(const char *left, const char *right, size_t count);
int __cdecl _stricmp(const char *left, const char *right);
int __cdecl _strnicmp(const char *left, const char *right, size_t count);
char *__cdecl strchr(const char *text, int value);
char *__cdecl strrchr(const char *text, int value);
char *__cdecl strstr(const char *text, const char *part);
size_t __cdecl strspn(const char *text, const char *accepted);
char *__cdecl _strupr(char *text);
char *__cdecl _strlwr(char *text);

size_t __cdecl wcslen(const wchar_t *text);
size_t __cdecl wcsnlen(const wchar_t *text, size_t limit);
wchar_t *__cdecl wcscpy(wchar_t *to, const wchar_t *from);
wchar_t *__cdecl wcsncpy(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *__cdecl wcscat(wchar_t *to, const wchar_t *from);
wchar_t *__cdecl wcsncat(wchar_t *to, const wchar_t *from, size_t count);
int __cdecl wcscmp(const wchar_t *left, const wchar_t *right);
int __cdecl wcsncmp(const wchar_t *left, const wchar_t *right, size_t count);
int __cdecl _wcsicmp(const wchar_t *left, const wchar_t *right);
int __cdecl _wcsnicmp(const wchar_t *left, const wchar_t *right, size_t count);
wchar_t *__cdecl wcschr(const wchar_t *text, wchar_t value);
wchar_t *__cdecl wcsrchr(const wchar_t *text, wchar_t value);
wchar_t *__cdecl wcsstr(const wchar_t *text, const wchar_t *part);
wchar_t *__cdecl _wcsupr(wchar_t *text);
wchar_t *__cdecl _wcslwr(wchar_t *text);

#endif
