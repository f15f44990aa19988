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
//         multiplied   arriving     arriving     ordered      each pixel, 8 kB + 8 kB
//
//   - load_matrices, which brings the 16 × 16 piece to the lanes in the order they want it;
//   - a swizzle. A row of `windows` is 64 bytes, four chunks of 16; eight rows read at the same
//     chunk would all meet in the same banks. So chunk c of row r is kept at c ^ (r / 2 % 4), and
//     of `weights` at c ^ (something of r) too: every read then touches all banks once.
//
// A block: 128 pixels × 128 maps, 8 warps of 64 × 32, blockIdx = (pixels, maps of a group, group).
//
// tf32 is as exact as 10 bits are. 3xtf32 (S. Markidis et al., 2018, doi:10.1109/IPDPSW.2018.00091)
// splits each number into a tf32 and the tf32 of what is left, x = big + small, and adds
//     small·big + big·small + big·big,
// three instructions for one. One thing more is needed: a tensor core cuts its sums off where
// float32 arithmetic rounds, and what is cut off always has the same sign. So its sums are kept
// short, one slice long, and added up outside (H. Ootomo, R. Yokota, 2022,
// doi:10.1177/10943420221090256).
//
// Needs depth in multiples of 16 bytes, and stored_maps too (pack.cu fills up).
// Cost: the same multiply-adds (three times as many for 3xtf32), 64 kB of shared memory.
#include "convolution.cuh"
#include "instructions.cuh"

constexpr int PIXELS = 128, MAPS = 128, ROW = 64, STAGES = 4;      // ROW: bytes of a slice

struct Stage {
    unsigned char windows[PIXELS][ROW];            // [pixel][term], chunks swizzled
    unsigned char weights[8192];                   // [term][map], chunks swizzled
};
struct Pipeline {
    Stage stages[STAGES];
};

struct ThreeTf32 {};
template <class Type> struct Format { using Number = unsigned short; using Core = Type; };
template <> struct Format<Tf32> { using Number = float; using Core = Tf32; };
template <> struct Format<ThreeTf32> { using Number = float; using Core = Tf32; };

// Where the number (term, map) of `weights` is kept. Chunks of a row move by an amount that
// differs among the rows that are read together: eight by load_matrices, four by single words.
template <int BYTES>
__device__ __forceinline__ int weight_place(int term, int map) {
    const int shift = BYTES == 2 ? term % 8 * 8 : term % 4 * 8;
    return (term * MAPS + (map ^ shift)) * BYTES;
}

// The B operands of two neighboring 8-map columns, 32 bytes of terms deep.
__device__ __forceinline__ void load_weights(unsigned (&b)[4], const unsigned char* weights, int term,
                                             int map, unsigned short) {
    const int lane = threadIdx.x % 32;
    load_matrices_transposed(b, weights + weight_place<2>(term + lane % 16, map + lane / 16 * 8));
}

__device__ __forceinline__ void load_weights(unsigned (&b)[4], const unsigned char* weights, int term,
                                             int map, float) {
    const int g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
#pragma unroll
    for (int e = 0; e < 4; ++e)
        b[e] = *(const unsigned*)(weights + weight_place<4>(term + t + e % 2 * 4, map + g + e / 2 * 8));
}

template <class Type>
__device__ __forceinline__ void product(float (&sum)[4], const unsigned (&a)[4], const unsigned* b, Type) {
    multiply_add(sum, a, b, Type());
}

__device__ __forceinline__ unsigned rounded(unsigned word) { return bits_of(to_tf32(number_of(word))); }
__device__ __forceinline__ unsigned rest(unsigned word) {          // what rounding leaves over
    return bits_of(to_tf32(number_of(word) - to_tf32(number_of(word))));
}

