/* The older buffer annotations (__in, __out_bcount): they live with the rest of the annotation language. */
#include <sal.h>
