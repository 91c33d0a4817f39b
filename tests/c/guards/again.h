#ifndef AGAIN
#define AGAIN
#endif
#ifdef COUNT
static int counted = COUNT;
#endif
