/* What a test program tells: each value is compared with what the host's compiler makes of the same file. */
void report(long long value);
#define REPORT(...) report((long long)(__VA_ARGS__))
