// The machine instructions that C++ has no words for, each as one function with a plain name.
//
// This is the only file that the tests on a CPU replace: tests/emulator/instructions.cuh gives the
// same functions, made from the tables of NVIDIA's "PTX ISA", so that every rung runs there as it
// is written. What is wrong in here can only be seen on a GPU; so it is kept short.
#pragma once

// The block's shared memory, seen as whatever the kernel keeps there.
template <class Shared>
__device__ __forceinline__ Shared* shared_memory() {
    extern __shared__ __align__(1024) unsigned char bytes[];
    return reinterpret_cast<Shared*>(bytes);
}

// 16 bytes at once. The address must be a multiple of 16.
__device__ __forceinline__ float4 load4(const float* from) {
    return *reinterpret_cast<const float4*>(from);
}

__device__ __forceinline__ void store2(float* to, float2 numbers) {
    *reinterpret_cast<float2*>(to) = numbers;
}

__device__ __forceinline__ void store4(float* to, float4 numbers) {
    *reinterpret_cast<float4*>(to) = numbers;
}

__device__ __forceinline__ void store4(void* to, uint4 words) {
    *reinterpret_cast<uint4*>(to) = words;
}

// Shared memory has addresses of its own, 32 bits long.
__device__ __forceinline__ unsigned shared_address(const void* pointer) {
    return (unsigned)__cvta_generic_to_shared(pointer);
}

// cp.async (sm_80): copy 16 bytes from memory to shared memory without waiting, and without using
// registers. With inside = false nothing is read, and 16 zero bytes arrive instead.
__device__ __forceinline__ void copy16_async(void* shared, const void* global, bool inside) {
    const int bytes = inside ? 16 : 0;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::
                 "r"(shared_address(shared)), "l"(global), "r"(bytes) : "memory");
}

// Copies are counted in groups: commit closes a group, wait<N> waits until at most the N newest
// groups of this thread are still under way.
__device__ __forceinline__ void commit_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int N>
__device__ __forceinline__ void wait_for_copies() {
    asm volatile("cp.async.wait_group %0;" :: "n"(N) : "memory");
}

// ldmatrix (sm_75): a warp reads four matrices of 8 rows of 16 bytes. Lane l gives the address of
// row l % 8 of matrix l / 8, and gets word l % 4 of row l / 4 of every matrix.
__device__ __forceinline__ void load_matrices(unsigned (&words)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3])
                 : "r"(shared_address(row)) : "memory");
}

// The same with each matrix of 8 × 8 16-bit numbers transposed on the way.
__device__ __forceinline__ void load_matrices_transposed(unsigned (&words)[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3])
                 : "r"(shared_address(row)) : "memory");
}

// mma.sync (sm_80): a warp multiplies a 16 × k by a k × 8 matrix and adds it to a 16 × 8 one. The
// numbers are spread over the lanes: with g = lane / 4 and t = lane % 4,
//   sums     c[0], c[1] row g, columns 2t, 2t+1; c[2], c[3] row g+8
//   16 bits  (k = 16) words of a: row g, terms 2t, 2t+1; row g+8; row g, terms 2t+8, 2t+9; row g+8
//   tf32     (k = 8)  words of a: row g, term t;         row g+8; row g, term t+4;         row g+8
struct Bf16 {};
struct Fp16 {};

struct Tf32 {};

#define MMA_16_BITS(TYPE, NAME)                                                                   \
    __device__ __forceinline__ void multiply_add(float (&c)[4], const unsigned (&a)[4],           \
                                                 const unsigned* b, TYPE) {                       \
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32." NAME "." NAME ".f32 "               \
                     "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"            \
                     : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])                             \
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));         \
    }
MMA_16_BITS(Bf16, "bf16")
MMA_16_BITS(Fp16, "f16")

__device__ __forceinline__ void multiply_add(float (&c)[4], const unsigned (&a)[4],
                                             const unsigned* b, Tf32) {
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
                 "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Two numbers rounded to 16 bits each, the first in the lower half of the word.
__device__ __forceinline__ unsigned round_pair(float first, float second, Bf16) {
    unsigned word;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(second), "f"(first));
    return word;
}

__device__ __forceinline__ unsigned round_pair(float first, float second, Fp16) {
    unsigned word;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(second), "f"(first));
    return word;
}

// float16 as a number, and the nearest float16 to a number.
__device__ __forceinline__ float widen_fp16(unsigned short bits) {
    float number;
    asm("cvt.f32.f16 %0, %1;" : "=f"(number) : "h"(bits));
    return number;
}

__device__ __forceinline__ unsigned short narrow_fp16(float number) {
    unsigned short bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(number));
    return bits;
}

// The nearest number with 10 bits after the point instead of 23. It is still a float32.
__device__ __forceinline__ float to_tf32(float number) {
    unsigned word;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(word) : "f"(number));
    return __uint_as_float(word);
}

__device__ __forceinline__ unsigned bits_of(float number) { return __float_as_uint(number); }
__device__ __forceinline__ float number_of(unsigned bits) { return __uint_as_float(bits); }
