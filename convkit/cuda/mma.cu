// Rung 5, mma: tensor cores. One instruction of a warp multiplies a 16 × 16 by a 16 × 8 matrix.
//
// A tensor core does in one instruction what rung 4 does in hundreds, with numbers of 16 bits
// (bf16, fp16) or of 19 (tf32: the exponent of a float32, 10 bits after the point). It adds in
// float32. Now the difficulty is to feed it. Three things do:
//
//   - copies that do not pass through registers: copy16_async, four slices deep. While slice s is
//     multiplied, s+1 and s+2 are on their way and s+3 is ordered;
//
//         stage 0      stage 1      stage 2      stage 3      a slice: 64 bytes of the sum of
//         multiplied   arriving     arriving     ordered      each pixel, 16 or 20 kB
//
//   - load_matrices, which brings the 16 × 16 piece to the lanes in the order they want it;
//   - a swizzle. A row of `windows` is 64 bytes, four chunks of 16; eight rows read at the same
//     chunk would all meet in the same banks. So chunk c of row r is kept at c ^ (r / 2 % 4), and
//     of `weights` at c ^ (something of r) too: every read then touches all banks once.
//
// A block: 8 warps of 64 pixels × 32 maps each, side by side for 128 × 128 or, where there are no
// more than 64 maps, 256 × 64. Where a layer has too few tiles to go round, its sum is cut into
// `splits` parts, one block each, and reduce.cu adds them up.
// blockIdx = (pixels, maps of a group, group + groups · part).
//
// tf32 is as exact as 10 bits are; pack.cu has rounded the numbers, once, before they come here. 3xtf32 (S. Markidis et al., 2018, doi:10.1109/IPDPSW.2018.00091)
// splits each number into a tf32 and the tf32 of what is left, x = big + small, and adds
//     small·big + big·small + big·big,
// three instructions for one. One thing more is needed: a tensor core cuts its sums off where
// float32 arithmetic rounds, and what is cut off always has the same sign. So its sums are kept
// short, one slice long, and added up outside (H. Ootomo, R. Yokota, 2022,
// doi:10.1177/10943420221090256).
//
// Needs depth in multiples of 16 bytes (pack.cu fills up), and filters (K, K, depth, stored_maps):
// term after term, the maps of each 32 in the order of the lanes. The plan does that, once.
// Cost: the same multiply-adds (three times as many for 3xtf32), 64 or 80 kB of shared memory.
#include "convolution.cuh"
#include "instructions.cuh"
#include "storage.cuh"

constexpr int ROW = 64, STAGES = 4;                // ROW: bytes of a slice

template <int MAPS>
struct Stage {
    static constexpr int PIXELS = 128 * 128 / MAPS;
    unsigned char windows[PIXELS][ROW];            // [pixel][term], chunks swizzled
    unsigned char weights[MAPS * ROW];             // [term][map], chunks swizzled
};
template <int MAPS>
struct Pipeline {
    Stage<MAPS> stages[STAGES];
};

struct ThreeTf32 {};
template <class Type> struct Format {
    using Number = unsigned short;
    static constexpr bool SHORT_SUMS = false;
};
template <> struct Format<Tf32> {
    using Number = float;
    static constexpr bool SHORT_SUMS = false;
};
template <> struct Format<ThreeTf32> {
    using Number = float;
    static constexpr bool SHORT_SUMS = true;
};

// Where the number (term, map) of `weights` is kept. Chunks of a row move by an amount that
// differs among the rows that are read together: eight by load_matrices, four by single words.
template <int MAPS, int BYTES>
__device__ __forceinline__ int weight_place(int term, int map) {
    const int shift = BYTES == 2 ? term % 8 * 8 : term % 4 * 8;
    return (term * MAPS + (map ^ shift)) * BYTES;
}

// The B operands of two neighboring 8-map columns, 32 bytes of terms deep.
template <int MAPS>
__device__ __forceinline__ void load_weights(unsigned (&b)[4], const unsigned char* weights, int term,
                                             int map, unsigned short) {
    const int lane = threadIdx.x % 32;
    const int place = weight_place<MAPS, 2>(term + lane % 16, map + lane / 16 * 8);
    load_matrices_transposed(b, weights + place);
}

template <int MAPS>
__device__ __forceinline__ void load_weights(unsigned (&b)[4], const unsigned char* weights, int term,
                                             int map, float) {
    const int g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
#pragma unroll
    for (int e = 0; e < 4; ++e)
        b[e] = *(const unsigned*)(weights + weight_place<MAPS, 4>(term + t + e % 2 * 4,
                                                                     map + g + e / 2 * 8));
}

template <class Type>
__device__ __forceinline__ void product(float (&sum)[4], const unsigned (&a)[4], const unsigned* b, Type) {
    multiply_add(sum, a, b, Type());
}

