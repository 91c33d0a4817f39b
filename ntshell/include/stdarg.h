/* Variable arguments.  The unnamed arguments lie one after another in the frame, each rounded up to whole pointers;
   __va_start() is the compiler's: the address of the first of them. */
#ifndef _NTSHELL_STDARG_H
#define _NTSHELL_STDARG_H

#ifndef _VA_LIST_DEFINED
#define _VA_LIST_DEFINED
typedef char *va_list;
#endif

void *__va_start(void);

#define __va_size(type) ((sizeof(type) + sizeof(void *) - 1) & ~(sizeof(void *) - 1))
#define va_start(list, last) ((list) = (va_list)__va_start())
#define va_arg(list, type) (*(type *)(((list) += __va_size(type)) - __va_size(type)))
#define va_copy(to, from) ((to) = (from))
#define va_end(list) ((list) = (va_list)0)

#endif