__device__ __forceinline__ void product(float (&sum)[4], const unsigned (&a)[4], const unsigned* b, Tf32) {
    const unsigned x[4] = {rounded(a[0]), rounded(a[1]), rounded(a[2]), rounded(a[3])};
    const unsigned y[2] = {rounded(b[0]), rounded(b[1])};
    multiply_add(sum, x, y, Tf32());
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

template <class Type, bool SHORT_SUMS>
__device__ __forceinline__ void mma(const typename Format<Type>::Number* __restrict__ image,
                                    const typename Format<Type>::Number* __restrict__ filters,
                                    const float* bias, float* out, const Convolution& p) {
    using Number = typename Format<Type>::Number;
    constexpr int BYTES = sizeof(Number), CHUNK = 16 / BYTES, TERMS = ROW / BYTES;
    constexpr int ROW_CHUNKS = MAPS / CHUNK, ROWS_AT_ONCE = 256 / ROW_CHUNKS;
    Pipeline& shared = *shared_memory<Pipeline>();
    const int depth = p.channels / p.groups, maps = p.maps / p.groups, group = blockIdx.z;
    const int pixels = p.batch * p.rows * p.columns;
    const int terms = p.kernel_rows * p.kernel_columns * depth;

    // What this thread orders: a chunk of two pixels' windows, and a chunk of two rows of weights.
    const int my_pixel = threadIdx.x / 4, my_chunk = threadIdx.x % 4;
    const int my_row = threadIdx.x / ROW_CHUNKS, my_map = threadIdx.x % ROW_CHUNKS * CHUNK;
    const int map = blockIdx.y * MAPS + my_map;
    int top[2], left[2], begin_of[2];
    Term window_term, weight_term[2];
    window_term.start(my_chunk * CHUNK, depth, p);
#pragma unroll
    for (int e = 0; e < 2; ++e) {
        const int pixel = blockIdx.x * PIXELS + my_pixel + 64 * e;
        const Place at = place_of(pixel, p);
        top[e] = pixel < pixels ? at.top : FAR_OUTSIDE;
        left[e] = at.left;
        begin_of[e] = at.image * (int)p.image_step[0] + group * depth;
        weight_term[e].start(my_row + ROWS_AT_ONCE * e, depth, p);
    }
    auto order = [&](int begin, int stage) {
        Stage& to = shared.stages[stage];
#pragma unroll
        for (int e = 0; e < 2; ++e) {
            const int pixel = my_pixel + 64 * e, row = my_row + ROWS_AT_ONCE * e;
            const int i = top[e] + window_term.m * p.dilation_rows;
            const int j = left[e] + window_term.n * p.dilation_columns;
            bool real = begin + my_chunk * CHUNK < terms && inside(i, p.height) && inside(j, p.width);
            const int number = begin_of[e] + i * (int)p.image_step[1] + j * (int)p.image_step[2] +
                               window_term.channel;
            copy16_async(&to.windows[pixel][(my_chunk ^ pixel / 2 % 4) * 16],
                         real ? image + number : image, real);
            real = begin + row < terms && map < maps;
            const int weight = weights_of(weight_term[e], p) + group * maps + map;
            copy16_async(&to.weights[weight_place<BYTES>(row, my_map)],
                         real ? filters + weight : filters, real);
            weight_term[e].advance(TERMS, depth, p);
        }
        window_term.advance(TERMS, depth, p);
    };

    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const int first_pixel = warp % 2 * 64, first_map = warp / 2 * 32;  // of this warp
    float sums[4][4][4] = {};
    for (int stage = 0; stage < STAGES - 1; ++stage) {
        if (stage * TERMS < terms) order(stage * TERMS, stage);
        commit_copies();                           // an empty group counts too
    }
    for (int begin = 0, stage = 0; begin < terms; begin += TERMS, stage = (stage + 1) % STAGES) {
        wait_for_copies<STAGES - 2>();             // this thread's part of the slice is here
        __syncthreads();                           // everyone's is; and stage - 1 is free again
        const int ahead = begin + (STAGES - 1) * TERMS;
        if (ahead < terms) order(ahead, (stage + STAGES - 1) % STAGES);
        commit_copies();
        const Stage& now = shared.stages[stage];
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
                load_weights(b[j], now.weights, half * TERMS / 2, first_map + 16 * j, Number());
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

    // Lane (g, t) holds maps 2t, 2t+1 of rows g and g+8 of each 16 × 8 piece.
    const bool pairs = p.out_step[3] == 1 && maps % 2 == 0 && (size_t)out % 8 == 0 &&
                       (p.out_step[0] | p.out_step[1] | p.out_step[2]) % 2 == 0;
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const int pixel = blockIdx.x * PIXELS + first_pixel + i * 8 + lane / 4;
        if (pixel >= pixels) continue;
        const Place to = place_of(pixel, p);
        float* row = out + to.image * p.out_step[0] + to.row * p.out_step[1] + to.column * p.out_step[2];
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            const int c = blockIdx.y * MAPS + first_map + j * 8 + lane % 4 * 2;
            const float* sum = &sums[i / 2][j][i % 2 * 2];
            float done[2];
            for (int e = 0; e < 2; ++e) {
                if (c + e >= maps) continue;
                done[e] = epilogue(sum[e], bias, group * maps + c + e, p.activation);
                if (!pairs) row[(group * maps + c + e) * p.out_step[3]] = done[e];
            }
            if (pairs && c < maps) store2(row + group * maps + c, make_float2(done[0], done[1]));
        }
    }
}

#define MMA(NAME, TYPE, NUMBER, SHORT_SUMS, BLOCKS)                                                \
    extern "C" __global__ void __launch_bounds__(256, BLOCKS)                                      \
        NAME(const NUMBER* __restrict__ image, const NUMBER* __restrict__ filters,                 \
             const float* bias, float* out, const Convolution p) {                                 \
        mma<TYPE, SHORT_SUMS>(image, filters, bias, out, p);                                       \
    }
MMA(mma_bf16, Bf16, unsigned short, false, 2)
MMA(mma_fp16, Fp16, unsigned short, false, 2)
MMA(mma_tf32, Tf32, float, false, 2)
MMA(mma_3xtf32, ThreeTf32, float, true, 1)
