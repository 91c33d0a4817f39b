/* What every driver includes: the types, constants and macros of the WDM, then the prototypes of the exports. */
#ifndef _WDM_INCLUDED_
#define _WDM_INCLUDED_
#define _WDMDDK_

#include <ntdef.h>
#include <ntstatus.h>
#include <bugcodes.h>
#include <ntiologc.h>
#include <devioctl.h>
#include <nt/arch.h>
#include <nt/dbg.h>
#include <nt/ke.h>
#include <nt/ex.h>
#include <nt/rtl.h>
#include <nt/mm.h>
#include <nt/se.h>
#include <nt/cm.h>
#include <nt/cmdata.h>
#include <nt/pci.h>
#include <nt/file.h>
#include <nt/iodefs.h>
#include <nt/po.h>
#include <nt/pnp.h>
#include <nt/io.h>
#include <nt/irp.h>
#include <nt/fastio.h>
#include <nt/dma.h>
#include <nt/eisa.h>
#include <nt/connect.h>
#include <nt/bugcheck.h>
#include <nt/cmcallback.h>
#include <nt/obcallback.h>

#define STATUS_CONTINUE_COMPLETION STATUS_SUCCESS
#define WMIREG_ACTION_REGISTER 1
#define WMIREG_ACTION_DEREGISTER 2
#define WMIREG_ACTION_REREGISTER 3
#define WMIREG_ACTION_UPDATE_GUIDS 4
#define WMIREG_ACTION_BLOCK_IRPS 5

#define IsNEC_98 (FALSE) /* another kind of PC: this is the usual one */
#define IsNotNEC_98 (TRUE)
#define SetNEC_98
#define SetNotNEC_98

#include <wdm.exports.h>
#include <nt/calls.h>

#endif
