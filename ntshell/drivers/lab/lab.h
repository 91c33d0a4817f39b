/*
 * lab.h - the lab card's registers, the driver's two structures, its routines.
 *
 * Three locks guard what the routines share; this is the whole locking order:
 *
 *   cancel spin lock   who owns the read in progress (ActiveIrp,
 *                      HoldsController, SecondsLeft of a unit)
 *   Board->Lock        the interrupt object, and the statistics timer's state
 *   interrupt lock     whatever the ISR touches: the registers, the rings, the
 *                      counters and the LAB_WORK flags (see LabSynchronize)
 *
 * A routine that needs two of them takes them from top to bottom.
 */
#ifndef LAB_H
#define LAB_H

#include <ntddk.h>
#include "labioctl.h"

#if defined(__MINGW32__) && defined(_AMD64_)
/* MinGW's ntddk.h declares this one for x86 only. */
NTHALAPI ULONG NTAPI HalGetInterruptVector(
    INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
    ULONG BusInterruptVector, PKIRQL Irql, PKAFFINITY Affinity);
#endif

/* Registers of one unit; unit n starts LAB_UNIT_PORTS * n after the base. */
#define LAB_CONTROL             0
#define LAB_STATUS              1
#define LAB_DATA                2
#define LAB_COUNT               3
#define LAB_UNIT_PORTS          4

#define LAB_CONTROL_ENABLE      0x01    /* the unit may interrupt */
#define LAB_CONTROL_START       0x02    /* start a transfer */
#define LAB_CONTROL_RESET       0x80    /* clear everything */

#define LAB_STATUS_PENDING      0x01    /* interrupt; write 1 to clear */
#define LAB_STATUS_DATA         0x02    /* the FIFO holds a byte */
#define LAB_STATUS_BUSY         0x04    /* a transfer runs */
#define LAB_STATUS_ABSENT       0xFF    /* what an empty bus reads as */

#define LAB_FIFO_SIZE           16
#define LAB_MAX_UNITS           2
#define LAB_RING_SIZE           64
#define LAB_READ_SECONDS        10      /* then a read is timed out */
#define LAB_ISR_PASSES          8       /* a broken card must not hold the CPU */

#define LAB_TAG                 0x2062614C      /* "Lab " in a pool dump */

/* Relative time: negative, in units of 100 nanoseconds. */
#define LAB_MILLISECONDS(n)     (-10000 * (LONGLONG)(n))

/* Where the card is, in terms of its bus: nothing here is translated. */
typedef struct _LAB_CONFIG {
    BOOLEAN Found;
    INTERFACE_TYPE BusType;
    ULONG BusNumber;
    PHYSICAL_ADDRESS PortStart;
    ULONG PortLength;
    ULONG Level;
    ULONG Vector;
    KINTERRUPT_MODE Mode;
    BOOLEAN Shared;
} LAB_CONFIG, *PLAB_CONFIG;

/*
 * One DPC object and what its ISR and its routine agree on. Queued covers the
 * time from the request to the end of the routine, which the kernel's own
 * mark does not: the KDPC leaves the queue before its routine is called.
 */
typedef struct _LAB_WORK {
    BOOLEAN Work;           /* something happened since the DPC last looked */
    BOOLEAN Queued;         /* the DPC is queued, or its routine is running */
} LAB_WORK, *PLAB_WORK;

