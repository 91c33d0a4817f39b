/* The sized integers: ntdef.h has them. */
#include <ntdef.h>