__device__ __forceinline__ unsigned rounded(unsigned word) { return bits_of(to_tf32(number_of(word))); }
__device__ __forceinline__ unsigned rest(unsigned word) {          // what rounding leaves over
    return bits_of(to_tf32(number_of(word) - to_tf32(number_of(word))));
}

__device__ __forceinline__ void product(float (&sum)[4], const unsigned (&a)[4], const unsigned* b, ThreeTf32) {
    const unsigned x[4] = {rounded(a[0]), rounded(a[1]), rounded(a[2]), rounded(a[3])};
    const unsigned y[2] = {rounded(b[0]), rounded(b[1])};
    const unsigned u[4] = {rest(a[0]), rest(a[1]), rest(a[2]), rest(a[3])};
    const unsigned v[2] = {rest(b[0]), rest(b[1])};
    multiply_add(sum, u, y, Tf32());               // the small ones first
    multiply_add(sum, x, v, Tf32());
    multiply_add(sum, x, y, Tf32());
}

template <class Type, int MAPS, class Result>
__device__ __forceinline__ void mma(const typename Format<Type>::Number* __restrict__ image,
                                    const typename Format<Type>::Number* __restrict__ filters,
                                    const float* bias, typename Stored<Result>::Memory* out,
                                    const Convolution& p) {
    using Number = typename Format<Type>::Number;
    constexpr bool SHORT_SUMS = Format<Type>::SHORT_SUMS;
    constexpr int PIXELS = Stage<MAPS>::PIXELS, WARPS_DOWN = PIXELS / 64;
    constexpr int BYTES = sizeof(Number), CHUNK = 16 / BYTES, TERMS = ROW / BYTES;
    constexpr int ROW_CHUNKS = MAPS / CHUNK, ROWS_AT_ONCE = 256 / ROW_CHUNKS;
    Pipeline<MAPS>& shared = *shared_memory<Pipeline<MAPS>>();
    const int depth = p.channels / p.groups, maps = p.maps / p.groups;
    const int group = blockIdx.z % p.groups, split = blockIdx.z / p.groups;
    const int pixels = p.batch * p.rows * p.columns;
    const int terms = p.kernel_rows * p.kernel_columns * depth;
    const int slices = ((terms - 1) / TERMS / p.splits + 1) * TERMS;   // terms of each part
    const int first = min(split * slices, terms), last = min(first + slices, terms);

    // What this thread orders: a chunk of every 64th pixel's window, and of one or two rows of weights.
    const int my_pixel = threadIdx.x / 4, my_chunk = threadIdx.x % 4;
    const int swizzled = (my_chunk ^ my_pixel / 2 % 4) * 16;       // pixels 64 apart agree in it
    const int my_row = threadIdx.x / ROW_CHUNKS, my_map = threadIdx.x % ROW_CHUNKS * CHUNK;
    const int row_step = p.image_step[1], column_step = p.image_step[2];
    int top[PIXELS / 64], left[PIXELS / 64], begin_of[PIXELS / 64];
#pragma unroll
    for (int e = 0; e < PIXELS / 64; ++e) {
        const int pixel = blockIdx.x * PIXELS + my_pixel + 64 * e;
        const Place at = place_of(pixel, p);
        top[e] = pixel < pixels ? at.top : FAR_OUTSIDE;
        left[e] = at.left;
        begin_of[e] = at.image * (int)p.image_step[0] + at.top * row_step + at.left * column_step +
                      group * depth;
    }
    const int stored = p.stored_maps / p.groups, map = blockIdx.y * MAPS + my_map;
    const int my_weights = my_row * p.stored_maps + group * stored + map;
    Term term;
    term.start(first + my_chunk * CHUNK, depth, p);
    auto order = [&](int begin, int stage) {
        Stage<MAPS>& to = shared.stages[stage];
        const int below = term.m * p.dilation_rows, right = term.n * p.dilation_columns;
        const int further = below * row_step + right * column_step + term.channel;
#pragma unroll
        for (int e = 0; e < PIXELS / 64; ++e) {
            const bool real = begin + my_chunk * CHUNK < last && inside(top[e] + below, p.height) &&
                              inside(left[e] + right, p.width);
            copy16_async(&to.windows[my_pixel + 64 * e][swizzled],
                         real ? image + (begin_of[e] + further) : image, real);
        }
#pragma unroll
        for (int e = 0; e < TERMS / ROWS_AT_ONCE; ++e) {
            const int row = my_row + ROWS_AT_ONCE * e;
            const bool real = begin + row < last && map < stored;
            const int weight = my_weights + (begin + ROWS_AT_ONCE * e) * p.stored_maps;
            copy16_async(&to.weights[weight_place<MAPS, BYTES>(row, my_map)],
                         real ? filters + weight : filters, real);
        }
        term.advance(TERMS, depth, p);
    };

    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const int first_pixel = warp % WARPS_DOWN * 64, first_map = warp / WARPS_DOWN * 32;  // of this warp
    float sums[4][4][4] = {};
    for (int stage = 0; stage < STAGES - 1; ++stage) {
        if (first + stage * TERMS < last) order(first + stage * TERMS, stage);
        commit_copies();                           // an empty group counts too
    }
    for (int begin = first, stage = 0; begin < last; begin += TERMS, stage = (stage + 1) % STAGES) {
        wait_for_copies<STAGES - 2>();             // this thread's part of the slice is here
        __syncthreads();                           // everyone's is; and stage - 1 is free again
        const int ahead = begin + (STAGES - 1) * TERMS;
        if (ahead < last) order(ahead, (stage + STAGES - 1) % STAGES);
        commit_copies();
        const Stage<MAPS>& now = shared.stages[stage];
        float slice[4][4][4] = {};
#pragma unroll
        for (int half = 0; half < 2; ++half) {     // 32 bytes of terms: one step of a tensor core
            unsigned a[4][4], b[2][4];
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                const int pixel = first_pixel + 16 * i + lane % 16, chunk = 2 * half + lane / 16;
                load_matrices(a[i], &now.windows[pixel][(chunk ^ pixel / 2 % 4) * 16]);
            }
#pragma unroll
            for (int j = 0; j < 2; ++j)
                load_weights<MAPS>(b[j], now.weights, half * TERMS / 2, first_map + 16 * j, Number());
#pragma unroll
            for (int i = 0; i < 4; ++i)
#pragma unroll
                for (int j = 0; j < 4; ++j)
                    product(SHORT_SUMS ? slice[i][j] : sums[i][j], a[i], &b[j / 2][j % 2 * 2], Type());
        }
        if (SHORT_SUMS) {
#pragma unroll
            for (int e = 0; e < 64; ++e) sums[e / 16][e / 4 % 4][e % 4] += slice[e / 16][e / 4 % 4][e % 4];
        }
    }

    // Lane l holds, of the warp's 32 maps, 8 neighbors, in every eighth pixel.
    const int its_map = blockIdx.y * MAPS + first_map + lane % 4 * TOGETHER, c = group * maps + its_map;
    if (its_map >= maps) return;
    const bool chunks = in_chunks(out, maps, p);
    float its_bias[TOGETHER];
    load_bias(its_bias, bias, c, maps - its_map);
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const int pixel = blockIdx.x * PIXELS + first_pixel + i * 8 + lane / 4;
        if (pixel >= pixels) continue;
        const Place to = place_of(pixel, p);
        float eight[TOGETHER];
