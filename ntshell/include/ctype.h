/* Character classes that the kernel exports. */
#ifndef _NTSHELL_CTYPE_H
#define _NTSHELL_CTYPE_H

int __cdecl tolower(int value);
int __cdecl toupper(int value);
int __cdecl isdigit(int value);
int __cdecl isxdigit(int value);
int __cdecl isspace(int value);
int __cdecl isprint(int value);
int __cdecl islower(int value);
int __cdecl isupper(int value);
unsigned short __cdecl towlower(unsigned short value);
unsigned short __cdecl towupper(unsigned short value);

#endif
