/*
 * labioctl.h - what a user program needs to talk to the lab card's driver.
 *
 * The requests are buffered: the I/O manager copies in and out, so that the
 * driver never touches a user address.
 */
#ifndef LABIOCTL_H
#define LABIOCTL_H

#define IOCTL_LAB_GET_COUNTS \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_LAB_RESET \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_LAB_GET_BYTE \
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)

/* The answer to IOCTL_LAB_GET_COUNTS. */
typedef struct _LAB_COUNTS {
    ULONG Interrupts;       /* interrupts of this unit that were served */
    ULONG Bytes;            /* bytes that came in */
    ULONG Lost;             /* bytes dropped because nobody read the ring */
    ULONG Buffered;         /* bytes that wait in the ring now */
    ULONG Rate;             /* bytes in the last full second, both units */
    ULONG Wakeups;          /* times that the driver's thread had work */
} LAB_COUNTS, *PLAB_COUNTS;

#endif
