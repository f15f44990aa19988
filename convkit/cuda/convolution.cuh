// What every rung of the ladder needs to know about one convolution.
//
//   image   (N, H, W, C1)            read through its steps: it may be any view
//   filters (C1/groups, K, K, C2)    contiguous
//   bias    (C2,)                    or a null pointer
//   out     (N, H', W', C2)          written through its steps
//
// The same struct is described to Python in convkit/cuda/launch.py, field by field.
#pragma once

struct Convolution {
    int batch, height, width, channels;            // of the image
    int kernel_rows, kernel_columns, maps;         // of the filters
    int rows, columns;                             // of each feature map: H', W'
    int stride_rows, stride_columns;
    int dilation_rows, dilation_columns;
    int pad_top, pad_left;
    int groups, splits;                            // splits: parts of the sum, see reduce.cu
    int stored_maps;                               // length of a row of filters: maps, or more
    long long image_step[4], out_step[4];          // numbers (not bytes) from one index to the next
};

enum Activation { NONE, RELU, SIGMOID, TANH };

// What happens to a sum before it is written. Done here, in a register, it costs nothing; done by
// another kernel it costs reading and writing every result once more.
//
// ACTIVATION is given to the compiler (-DACTIVATION=2), so each kernel holds the one that it needs:
// nothing is decided for each number, and no tanh stands where none is asked for.
template <class Number>
__device__ __forceinline__ Number activated(Number sum) {
    if constexpr (ACTIVATION == RELU) return sum < 0 ? Number(0) : sum;     // so NaN stays NaN
    if constexpr (ACTIVATION == SIGMOID || ACTIVATION == TANH) {
        // 1 / (1 + exp(-x)) is (1 + tanh(x/2)) / 2, and exp overflows where tanh does not.
        constexpr Number scale = ACTIVATION == SIGMOID ? 0.5 : 1;
        const Number t = tanh(scale * sum);
        return ACTIVATION == SIGMOID ? scale * t + scale : t;
    }
    return sum;
}

// The epilogue of a kernel in which each sum has a thread of its own.
template <class Number>
__device__ __forceinline__ Number epilogue(Number sum, const Number* bias, int map) {
    return activated(bias ? sum + bias[map] : sum);
}

__device__ __forceinline__ bool inside(int place, int size) {
    return (unsigned)place < (unsigned)size;       // one comparison: a negative number wraps to a huge one
}

constexpr int FAR_OUTSIDE = -(1 << 30);            // a row that no kernel reaches the image from

// A result pixel, (image, row, column), and the pixel of the image where its window begins.
struct Place {
    int image, row, column, top, left;
};

__device__ __forceinline__ Place place_of(int pixel, const Convolution& p) {
    Place at;
    at.column = pixel % p.columns;
    at.row = pixel / p.columns % p.rows;
    at.image = pixel / p.columns / p.rows;
    at.top = at.row * p.stride_rows - p.pad_top;
    at.left = at.column * p.stride_columns - p.pad_left;
    return at;
}

// The sum over the kernel and the channels, walked as one index k with the channel fastest:
// that is how pixels lie in memory, so that neighboring k are neighboring numbers.
struct Term {
    int m, n, channel;                             // place in the kernel, channel in the group

    __device__ __forceinline__ void start(int k, int depth, const Convolution& p) {
        channel = k % depth;
        n = k / depth % p.kernel_columns;
        m = k / depth / p.kernel_columns;
    }

    __device__ __forceinline__ void advance(int by, int depth, const Convolution& p) {
        channel += by;
        while (channel >= depth) {                 // cheaper than the divisions of start
            channel -= depth;
            if (++n == p.kernel_columns) {
                n = 0;
                ++m;
            }
        }
    }
};

// Where filters (C1/groups, K, K, C2) keep the weights of one term: the first of C2 neighbors.
__device__ __forceinline__ int weights_of(const Term& term, const Convolution& p) {
    return ((term.channel * p.kernel_rows + term.m) * p.kernel_columns + term.n) * p.stored_maps;
}
