// Numbers as they lie in memory. Sums are float or double; what is stored may have 16 bits.
//
//   Float16    1 sign,  5 exponent, 10 fraction bits     up to 65,504
//   BFloat16   1 sign,  8 exponent,  7 fraction bits     the upper half of a float
//
// widened(stored) is exact. narrowed<Stored>(sum) rounds to the nearest, ties to even.
#pragma once
#include "instructions.cuh"

struct Float16 { unsigned short bits; };
struct BFloat16 { unsigned short bits; };

__device__ __forceinline__ float widened(float number) { return number; }
__device__ __forceinline__ double widened(double number) { return number; }
__device__ __forceinline__ float widened(Float16 number) { return from_fp16(number.bits); }
__device__ __forceinline__ float widened(BFloat16 number) {
    return number_of((unsigned)number.bits << 16);
}

__device__ __forceinline__ void narrow(float sum, float& stored) { stored = sum; }
__device__ __forceinline__ void narrow(double sum, double& stored) { stored = sum; }
__device__ __forceinline__ void narrow(float sum, Float16& stored) { stored.bits = to_fp16(sum); }

// By hand, because the instruction for it is younger (sm_80) than the oldest GPU. Adding just less
// than half of the last kept bit carries where it must; that bit itself decides a tie.
__device__ __forceinline__ void narrow(float sum, BFloat16& stored) {
    const unsigned word = bits_of(sum), infinity = 0x7F800000;
    const bool is_nan = (word & 0x7FFFFFFF) > infinity;      // rounding could carry it away
    stored.bits = is_nan ? 0x7FFF : (word + 0x7FFF + (word >> 16 & 1)) >> 16;
}
