// The instructions of convkit/cuda/hopper.cuh for the emulator.
//
// A product is done late, when it is waited for: if the shared memory that it reads is filled again
// before that, the answer changes. Or it is done early, when it is started: if what it reads has
// not arrived by then, the answer changes.
#pragma once
#include <map>

#include "instructions.cuh"

namespace emulator {

struct GroupProduct {
    float* sums;
    int maps;
    uint64_t a, b;
    float (*number)(uint16_t);
};
struct Products {
    std::vector<std::vector<GroupProduct>> groups;
    std::vector<GroupProduct> open;
    bool begun = false;
};
inline std::map<int, Products> products;           // by thread

// Number k of a row of an operand, read through its description, as the PTX ISA tells it.
inline uint16_t operand_number(uint64_t description, int row, int k) {
    uint64_t begin = (description & 0x3FFF) << 4, step = (description >> 32 & 0x3FFF) << 4;
    if (description >> 62 != 1) fail("an operand of thread %d is not swizzled by 128 bytes", current->number);
    uint64_t address = begin + row / 8 * step + row % 8 * 128 + k * 2;
    address ^= (address >> 7 & 7) << 4;            // the swizzle looks at the address itself
    if (address + 2 > launch.shared_bytes) return fail("an operand lies beyond shared memory"), 0;
    uint16_t half;
    memcpy(&half, launch.shared + address, 2);
    return half;
}

inline void do_product(const GroupProduct& it) {   // this thread's share of the 64 × maps sums
    const int lane = current->number % 32, warp = current->number / 32 % 4;
    float rows[2][16];
    for (int h = 0; h < 2; ++h)
        for (int k = 0; k < 16; ++k) rows[h][k] = it.number(operand_number(it.a, 16 * warp + lane / 4 + 8 * h, k));
    for (int j = 0; j < it.maps / 8; ++j)
        for (int e = 0; e < 2; ++e) {
            double sum[2] = {it.sums[4 * j + e], it.sums[4 * j + 2 + e]};
            for (int k = 0; k < 16; ++k) {
                double weight = it.number(operand_number(it.b, 8 * j + lane % 4 * 2 + e, k));
                sum[0] += rows[0][k] * weight, sum[1] += rows[1][k] * weight;
            }
            it.sums[4 * j + e] = cut_off(sum[0]), it.sums[4 * j + 2 + e] = cut_off(sum[1]);
        }
}

inline void meet(void**) {}

inline void forget_products() {
    for (auto& [thread, its] : products)
        if (!its.open.empty() || !its.groups.empty()) fail("thread %d ends with products under way", thread);
    products.clear();
}
inline const bool installed = (when_block_ends = forget_products, true);

}  // namespace emulator

static inline void show_to_async_proxy() { emulator::current->unfenced = false; }

static inline uint64_t operand_at(const void* pointer) {
    uint64_t address = static_cast<const unsigned char*>(pointer) - emulator::launch.shared;
    if (address % 1024) emulator::fail("an operand begins at byte %d, not at a multiple of 1024", int(address));
    return address >> 4 | 1ull << 16 | 1024ull / 16 << 32 | 1ull << 62;
}

#define begin_products()                                                                           \
    do {                                                                                           \
        emulator::warp_instruction(nullptr, emulator::meet, __LINE__);                             \
        emulator::products[emulator::current->number].begun = true;                                \
    } while (0)

#define multiply_add_group(into, a, b, type)                                                       \
    do {                                                                                           \
        emulator::warp_instruction(nullptr, emulator::meet, __LINE__);                             \
        start_product(into, sizeof(into) / sizeof(into[0]) * 2, a, b, type);                       \
    } while (0)

template <class Type>
void start_product(float* sums, int maps, uint64_t a, uint64_t b, Type) {
    using namespace emulator;
    Products& mine = products[current->number];
    if (!mine.begun) fail("thread %d starts a product without begin_products", current->number);
    if (current->unfenced)
        fail("thread %d starts a product before showing its copies to the async proxy", current->number);
    GroupProduct it{sums, maps, a, b, std::is_same<Type, Bf16>::value ? from_bf16 : from_fp16};
    if (launch.early_products) do_product(it);
    else mine.open.push_back(it);
}

static inline void commit_products() {
    auto& mine = emulator::products[emulator::current->number];
    mine.groups.push_back(std::move(mine.open));
    mine.open.clear();
    mine.begun = false;
}

template <int N>
void wait_for_products() {
    auto& groups = emulator::products[emulator::current->number].groups;
    while (groups.size() > size_t(N)) {
        for (auto& product : groups.front()) emulator::do_product(product);
        groups.erase(groups.begin());
    }
}
