// Rung 2, tiled: a block of threads reads a tile once, and every thread of the block uses it.
//
// Seen as matrices, the convolution is
//
//   out (pixels, maps)  =  windows (pixels, K·K·depth)  ·  weights (K·K·depth, maps)
//
// where `windows` is never made: its numbers are fetched from the image when they are wanted.
// A block of 16 × 16 threads owns 16 pixels × 16 maps of the result. It walks along the sum 16
// terms at a time: fetch 16 × 16 window numbers and 16 × 16 weights into shared memory, wait for
// each other, multiply from there, wait again, go on.
//
//             16 terms        16 maps
//           ┌─────────┐     ┌─────────┐
//  16 pixels│ windows │     │ weights │16 terms       each number is fetched once
//           └─────────┘     └─────────┘               and used by 16 threads
//
// Both waits are needed: without the first a thread multiplies what another has not fetched yet,
// without the second a fast thread overwrites what a slow one still reads.
// Rows of `windows` are 17 long, not 16: then the 16 numbers of a column lie in 16 different
// banks of shared memory.
//
// It takes everything that rung 1 takes; numbers of 16 bits are widened when they are fetched.
// blockIdx.z is the group.
// Cost: the same multiply-adds, a sixteenth of the reads, 2 kB of shared memory for a block.
#include "convolution.cuh"
#include "instructions.cuh"
#include "storage.cuh"

constexpr int TILE = 16;

template <class Number>
struct Tile {
    Number windows[TILE][TILE + 1];                // [pixel][term]
    Number weights[TILE][TILE];                    // [term][map]
};

template <class Type, class Memory = typename Stored<Type>::Memory,
          class Sum = typename Stored<Type>::Sum>
__device__ __forceinline__ void tiled(const Memory* image, const Memory* filters, const Sum* bias,
                                      Memory* out, const Convolution& p) {
    Tile<Sum>& tile = *shared_memory<Tile<Sum>>();
    const int x = threadIdx.x, y = threadIdx.y;
    const int depth = p.channels / p.groups, maps = p.maps / p.groups, group = blockIdx.z;
    const int pixels = p.batch * p.rows * p.columns;
    const int terms = p.kernel_rows * p.kernel_columns * depth;
    const int pixel = blockIdx.x * TILE + y;       // the result of this thread
    const int map = blockIdx.y * TILE + x;         // counted within the group
    const Place at = place_of(pixel, p);

    Sum sum = 0;
    for (int begin = 0; begin < terms; begin += TILE) {
        Term term;
        term.start(begin + x, depth, p);           // this thread fetches pixel y, term x
        const int i = at.top + term.m * p.dilation_rows;
        const int j = at.left + term.n * p.dilation_columns;
        Sum number = 0;
        if (pixel < pixels && begin + x < terms && inside(i, p.height) && inside(j, p.width)) {
            number = Stored<Type>::widen(
                image[at.image * p.image_step[0] + i * p.image_step[1] + j * p.image_step[2] +
                      (group * depth + term.channel) * p.image_step[3]]);
        }
        tile.windows[y][x] = number;

        term.start(begin + y, depth, p);           // and of the weights term y, map x
        number = 0;
        if (begin + y < terms && map < maps) {
            number = Stored<Type>::widen(filters[weights_of(term, p) + group * maps + map]);
        }
        tile.weights[y][x] = number;
        __syncthreads();                           // until all have fetched
        for (int k = 0; k < TILE; ++k) sum += tile.windows[y][k] * tile.weights[k][x];
        __syncthreads();                           // until all have multiplied
    }
    if (pixel < pixels && map < maps) {
        const int c = group * maps + map;
        out[at.image * p.out_step[0] + at.row * p.out_step[1] + at.column * p.out_step[2] +
            c * p.out_step[3]] = Stored<Type>::round(epilogue(sum, bias, c));
    }
}

#define TILED(NAME, TYPE, MEMORY, SUM)                                                             \
    extern "C" __global__ void NAME(const MEMORY* image, const MEMORY* filters, const SUM* bias,   \
                                    MEMORY* out, const Convolution p) {                            \
        tiled<TYPE>(image, filters, bias, out, p);                                                 \
    }
TILED(tiled_float, float, float, float)
TILED(tiled_double, double, double, double)
TILED(tiled_bf16, Bf16, unsigned short, float)
TILED(tiled_fp16, Fp16, unsigned short, float)
