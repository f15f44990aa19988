// Rung 4, implicit GEMM: each thread keeps an 8 × 8 piece of the result in its registers.
//
// Rung 2 still reads two numbers from shared memory for each multiplication, and shared memory
// gives a thread one number where its arithmetic could use several. So tile once more, one level
// further down: a thread that holds 8 numbers of `windows` and 8 weights in registers can make 64
// products of them: 16 reads for 64 multiplications.
//
//              terms           TILE maps
//            ┌───────┐      ┌─────────────┐
//  TILE      │windows│      │   weights   │ terms
//  pixels    └───────┘      └─────────────┘
//                                 ×16 threads, each a 4 × 4 square (TILE = 64) or four of
//                                 them, 64 apart (TILE = 128): threads beside each other then
//                                 read neighboring groups of 4, as shared memory likes it
//
// It is called implicit because im2col (rung 3) writes `windows` to memory, K·K times the image,
// and this never does: the same product, and none of the memory.
//
// Three more things happen here:
//   - four numbers at a time: with depth and maps divisible by 4, one load brings 16 bytes (the
//     _any kernels do without, and take every shape);
//   - two buffers: while this slice of the sum is multiplied, the next is under way from memory to
//     registers, and one barrier for each slice is enough;
//   - `windows` is stored transposed, [term][pixel], so that a thread's 4 pixels are neighbors too.
//     Rows are 4 longer than needed: the two halves of a warp then write to different banks.
//
// blockIdx = (pixels, maps of a group, group); 256 threads.
// Cost: the same multiply-adds; of reads from memory 1 / TILE of rung 1's; 16 kB of shared memory.
#include "convolution.cuh"
#include "instructions.cuh"

template <int TILE>
struct Buffers {
    static constexpr int TERMS = 1024 / TILE;      // 256 threads fetch 4 numbers each
    float windows[2][TERMS][TILE + 4];             // [buffer][term][pixel]
    float weights[2][TERMS][TILE];                 // [buffer][term][map]
};

