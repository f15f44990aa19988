// How numbers lie in memory, and what they are added up in.
//
//   type     in memory          sums
//   float    float              float
//   double   double             double
//   Bf16     16 bits            float       the upper half of a float
//   Fp16     16 bits            float
//
// A kernel widens what it reads, adds in the sums' type, and rounds each result once, at the end.
// 16 bits halve what has to be moved; the products of two such numbers are exact in a float.
#pragma once
#include "convolution.cuh"
#include "instructions.cuh"

template <class Type>
struct Stored {
    using Memory = Type;
    using Sum = Type;
    static __device__ __forceinline__ Sum widen(Memory number) { return number; }
    static __device__ __forceinline__ Memory round(Sum sum) { return sum; }
};

template <>
struct Stored<Bf16> {
    using Memory = unsigned short;
    using Sum = float;
    static __device__ __forceinline__ float widen(unsigned short bits) {
        return number_of((unsigned)bits << 16);
    }
    // To the nearest, ties to even. In words of C++, since GPUs before sm_80 have no instruction.
    static __device__ __forceinline__ unsigned short round(float sum) {
        const unsigned word = bits_of(sum);
        if (sum != sum) return 0x7FFF;             // NaN; rounding it could give infinity
        return (word + 0x7FFF + (word >> 16 & 1)) >> 16;
    }
};

template <>
struct Stored<Fp16> {
    using Memory = unsigned short;
    using Sum = float;
    static __device__ __forceinline__ float widen(unsigned short bits) { return widen_fp16(bits); }
    static __device__ __forceinline__ unsigned short round(float sum) { return narrow_fp16(sum); }
};
