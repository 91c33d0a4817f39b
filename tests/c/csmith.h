/* What the programs of csmith include, for our compiler and the host's alike: every value that they would fold into a
   checksum is told.  Signed arithmetic wraps in both, so only division and shifts need care. */
#include "report.h"
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
enum { crc32_context };

#define platform_main_begin()
#define platform_main_end(checksum, flag)
#define crc32_gentab()
#define transparent_crc(value, name, flag) REPORT(value)
#define transparent_crc_bytes(start, count, name, flag) bytes((unsigned char *)(start), count)
#define printf(...)

static void bytes(unsigned char *at, int count)
{
    while (count--)
        REPORT(*at++);
}

#define WHOLE(T, S, LEAST) \
    static T safe_div_func_##T##_##S##_##S(T a, T b) { return b == 0 || LEAST ? a : a / b; } \
    static T safe_mod_func_##T##_##S##_##S(T a, T b) { return b == 0 || LEAST ? a : a % b; }
WHOLE(int8_t, s, 0)
WHOLE(int16_t, s, 0)
WHOLE(int32_t, s, (a == -2147483647 - 1 && b == -1))
WHOLE(int64_t, s, (a == -9223372036854775807LL - 1 && b == -1))
WHOLE(uint8_t, u, 0)
WHOLE(uint16_t, u, 0)
WHOLE(uint32_t, u, 0)
WHOLE(uint64_t, u, 0)