template <int TILE, bool WIDE>
__device__ __forceinline__ void implicit_gemm(const float* __restrict__ image,
                                              const float* __restrict__ filters,
                                              const float* bias, float* out,
                                              const Convolution& p) {
    constexpr int TERMS = Buffers<TILE>::TERMS, SQUARES = TILE / 64, SIDE = 4 * SQUARES;
    Buffers<TILE>& shared = *shared_memory<Buffers<TILE>>();
    const int depth = p.channels / p.groups, maps = p.maps / p.groups, group = blockIdx.z;
    const int pixels = p.batch * p.rows * p.columns;
    const int terms = p.kernel_rows * p.kernel_columns * depth;

    // What this thread fetches: 4 terms of one pixel, and one term of 4 maps.
    const int my_pixel = threadIdx.x / (TERMS / 4), my_term = threadIdx.x % (TERMS / 4) * 4;
    const int pixel = blockIdx.x * TILE + my_pixel;
    Place at = place_of(pixel, p);
    if (pixel >= pixels) at.top = FAR_OUTSIDE;     // then nothing of its window is inside
    const float* from = image + at.image * p.image_step[0] + group * depth * p.image_step[3];
    Term window_term, weight_term;
    window_term.start(my_term, depth, p);
    const int my_row = threadIdx.x / (TILE / 4), my_map = threadIdx.x % (TILE / 4) * 4;
    const int map = blockIdx.y * TILE + my_map;
    weight_term.start(my_row, depth, p);
    float numbers[4], weights[4];

    auto fetch = [&](int begin) {                  // the next slice: from memory to registers
#pragma unroll
        for (int e = 0; e < 4; e += WIDE ? 4 : 1) {
            const int i = at.top + window_term.m * p.dilation_rows;
            const int j = at.left + window_term.n * p.dilation_columns;
            const bool real = begin + my_term + e < terms && inside(i, p.height) && inside(j, p.width);
            const float* number = from + (i * (int)p.image_step[1] + j * (int)p.image_step[2] +
                                          window_term.channel * (WIDE ? 1 : (int)p.image_step[3]));
            if (WIDE) {
                const float4 four = real ? load4(number) : make_float4(0, 0, 0, 0);
                numbers[0] = four.x, numbers[1] = four.y, numbers[2] = four.z, numbers[3] = four.w;
            } else {
                numbers[e] = real ? *number : 0.0f;
            }
            window_term.advance(WIDE ? TERMS : e < 3 ? 1 : TERMS - 3, depth, p);
        }
        const float* row = filters + weights_of(weight_term, p) + group * maps + map;
        const bool real = begin + my_row < terms;
        if (WIDE) {
            const float4 four = real && map < maps ? load4(row) : make_float4(0, 0, 0, 0);
            weights[0] = four.x, weights[1] = four.y, weights[2] = four.z, weights[3] = four.w;
        } else {
            for (int e = 0; e < 4; ++e) weights[e] = real && map + e < maps ? row[e] : 0.0f;
        }
        weight_term.advance(TERMS, depth, p);
    };
    auto keep = [&](int buffer) {                  // and on to shared memory
        for (int e = 0; e < 4; ++e) shared.windows[buffer][my_term + e][my_pixel] = numbers[e];
        store4(&shared.weights[buffer][my_row][my_map],
               make_float4(weights[0], weights[1], weights[2], weights[3]));
    };

    const int x = threadIdx.x % 16 * 4, y = threadIdx.x / 16 * 4;      // this thread's squares
    float sums[SIDE][SIDE] = {};
    fetch(0);
    keep(0);
    __syncthreads();
    for (int begin = 0, buffer = 0; begin < terms; begin += TERMS, buffer ^= 1) {
        const bool more = begin + TERMS < terms;
        if (more) fetch(begin + TERMS);
#pragma unroll
        for (int term = 0; term < TERMS; ++term) {
            float a[SIDE], b[SIDE];
#pragma unroll
            for (int s = 0; s < SQUARES; ++s) {
                const float4 u = load4(&shared.windows[buffer][term][y + 64 * s]);
                const float4 v = load4(&shared.weights[buffer][term][x + 64 * s]);
                a[4 * s] = u.x, a[4 * s + 1] = u.y, a[4 * s + 2] = u.z, a[4 * s + 3] = u.w;
                b[4 * s] = v.x, b[4 * s + 1] = v.y, b[4 * s + 2] = v.z, b[4 * s + 3] = v.w;
            }
#pragma unroll
            for (int i = 0; i < SIDE; ++i)
#pragma unroll
                for (int j = 0; j < SIDE; ++j) sums[i][j] += a[i] * b[j];
        }
        if (more) keep(buffer ^ 1);                // nobody reads that buffer any more
        __syncthreads();
    }

#pragma unroll
    for (int i = 0; i < SIDE; ++i) {
        const int result = blockIdx.x * TILE + y + i % 4 + i / 4 * 64;
        if (result >= pixels) continue;
        const Place to = place_of(result, p);
        float* row = out + to.image * p.out_step[0] + to.row * p.out_step[1] + to.column * p.out_step[2];
#pragma unroll
        for (int s = 0; s < SQUARES; ++s) {
            const int first = blockIdx.y * TILE + x + 64 * s;
            float done[4];
#pragma unroll
            for (int e = 0; e < 4; ++e) {
                if (first + e >= maps) continue;
                const int c = group * maps + first + e;
                done[e] = epilogue(sums[i][4 * s + e], bias, c);
                if (!WIDE) row[c * p.out_step[3]] = done[e];
            }
            if (WIDE && first < maps) {
                store4(row + group * maps + first, make_float4(done[0], done[1], done[2], done[3]));
            }
        }
    }
}

#define IMPLICIT_GEMM(NAME, TILE, WIDE)                                                            \
    extern "C" __global__ void __launch_bounds__(256, 2)                                           \
        NAME(const float* __restrict__ image, const float* __restrict__ filters,                   \
             const float* bias, float* out, const Convolution p) {                                 \
        implicit_gemm<TILE, WIDE>(image, filters, bias, out, p);                                   \
    }
IMPLICIT_GEMM(implicit_gemm_128, 128, true)
IMPLICIT_GEMM(implicit_gemm_128_any, 128, false)
IMPLICIT_GEMM(implicit_gemm_64, 64, true)
IMPLICIT_GEMM(implicit_gemm_64_any, 64, false)
