// Beside the ladder, depthwise: every map looks at one channel, so there is no matrix to multiply.
//
// The rungs make tiles of pixels × maps, where a pixel is used by all maps of its group. With one
// map for each channel (a depthwise layer), or many pairs of an image and a kernel in one call
// (groups = pairs), such a tile is empty but for one column. What can be used again is the pixel
// itself: K·K windows of the same map hold it.
//
// In registers: a thread computes STRIP results, one below the other. Going down a column of the
// kernel it reads one new pixel for each row, and STRIP windows use it:
//
//              ring of STRIP pixels         row m of the kernel: w = weight(m, n)
//   pixel m   ┌───┐
//         m+1 │   │ ← slot (m+1) % STRIP    sums[0] += w · pixel m
//          ⋮  │   │                         sums[1] += w · pixel m+1
//   m+STRIP-1 │new│ ← takes the place of    ⋮
//             └───┘   pixel m-1             sums[STRIP-1] += w · pixel m+STRIP-1
//
// The loop over m is unrolled STRIP times, so that every slot is a register of known name.
//
// How the 32 threads of a warp share the work depends on which numbers lie side by side:
//
//   depthwise_maps     32 neighboring maps. For images whose channels lie side by side: each read
//                      and write of a warp is one piece of 128 bytes. Neighboring warps take
//                      neighboring columns, and share what they read through the L1 cache: with
//                      3 × 3, 30 reads for 8 results.
//   depthwise_planes   32 neighboring columns of one map. For one channel, a few, or channels
//                      first. A block fetches the pixels of 32 × 32 results and their halo into
//                      shared memory once, and takes them from there:
//
//            left            SPAN columns at most
//          top ┌────────────────────┐
//              │ 32 × 32 windows    │     columns: (32-1)·S + (K-1)·D + 1
//              │ overlap: each pixel│
//              │ is fetched once    │     a kernel that is too large for SPAN, or has more than
//              └────────────────────┘     WEIGHTS weights, is taken piece by piece
//
// It takes everything: any view, stride, dilation, padding and groups; more channels to a group are
// summed one after the other (planes only); float32 and float64, and 16 bits with sums in float32.
// Steps are multiplied in 64 bits.
// Cost: N·H'·W'·C2·(C1/groups)·K² multiply-adds. What bounds it: 3 × 3 reads and writes memory
// once, and that takes longer than its 9 multiplications; from about 9 × 9 on the multiplications,
// with STRIP of them for two reads from shared memory.
#include "convolution.cuh"
#include "storage.cuh"

constexpr int STRIP = 8;                           // results of a thread, one below the other
constexpr int SIDE = 32;                           // of the results of a block of planes
constexpr int SPAN = 65;                           // of its pixels: 3 × 3 with stride 2 just fits
constexpr int WEIGHTS = 512;
constexpr int WARPS = SIDE / STRIP;                // of a block of planes
constexpr int COLUMNS = 8;                         // of results in a block of maps

// Add rows × columns places of the kernel to a strip of sums. pixel(r, m, n) is what result r wants
// at place (m, n). walk(n) and weights(n) go down column n: each call of what they return gives the
// next pixel, from that of result 0 at place (0, n) on, and the next weight.
template <class Number, class Pixel, class Walk, class Weights>
__device__ __forceinline__ void add_places(Number (&sums)[STRIP], int rows, int columns, Pixel pixel,
                                           Walk walk, Weights weights, const Convolution& p) {
    const bool neighbors = p.stride_rows == 1 && p.dilation_rows == 1;
    for (int n = 0; n < columns; ++n) {
        auto next_weight = weights(n);
        if (neighbors) {
            auto next_pixel = walk(n);
            Number ring[STRIP];
#pragma unroll
            for (int r = 0; r < STRIP - 1; ++r) ring[r] = next_pixel();
            for (int first = 0; first < rows; first += STRIP) {
#pragma unroll
                for (int u = 0; u < STRIP; ++u) {
                    if (first + u == rows) break;
                    ring[(u + STRIP - 1) % STRIP] = next_pixel();
                    const Number w = next_weight();
#pragma unroll
                    for (int r = 0; r < STRIP; ++r) sums[r] += w * ring[(u + r) % STRIP];
                }
            }
        } else {                                   // strides skip pixels: each result reads its own
            for (int m = 0; m < rows; ++m) {
                const Number w = next_weight();
#pragma unroll
                for (int r = 0; r < STRIP; ++r) sums[r] += w * pixel(r, m, n);
            }
        }
    }
}

// blockIdx.x counts tiles of maps fastest, then columns, strips of rows, images; 32 × 8 threads.
template <class Type, class Memory = typename Stored<Type>::Memory,
          class Sum = typename Stored<Type>::Sum>
