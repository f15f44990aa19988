// The instructions of convkit/cuda/instructions.cuh for the emulator, from the tables of the PTX ISA.
//
// A copy under way lands at the latest moment that the program allows (when it is waited for), or,
// in eager order, at the earliest: a kernel that is right gives the same numbers for both.
#pragma once
#include "cuda_on_cpu.h"

namespace emulator {

inline bool aligned(const void* pointer, int bytes, const char* who) {
    bool good = uintptr_t(pointer) % bytes == 0;
    if (!good) fail("%s: thread %d uses an address that is not a multiple of %d", who, current->number, bytes);
    return good;
}

inline void land(const Copy& copy) {
    if (copy.inside) memcpy(copy.to, copy.from, 16);
    else memset(copy.to, 0, 16);
}

inline float from_bf16(uint16_t half) {
    uint32_t word = uint32_t(half) << 16;
    float number;
    memcpy(&number, &word, 4);
    return number;
}

inline float from_fp16(uint16_t half) { _Float16 h; memcpy(&h, &half, 2); return h; }

// A tensor core multiplies exactly, and cuts the sum off toward zero instead of rounding it (M. Fasi
// et al., "Numerical behavior of NVIDIA tensor cores", 2021, doi:10.7717/peerj-cs.330).
inline float cut_off(double sum) {
    float number = float(sum);
    return fabs(double(number)) > fabs(sum) ? nextafterf(number, 0) : number;
}

struct Rows { const void* row; unsigned* words; };

template <bool TRANSPOSED>
void read_matrices(void** lanes) {
    for (int l = 0; l < 32; ++l)
        for (int matrix = 0; matrix < 4; ++matrix) {
            uint16_t pair[2];
            for (int e = 0; e < 2; ++e) {
                int row = l / 4, column = 2 * (l % 4) + e;
                if (TRANSPOSED) std::swap(row, column);
                auto* from = static_cast<const uint16_t*>(static_cast<Rows*>(lanes[8 * matrix + row])->row);
                pair[e] = from[column];
            }
            static_cast<Rows*>(lanes[l])->words[matrix] = pair[0] | unsigned(pair[1]) << 16;
        }
}

struct Product { float* c; const unsigned* a; const unsigned* b; };

inline void add_product(void** lanes, int terms, const float (&a)[16][16], const float (&b)[16][8]) {
    for (int l = 0; l < 32; ++l)
        for (int e = 0; e < 4; ++e) {
            int row = l / 4 + (e < 2 ? 0 : 8), column = l % 4 * 2 + e % 2;
            float& c = static_cast<Product*>(lanes[l])->c[e];
            double sum = c;
            for (int k = 0; k < terms; ++k) sum += double(a[row][k]) * b[k][column];
            c = cut_off(sum);
        }
}

template <float (*NUMBER)(uint16_t)>
void multiply_16_bits(void** lanes) {              // m16n8k16
    float a[16][16], b[16][8];
    for (int l = 0; l < 32; ++l) {
        auto* it = static_cast<Product*>(lanes[l]);
        int g = l / 4, t = l % 4;
        for (int i = 0; i < 8; ++i)
            a[g + (i / 2 % 2) * 8][2 * t + i % 2 + i / 4 * 8] = NUMBER(uint16_t(it->a[i / 2] >> 16 * (i % 2)));
        for (int i = 0; i < 4; ++i)
            b[2 * t + i % 2 + i / 2 * 8][g] = NUMBER(uint16_t(it->b[i / 2] >> 16 * (i % 2)));
    }
    add_product(lanes, 16, a, b);
}

inline float as_tf32(unsigned word) {              // the hardware does not look at the last 13 bits
    word &= ~0x1FFFu;
    float number;
    memcpy(&number, &word, 4);
    return number;
}

inline void multiply_tf32(void** lanes) {          // m16n8k8
    float a[16][16], b[16][8];
    for (int l = 0; l < 32; ++l) {
        auto* it = static_cast<Product*>(lanes[l]);
        int g = l / 4, t = l % 4;
        for (int i = 0; i < 4; ++i) a[g + i % 2 * 8][t + i / 2 * 4] = as_tf32(it->a[i]);
        for (int i = 0; i < 2; ++i) b[t + i * 4][g] = as_tf32(it->b[i]);
    }
    add_product(lanes, 8, a, b);
}

}  // namespace emulator

