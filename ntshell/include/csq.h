/* The cancel-safe queue of requests: its types and routines are part of the WDM. */
#include <wdm.h>
