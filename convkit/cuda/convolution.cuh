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
    int groups, activation;
    int stored_maps;                               // length of a row of filters: maps, or more
    long long image_step[4], out_step[4];          // numbers (not bytes) from one index to the next
};

enum Activation { NONE, RELU, SIGMOID, TANH };

// What happens to a sum before it is written: the epilogue. Done here, in a register, it costs
// nothing; done by another kernel it costs reading and writing every result once more.
template <class Number>
__device__ __forceinline__ Number epilogue(Number sum, const Number* bias, int map, int activation) {
    if (bias) sum += bias[map];
    if (activation == RELU) return sum < 0 ? Number(0) : sum;      // written so that NaN stays NaN
    if (activation == SIGMOID) return Number(0.5) * tanh(Number(0.5) * sum) + Number(0.5);
    if (activation == TANH) return tanh(sum);
    return sum;
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
