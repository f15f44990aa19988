// Not a rung: it adds up sums that were cut into parts, and finishes them.
//
// A late layer has few pixels and long sums: 14 × 14 pixels of 32 images and 512 maps are 196 tiles
// of rung 4, for 132 multiprocessors of which each could hold two. While 68 of them hold one, they
// stand half idle. So a rung may cut its sums into S parts, each a block of its own that leaves
// partial sums, and this adds them: always in the same order, so that the answer is the same each
// time (with atomic additions it would not be).
//
//   sums  (S, N, H', W', C2)   float32, contiguous
//   bias  (C2,)                or a null pointer
//   out   (N, H', W', C2)      float32, bfloat16 or float16, written through its steps
//
// One thread for each 8 maps of a pixel. It moves memory: 4·S bytes for each number, and 2 or 4.
#include "convolution.cuh"
#include "storage.cuh"

template <class Type>
__device__ __forceinline__ void reduce(const float* __restrict__ sums, const float* bias,
                                       typename Stored<Type>::Memory* out, const Convolution& p) {
    const long long index = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    const int chunks = (p.maps + TOGETHER - 1) / TOGETHER;
    const int pixels = p.batch * p.rows * p.columns;
    const long long pixel = index / chunks;
    if (pixel >= pixels) return;
    const int map = index % chunks * TOGETHER, count = min(TOGETHER, p.maps - map);
    const bool whole = count == TOGETHER && p.maps % 4 == 0;       // then it lies at 16 bytes
    const float* from = sums + pixel * p.maps + map;
    float total[TOGETHER] = {};
    for (int part = 0; part < p.splits; ++part, from += (long long)pixels * p.maps) {
        if (whole) {
            const float4 u = load4(from), v = load4(from + 4);
            total[0] += u.x, total[1] += u.y, total[2] += u.z, total[3] += u.w;
            total[4] += v.x, total[5] += v.y, total[6] += v.z, total[7] += v.w;
        } else {
#pragma unroll
            for (int e = 0; e < TOGETHER; ++e)
                if (e < count) total[e] += from[e];
        }
    }
    float its_bias[TOGETHER];
    load_bias(its_bias, bias, map, count);
    const Place to = place_of(pixel, p);
    write_together<Type>(out + (to.image * p.out_step[0] + to.row * p.out_step[1] +
                                to.column * p.out_step[2] + map * p.out_step[3]),
                         total, its_bias, count, p.out_step[3], in_chunks(out, p.maps, p));
}

#define REDUCE(NAME, TYPE, MEMORY)                                                                 \
    extern "C" __global__ void NAME(const float* __restrict__ sums, const float* bias,             \
                                    MEMORY* out, const Convolution p) {                            \
        reduce<TYPE>(sums, bias, out, p);                                                          \
    }
REDUCE(reduce_float, float, float)
REDUCE(reduce_bf16, Bf16, unsigned short)
REDUCE(reduce_fp16, Fp16, unsigned short)
