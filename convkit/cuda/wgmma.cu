// Rung 6, wgmma: Hopper's tensor cores, four warps to an instruction, operands in shared memory.
//
// Rung 5 still carries every operand from shared memory to registers before a tensor core may have
// it: that takes instructions, registers, and more than a third of the time that the cores could
// be multiplying. On Hopper the cores read shared memory themselves, and they work while the warps
// go on. What is left for the threads is to order copies and to start products.
//
//   slice        s-1          s           s+1         s+2        four stages
//              multiplied   started     arriving     ordered
//
// Stage s-2 is the one that is filled again: its products are done in all warps once everyone has
// passed the barrier, because each waited for them in the round before.
//
// Four things must be in the right order, and nothing but the answer shows when they are not:
//   1. wait_for_copies         my part of the slice has arrived
//   2. show_to_async_proxy     and tensor cores may see it
//   3. __syncthreads           so has everyone's; and everyone has finished with stage s-2
//   4. begin_products ... commit_products, wait_for_products<1>
//
// A block: GROUPS warpgroups, each with PIECES of 64 pixels, × MAPS maps: as large as registers and
// shared memory allow. For it is not the cores that bound it, but the cache that all blocks share
// (L2), which gives a multiprocessor about 27 bytes in each clock; and of (P + M)·128 bytes, a tile
// of P pixels × M maps makes 2·P·M·64 operations:
//
//   pixels × maps   threads · registers, shared memory   operations for a byte   10¹² in a second
//   192 × 256       384 · 168, 224 kB                    110                     657
//   256 × 128       512 · 128, 192 kB                     85                     512
//   384 ×  64       256 · 182, 224 kB                     55                     329
//   128 × 128       256 · 128, 128 kB                     64                     384
//   128 ×  64       two blocks of 256 · 128, 96 kB        43                     256
//
// Where a layer has too few tiles to go round, the sum is cut into `splits` parts, one block each,
// and reduce.cu adds them up. blockIdx = (pixels, maps of a group, group + groups · part).
//
// Both operands lie with their terms in a row of 128 bytes, so the filters are kept transposed,
// (C2, K, K, depth): done once, by the plan, which also puts the maps in the order of the lanes.
//
// What would move that bound, and waits for a run on a device: convkit/cuda/README.md.
//
// Needs depth in multiples of 8, and an H100 or H200: sm_90a is for this generation only.
// Cost: the same multiply-adds; 4 · (pixels + maps) · 128 bytes of shared memory.
#include "convolution.cuh"
#include "hopper.cuh"
#include "storage.cuh"

constexpr int TERMS = 64, STAGES = 4, ROW = 128;   // ROW: bytes of 64 terms

template <int PIXELS, int MAPS>
struct Stage {
    unsigned char windows[PIXELS][ROW];            // [pixel][term], chunk c at c ^ (pixel % 8)
    unsigned char weights[MAPS][ROW];              // [map][term], likewise
};
template <int PIXELS, int MAPS>
struct Pipeline {
    Stage<PIXELS, MAPS> stages[STAGES];
};

