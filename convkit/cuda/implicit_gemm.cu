// Rung 4, implicit GEMM: each thread keeps an 8 × 8 piece of the result in its registers.
//
// Rung 2 still reads two numbers from shared memory for each multiplication, and shared memory
// gives a thread one number where its arithmetic could use several. So tile once more, one level
// further down: a thread that holds 8 numbers of `windows` and 8 weights in registers can make 64
// products of them: 16 reads for 64 multiplications.
//
//              terms           MAPS maps
//            ┌───────┐      ┌─────────────┐
//  PIXELS    │windows│      │   weights   │ terms
//  pixels    └───────┘      └─────────────┘
//                                 256 threads, each four squares of 4 × 4, half a tile apart
//                                 (one square if the tile is small): threads beside each other
//                                 then read neighboring groups of 4, as shared memory likes it
//
// It is called implicit because im2col (rung 3) writes `windows` to memory, K·K times the image,
// and this never does: the same product, and none of the memory.
//
// A multiprocessor starts four instructions in a clock, whatever they are. 64 products for 4 reads
// of 16 bytes would be 94 % products; what else there is in the main loop is kept small:
//   - four numbers at a time: where depth is divisible by 4, one load brings 16 bytes (the _any
//     kernels do without, and take every shape);
//   - where a window lies in the image, and whether it does, is computed where the sum comes to
//     another place of the kernel. In between a slice is 16 channels further on: one addition;
//   - filters are stored (groups, panels, terms, maps of a panel), in the order of the sum and filled
//     up to whole slices: these follow each other, and none is asked whether it is there;
//   - before the filters lie `depth` zeros. A window outside the image reads those, so that no load
//     asks either;
//   - two buffers: while this slice of the sum is multiplied, the next is under way from memory to
//     registers, and one barrier for each slice is enough;
//   - `windows` is stored transposed, [term][pixel], so that a thread's 4 pixels are neighbors too.
//     Rows are 4 longer than needed: half of the lanes then write to other banks than the rest;
//   - what is needed now and then (a pixel's place, a thread's place in the sum) waits in shared
//     memory, since 64 sums and what they are made of take nearly all of 128 registers.
//
// Where a layer has too few tiles to go round, its sum is cut into `splits` parts, one block each,
// and reduce.cu adds them up. blockIdx = (pixels, maps of a group, group + groups · part).
// Cost: the same multiply-adds; of reads from memory 1 / 128 of rung 1's; 29 to 39 kB of shared memory.
#include "convolution.cuh"
#include "instructions.cuh"

constexpr int THREADS = 256;

__device__ __forceinline__ int filled(int count) { return (count + 15) / 16 * 16; }

template <int PIXELS, int MAPS, int TERMS>
struct Slice {
    float windows[TERMS][PIXELS + 4];              // [term][pixel]
    float weights[TERMS][MAPS];                    // [term][map]
};
template <int PIXELS, int MAPS, int TERMS>
struct Buffers {
    Slice<PIXELS, MAPS, TERMS> slices[2];
    long long to[PIXELS];                          // where in out each pixel's results begin
    int top[PIXELS], left[PIXELS], from[PIXELS];   // its window's corner, in rows, columns, numbers
    Term terms[THREADS];                           // where each thread is in the sum
};

