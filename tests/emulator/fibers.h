// One fiber for each thread of a block, run one at a time between barriers, in an order of choice.
//
// What makes bugs show:
//   - the order (forward, reverse, random) changes the answer where a barrier is missing;
//   - shared memory and the stacks begin as NaN, so what was never written shows in the result;
//   - shared memory ends at a page that may not be touched;
//   - a thread that leaves while others wait, or waits elsewhere, is an error with both lines;
//   - a fault or an endless loop ends the launch with a message, not the process.
#pragma once
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include <utility>
#include <vector>

struct dim3 { unsigned x = 1, y = 1, z = 1; };

namespace emulator {

enum Order { FORWARD, REVERSE, RANDOM, EAGER };    // see Launch
enum Waits { NOT, FOR_BLOCK, FOR_WARP, GONE };

struct Copy { void* to; const void* from; bool inside; };

struct Fiber {
    ucontext_t context;
    dim3 index;
    int number = 0, line = 0;
    Waits waits = NOT;
    void* operands = nullptr;                      // of a warp's instruction in which it waits
    std::vector<std::vector<Copy>> groups;         // copies under way, oldest group first
    std::vector<Copy> open;                        // the group that is not committed yet
    bool unfenced = false;                         // has written what the async proxy cannot see
};

struct Launch {
    dim3 grid, block, block_index;
    // What runs beside the program is done at the earliest or at the latest moment that it may.
    // Reverse order has both late, so that no order is left with both early.
    bool early_copies = false, early_products = false;
    unsigned char* shared = nullptr;
    size_t shared_bytes = 0;
};

inline Launch launch;
inline Fiber* current = nullptr;
inline std::vector<Fiber> fibers;
inline ucontext_t scheduler;
inline void (*entry)(void*) = nullptr;
inline void* entry_argument = nullptr;
inline char message[400];
inline bool failed = false;
inline sigjmp_buf escape;
inline void* fault_address = nullptr;
inline void (*when_block_ends)() = nullptr;        // for instructions that keep work in flight

template <class... A>
void fail(const char* format, A... numbers) {
    if (failed) return;                            // the first failure is the one to look at
    failed = true;
    snprintf(message, sizeof message, format, numbers...);
}

inline unsigned random_state;
inline unsigned next_random() {                    // xorshift: the same on every machine
    random_state ^= random_state << 13, random_state ^= random_state >> 17;
    return random_state ^= random_state << 5;
}

inline void shuffle(std::vector<int>& numbers) {
    for (size_t i = numbers.size(); i > 1; --i) std::swap(numbers[i - 1], numbers[next_random() % i]);
}

inline void give_way() { swapcontext(&current->context, &scheduler); }

inline void block_barrier(int line) {
    current->waits = FOR_BLOCK, current->line = line;
    give_way();
}

// An instruction of a whole warp: every lane leaves its operands; the last to arrive does the work.
inline void warp_instruction(void* operands, void (*work)(void**), int line) {
    Fiber* me = current;
    Fiber* lanes = &fibers[me->number / 32 * 32];
    me->operands = operands, me->line = line;
    int arrived = 1;
    for (int l = 0; l < 32; ++l) arrived += lanes[l].waits == FOR_WARP;
    if (arrived < 32) {
        me->waits = FOR_WARP;
        return give_way();
    }
    void* all[32];
    for (int l = 0; l < 32; ++l) {
        all[l] = lanes[l].operands;
        if (lanes[l].line != line) fail("lanes of one warp meet at lines %d and %d", line, lanes[l].line);
    }
    if (!failed) work(all);
    for (int l = 0; l < 32; ++l) lanes[l].waits = NOT;
}

inline void body() {
    entry(entry_argument);
    current->waits = GONE;
    give_way();
}

// All fibers are parked: they must all be at the same barrier, or all be gone.
inline bool open_barrier() {
    int line = 0, waiting = 0, gone = 0;
    for (auto& fiber : fibers) {
        if (fiber.waits == FOR_WARP) fail("thread %d waits at line %d for lanes that never come",
                                          fiber.number, fiber.line);
        if (fiber.waits == GONE) ++gone;
        if (fiber.waits != FOR_BLOCK) continue;
        if (waiting++ && fiber.line != line) fail("barriers at lines %d and %d", line, fiber.line);
        line = fiber.line;
    }
    if (waiting && gone) fail("%d threads left while %d wait at the barrier of line %d", gone, waiting, line);
    if (failed || !waiting) return false;
    for (auto& fiber : fibers) fiber.waits = NOT;
    return true;
}

constexpr size_t STACK = 64 * 1024, POISON = 16 * 1024;

inline void run_block(const std::vector<int>& order_of_threads, Order order, char* stacks) {
    auto turns = order_of_threads;
    memset(launch.shared, 0xFF, launch.shared_bytes);              // NaN, whatever the type
    fibers.assign(turns.size(), Fiber());
    for (size_t i = 0; i < turns.size(); ++i) {
        Fiber& fiber = fibers[i];
        unsigned x = launch.block.x, y = launch.block.y, number = i;
        fiber.number = number, fiber.index = {number % x, number / x % y, number / x / y};
        memset(stacks + STACK * (i + 1) - POISON, 0xFF, POISON);   // variables that were never set
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = stacks + STACK * i;
        fiber.context.uc_stack.ss_size = STACK;
        fiber.context.uc_link = nullptr;
        makecontext(&fiber.context, body, 0);
    }
    do {
        for (bool ran = true; ran && !failed;) {                   // until every fiber is parked
            ran = false;
            if (order >= RANDOM) shuffle(turns);
            for (int i : turns) {
                if (fibers[i].waits != NOT || failed) continue;
                current = &fibers[i], ran = true;
                swapcontext(&scheduler, &current->context);
            }
        }
    } while (!failed && open_barrier());
    for (auto& fiber : fibers) {
        for (auto& group : fiber.groups)
            if (!group.empty()) fail("thread %d ends with copies under way", fiber.number);
        if (!fiber.open.empty()) fail("thread %d never commits its last copies", fiber.number);
    }
    if (when_block_ends) when_block_ends();
}

inline void on_signal(int signal, siginfo_t* info, void*) {
    fault_address = signal == SIGALRM ? nullptr : info->si_addr;
    siglongjmp(escape, signal);
}

// Signals are ours while a kernel runs: a fault then ends the launch and not the process.
struct OurSignals {
    static constexpr int KINDS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGALRM};
    struct sigaction before[4];
    stack_t stack_before;
    std::vector<char> stack = std::vector<char>(64 * 1024);
    OurSignals() {
        stack_t ours = {};
        ours.ss_sp = stack.data(), ours.ss_size = stack.size();
        sigaltstack(&ours, &stack_before);
        struct sigaction action = {};
        action.sa_sigaction = on_signal;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        for (int i = 0; i < 4; ++i) sigaction(KINDS[i], &action, &before[i]);
        const char* seconds = getenv("EMULATOR_SECONDS");
        itimerval limit = {{0, 0}, {seconds ? atoi(seconds) : 30, 0}};
        setitimer(ITIMER_REAL, &limit, nullptr);
    }
    ~OurSignals() {
        itimerval off = {};
        setitimer(ITIMER_REAL, &off, nullptr);
        for (int i = 0; i < 4; ++i) sigaction(KINDS[i], &before[i], nullptr);
        sigaltstack(&stack_before, nullptr);
    }
};

