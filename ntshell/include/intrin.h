/* Compiler intrinsics are declared with the exports. */
#include <ntdef.h>