/* The controller extension: what the two units on the board share. */
typedef struct _LAB_BOARD {
    PCONTROLLER_OBJECT Controller;
    PUCHAR Ports;                       /* translated base */
    BOOLEAN Mapped;                     /* ... which is memory, not I/O space */
    ULONG PortLength;
    ULONG UnitCount;
    struct _LAB_EXTENSION *Unit[LAB_MAX_UNITS];

    KSPIN_LOCK Lock;
    PKINTERRUPT Interrupt;              /* NULL: no ISR can run */

    KDPC ActivityDpc;                   /* the CustomDpc, queued by the ISR */
    LAB_WORK Activity;

    KTIMER StatisticsTimer;
    KDPC StatisticsDpc;                 /* the CustomTimerDpc */
    KEVENT StatisticsStopped;
    BOOLEAN StatisticsArmed;
    BOOLEAN StatisticsStop;
    ULONG Rate;                         /* bytes in the last second */
    ULONG BytesSampled;
    ULONG Bytes;                        /* written by the ISR */
    ULONG Lost;                         /* written by the ISR */

    PVOID Thread;                       /* referenced thread object */
    KEVENT ThreadEvent;                 /* there is work, or it is time to end */
    KEVENT ThreadEnds;
    BOOLEAN ThreadStop;
    ULONG Wakeups;

    BOOLEAN MapKeyMade;                 /* what a failed start must undo */
} LAB_BOARD, *PLAB_BOARD;

/* The device extension: one unit. */
typedef struct _LAB_EXTENSION {
    PDEVICE_OBJECT DeviceObject;
    PLAB_BOARD Board;
    ULONG Number;                       /* 0 or 1: \Device\LabN */
    PUCHAR Ports;                       /* translated, of this unit */

    /* Guarded by the cancel spin lock. */
    PIRP ActiveIrp;                     /* the read that StartIo took up */
    BOOLEAN HoldsController;
    LONG SecondsLeft;

    /* Guarded by the interrupt lock. */
    BOOLEAN Stopping;                   /* the ISR only quiets the unit */
    BOOLEAN Transfer;                   /* a read waits for the next byte */
    LAB_WORK Input;                     /* for the DpcForIsr */
    PUCHAR Ring;                        /* nonpaged pool */
    ULONG Head;
    ULONG Buffered;
    ULONG Interrupts;
    ULONG Bytes;
    ULONG Lost;

    BOOLEAN LinkMade;                   /* what a failed start must undo */
    BOOLEAN MapValueMade;
} LAB_EXTENSION, *PLAB_EXTENSION;

/* What goes through LabSynchronize to move bytes. */
typedef struct _LAB_BYTES {
    PLAB_EXTENSION Extension;
    PUCHAR Buffer;
    ULONG Length;                       /* in: room; out: bytes moved */
} LAB_BYTES, *PLAB_BYTES;

typedef struct _LAB_COUNTS_COPY {
    PLAB_EXTENSION Extension;
    PLAB_COUNTS Counts;
} LAB_COUNTS_COPY, *PLAB_COUNTS_COPY;

/* The names of one unit, with room for them. */
typedef struct _LAB_NAMES {
    UNICODE_STRING Device;              /* \Device\Lab0 */
    UNICODE_STRING Link;                /* \??\LAB1 */
    PWSTR Dos;                          /* LAB1, the end of Link */
    WCHAR DeviceBuffer[16];
    WCHAR LinkBuffer[16];
} LAB_NAMES, *PLAB_NAMES;

#define LAB_PATH_CHARS          64

/* init.c */
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath);
VOID NTAPI LabReinitialize(PDRIVER_OBJECT DriverObject, PVOID Context, ULONG Count);
NTSTATUS LabCreateBoard(PLAB_CONFIG Config, PLAB_BOARD *NewBoard);
NTSTATUS LabCreateUnits(PDRIVER_OBJECT DriverObject, PLAB_BOARD Board);
NTSTATUS LabCreateUnit(PDRIVER_OBJECT DriverObject, PLAB_BOARD Board, ULONG Number);
NTSTATUS LabConnect(PLAB_BOARD Board, PLAB_CONFIG Config);
VOID LabUndo(PDRIVER_OBJECT DriverObject, PLAB_BOARD Board);

