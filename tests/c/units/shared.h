#ifndef SHARED_H
#define SHARED_H
struct point { int x, y; };
extern int common, table[], tentative, later; extern const char *const title; extern struct point origin; extern int (*hook)(int);
#define SIZE 3u
int second(int), third(int x), count(void), grow(int by), sum(const struct point *p), peek(void), length(const char *), same(int (*)(int)), total(int, ...); void install(void), move(struct point *, struct point); struct point make(int); const char *same2(void);
static __inline int inlined(int x) { static int calls = 5; return x * calls++; }
#endif
