/* Wide strings: what the kernel exports is with the other string routines. */
#include <string.h>
