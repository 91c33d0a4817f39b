/* Driver annotations (__drv_*, _IRQL_*): they live with the rest of the annotation language. */
#include <sal.h>