#pragma unroll
        for (int e = 0; e < TOGETHER; ++e) eight[e] = sums[i / 2][e / 2][i % 2 * 2 + e % 2];
        write_together<Result>(out + ((long long)split * pixels * p.maps + to.image * p.out_step[0] +
                                      to.row * p.out_step[1] + to.column * p.out_step[2] +
                                      c * p.out_step[3]),
                               eight, its_bias, maps - its_map, p.out_step[3], chunks);
    }
}

#define MMA(NAME, TYPE, MAPS, NUMBER, RESULT, MEMORY, BLOCKS)                                      \
    extern "C" __global__ void __launch_bounds__(256, BLOCKS)                                      \
        NAME(const NUMBER* __restrict__ image, const NUMBER* __restrict__ filters,                 \
             const float* bias, MEMORY* out, const Convolution p) {                                \
        mma<TYPE, MAPS, RESULT>(image, filters, bias, out, p);                                     \
    }
// Results in float32, and (_out16) in the 16 bits of the operands.
MMA(mma_bf16_256x64, Bf16, 64, unsigned short, float, float, 2)
MMA(mma_bf16_128x128, Bf16, 128, unsigned short, float, float, 2)
MMA(mma_fp16_256x64, Fp16, 64, unsigned short, float, float, 2)
MMA(mma_fp16_128x128, Fp16, 128, unsigned short, float, float, 2)
MMA(mma_bf16_256x64_out16, Bf16, 64, unsigned short, Bf16, unsigned short, 2)
MMA(mma_bf16_128x128_out16, Bf16, 128, unsigned short, Bf16, unsigned short, 2)
MMA(mma_fp16_256x64_out16, Fp16, 64, unsigned short, Fp16, unsigned short, 2)
MMA(mma_fp16_128x128_out16, Fp16, 128, unsigned short, Fp16, unsigned short, 2)
MMA(mma_tf32_256x64, Tf32, 64, float, float, float, 2)
MMA(mma_tf32_128x128, Tf32, 128, float, float, float, 2)
MMA(mma_3xtf32_256x64, ThreeTf32, 64, float, float, float, 1)
MMA(mma_3xtf32_128x128, ThreeTf32, 128, float, float, float, 1)
