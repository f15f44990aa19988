// Run a CUDA kernel's own source on a CPU: the words of the language that a C++ compiler lacks.
//
// It shows whether indices, masks, barriers, copies and the layouts of tensor cores are right. It
// says nothing about speed, bank conflicts or the memory model of a GPU.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <string>
#include <type_traits>

#include "fibers.h"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))

struct alignas(16) float4 { float x, y, z, w; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
struct alignas(8) float2 { float x, y; };
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline float2 make_float2(float x, float y) { return {x, y}; }
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }

#define threadIdx (emulator::current->index)
#define blockIdx (emulator::launch.block_index)
#define blockDim (emulator::launch.block)
#define gridDim (emulator::launch.grid)
#define __syncthreads() emulator::block_barrier(__LINE__)

namespace emulator {

// Calls kernel(arguments...) with arguments that lie at the addresses given, as CUDA does.
template <class... A, size_t... I>
void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
    kernel(*reinterpret_cast<std::remove_cv_t<A>*>(arguments[I])...);
}

template <class... A>
struct Call {
    void (*kernel)(A...);
    void** arguments;
    static void go(void* self) {
        auto* it = static_cast<Call*>(self);
        call(it->kernel, it->arguments, std::index_sequence_for<A...>{});
    }
};

template <class... A>
int start(void (*kernel)(A...), const unsigned* sizes, size_t shared, void** arguments, int order,
          unsigned seed) {
    Call<A...> bound{kernel, arguments};
    return run({sizes[0], sizes[1], sizes[2]}, {sizes[3], sizes[4], sizes[5]}, shared,
               &Call<A...>::go, &bound, order, seed);
}

// What a kernel takes, a line for each parameter: pointer or value, a letter for its type, bytes.
template <class T>
char letter_of() {
    if (std::is_same_v<T, float>) return 'f';
    if (std::is_same_v<T, double>) return 'd';
    if (std::is_integral_v<T>) return 'i';
    return std::is_void_v<T> ? 'v' : 's';
}

template <class P>
std::string describe() {
    using Bare = std::remove_cv_t<P>;
    using To = std::remove_pointer_t<Bare>;
    using T = std::remove_cv_t<To>;
    constexpr bool points = std::is_pointer_v<Bare>;
    size_t bytes = 1;
    if constexpr (!std::is_void_v<T>) bytes = sizeof(T);
    return std::string(points ? "pointer " : "value ") + letter_of<T>() + " " + std::to_string(bytes) +
           (points && std::is_const_v<To> ? " const\n" : " any\n");
}

template <class... A>
std::string parameters(void (*)(A...)) {
    return (std::string() + ... + describe<A>());
}

}  // namespace emulator

#define EMULATE(kernel)                                                                            \
    extern "C" const char* parameters_of_##kernel() {                                              \
        static const std::string text = emulator::parameters(kernel);                              \
        return text.c_str();                                                                       \
    }                                                                                              \
    extern "C" int run_##kernel(const unsigned* sizes, size_t shared, void** arguments, int order, \
                                unsigned seed) {                                                   \
        return emulator::start(kernel, sizes, shared, arguments, order, seed);                     \
    }