template <class Shared>
Shared* shared_memory() {
    auto bytes = emulator::launch.shared_bytes;
    if (sizeof(Shared) != bytes) emulator::fail("the kernel keeps %zu bytes in shared memory, the launch gives %zu",
                                                sizeof(Shared), bytes);
    return reinterpret_cast<Shared*>(emulator::launch.shared);
}

static inline float4 load4(const float* from) {
    emulator::aligned(from, 16, "load4");
    float4 numbers;
    memcpy(&numbers, from, 16);
    return numbers;
}

static inline void store2(float* to, float2 numbers) {
    emulator::aligned(to, 8, "store2");
    memcpy(to, &numbers, 8);
}

static inline void store4(void* to, uint4 words) {
    emulator::aligned(to, 16, "store4");
    memcpy(to, &words, 16);
}

static inline void store4(float* to, float4 numbers) {
    emulator::aligned(to, 16, "store4");
    memcpy(to, &numbers, 16);
}

static inline void copy16_async(void* shared, const void* global, bool inside) {
    emulator::Fiber& me = *emulator::current;
    auto place = static_cast<unsigned char*>(shared) - emulator::launch.shared;
    if (place < 0 || size_t(place) + 16 > emulator::launch.shared_bytes)
        emulator::fail("copy16_async: thread %d copies to byte %td of %zu", me.number, place, emulator::launch.shared_bytes);
    if (!emulator::aligned(shared, 16, "copy16_async") || !emulator::aligned(global, 16, "copy16_async")) return;
    emulator::Copy copy{shared, global, inside};
    if (emulator::launch.early_copies) emulator::land(copy);
    else me.open.push_back(copy);
}

static inline void commit_copies() {
    emulator::Fiber& me = *emulator::current;
    me.groups.push_back(std::move(me.open));
    me.open.clear();
}

template <int N>
void wait_for_copies() {
    auto& groups = emulator::current->groups;
    while (groups.size() > size_t(N)) {
        for (auto& copy : groups.front()) {
            emulator::land(copy);
            emulator::current->unfenced = true;
        }
        groups.erase(groups.begin());
    }
}

#define load_matrices(into, from) EMULATED_LOAD(into, from, emulator::read_matrices<false>)
#define load_matrices_transposed(into, from) EMULATED_LOAD(into, from, emulator::read_matrices<true>)
#define EMULATED_LOAD(into, from, work)                                                            \
    do {                                                                                           \
        emulator::Rows rows_{from, into};                                                          \
        emulator::aligned(rows_.row, 16, "ldmatrix");                                              \
        emulator::warp_instruction(&rows_, work, __LINE__);                                        \
    } while (0)

struct Bf16 {};
struct Fp16 {};
struct Tf32 {};
static inline auto work_for(Bf16) { return emulator::multiply_16_bits<emulator::from_bf16>; }
static inline auto work_for(Fp16) { return emulator::multiply_16_bits<emulator::from_fp16>; }
static inline auto work_for(Tf32) { return emulator::multiply_tf32; }

#define multiply_add(c, a, b, type)                                                                \
    do {                                                                                           \
        emulator::Product product_{c, a, b};                                                       \
        emulator::warp_instruction(&product_, work_for(type), __LINE__);                           \
    } while (0)

static inline unsigned bits_of(float number) { unsigned word; memcpy(&word, &number, 4); return word; }
static inline float number_of(unsigned word) { float number; memcpy(&number, &word, 4); return number; }
static inline unsigned to_bf16(float number) {     // to the nearest, ties to even
    unsigned word = bits_of(number);
    return (word & 0x7FFFFFFF) > 0x7F800000 ? 0x7FFF : (word + 0x7FFF + (word >> 16 & 1)) >> 16;
}
static inline unsigned round_pair(float first, float second, Bf16) {
    return to_bf16(first) | to_bf16(second) << 16;
}
static inline unsigned round_pair(float first, float second, Fp16) {
    _Float16 pair[2] = {_Float16(first), _Float16(second)};
    unsigned word;
    memcpy(&word, pair, 4);
    return word;
}
static inline float widen_fp16(unsigned short bits) { return emulator::from_fp16(bits); }
static inline unsigned short narrow_fp16(float number) {
    return round_pair(number, 0, Fp16()) & 0xFFFF;
}
static inline float to_tf32(float number) {        // ties away from zero, as cvt.rna does
    return number_of((bits_of(number) + 0x1000u) & ~0x1FFFu);
}
