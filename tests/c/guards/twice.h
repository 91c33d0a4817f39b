#ifndef TWICE
#define TWICE
static int first = 1;
#else
static int second = 2;
#endif
