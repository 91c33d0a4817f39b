/* The power states and actions, which wdm.h has too. */
#ifndef _NTSHELL_NTPOAPI_H
#define _NTSHELL_NTPOAPI_H

#include <ntdef.h>

struct _DEVICE_OBJECT;
struct _IO_STATUS_BLOCK;
#include <nt/po.h>

#endif
