// Rung 1, naive: one thread for each number of the result.
//
// This is the definition, with its four outer loops (image, row, column, map) turned into threads.
// Every thread walks its own window and adds up its own sum.
//
//   threads of a warp     map c, c+1, c+2, ...  of the same pixel
//   read from the image   the same pixel: one read serves all 32 (a broadcast)
//   read from filters     32 neighboring weights: one wide read (it is coalesced)
//   written               32 neighboring results: one wide write
//
// So the reads are as good as they get, and still it is slow: two reads from memory (or a cache)
// for each multiplication, and a GPU can multiply tens of times faster than it can read. All
// later rungs do one thing about it: they read a number once and use it often.
//
// It takes everything: any view, stride, dilation, padding and groups, float32 and float64, and
// numbers of 16 bits, which it adds up in float32.
// Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds, and twice as many reads.
#include "convolution.cuh"
#include "storage.cuh"

template <class Type, class Memory = typename Stored<Type>::Memory,
          class Sum = typename Stored<Type>::Sum>
__device__ __forceinline__ void naive(const Memory* image, const Memory* filters, const Sum* bias,
                                      Memory* out, const Convolution& p) {
    const long long count = (long long)p.batch * p.rows * p.columns * p.maps;
    const long long index = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (index >= count) return;                    // the last block has threads to spare
    const int map = index % p.maps;
    long long rest = index / p.maps;
    const int column = rest % p.columns;
    rest /= p.columns;
    const int row = rest % p.rows;
    const long long n = rest / p.rows;

    const int depth = p.channels / p.groups;
    const int first = map / (p.maps / p.groups) * depth;       // first channel of this map's group
    Sum sum = 0;
    for (int m = 0; m < p.kernel_rows; ++m) {
        const int i = row * p.stride_rows + m * p.dilation_rows - p.pad_top;
        if (!inside(i, p.height)) continue;        // padding is never read: zeros add nothing
        for (int k = 0; k < p.kernel_columns; ++k) {
            const int j = column * p.stride_columns + k * p.dilation_columns - p.pad_left;
            if (!inside(j, p.width)) continue;
            const Memory* pixel = image + n * p.image_step[0] + i * p.image_step[1] +
                                  j * p.image_step[2] + first * p.image_step[3];
            for (int channel = 0; channel < depth; ++channel) {
                const long long weight =
                    ((long long)channel * p.kernel_rows + m) * p.kernel_columns + k;
                sum += Stored<Type>::widen(pixel[channel * p.image_step[3]]) *
                       Stored<Type>::widen(filters[weight * p.maps + map]);
            }
        }
    }
    out[n * p.out_step[0] + row * p.out_step[1] + column * p.out_step[2] + map * p.out_step[3]] =
        Stored<Type>::round(epilogue(sum, bias, map));
}

#define NAIVE(NAME, TYPE, MEMORY, SUM)                                                             \
    extern "C" __global__ void NAME(const MEMORY* image, const MEMORY* filters, const SUM* bias,   \
                                    MEMORY* out, const Convolution p) {                            \
        naive<TYPE>(image, filters, bias, out, p);                                                 \
    }
NAIVE(naive_float, float, float, float)
NAIVE(naive_double, double, double, double)
NAIVE(naive_bf16, Bf16, unsigned short, float)
NAIVE(naive_fp16, Fp16, unsigned short, float)