template <int PIXELS, int MAPS, int TERMS, bool WIDE>
__device__ __forceinline__ void implicit_gemm(const float* __restrict__ image,
                                              const float* __restrict__ filters,
                                              const float* bias, float* out,
                                              const Convolution& p) {
    Buffers<PIXELS, MAPS, TERMS>& shared = *shared_memory<Buffers<PIXELS, MAPS, TERMS>>();
    const int depth = p.channels / p.groups, maps = p.maps / p.groups;
    const int group = blockIdx.z % p.groups, split = blockIdx.z / p.groups;
    const int pixels = p.batch * p.rows * p.columns;
    const int terms = p.kernel_rows * p.kernel_columns * depth;
    const int slices = (terms + TERMS - 1) / TERMS;
    const int each = (slices + p.splits - 1) / p.splits;   // slices of a part
    const int first = min(split * each, slices), count = min(each, slices - first);

    const int row_step = p.image_step[1], column_step = p.image_step[2];
    const int channel_step = WIDE ? 1 : (int)p.image_step[3];
    if (threadIdx.x < PIXELS) {                    // needed now and then: kept out of registers
        const int pixel = blockIdx.x * PIXELS + threadIdx.x;
        const Place at = place_of(pixel, p);
        shared.top[threadIdx.x] = pixel < pixels ? at.top : FAR_OUTSIDE;   // then nothing is inside
        shared.left[threadIdx.x] = at.left;
        shared.from[threadIdx.x] = at.image * (int)p.image_step[0] + at.top * row_step +
                                   at.left * column_step + group * depth * channel_step;
        shared.to[threadIdx.x] = (long long)split * pixels * p.maps + at.image * p.out_step[0] +
                                 at.row * p.out_step[1] + at.column * p.out_step[2];
    }
    __syncthreads();

    // What this thread fetches: 4 terms of one or two pixels, or one term of 4 or 8 pixels ...
    constexpr int AT_ONCE = THREADS * 4 / TERMS, WINDOWS = PIXELS / AT_ONCE;
    const int my_pixel = WIDE ? threadIdx.x / (TERMS / 4) : threadIdx.x / TERMS * 4;
    const int my_term = WIDE ? threadIdx.x % (TERMS / 4) * 4 : threadIdx.x % TERMS;
    Term term;
    term.start(first * TERMS + my_term, depth, p);
    auto find = [&](int pixel, const float*& at) {         // this term of a pixel's window
        const int below = term.m * p.dilation_rows, right = term.n * p.dilation_columns;
        const int further = below * row_step + right * column_step + term.channel * channel_step;
        at = image + (shared.from[pixel] + further);
        return term.m < p.kernel_rows && inside(shared.top[pixel] + below, p.height) &&
               inside(shared.left[pixel] + right, p.width);
    };
    auto number_of = [&](int pixel) {
        const float* at;
        return find(pixel, at) ? *at : 0.0f;
    };
    const float* number[WINDOWS];                  // the next one, where they follow each other
    auto look = [&] {                              // at another place of the kernel
        term.advance(0, depth, p);
#pragma unroll
        for (int w = 0; w < WINDOWS; ++w)
            if (!find(my_pixel + AT_ONCE * w, number[w])) number[w] = filters;   // zeros
    };
    // ... and 4 maps of one or two terms.
    constexpr int ROWS = THREADS * 4 / MAPS, WEIGHTS = (TERMS + ROWS - 1) / ROWS;
    const int my_row = threadIdx.x / (MAPS / 4), my_map = threadIdx.x % (MAPS / 4) * 4;
    const float* const panel = filters + filled(depth) +
                               (long long)(group * gridDim.y + blockIdx.y) * filled(terms) * MAPS;
    int next = (first * TERMS + my_row) * MAPS + my_map;
    const bool fetches = ROWS <= TERMS || my_row < TERMS;
    float4 windows[WINDOWS], weights[WEIGHTS];

    auto fetch = [&] {                             // the next slice: from memory to registers
#pragma unroll
        for (int w = 0; w < WINDOWS; ++w) {
            const int pixel = my_pixel + AT_ONCE * w;
            windows[w] = WIDE ? load4(number[w])
                              : make_float4(number_of(pixel), number_of(pixel + 1),
                                            number_of(pixel + 2), number_of(pixel + 3));
            if (WIDE) number[w] += TERMS;
        }
        if (!WIDE) term.advance(TERMS, depth, p);
#pragma unroll
        for (int r = 0; r < WEIGHTS; ++r)
            if (fetches) weights[r] = load4(panel + next + r * ROWS * MAPS);
        next += TERMS * MAPS;
    };
    auto keep = [&](Slice<PIXELS, MAPS, TERMS>& to) {     // and on to shared memory
#pragma unroll
        for (int w = 0; w < WINDOWS; ++w) {
            float* place = &to.windows[my_term][my_pixel + AT_ONCE * w];
            if (WIDE) {
                place[0] = windows[w].x, place[PIXELS + 4] = windows[w].y;
                place[2 * (PIXELS + 4)] = windows[w].z, place[3 * (PIXELS + 4)] = windows[w].w;
            } else {
                store4(place, windows[w]);
            }
        }
#pragma unroll
        for (int r = 0; r < WEIGHTS; ++r)
            if (fetches) store4(&to.weights[my_row + r * ROWS][my_map], weights[r]);
    };

    // This thread's squares. A warp is 8 threads across and 4 down: that is 12 groups of 4 numbers
    // to read, fewer than the 18 of 16 threads across and 2 down.
    constexpr int ACROSS = PIXELS * MAPS == 128 * 64 && MAPS == 64 ? 1 : 2;
    constexpr int DOWN = PIXELS * MAPS / 4096 / ACROSS;
    constexpr int ROWS_OF_THREADS = PIXELS / DOWN / 4;
    const int x = (threadIdx.x % 8 + threadIdx.x / (8 * ROWS_OF_THREADS) * 8) * 4;
    const int y = threadIdx.x / 8 % ROWS_OF_THREADS * 4;
    float sums[4 * DOWN][4 * ACROSS] = {};
    if (count > 0) {                               // the last part may be empty
        if (WIDE) look();
        fetch();
        term.channel += WIDE ? TERMS : 0;
        if (WIDE) shared.terms[threadIdx.x] = term;
        keep(shared.slices[count & 1]);
    }
    __syncthreads();
    for (int rest = count; rest > 0;) {            // slices; its last bit tells the buffer
        // All threads stay at one place of the kernel for some slices; then look for the next.
        int stay = rest;
        if (WIDE) {
            term = shared.terms[threadIdx.x];
            if (term.channel >= depth) look();
            stay = depth % TERMS ? 1 : min(rest, (depth - term.channel + my_term) / TERMS);
            term.channel += stay * TERMS;
            shared.terms[threadIdx.x] = term;
        }
        const int end = rest - stay;
        for (; rest > end; --rest) {
            if (rest > 1) fetch();
            const Slice<PIXELS, MAPS, TERMS>& now = shared.slices[rest & 1];
#pragma unroll
            for (int t = 0; t < TERMS; ++t) {
                float a[4 * DOWN], b[4 * ACROSS];
#pragma unroll
                for (int s = 0; s < DOWN; ++s) {
                    const float4 u = load4(&now.windows[t][y + PIXELS / DOWN * s]);
                    a[4 * s] = u.x, a[4 * s + 1] = u.y, a[4 * s + 2] = u.z, a[4 * s + 3] = u.w;
                }
#pragma unroll
                for (int s = 0; s < ACROSS; ++s) {
                    const float4 v = load4(&now.weights[t][x + MAPS / ACROSS * s]);
                    b[4 * s] = v.x, b[4 * s + 1] = v.y, b[4 * s + 2] = v.z, b[4 * s + 3] = v.w;
                }
#pragma unroll
                for (int i = 0; i < 4 * DOWN; ++i)
#pragma unroll
                    for (int j = 0; j < 4 * ACROSS; ++j) sums[i][j] += a[i] * b[j];
            }
            keep(shared.slices[rest & 1 ^ 1]);     // nobody reads that buffer any more
            __syncthreads();
        }
    }

    const bool fours = p.out_step[3] == 1 && maps % 4 == 0 && (size_t)out % 16 == 0 &&
                       (p.out_step[0] | p.out_step[1] | p.out_step[2]) % 4 == 0;
    float its_bias[4 * ACROSS];
#pragma unroll
    for (int j = 0; j < 4 * ACROSS; ++j) {
        const int c = blockIdx.y * MAPS + x + j / 4 * (MAPS / ACROSS) + j % 4;
        its_bias[j] = bias && c < maps ? bias[group * maps + c] : 0.0f;
    }
#pragma unroll
    for (int i = 0; i < 4 * DOWN; ++i) {
        const int pixel = y + i / 4 * (PIXELS / DOWN) + i % 4;
        if (blockIdx.x * PIXELS + pixel >= pixels) continue;
#pragma unroll
        for (int s = 0; s < ACROSS; ++s) {
            const int c = blockIdx.y * MAPS + x + MAPS / ACROSS * s;
            float done[4];
#pragma unroll
            for (int e = 0; e < 4; ++e) done[e] = activated(sums[i][4 * s + e] + its_bias[4 * s + e]);
            float* to = out + shared.to[pixel] + (group * maps + c) * p.out_step[3];
            if (fours) {
                if (c < maps) store4(to, make_float4(done[0], done[1], done[2], done[3]));
            } else {
#pragma unroll
                for (int e = 0; e < 4; ++e, to += p.out_step[3])
                    if (c + e < maps) *to = done[e];
            }
        }
    }
}

#define IMPLICIT_GEMM(NAME, PIXELS, MAPS, TERMS, WIDE)                                             \
    extern "C" __global__ void __launch_bounds__(THREADS, 2)                                       \
        NAME(const float* __restrict__ image, const float* __restrict__ filters,                   \
             const float* bias, float* out, const Convolution p) {                                 \
        implicit_gemm<PIXELS, MAPS, TERMS, WIDE>(image, filters, bias, out, p);                    \
    }
IMPLICIT_GEMM(implicit_gemm_128x128, 128, 128, 16, true)
IMPLICIT_GEMM(implicit_gemm_256x64, 256, 64, 8, true)
IMPLICIT_GEMM(implicit_gemm_64x128, 64, 128, 16, true)
IMPLICIT_GEMM(implicit_gemm_128x64, 128, 64, 16, true)
IMPLICIT_GEMM(implicit_gemm_64x128_any, 64, 128, 16, false)
IMPLICIT_GEMM(implicit_gemm_128x64_any, 128, 64, 16, false)
