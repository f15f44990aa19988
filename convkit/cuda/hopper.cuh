// The instructions that only Hopper has (sm_90a): products of a warpgroup, 4 warps at once.
//
// They run beside the program: start them, commit them as a group, wait for the group later. And
// they read shared memory by a way of their own, the async proxy, which does not see what was
// written by ordinary means until a fence. tests/emulator/hopper.cuh replaces this file on a CPU.
#pragma once
#include "instructions.cuh"

// What this thread wrote to shared memory becomes visible to the async proxy.
__device__ __forceinline__ void show_to_async_proxy() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

// Registers that products will add to are complete: needed before the first product of a group.
__device__ __forceinline__ void begin_products() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ __forceinline__ void commit_products() {
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

template <int N>
__device__ __forceinline__ void wait_for_products() {
    asm volatile("wgmma.wait_group.sync.aligned %0;" :: "n"(N) : "memory");
}

// Where an operand lies: rows of 128 bytes of terms, eight rows one after the other, the chunks of
// row r swizzled by r % 8. The pieces of this 64-bit word, in units of 16 bytes:
//   bits 0-13 address, 16-29 unused with this swizzle, 32-45 step between groups of 8 rows, and
//   62-63 the kind of swizzle, 1: of 128 bytes. The address must be a multiple of 1024.
__device__ __forceinline__ unsigned long long operand_at(const void* pointer) {
    const unsigned long long address = (shared_address(pointer) & 0x3FFFF) >> 4;
    return address | 1ull << 16 | 1024ull / 16 << 32 | 1ull << 62;
}

// sums (64 × MAPS, spread over 128 threads) += a (64 × 16) · b (16 × MAPS). Thread t of the group,
// in warp w = t / 32, holds in sums[4·j + 2·h + e] row 16·w + lane / 4 + 8·h, map 8·j + lane % 4 · 2 + e.
#define TEN(d) "%" #d "0, %" #d "1, %" #d "2, %" #d "3, %" #d "4, %" #d "5, %" #d "6, %" #d "7, %" #d "8, %" #d "9, "
#define SUMS_32 "{" TEN() TEN(1) TEN(2) "%30, %31}"
#define SUMS_64 "{" TEN() TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) "%60, %61, %62, %63}"
#define SUMS_128 "{" TEN() TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7) TEN(8) TEN(9) TEN(10) TEN(11) \
                 "%120, %121, %122, %123, %124, %125, %126, %127}"
#define EIGHT(i) "+f"(s[i]), "+f"(s[i + 1]), "+f"(s[i + 2]), "+f"(s[i + 3]), "+f"(s[i + 4]),        \
                 "+f"(s[i + 5]), "+f"(s[i + 6]), "+f"(s[i + 7])
#define INTO_32 EIGHT(0), EIGHT(8), EIGHT(16), EIGHT(24)
#define INTO_64 INTO_32, EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56)
#define INTO_128 INTO_64, EIGHT(64), EIGHT(72), EIGHT(80), EIGHT(88), EIGHT(96), EIGHT(104),        \
                 EIGHT(112), EIGHT(120)

// After the operands: add to the sums (1), neither sign changed (1, 1), neither transposed (0, 0).
#define GROUP_PRODUCT(TYPE, NAME, MAPS, SUMS, A, B)                                                \
    __device__ __forceinline__ void multiply_add_group(float (&s)[SUMS], unsigned long long a,     \
                                                       unsigned long long b, TYPE) {               \
        asm volatile("wgmma.mma_async.sync.aligned.m64n" #MAPS "k16.f32." NAME "." NAME " "        \
                     SUMS_##SUMS ", %" #A ", %" #B ", 1, 1, 1, 0, 0;"                              \
                     : INTO_##SUMS : "l"(a), "l"(b));                                              \
    }
GROUP_PRODUCT(Bf16, "bf16", 64, 32, 32, 33)
GROUP_PRODUCT(Bf16, "bf16", 128, 64, 64, 65)
GROUP_PRODUCT(Bf16, "bf16", 256, 128, 128, 129)
GROUP_PRODUCT(Fp16, "f16", 64, 32, 32, 33)
GROUP_PRODUCT(Fp16, "f16", 128, 64, 64, 65)
GROUP_PRODUCT(Fp16, "f16", 256, 128, 128, 129)