template <class Type, int GROUPS, int PIECES, int MAPS, class Result>
__device__ __forceinline__ void wgmma(const unsigned short* __restrict__ image,
                                      const unsigned short* __restrict__ filters, const float* bias,
                                      typename Stored<Result>::Memory* out, const Convolution& p) {
    constexpr int PIXELS = 64 * GROUPS * PIECES, AT_ONCE = 16 * GROUPS;     // rows that all threads order
    Pipeline<PIXELS, MAPS>& shared = *shared_memory<Pipeline<PIXELS, MAPS>>();
    const int depth = p.channels / p.groups, maps = p.maps / p.groups;
    const int group = blockIdx.z % p.groups, split = blockIdx.z / p.groups;
    const int pixels = p.batch * p.rows * p.columns;
    const int terms = p.kernel_rows * p.kernel_columns * depth;
    const int slices = ((terms - 1) / TERMS / p.splits + 1) * TERMS;   // terms of each part
    const int first = min(split * slices, terms), last = min(first + slices, terms);

    // What this thread orders: the same chunk of every row that is AT_ONCE further.
    const int my_row = threadIdx.x / 8, my_chunk = threadIdx.x % 8;
    const int swizzled = (my_chunk ^ my_row % 8) * 16;     // these rows agree in row % 8
    const int row_step = p.image_step[1], column_step = p.image_step[2];
    int top[PIXELS / AT_ONCE], left[PIXELS / AT_ONCE], begin_of[PIXELS / AT_ONCE];
#pragma unroll
    for (int e = 0; e < PIXELS / AT_ONCE; ++e) {
        const int pixel = blockIdx.x * PIXELS + my_row + AT_ONCE * e;
        const Place at = place_of(pixel, p);
        top[e] = pixel < pixels ? at.top : FAR_OUTSIDE;
        left[e] = at.left;
        begin_of[e] = at.image * (int)p.image_step[0] + at.top * row_step + at.left * column_step +
                      group * depth;
    }
    const int stored = p.stored_maps / p.groups;           // rows of filters, of this group
    const int my_map = blockIdx.y * MAPS + my_row;
    const int my_weights = (group * stored + my_map) * terms;
    Term term;
    term.start(first + my_chunk * 8, depth, p);
    auto order = [&](int begin, int stage) {
        Stage<PIXELS, MAPS>& to = shared.stages[stage];
        const int k = begin + my_chunk * 8;
        const int below = term.m * p.dilation_rows, right = term.n * p.dilation_columns;
        const int further = below * row_step + right * column_step + term.channel;
#pragma unroll
        for (int e = 0; e < PIXELS / AT_ONCE; ++e) {
            const bool real = k < last && inside(top[e] + below, p.height) &&
                              inside(left[e] + right, p.width);
            copy16_async(&to.windows[my_row + AT_ONCE * e][swizzled],
                         real ? image + (begin_of[e] + further) : image, real);
        }
#pragma unroll
        for (int e = 0; e < (MAPS + AT_ONCE - 1) / AT_ONCE; ++e) {
            const int row = my_row + AT_ONCE * e;
            const bool real = k < last && my_map + AT_ONCE * e < stored;
            if (AT_ONCE * (e + 1) > MAPS && row >= MAPS) continue;     // 256 rows are 5⅓ times 48
            copy16_async(&to.weights[row][swizzled],
                         real ? filters + (my_weights + AT_ONCE * e * terms + k) : filters, real);
        }
        term.advance(TERMS, depth, p);
    };

    const int warpgroup = threadIdx.x / 128;
    float sums[PIECES][MAPS / 2] = {};
#pragma unroll
    for (int stage = 0; stage < STAGES - 2; ++stage) {
        if (first + stage * TERMS < last) order(first + stage * TERMS, stage);
        commit_copies();
    }
    for (int begin = first, stage = 0; begin < last; begin += TERMS, stage = (stage + 1) % STAGES) {
        wait_for_copies<STAGES - 3>();
        show_to_async_proxy();
        __syncthreads();
        const int ahead = begin + (STAGES - 2) * TERMS;
        if (ahead < last) order(ahead, (stage + STAGES - 2) % STAGES);
        commit_copies();
        begin_products();
#pragma unroll
        for (int k = 0; k < TERMS / 16; ++k) {     // 16 terms are 32 bytes further on
#pragma unroll
            for (int i = 0; i < PIECES; ++i) {
                const int pixel = 64 * (warpgroup * PIECES + i);
                multiply_add_group(sums[i], operand_at(shared.stages[stage].windows[pixel]) + 2 * k,
                                   operand_at(shared.stages[stage].weights) + 2 * k, Type());
            }
        }
        commit_products();
        wait_for_products<1>();                    // the slice before is done; this one may go on
    }
    wait_for_products<0>();

    // Lane l of a warp holds, of each 32 maps, 8 neighbors, for two of the 16 pixels of a piece.
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const bool chunks = in_chunks(out, maps, p);
    typename Stored<Result>::Memory* row[2 * PIECES];
    bool real[2 * PIECES];
#pragma unroll
    for (int h = 0; h < 2 * PIECES; ++h) {
        const int piece = warpgroup * PIECES + h / 2;
        const int pixel = blockIdx.x * PIXELS + 64 * piece + 16 * (warp % 4) + h % 2 * 8 + lane / 4;
        const Place to = place_of(pixel, p);
        real[h] = pixel < pixels;
        row[h] = out + ((long long)split * pixels * p.maps + to.image * p.out_step[0] +
                        to.row * p.out_step[1] + to.column * p.out_step[2]);
    }
#pragma unroll
    for (int j = 0; j < MAPS / 32; ++j) {
        const int map = blockIdx.y * MAPS + 32 * j + lane % 4 * TOGETHER, c = group * maps + map;
        if (map >= maps) continue;
        float its_bias[TOGETHER];
        load_bias(its_bias, bias, c, maps - map);
#pragma unroll
        for (int h = 0; h < 2 * PIECES; ++h) {
            if (!real[h]) continue;
            float eight[TOGETHER];
#pragma unroll
            for (int e = 0; e < TOGETHER; ++e)
                eight[e] = sums[h / 2][16 * j + e / 2 * 4 + h % 2 * 2 + e % 2];
            write_together<Result>(row[h] + c * p.out_step[3], eight, its_bias, maps - map,
                                   p.out_step[3], chunks);
        }
    }
}

