// Not a rung: it brings an image into the form that tensor cores are fed with.
//
// Rungs 5 and 6 fetch 16 bytes at a time. So a pixel's channels must lie in a row, begin at a
// multiple of 16 bytes, and be a multiple of 16 bytes long: 8 numbers of 16 bits, or 4 of 32. This
// copies any view into that form, rounds on the way, and fills up with channels of zeros, which
// meet weights of zero and add nothing.
//
//   from  (N, H, W, C1)   float32, or 16 bits that stay what they are; any steps
//   to    (N, H, W, S)    S ≥ C1, a multiple of 16 bytes, contiguous
//
// An image of 16 bits that lies right already is not copied at all. For tf32 every number is rounded
// here, once: rung 5 reads it K·K times and more, and would round it each time.
//
// One thread for each 16 bytes. It moves memory and computes nothing: its cost is 2 or 4 bytes read
// for each number, and 2 or 4 written.
#include "convolution.cuh"
#include "instructions.cuh"

// The numbers of chunk `index`, zero beyond the last channel.
template <class Number, int COUNT>
__device__ __forceinline__ bool gather(const Number* from, Number (&numbers)[COUNT], int stored,
                                       long long index, const Convolution& p) {
    const int chunks = stored / COUNT;
    long long pixel = index / chunks;
    if (pixel >= (long long)p.batch * p.height * p.width) return false;
    const int first = index % chunks * COUNT;
    const int j = pixel % p.width;
    pixel /= p.width;
    from += pixel / p.height * p.image_step[0] + pixel % p.height * p.image_step[1] + j * p.image_step[2];
#pragma unroll
    for (int e = 0; e < COUNT; ++e)
        numbers[e] = first + e < p.channels ? from[(first + e) * p.image_step[3]] : Number(0);
    return true;
}

__device__ __forceinline__ long long chunk_of_thread() {
    return (long long)blockIdx.x * blockDim.x + threadIdx.x;
}

template <class Type>
__device__ __forceinline__ void round_to_16_bits(const float* from, unsigned short* to, int stored,
                                                 const Convolution& p) {
    const long long index = chunk_of_thread();
    float n[8];
    if (!gather(from, n, stored, index, p)) return;
    store4((void*)(to + index * 8),
           {round_pair(n[0], n[1], Type()), round_pair(n[2], n[3], Type()),
            round_pair(n[4], n[5], Type()), round_pair(n[6], n[7], Type())});
}

extern "C" __global__ void pack_bf16(const float* from, unsigned short* to, int stored,
                                     const Convolution p) {
    round_to_16_bits<Bf16>(from, to, stored, p);
}

extern "C" __global__ void pack_fp16(const float* from, unsigned short* to, int stored,
                                     const Convolution p) {
    round_to_16_bits<Fp16>(from, to, stored, p);
}

extern "C" __global__ void pack_16_bits(const unsigned short* from, unsigned short* to, int stored,
                                        const Convolution p) {
    const long long index = chunk_of_thread();
    unsigned short n[8];
    if (!gather(from, n, stored, index, p)) return;
    store4((void*)(to + index * 8), {n[0] | (unsigned)n[1] << 16, n[2] | (unsigned)n[3] << 16,
                                     n[4] | (unsigned)n[5] << 16, n[6] | (unsigned)n[7] << 16});
}

extern "C" __global__ void pack_tf32(const float* from, float* to, int stored, const Convolution p) {
    const long long index = chunk_of_thread();
    float n[4];
    if (!gather(from, n, stored, index, p)) return;
    store4(to + index * 4, make_float4(to_tf32(n[0]), to_tf32(n[1]), to_tf32(n[2]), to_tf32(n[3])));
}

extern "C" __global__ void pack_float(const float* from, float* to, int stored, const Convolution p) {
    const long long index = chunk_of_thread();
    float n[4];
    if (gather(from, n, stored, index, p)) store4(to + index * 4, make_float4(n[0], n[1], n[2], n[3]));
}
