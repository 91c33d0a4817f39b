/* assert, as the kernel's ASSERT. */
#include <wdm.h>
#undef assert
#define assert(e) ASSERT(e)