#define WGMMA(NAME, TYPE, GROUPS, PIECES, MAPS, RESULT, MEMORY)                                    \
    extern "C" __global__ void __launch_bounds__(128 * GROUPS, GROUPS * PIECES == 2 ? 2 : 1)       \
        NAME(const unsigned short* __restrict__ image, const unsigned short* __restrict__ filters, \
             const float* bias, MEMORY* out, const Convolution p) {                                \
        wgmma<TYPE, GROUPS, PIECES, MAPS, RESULT>(image, filters, bias, out, p);                   \
    }
// Results in float32, and (_out16) in the 16 bits of the operands.
WGMMA(wgmma_bf16_192x256, Bf16, 3, 1, 256, float, float)
WGMMA(wgmma_bf16_256x128, Bf16, 4, 1, 128, float, float)
WGMMA(wgmma_bf16_384x64, Bf16, 2, 3, 64, float, float)
WGMMA(wgmma_bf16_128x128, Bf16, 2, 1, 128, float, float)
WGMMA(wgmma_bf16_128x64, Bf16, 2, 1, 64, float, float)
WGMMA(wgmma_bf16_192x256_out16, Bf16, 3, 1, 256, Bf16, unsigned short)
WGMMA(wgmma_bf16_256x128_out16, Bf16, 4, 1, 128, Bf16, unsigned short)
WGMMA(wgmma_bf16_384x64_out16, Bf16, 2, 3, 64, Bf16, unsigned short)
WGMMA(wgmma_bf16_128x128_out16, Bf16, 2, 1, 128, Bf16, unsigned short)
WGMMA(wgmma_bf16_128x64_out16, Bf16, 2, 1, 64, Bf16, unsigned short)
WGMMA(wgmma_fp16_192x256, Fp16, 3, 1, 256, float, float)
WGMMA(wgmma_fp16_256x128, Fp16, 4, 1, 128, float, float)
WGMMA(wgmma_fp16_384x64, Fp16, 2, 3, 64, float, float)
WGMMA(wgmma_fp16_128x128, Fp16, 2, 1, 128, float, float)
WGMMA(wgmma_fp16_128x64, Fp16, 2, 1, 64, float, float)
WGMMA(wgmma_fp16_192x256_out16, Fp16, 3, 1, 256, Fp16, unsigned short)
WGMMA(wgmma_fp16_256x128_out16, Fp16, 4, 1, 128, Fp16, unsigned short)
WGMMA(wgmma_fp16_384x64_out16, Fp16, 2, 3, 64, Fp16, unsigned short)
WGMMA(wgmma_fp16_128x128_out16, Fp16, 2, 1, 128, Fp16, unsigned short)
WGMMA(wgmma_fp16_128x64_out16, Fp16, 2, 1, 64, Fp16, unsigned short)
