/* Names that the kit calls deprecated are no errors here. */
#include <ntdef.h>
