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
// Both operands lie with their terms in a row of 128 bytes, so the filters are kept transposed,
// (C2, K, K, depth): done once, by the plan.
// A block: 128 pixels × MAPS maps; 2 warpgroups of 64 pixels; blockIdx as in rung 5.
//
// Needs depth in multiples of 8, and an H100 or H200: sm_90a is for this generation only.
// Cost: the same multiply-adds; 4 · (16 kB + MAPS · 128 bytes) of shared memory.
#include "convolution.cuh"
#include "hopper.cuh"

constexpr int PIXELS = 128, TERMS = 64, STAGES = 4, ROW = 128;     // ROW: bytes of 64 terms

template <int MAPS>
struct Stage {
    unsigned char windows[PIXELS][ROW];            // [pixel][term], chunk c at c ^ (pixel % 8)
    unsigned char weights[MAPS][ROW];              // [map][term], likewise
};
template <int MAPS>
struct Pipeline {
    Stage<MAPS> stages[STAGES];
};

template <class Type, int MAPS>
__device__ __forceinline__ void wgmma(const unsigned short* __restrict__ image,
                                      const unsigned short* __restrict__ filters,
                                      const float* bias, float* out, const Convolution& p) {
    Pipeline<MAPS>& shared = *shared_memory<Pipeline<MAPS>>();
    const int depth = p.channels / p.groups, maps = p.maps / p.groups, group = blockIdx.z;
    const int pixels = p.batch * p.rows * p.columns;
    const int terms = p.kernel_rows * p.kernel_columns * depth;

    // What this thread orders: the same chunk of every 32nd row.
    const int my_row = threadIdx.x / 8, my_chunk = threadIdx.x % 8;
    const int swizzled = (my_chunk ^ my_row % 8) * 16;     // rows 32 apart agree in row % 8
    int top[PIXELS / 32], left[PIXELS / 32], begin_of[PIXELS / 32];
#pragma unroll
    for (int e = 0; e < PIXELS / 32; ++e) {
        const int pixel = blockIdx.x * PIXELS + my_row + 32 * e;
        const Place at = place_of(pixel, p);
        top[e] = pixel < pixels ? at.top : FAR_OUTSIDE;
        left[e] = at.left;
        begin_of[e] = at.image * (int)p.image_step[0] + group * depth;
    }
    Term term;
    term.start(my_chunk * 8, depth, p);
    auto order = [&](int begin, int stage) {
        Stage<MAPS>& to = shared.stages[stage];
        const int k = begin + my_chunk * 8;
#pragma unroll
        for (int e = 0; e < PIXELS / 32; ++e) {
            const int i = top[e] + term.m * p.dilation_rows, j = left[e] + term.n * p.dilation_columns;
            const bool real = k < terms && inside(i, p.height) && inside(j, p.width);
            const int number = begin_of[e] + i * (int)p.image_step[1] + j * (int)p.image_step[2] +
                               term.channel;
            copy16_async(&to.windows[my_row + 32 * e][swizzled], real ? image + number : image, real);
        }
#pragma unroll
        for (int e = 0; e < MAPS / 32; ++e) {
            const int map = blockIdx.y * MAPS + my_row + 32 * e;
            const bool real = k < terms && map < maps;
            const int weight = (group * maps + map) * terms + k;
            copy16_async(&to.weights[my_row + 32 * e][swizzled], real ? filters + weight : filters, real);
        }
        term.advance(TERMS, depth, p);
    };

    const int warpgroup = threadIdx.x / 128;
    float sums[MAPS / 2] = {};
#pragma unroll
    for (int stage = 0; stage < STAGES - 2; ++stage) {
        if (stage * TERMS < terms) order(stage * TERMS, stage);
        commit_copies();
    }
    for (int begin = 0, stage = 0; begin < terms; begin += TERMS, stage = (stage + 1) % STAGES) {
        wait_for_copies<STAGES - 3>();
        show_to_async_proxy();
        __syncthreads();
        const int ahead = begin + (STAGES - 2) * TERMS;
        if (ahead < terms) order(ahead, (stage + STAGES - 2) % STAGES);
        commit_copies();
        begin_products();
#pragma unroll
        for (int k = 0; k < TERMS / 16; ++k) {     // 16 terms are 32 bytes further on
            multiply_add_group(sums, operand_at(shared.stages[stage].windows[64 * warpgroup]) + 2 * k,
                               operand_at(shared.stages[stage].weights) + 2 * k, Type());
        }
        commit_products();
        wait_for_products<1>();                    // the slice before is done; this one may go on
    }
    wait_for_products<0>();

    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const bool pairs = p.out_step[3] == 1 && maps % 2 == 0 && (size_t)out % 8 == 0 &&
                       (p.out_step[0] | p.out_step[1] | p.out_step[2]) % 2 == 0;
#pragma unroll
    for (int h = 0; h < 2; ++h) {
        const int pixel = blockIdx.x * PIXELS + 16 * warp + lane / 4 + 8 * h;
        if (pixel >= pixels) continue;
        const Place to = place_of(pixel, p);
        float* row = out + to.image * p.out_step[0] + to.row * p.out_step[1] + to.column * p.out_step[2];
#pragma unroll
        for (int j = 0; j < MAPS / 8; ++j) {
            const int c = blockIdx.y * MAPS + 8 * j + lane % 4 * 2;
            float done[2];
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                if (c + e >= maps) continue;
                done[e] = epilogue(sums[4 * j + 2 * h + e], bias, group * maps + c + e, p.activation);
                if (!pairs) row[(group * maps + c + e) * p.out_step[3]] = done[e];
            }
            if (pairs && c < maps) store2(row + group * maps + c, make_float2(done[0], done[1]));
        }
    }
}

#define WGMMA(NAME, TYPE, MAPS)                                                                    \
    extern "C" __global__ void __launch_bounds__(256, 1)                                           \
        NAME(const unsigned short* __restrict__ image, const unsigned short* __restrict__ filters, \
             const float* bias, float* out, const Convolution p) {                                 \
        wgmma<TYPE, MAPS>(image, filters, bias, out, p);                                           \
    }
WGMMA(wgmma_bf16_64, Bf16, 64)
WGMMA(wgmma_bf16_128, Bf16, 128)
WGMMA(wgmma_bf16_256, Bf16, 256)
WGMMA(wgmma_fp16_64, Fp16, 64)
WGMMA(wgmma_fp16_128, Fp16, 128)
WGMMA(wgmma_fp16_256, Fp16, 256)
