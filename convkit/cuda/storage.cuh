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

// Tensor cores leave each thread with pieces of rows. Filters are stored so that it is 8 maps that
// are neighbors (convkit/cuda/pack.py, in_order_of_lanes); from here they go to memory together.
constexpr int TOGETHER = 8;

// 8 results in their form of memory, as words.
template <class Type>
struct Rounded {                                   // of 16 bits
    unsigned words[4];
    __device__ __forceinline__ explicit Rounded(const float (&n)[TOGETHER]) {
#pragma unroll
        for (int e = 0; e < 4; ++e) words[e] = round_pair(n[2 * e], n[2 * e + 1], Type());
    }
    __device__ __forceinline__ unsigned short operator[](int e) const { return words[e / 2] >> e % 2 * 16; }
    __device__ __forceinline__ void store(unsigned short* to) const {
        store4((void*)to, {words[0], words[1], words[2], words[3]});
    }
};

template <>
struct Rounded<float> {
    const float (&n)[TOGETHER];
    __device__ __forceinline__ explicit Rounded(const float (&numbers)[TOGETHER]) : n(numbers) {}
    __device__ __forceinline__ float operator[](int e) const { return n[e]; }
    __device__ __forceinline__ void store(float* to) const {
        store4(to, make_float4(n[0], n[1], n[2], n[3]));
        store4(to + 4, make_float4(n[4], n[5], n[6], n[7]));
    }
};

// Whether every 8 maps of every pixel of out begin at a multiple of 16 bytes and lie in a row.
template <class Memory>
__device__ __forceinline__ bool in_chunks(const Memory* out, int maps, const Convolution& p) {
    constexpr int CHUNK = 16 / sizeof(Memory);
    return p.out_step[3] == 1 && maps % TOGETHER == 0 && (size_t)out % 16 == 0 &&
           (p.out_step[0] | p.out_step[1] | p.out_step[2]) % CHUNK == 0;
}

// The bias of 8 maps of which `count` exist, each read once for all the pixels of a thread.
__device__ __forceinline__ void load_bias(float (&numbers)[TOGETHER], const float* bias, int map, int count) {
#pragma unroll
    for (int e = 0; e < TOGETHER; ++e) numbers[e] = bias ? bias[map + min(e, count - 1)] : 0.0f;
}

// Finish and write the first `count` of 8 neighboring maps of one pixel.
template <class Type>
__device__ __forceinline__ void write_together(typename Stored<Type>::Memory* to,
                                               const float (&sums)[TOGETHER],
                                               const float (&bias)[TOGETHER], int count,
                                               long long step, bool chunks) {
    float done[TOGETHER];
#pragma unroll
    for (int e = 0; e < TOGETHER; ++e) done[e] = activated(sums[e] + bias[e]);
    const Rounded<Type> rounded(done);
    if (chunks) return rounded.store(to);
#pragma unroll
    for (int e = 0; e < TOGETHER; ++e, to += step)
        if (e < count) *to = rounded[e];
}