/* config.c */
VOID LabReadConfiguration(PLAB_CONFIG Config);
NTSTATUS NTAPI LabConfigCallback(
    PVOID Context, PUNICODE_STRING PathName, INTERFACE_TYPE BusType, ULONG BusNumber,
    PKEY_VALUE_FULL_INFORMATION *BusInformation, CONFIGURATION_TYPE ControllerType,
    ULONG ControllerNumber, PKEY_VALUE_FULL_INFORMATION *ControllerInformation,
    CONFIGURATION_TYPE PeripheralType, ULONG PeripheralNumber,
    PKEY_VALUE_FULL_INFORMATION *PeripheralInformation);
NTSTATUS LabClaimHardware(PDRIVER_OBJECT DriverObject, PLAB_CONFIG Config);
VOID LabReleaseHardware(PDRIVER_OBJECT DriverObject);

/* names.c */
VOID LabNameUnit(ULONG Number, PLAB_NAMES Names);
VOID LabBuildDeviceMapPath(PWCHAR Buffer, USHORT Size, PUNICODE_STRING Path);
NTSTATUS LabCreateDeviceMapKey(VOID);
VOID LabDeleteDeviceMapKey(VOID);
NTSTATUS LabCreateNames(PLAB_EXTENSION Extension);
VOID LabDeleteNames(PLAB_EXTENSION Extension);

/* board.c */
UCHAR LabReadRegister(BOOLEAN Mapped, PUCHAR Register);
VOID LabWriteRegister(BOOLEAN Mapped, PUCHAR Register, UCHAR Value);
BOOLEAN LabSynchronize(PLAB_BOARD Board, PKSYNCHRONIZE_ROUTINE Routine, PVOID Context);
PKINTERRUPT LabTakeInterrupt(PLAB_BOARD Board);
BOOLEAN NTAPI LabEnableUnit(PVOID Context);
BOOLEAN NTAPI LabDisableUnit(PVOID Context);
BOOLEAN NTAPI LabResetUnit(PVOID Context);
BOOLEAN NTAPI LabStartTransfer(PVOID Context);
BOOLEAN NTAPI LabTakeBytes(PVOID Context);
BOOLEAN NTAPI LabPutBytes(PVOID Context);
BOOLEAN NTAPI LabCopyCounts(PVOID Context);

/* isr.c */
BOOLEAN NTAPI LabIsr(PKINTERRUPT Interrupt, PVOID Context);
VOID LabRequestInputDpc(PLAB_EXTENSION Extension);
VOID NTAPI LabDpcForIsr(PKDPC Dpc, PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context);
VOID NTAPI LabActivityDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2);
BOOLEAN NTAPI LabTakeWork(PVOID Context);
BOOLEAN NTAPI LabIsQueued(PVOID Context);
VOID LabDrainDpc(PLAB_BOARD Board, PKDPC Dpc, PLAB_WORK Work);

/* startio.c */
VOID NTAPI LabStartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp);
VOID LabStartWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp);
IO_ALLOCATION_ACTION NTAPI LabControllerControl(
    PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID MapRegisterBase, PVOID Context);
VOID NTAPI LabCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp);
PIRP LabClaimActive(PLAB_EXTENSION Extension, PBOOLEAN Held);
VOID LabFinishActive(
    PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Held, NTSTATUS Status, ULONG Information);
VOID LabServiceRead(PDEVICE_OBJECT DeviceObject);
VOID NTAPI LabTimer(PDEVICE_OBJECT DeviceObject, PVOID Context);

/* dispatch.c */
NTSTATUS NTAPI LabCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI LabCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI LabReadWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI LabDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS LabComplete(PIRP Irp, NTSTATUS Status, ULONG Information);

/* background.c */
VOID LabStartStatistics(PLAB_BOARD Board);
VOID LabStopStatistics(PLAB_BOARD Board);
VOID NTAPI LabStatisticsDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2);
NTSTATUS LabStartThread(PLAB_BOARD Board);
VOID LabStopThread(PLAB_BOARD Board);
VOID NTAPI LabThread(PVOID Context);

/* unload.c */
VOID NTAPI LabUnload(PDRIVER_OBJECT DriverObject);

#endif
