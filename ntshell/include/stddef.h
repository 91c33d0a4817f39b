/* size_t, wchar_t, ptrdiff_t, NULL and offsetof. */
#ifndef _NTSHELL_STDDEF_H
#define _NTSHELL_STDDEF_H

#ifdef _WIN64
typedef unsigned __int64 size_t;
typedef __int64 ptrdiff_t;
typedef __int64 intptr_t;
typedef unsigned __int64 uintptr_t;
#else
typedef unsigned int size_t;
typedef int ptrdiff_t;
typedef int intptr_t;
typedef unsigned int uintptr_t;
#endif
typedef unsigned short wchar_t;
typedef unsigned short wint_t;
#define _SIZE_T_DEFINED
#define _WCHAR_T_DEFINED

#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef offsetof
#define offsetof(type, member) ((size_t)&(((type *)0)->member))
#endif

#endif
