"""Bugs of the kinds that GPU kernels really have, to plant one at a time: the tests must notice each.

This list was written before the emulator was run on any of them. Each is a substitution of text
that occurs exactly once in its file. Of the first 62, 60 were noticed at once. One showed a hole in
the cases, "pairs written across odd rows": no result had a step that maps did not fill. One was no
bug: the last wait of mma.cu had nothing to wait for, so it went from the kernel and from this list.
The 21 that came with tiles, 16 bits and sums in parts were noticed at once, all of them.
"""

# ruff: noqa: E501 (pieces of the sources, as long as they are)

from __future__ import annotations

from typing import NamedTuple


class Bug(NamedTuple):
    """One substitution in one source, the rung whose cases are run, and what goes wrong."""

    file: str
    rung: str
    breaks: str
    old: str
    new: str


def _in(file: str, rung: str, *bugs) -> list[Bug]:
    return [Bug(file, rung, *bug) for bug in bugs]


BUGS = [
    *_in(
        "naive.cu",
        "gpu_naive",
        ("one thread too many writes", "index >= count", "index > count"),
        ("rows step with the stride of columns", "row * p.stride_rows", "row * p.stride_columns"),
        ("dilation forgotten for columns", "k * p.dilation_columns", "k"),
        ("padding of rows used for columns", "- p.pad_left", "- p.pad_top"),
        ("width compared with height", "inside(j, p.width)", "inside(j, p.height)"),
        (
            "maps dealt out to groups in turn",
            "map / (p.maps / p.groups) * depth",
            "map % p.groups * depth",
        ),
        (
            "kernel read as columns by rows",
            "* p.kernel_rows + m) * p.kernel_columns + k",
            "* p.kernel_columns + m) * p.kernel_rows + k",
        ),
        ("every image of the batch is the first", "image + n * p.image_step[0]", "image"),
        ("padding is read", "if (!inside(i, p.height)) continue;", ""),
        (
            "sums kept in 16 bits",
            "Stored<Type>::widen(filters[weight * p.maps + map]);",
            "Stored<Type>::widen(filters[weight * p.maps + map]), sum = Stored<Type>::widen(Stored<Type>::round(sum));",
        ),
    ),
    *_in(
        "tiled.cu",
        "gpu_tiled",
        (
            "no wait before multiplying",
            "__syncthreads();                           // until all have fetched",
            "",
        ),
        (
            "no wait before fetching again",
            "__syncthreads();                           // until all have multiplied",
            "",
        ),
        ("weights stored transposed", "tile.weights[y][x] = number", "tile.weights[x][y] = number"),
        (
            "weights of the first group for all",
            "weights_of(term, p) + group * maps + map",
            "weights_of(term, p) + map",
        ),
        (
            "pixels beyond the last are written",
            "if (pixel < pixels && map < maps) {",
            "if (map < maps) {",
        ),
        ("bias of the first group for all", "epilogue(sum, bias, c)", "epilogue(sum, bias, map)"),
        ("the last term of each tile is left out", "k < TILE; ++k", "k < TILE - 1; ++k"),
        (
            "channels of the first group for all",
            "(group * depth + term.channel) * p.image_step[3]",
            "term.channel * p.image_step[3]",
        ),
        (
            "16 bits taken for a whole number",
            "Stored<Type>::widen(filters[weights_of(term, p) + group * maps + map])",
            "filters[weights_of(term, p) + group * maps + map]",
        ),
        ("tiles of pixels overlap", "blockIdx.x * TILE + y;", "blockIdx.x * (TILE - 1) + y;"),
    ),
    *_in(
        "implicit_gemm.cu",
        "gpu_implicit_gemm",
        (
            "no wait between two slices",
            "// nobody reads that buffer any more\n            __syncthreads();",
            "\n",
        ),
        (
            "one buffer instead of two",
            "keep(shared.slices[rest & 1 ^ 1]);",
            "keep(shared.slices[rest & 1]);",
        ),
        ("weights walk too slowly", "next += TERMS * MAPS;", "next += 4 * MAPS;"),
        (
            "every panel of maps is the first",
            "(group * gridDim.y + blockIdx.y)",
            "(group * gridDim.y)",
        ),
        ("squares written beside each other", "y + i / 4 * (PIXELS / DOWN) + i % 4", "y + i"),
        (
            "pixels beyond the last are written",
            "if (blockIdx.x * PIXELS + pixel >= pixels) continue;",
            "",
        ),
        (
            "single terms walk one short",
            "if (!WIDE) term.advance(TERMS, depth, p);",
            "if (!WIDE) term.advance(TERMS - 1, depth, p);",
        ),
        ("windows of pixels that do not exist", "pixel < pixels ? at.top : FAR_OUTSIDE", "at.top"),
        (
            "products into the wrong place",
            "sums[i][j] += a[i] * b[j]",
            "sums[i][j] += a[i] * b[j ^ 1]",
        ),
        (
            "one map too many is written",
            "if (c + e < maps) *to = done[e];",
            "if (c + e <= maps) *to = done[e];",
        ),
        (
            "no wait after the first slice",
            "    }\n    __syncthreads();\n    for (int rest",
            "    }\n    for (int rest",
        ),
        (
            "zeros of the padding are not looked for",
            "if (!find(my_pixel + AT_ONCE * w, number[w])) number[w] = filters;",
            "find(my_pixel + AT_ONCE * w, number[w]);",
        ),
        (
            "stays one slice too long at one place",
            "(depth - term.channel + my_term) / TERMS)",
            "(depth - term.channel + my_term) / TERMS + 1)",
        ),
        (
            "a part begins where the first does",
            "int next = (first * TERMS + my_row)",
            "int next = (my_row)",
        ),
        ("an empty part fetches", "if (count > 0) {", "if (true) {"),
    ),
    *_in(
        "depthwise.cu",
        "gpu_depthwise",
        (
            "the new pixel in the place of another",
            "ring[(u + STRIP - 1) % STRIP] = next_pixel()",
            "ring[u % STRIP] = next_pixel()",
        ),
        (
            "ring read one slot too far",
            "w * ring[(u + r) % STRIP]",
            "w * ring[(u + r + 1) % STRIP]",
        ),
        (
            "the last row of the kernel left out",
            "if (first + u == rows) break;",
            "if (first + u == rows - 1) break;",
        ),
        (
            "kernels end with the first strip",
            "first < rows; first += STRIP",
            "first < min(rows, STRIP); first += STRIP",
        ),
        (
            "dilation goes round the ring",
            "p.stride_rows == 1 && p.dilation_rows == 1",
            "p.stride_rows == 1",
        ),
        ("maps dealt out to channels in turn", "map / (p.maps / p.channels)", "map % p.channels"),
        (
            "columns beyond the last are written",
            "if (map >= p.maps || column >= p.columns) return;",
            "if (map >= p.maps) return;",
        ),
        (
            "maps beyond the last are written",
            "if (map >= p.maps || column >= p.columns) return;",
            "if (column >= p.columns) return;",
        ),
        ("padding beside a row is read", "inside(j, p.width) ? top : FAR_OUTSIDE", "top"),
        ("rows beyond the last are written", "if (row < p.rows) {", "{"),
        (
            "weights of maps walk as if there were one map",
            "one_row = (long long)p.kernel_columns * p.maps",
            "one_row = p.kernel_columns",
        ),
        (
            "no wait before multiplying",
            "__syncthreads();                   // until all have fetched",
            "",
        ),
        (
            "no wait before fetching again",
            "__syncthreads();                   // until all have multiplied",
            "",
        ),
        (
            "weights kept by rows, used by columns",
            "m = m0 + k % rows, n = n0 + k / rows",
            "m = m0 + k / columns, n = n0 + k % columns",
        ),
        ("every piece takes the first rows", "+ m0 * p.dilation_rows - p.pad_top", "- p.pad_top"),
        ("more weights than there is room for", "WEIGHTS / piece_rows)", "p.kernel_columns)"),
        (
            "rows of the next block are written",
            "my_row + r >= down || row >= p.rows",
            "row >= p.rows",
        ),
        (
            "columns of the next block are written",
            "x >= across || column >= p.columns",
            "column >= p.columns",
        ),
        (
            "the last row of the halo is not fetched",
            "(rows - 1) * p.dilation_rows + 1",
            "(rows - 1) * p.dilation_rows",
        ),
        (
            "channels of the first group for all",
            "(first_channel + channel) * p.image_step[3]",
            "channel * p.image_step[3]",
        ),
        (
            "weights of the first channel for all",
            "((long long)channel * p.kernel_rows + m)",
            "((long long)m)",
        ),
        (
            "tiles of columns overlap",
            "block % tiles_across * across",
            "block % tiles_across * (across - 1)",
        ),
        (
            "image of the batch forgotten",
            "image + n_image * p.image_step[0] + (first",
            "image + (first",
        ),
        (
            "padding above read as the image",
            "const bool real = inside(top + i, p.height);",
            "const bool real = true;",
        ),
    ),
    *_in(
        "mma.cu",
        "gpu_mma",
        (
            "waits for one copy too few",
            "wait_for_copies<STAGES - 2>();",
            "wait_for_copies<STAGES - 1>();",
        ),
        (
            "waits for its own copies only",
            "__syncthreads();                           // everyone's is",
            "// everyone's is",
        ),
        (
            "swizzled otherwise than read",
            "(my_chunk ^ my_pixel / 2 % 4) * 16",
            "(my_chunk ^ my_pixel % 4) * 16",
        ),
        (
            "empty groups are not committed",
            "commit_copies();                           // an empty",
            "if (stage * TERMS < terms) commit_copies();  // an empty",
        ),
        (
            "copies into the stage being read",
            "order(ahead, (stage + STAGES - 1) % STAGES)",
            "order(ahead, stage)",
        ),
        (
            "rows of a piece in the wrong lanes",
            "chunk = 2 * half + lane / 16",
            "chunk = 2 * half + lane % 2",
        ),
        ("weights not transposed on loading", "load_matrices_transposed(b,", "load_matrices(b,"),
        ("small · big forgotten", "multiply_add(sum, u, y, Tf32());", ""),
        ("long sums inside the tensor core", "SHORT_SUMS ? slice[i][j] : sums[i][j]", "sums[i][j]"),
        (
            "results of the wrong lanes",
            "first_pixel + i * 8 + lane / 4",
            "first_pixel + i * 8 + lane % 8",
        ),
        (
            "rows of weights of the first group for all",
            "my_row * p.stored_maps + group * stored + map",
            "my_row * p.stored_maps + map",
        ),
        ("64 maps dealt out to warps as 128 are", "warp % WARPS_DOWN * 64", "warp % 2 * 64"),
        ("a part for each group", "split = blockIdx.z / p.groups;", "split = blockIdx.z;"),
    ),
    *_in(
        "wgmma.cu",
        "gpu_wgmma",
        ("copies not shown to the async proxy", "show_to_async_proxy();", ""),
        ("products begin without a fence", "begin_products();", ""),
        (
            "two products in flight over one stage",
            "wait_for_products<1>();",
            "wait_for_products<2>();",
        ),
        ("half steps along the terms", "windows[pixel]) + 2 * k", "windows[pixel]) + k"),
        ("both warpgroups take the same pixels", "windows[pixel]", "windows[0]"),
        ("no swizzle on writing", "my_chunk ^ my_row % 8", "my_chunk"),
        (
            "no wait for the other warpgroup",
            "show_to_async_proxy();\n        __syncthreads();",
            "show_to_async_proxy();",
        ),
        ("results read before they are there", "    wait_for_products<0>();\n", ""),
        (
            "copies one stage too early",
            "(stage + STAGES - 2) % STAGES",
            "(stage + STAGES - 3) % STAGES",
        ),
        (
            "reads weights past the last map",
            "k < last && my_map + AT_ONCE * e < stored",
            "k < last",
        ),
        (
            "waits for one copy too few",
            "wait_for_copies<STAGES - 3>();",
            "wait_for_copies<STAGES - 2>();",
        ),
        ("maps of a lane in another order", "16 * j + e / 2 * 4 +", "16 * j + e % 4 * 4 +"),
        (
            "a part begins one slice after the other",
            "min(split * slices, terms)",
            "min(split * TERMS, terms)",
        ),
        ("every part goes on to the end", "last = min(first + slices, terms)", "last = terms"),
        ("all parts written to one place", "(long long)split * pixels", "0ll * pixels"),
        (
            "both pieces take the same pixels",
            "64 * (warpgroup * PIECES + i)",
            "64 * (warpgroup * PIECES)",
        ),
        (
            "pieces written as if warpgroups took turns",
            "warpgroup * PIECES + h / 2",
            "h / 2 * GROUPS + warpgroup",
        ),
        (
            "rows beyond the tile are copied",
            "if (AT_ONCE * (e + 1) > MAPS && row >= MAPS) continue;",
            "",
        ),
    ),
    *_in(
        "pack.cu",
        "gpu_mma",
        ("reads past the last channel", "first + e < p.channels ? from", "true ? from"),
        (
            "two numbers change places",
            "round_pair(n[2], n[3], Type())",
            "round_pair(n[3], n[2], Type())",
        ),
        (
            "16 bits: two numbers change places",
            "n[2] | (unsigned)n[3] << 16",
            "n[3] | (unsigned)n[2] << 16",
        ),
        (
            "tf32 cut off instead of rounded",
            "make_float4(to_tf32(n[0]), to_tf32(n[1]), to_tf32(n[2]), to_tf32(n[3]))",
            "make_float4(n[0], n[1], n[2], n[3])",
        ),
        (
            "rows of all images from the first",
            "from += pixel / p.height * p.image_step[0] + pixel",
            "from += pixel",
        ),
    ),
    *_in(
        "storage.cuh",
        "gpu_naive",
        (
            "bfloat16 cut off instead of rounded",
            "(word + 0x7FFF + (word >> 16 & 1)) >> 16",
            "word >> 16",
        ),
    ),
    *_in(
        "storage.cuh",
        "gpu_mma",
        (
            "8 maps written where there are fewer",
            "p.out_step[3] == 1 && maps % TOGETHER == 0 &&",
            "p.out_step[3] == 1 &&",
        ),
        (
            "16 bytes written at any even place",
            "p.out_step[2]) % CHUNK == 0",
            "p.out_step[2]) % 2 == 0",
        ),
        ("bias read past the last map", "min(e, count - 1)", "e"),
        ("maps that do not exist are written", "if (e < count) *to", "*to"),
    ),
    *_in(
        "storage.cuh",
        "gpu_wgmma",
        ("each second map is the first again", "words[e / 2] >> e % 2 * 16", "words[e / 2]"),
    ),
    *_in(
        "convolution.cuh",
        "gpu_tiled",
        ("bias forgotten", "bias ? sum + bias[map] : sum", "sum"),
        ("sigmoid as steep as tanh", "SIGMOID ? 0.5 : 1", "SIGMOID ? 1 : 1"),
        (
            "relu keeps what it should cut",
            "return sum < 0 ? Number(0) : sum;",
            "return sum > 0 ? Number(0) : sum;",
        ),
        ("rows of the batch run on", "pixel / p.columns % p.rows", "pixel / p.columns"),
        (
            "kernel walked as if it were square",
            "k / depth % p.kernel_columns",
            "k / depth % p.kernel_rows",
        ),
    ),
    *_in(
        "convolution.cuh",
        "gpu_implicit_gemm",
        (
            "a new row of the kernel at the wrong term",
            "if (++n == p.kernel_columns) {",
            "if (++n == p.kernel_rows) {",
        ),
    ),
    *_in(
        "convolution.cuh",
        "gpu_tiled",
        (
            "rows of filters as long as a group",
            "+ term.n) * p.stored_maps",
            "+ term.n) * (p.maps / p.groups)",
        ),
    ),
    *_in(
        "reduce.cu",
        "gpu_implicit_gemm",
        ("the last part is left out", "part < p.splits", "part < p.splits - 1"),
        ("parts overlap", "from += (long long)pixels * p.maps", "from += (long long)pixels"),
        (
            "bias of the first maps for all",
            "load_bias(its_bias, bias, map, count)",
            "load_bias(its_bias, bias, 0, count)",
        ),
        ("every pixel is written to the first", "to.column * p.out_step[2]", "0 * p.out_step[2]"),
    ),
]
