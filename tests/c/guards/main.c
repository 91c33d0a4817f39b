#include "../report.h"
/* A header says itself what it gives the second time. */
#include "twice.h"
#include "twice.h"
#include "again.h"
#undef AGAIN
#define COUNT 3
#include "again.h"
int main(void) { REPORT(first); REPORT(second); REPORT(counted); return 0; }