__device__ __forceinline__ void maps_side_by_side(const Memory* __restrict__ image,
                                                  const Memory* __restrict__ filters,
                                                  const Sum* bias, Memory* out,
                                                  const Convolution& p) {
    unsigned block = blockIdx.x;
    const unsigned tiles = (p.maps + 31) / 32, across = (p.columns + COLUMNS - 1) / COLUMNS;
    const unsigned strips = (p.rows + STRIP - 1) / STRIP;
    const int map = block % tiles * 32 + threadIdx.x;
    block /= tiles;
    const int column = block % across * COLUMNS + threadIdx.y;
    block /= across;
    const int first_row = block % strips * STRIP;
    const int n_image = block / strips;
    if (map >= p.maps || column >= p.columns) return;          // no barrier follows

    const int channel = map / (p.maps / p.channels);           // of one channel, its maps in turn
    const Memory* from = image + n_image * p.image_step[0] + channel * p.image_step[3];
    const int top = first_row * p.stride_rows - p.pad_top;
    const int left = column * p.stride_columns - p.pad_left;
    auto pixel = [&](int r, int m, int n) {
        const int i = top + r * p.stride_rows + m * p.dilation_rows;
        const int j = left + n * p.dilation_columns;
        if (!inside(i, p.height) || !inside(j, p.width)) return Sum(0);
        return Stored<Type>::widen(from[i * p.image_step[1] + j * p.image_step[2]]);
    };
    auto walk = [&](int n) {                       // a column outside of the image has no rows inside
        const int j = left + n * p.dilation_columns;
        int i = inside(j, p.width) ? top : FAR_OUTSIDE;
        const Memory* at = from + top * p.image_step[1] + j * p.image_step[2];
        return [i, at, &p]() mutable {
            const Sum number = inside(i, p.height) ? Stored<Type>::widen(*at) : Sum(0);
            ++i, at += p.image_step[1];
            return number;
        };
    };
    const long long one_row = (long long)p.kernel_columns * p.maps;
    auto weights = [&](int n) {
        const Memory* at = filters + (long long)n * p.maps + map;
        return [at, one_row]() mutable {
            const Sum number = Stored<Type>::widen(*at);
            at += one_row;
            return number;
        };
    };
    Sum sums[STRIP] = {};
    add_places(sums, p.kernel_rows, p.kernel_columns, pixel, walk, weights, p);

    Memory* to = out + n_image * p.out_step[0] + column * p.out_step[2] + map * p.out_step[3];
#pragma unroll
    for (int r = 0; r < STRIP; ++r) {
        const int row = first_row + r;
        if (row < p.rows) {
            const Sum sum = epilogue(sums[r], bias, map);
            to[row * p.out_step[1]] = Stored<Type>::round(sum);
        }
    }
}

template <class Number>
struct Tile {
    Number pixels[SPAN][SPAN];                     // [row][column]
    Number weights[WEIGHTS];                       // of a piece of the kernel: [column][row]
};

// Results of a block along one axis: as many as SPAN pixels hold windows of, and half of a window
// that is larger. Python counts blocks with the same formula (methods/gpu_depthwise.py).
__device__ __forceinline__ int side_of(int stride, int kernel, int dilation) {
    const int extent = (kernel - 1) * dilation + 1;
    return min(SIDE, (SPAN - min(extent, SPAN / 2)) / stride + 1);
}

// blockIdx.x counts tiles of columns fastest, then of rows, maps, images; 32 × WARPS threads.
template <class Type, class Memory = typename Stored<Type>::Memory,
          class Sum = typename Stored<Type>::Sum>