inline int run(dim3 grid, dim3 block, size_t shared, void (*kernel)(void*), void* argument, int how,
               unsigned seed) {
    Order order = Order(how);
    entry = kernel, entry_argument = argument, random_state = seed * 2654435761u + 1;
    failed = false, message[0] = 0, fault_address = nullptr;
    const size_t page = sysconf(_SC_PAGESIZE), threads = size_t(block.x) * block.y * block.z;
    // Shared memory is as large as the launch says, to the byte, and then comes a closed page.
    const size_t room = (shared + 1024 + page - 1) / page * page;
    auto* memory = static_cast<unsigned char*>(mmap(nullptr, room + page, PROT_READ | PROT_WRITE,
                                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    auto* stacks = static_cast<char*>(mmap(nullptr, STACK * threads, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(memory + room, page, PROT_NONE);
    launch = {grid, block, {}, order == EAGER, order == FORWARD || order == RANDOM, memory + room - shared, shared};

    std::vector<int> turns(threads), blocks(size_t(grid.x) * grid.y * grid.z);
    for (size_t i = 0; i < threads; ++i) turns[i] = order == REVERSE ? threads - 1 - i : i;
    for (size_t i = 0; i < blocks.size(); ++i) blocks[i] = order == REVERSE ? blocks.size() - 1 - i : i;
    if (order >= RANDOM) shuffle(blocks);
    OurSignals ours;
    if (int signal = sigsetjmp(escape, 1)) {
        const char* what = signal == SIGALRM ? "does not come to an end"
                           : signal == SIGFPE ? "divided by zero" : "touched memory that is not its own";
        fail("block (%u, %u, %u), thread %d %s", launch.block_index.x, launch.block_index.y,
             launch.block_index.z, current ? current->number : -1, what);
    } else {
        for (int b : blocks) {
            unsigned number = b;
            launch.block_index = {number % grid.x, number / grid.x % grid.y, number / grid.x / grid.y};
            run_block(turns, order, stacks);
            if (failed) break;
        }
    }
    if (failed && when_block_ends) when_block_ends();              // what was in flight is forgotten
    fibers.clear();
    munmap(memory, room + page);
    munmap(stacks, STACK * threads);
    return failed;
}

}  // namespace emulator

extern "C" inline __attribute__((used)) const char* emulator_message() { return emulator::message; }
extern "C" inline __attribute__((used)) void* emulator_fault() { return emulator::fault_address; }