#define WRAPPED(T, op, a, b) ((T)((T)(a) op (T)(b)))
#define SHIFTED(T, mask, op, a, b) ((T)((T)(a) op ((int)(b) & mask)))
#define safe_unary_minus_func_int8_t_s(a) ((int8_t)-(int8_t)(a))
#define safe_unary_minus_func_int16_t_s(a) ((int16_t)-(int16_t)(a))
#define safe_unary_minus_func_int32_t_s(a) ((int32_t)-(int32_t)(a))
#define safe_unary_minus_func_int64_t_s(a) ((int64_t)-(int64_t)(a))
#define safe_unary_minus_func_uint8_t_u(a) ((uint8_t)-(uint8_t)(a))
#define safe_unary_minus_func_uint16_t_u(a) ((uint16_t)-(uint16_t)(a))
#define safe_unary_minus_func_uint32_t_u(a) ((uint32_t)-(uint32_t)(a))
#define safe_unary_minus_func_uint64_t_u(a) ((uint64_t)-(uint64_t)(a))
#define safe_add_func_int8_t_s_s(a, b) WRAPPED(int8_t, +, a, b)
#define safe_sub_func_int8_t_s_s(a, b) WRAPPED(int8_t, -, a, b)
#define safe_mul_func_int8_t_s_s(a, b) WRAPPED(int8_t, *, a, b)
#define safe_lshift_func_int8_t_s_s(a, b) SHIFTED(int8_t, 31, <<, a, b)
#define safe_lshift_func_int8_t_s_u(a, b) SHIFTED(int8_t, 31, <<, a, b)
#define safe_rshift_func_int8_t_s_s(a, b) SHIFTED(int8_t, 31, >>, a, b)
#define safe_rshift_func_int8_t_s_u(a, b) SHIFTED(int8_t, 31, >>, a, b)
#define safe_add_func_uint8_t_u_u(a, b) WRAPPED(uint8_t, +, a, b)
#define safe_sub_func_uint8_t_u_u(a, b) WRAPPED(uint8_t, -, a, b)
#define safe_mul_func_uint8_t_u_u(a, b) WRAPPED(uint8_t, *, a, b)
#define safe_lshift_func_uint8_t_u_s(a, b) SHIFTED(uint8_t, 31, <<, a, b)
#define safe_lshift_func_uint8_t_u_u(a, b) SHIFTED(uint8_t, 31, <<, a, b)
#define safe_rshift_func_uint8_t_u_s(a, b) SHIFTED(uint8_t, 31, >>, a, b)
#define safe_rshift_func_uint8_t_u_u(a, b) SHIFTED(uint8_t, 31, >>, a, b)
#define safe_add_func_int16_t_s_s(a, b) WRAPPED(int16_t, +, a, b)
#define safe_sub_func_int16_t_s_s(a, b) WRAPPED(int16_t, -, a, b)
#define safe_mul_func_int16_t_s_s(a, b) WRAPPED(int16_t, *, a, b)
#define safe_lshift_func_int16_t_s_s(a, b) SHIFTED(int16_t, 31, <<, a, b)
#define safe_lshift_func_int16_t_s_u(a, b) SHIFTED(int16_t, 31, <<, a, b)
#define safe_rshift_func_int16_t_s_s(a, b) SHIFTED(int16_t, 31, >>, a, b)
#define safe_rshift_func_int16_t_s_u(a, b) SHIFTED(int16_t, 31, >>, a, b)
#define safe_add_func_uint16_t_u_u(a, b) WRAPPED(uint16_t, +, a, b)
#define safe_sub_func_uint16_t_u_u(a, b) WRAPPED(uint16_t, -, a, b)
#define safe_mul_func_uint16_t_u_u(a, b) WRAPPED(uint16_t, *, a, b)
#define safe_lshift_func_uint16_t_u_s(a, b) SHIFTED(uint16_t, 31, <<, a, b)
#define safe_lshift_func_uint16_t_u_u(a, b) SHIFTED(uint16_t, 31, <<, a, b)
#define safe_rshift_func_uint16_t_u_s(a, b) SHIFTED(uint16_t, 31, >>, a, b)
#define safe_rshift_func_uint16_t_u_u(a, b) SHIFTED(uint16_t, 31, >>, a, b)
#define safe_add_func_int32_t_s_s(a, b) WRAPPED(int32_t, +, a, b)
#define safe_sub_func_int32_t_s_s(a, b) WRAPPED(int32_t, -, a, b)
#define safe_mul_func_int32_t_s_s(a, b) WRAPPED(int32_t, *, a, b)
#define safe_lshift_func_int32_t_s_s(a, b) SHIFTED(int32_t, 31, <<, a, b)
#define safe_lshift_func_int32_t_s_u(a, b) SHIFTED(int32_t, 31, <<, a, b)
#define safe_rshift_func_int32_t_s_s(a, b) SHIFTED(int32_t, 31, >>, a, b)
#define safe_rshift_func_int32_t_s_u(a, b) SHIFTED(int32_t, 31, >>, a, b)
#define safe_add_func_uint32_t_u_u(a, b) WRAPPED(uint32_t, +, a, b)
#define safe_sub_func_uint32_t_u_u(a, b) WRAPPED(uint32_t, -, a, b)
#define safe_mul_func_uint32_t_u_u(a, b) WRAPPED(uint32_t, *, a, b)
#define safe_lshift_func_uint32_t_u_s(a, b) SHIFTED(uint32_t, 31, <<, a, b)
#define safe_lshift_func_uint32_t_u_u(a, b) SHIFTED(uint32_t, 31, <<, a, b)
#define safe_rshift_func_uint32_t_u_s(a, b) SHIFTED(uint32_t, 31, >>, a, b)
#define safe_rshift_func_uint32_t_u_u(a, b) SHIFTED(uint32_t, 31, >>, a, b)
#define safe_add_func_int64_t_s_s(a, b) WRAPPED(int64_t, +, a, b)
#define safe_sub_func_int64_t_s_s(a, b) WRAPPED(int64_t, -, a, b)
#define safe_mul_func_int64_t_s_s(a, b) WRAPPED(int64_t, *, a, b)
#define safe_lshift_func_int64_t_s_s(a, b) SHIFTED(int64_t, 63, <<, a, b)
#define safe_lshift_func_int64_t_s_u(a, b) SHIFTED(int64_t, 63, <<, a, b)
#define safe_rshift_func_int64_t_s_s(a, b) SHIFTED(int64_t, 63, >>, a, b)
#define safe_rshift_func_int64_t_s_u(a, b) SHIFTED(int64_t, 63, >>, a, b)
#define safe_add_func_uint64_t_u_u(a, b) WRAPPED(uint64_t, +, a, b)
#define safe_sub_func_uint64_t_u_u(a, b) WRAPPED(uint64_t, -, a, b)
#define safe_mul_func_uint64_t_u_u(a, b) WRAPPED(uint64_t, *, a, b)
#define safe_lshift_func_uint64_t_u_s(a, b) SHIFTED(uint64_t, 63, <<, a, b)
#define safe_lshift_func_uint64_t_u_u(a, b) SHIFTED(uint64_t, 63, <<, a, b)
#define safe_rshift_func_uint64_t_u_s(a, b) SHIFTED(uint64_t, 63, >>, a, b)
#define safe_rshift_func_uint64_t_u_u(a, b) SHIFTED(uint64_t, 63, >>, a, b)
#define safe_add_func_float_f_f(a, b) ((float)((float)(a) + (float)(b)))
#define safe_sub_func_float_f_f(a, b) ((float)((float)(a) - (float)(b)))
#define safe_mul_func_float_f_f(a, b) ((float)((float)(a) * (float)(b)))
#define safe_div_func_float_f_f(a, b) ((float)((float)(a) / (float)(b)))
#define safe_add_func_double_f_f(a, b) ((double)(a) + (double)(b))
#define safe_sub_func_double_f_f(a, b) ((double)(a) - (double)(b))
#define safe_mul_func_double_f_f(a, b) ((double)(a) * (double)(b))
#define safe_div_func_double_f_f(a, b) ((double)(a) / (double)(b))
static int safe_convert_func_float_to_int32_t(float a) { return a > -2e9f && a < 2e9f ? (int)a : 2147483647; }