__device__ __forceinline__ void planes(const Memory* __restrict__ image,
                                       const Memory* __restrict__ filters, const Sum* bias,
                                       Memory* out, const Convolution& p) {
    Tile<Sum>& tile = *shared_memory<Tile<Sum>>();
    const int x = threadIdx.x, y = threadIdx.y;
    const int down = side_of(p.stride_rows, p.kernel_rows, p.dilation_rows);
    const int across = side_of(p.stride_columns, p.kernel_columns, p.dilation_columns);
    unsigned block = blockIdx.x;
    const unsigned tiles_across = (p.columns + across - 1) / across;
    const unsigned tiles_down = (p.rows + down - 1) / down;
    const int first_column = block % tiles_across * across;
    block /= tiles_across;
    const int first_row = block % tiles_down * down;
    block /= tiles_down;
    const int map = block % p.maps, n_image = block / p.maps;

    const int depth = p.channels / p.groups;
    const int first_channel = map / (p.maps / p.groups) * depth;
    // Places of the kernel that one piece holds, along each axis.
    const int reach_down = SPAN - 1 - (down - 1) * p.stride_rows;
    const int reach_across = SPAN - 1 - (across - 1) * p.stride_columns;
    const int piece_rows = min(p.kernel_rows, reach_down / p.dilation_rows + 1);
    const int piece_columns = min(min(p.kernel_columns, reach_across / p.dilation_columns + 1),
                                  WEIGHTS / piece_rows);

    // Where this thread's windows begin in the tile. A block with fewer than 32 × 32 results has
    // threads to spare: they do what the last ones do, and write nothing.
    const int my_row = y * STRIP, my_left = min(x, across - 1) * p.stride_columns;
    Sum sums[STRIP] = {};
    for (int channel = 0; channel < depth; ++channel) {
        const Memory* plane =
            image + n_image * p.image_step[0] + (first_channel + channel) * p.image_step[3];
        for (int m0 = 0; m0 < p.kernel_rows; m0 += piece_rows) {
            for (int n0 = 0; n0 < p.kernel_columns; n0 += piece_columns) {
                const int rows = min(piece_rows, p.kernel_rows - m0);
                const int columns = min(piece_columns, p.kernel_columns - n0);
                const int top = first_row * p.stride_rows + m0 * p.dilation_rows - p.pad_top;
                const int left = first_column * p.stride_columns + n0 * p.dilation_columns - p.pad_left;
                const int height = (down - 1) * p.stride_rows + (rows - 1) * p.dilation_rows + 1;
                const int width = (across - 1) * p.stride_columns + (columns - 1) * p.dilation_columns + 1;
                for (int i = y; i < height; i += WARPS) {
                    const bool real = inside(top + i, p.height);
                    const Memory* row = plane + (top + i) * p.image_step[1];
                    for (int j = x; j < width; j += 32) {
                        Sum number = 0;
                        if (real && inside(left + j, p.width)) {
                            number = Stored<Type>::widen(row[(left + j) * p.image_step[2]]);
                        }
                        tile.pixels[i][j] = number;
                    }
                }
                for (int k = y * 32 + x; k < rows * columns; k += 32 * WARPS) {
                    const int m = m0 + k % rows, n = n0 + k / rows;
                    const long long place =
                        ((long long)channel * p.kernel_rows + m) * p.kernel_columns + n;
                    tile.weights[k] = Stored<Type>::widen(filters[place * p.maps + map]);
                }
                __syncthreads();                   // until all have fetched
                auto pixel = [&](int r, int m, int n) {
                    const int i = min(my_row + r, down - 1) * p.stride_rows + m * p.dilation_rows;
                    return tile.pixels[i][my_left + n * p.dilation_columns];
                };
                auto walk = [&](int n) {
                    const Sum* at = &tile.pixels[my_row][my_left + n * p.dilation_columns];
                    return [at]() mutable { return at += SPAN, at[-SPAN]; };
                };
                auto weights = [&](int n) {
                    const Sum* at = &tile.weights[n * rows];
                    return [at]() mutable { return *at++; };
                };
                add_places(sums, rows, columns, pixel, walk, weights, p);
                __syncthreads();                   // until all have multiplied
            }
        }
    }

    const int column = first_column + x;
    if (x >= across || column >= p.columns) return;
    Memory* to = out + n_image * p.out_step[0] + column * p.out_step[2] + map * p.out_step[3];
#pragma unroll
    for (int r = 0; r < STRIP; ++r) {
        const int row = first_row + my_row + r;
        if (my_row + r >= down || row >= p.rows) continue;     // the next block's, or nobody's
        to[row * p.out_step[1]] = Stored<Type>::round(epilogue(sums[r], bias, map));
    }
}

// BLOCKS on a multiprocessor at least: that is how many registers a thread may have without spills.
#define DEPTHWISE(NAME, FORM, THREADS, BLOCKS, TYPE, MEMORY, SUM)                                  \
    extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS)                                  \
        NAME(const MEMORY* __restrict__ image, const MEMORY* __restrict__ filters,                 \
             const SUM* bias, MEMORY* out, const Convolution p) {                                  \
        FORM<TYPE>(image, filters, bias, out, p);                                                  \
    }
DEPTHWISE(depthwise_maps_float, maps_side_by_side, 32 * COLUMNS, 3, float, float, float)
DEPTHWISE(depthwise_maps_double, maps_side_by_side, 32 * COLUMNS, 2, double, double, double)
DEPTHWISE(depthwise_maps_fp16, maps_side_by_side, 32 * COLUMNS, 3, Fp16, unsigned short, float)
DEPTHWISE(depthwise_maps_bf16, maps_side_by_side, 32 * COLUMNS, 3, Bf16, unsigned short, float)
DEPTHWISE(depthwise_planes_float, planes, 32 * WARPS, 6, float, float, float)
DEPTHWISE(depthwise_planes_double, planes, 32 * WARPS, 6, double, double, double)
DEPTHWISE(depthwise_planes_fp16, planes, 32 * WARPS, 6, Fp16, unsigned short, float)
DEPTHWISE(depthwise_planes_bf16, planes, 32 * WARPS, 6, Bf16, unsigned short, float)
