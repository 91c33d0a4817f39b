/* Win32's names for basic types, for drivers that share a header with their program. */
#ifndef _WINDEF_
#define _WINDEF_

#include <ntdef.h>

typedef int BOOL;
typedef BOOL *PBOOL;
typedef BOOL *LPBOOL;
typedef unsigned char BYTE;
typedef BYTE *PBYTE;
typedef BYTE *LPBYTE;
typedef unsigned short WORD;
typedef WORD *PWORD;
typedef WORD *LPWORD;
typedef unsigned long DWORD;
typedef DWORD *PDWORD;
typedef DWORD *LPDWORD;
typedef int INT;
typedef INT *PINT;
typedef unsigned int UINT;
typedef UINT *PUINT;
typedef float FLOAT;
typedef void *LPVOID;
typedef const void *LPCVOID;
#ifndef FAR
#define FAR
#endif
#ifndef WINAPI
#define WINAPI __stdcall
#define CALLBACK __stdcall
#endif
#define MAKEWORD(low, high) ((WORD)(((BYTE)(low)) | (((WORD)((BYTE)(high))) << 8)))
#define MAKELONG(low, high) ((LONG)(((WORD)(low)) | (((DWORD)((WORD)(high))) << 16)))
#define LOWORD(value) ((WORD)(ULONG_PTR)(value))
#define HIWORD(value) ((WORD)(((ULONG_PTR)(value) >> 16) & 0xffff))
#define LOBYTE(value) ((BYTE)(ULONG_PTR)(value))
#define HIBYTE(value) ((BYTE)(((ULONG_PTR)(value) >> 8) & 0xff))

#endif
