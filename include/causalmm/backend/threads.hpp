// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>
#include <vector>

#include <causalmm/backend/concepts.hpp>

namespace causalmm::inline CAUSALMM_ABI::backend {

/// Runs loops on a fixed set of threads that sleep between calls; the calling thread works along.
///
/// shape   see backend_policy; copies share the threads, calls from several threads take turns; a task must not call its own
///         backend again, which would wait for itself
/// units   none
/// errors  the constructor lets the system's error through if a thread cannot be started
/// source  std::jthread; no OpenMP, whose runtime hides data races from the thread sanitizer
class threads {
  public:
    static constexpr std::string_view name = "threads";

    /// `count` threads in all, the caller's included; fewer than two mean a serial loop.
    explicit threads(unsigned count = std::thread::hardware_concurrency()) : pool_{std::make_shared<pool>(count)} {}

    template <class Task>
    void for_each_index(index_t count, Task const& task) const noexcept {
        if (count <= 1 || pool_->workers.empty()) {
            for (index_t i = 0; i < count; ++i) { task(i); }
            return;
        }
        pool_->run(count, &task, [](void const* erased, index_t i) { (*static_cast<Task const*>(erased))(i); });
    }

    unsigned size() const noexcept { return static_cast<unsigned>(pool_->workers.size()) + 1; }

  private:
    struct pool {
        using call = void (*)(void const*, index_t);

        explicit pool(unsigned count) {
            for (unsigned i = 1; i < count; ++i) {
                workers.emplace_back([this](std::stop_token const& stop) { serve(stop); });
            }
        }

        void run(index_t count, void const* new_task, call new_invoke) noexcept {
            std::scoped_lock const turn(callers);
            {
                std::scoped_lock const lock(mutex);
                task = new_task;
                invoke = new_invoke;
                total = count;
                next.store(0, std::memory_order_relaxed);
                busy = workers.size();
                ++generation;
            }
            wake.notify_all();
            work();
            std::unique_lock lock(mutex);
            done.wait(lock, [this] { return busy == 0; });
        }
        void work() noexcept {
            for (index_t i = next.fetch_add(1, std::memory_order_relaxed); i < total;
                 i = next.fetch_add(1, std::memory_order_relaxed)) {
                invoke(task, i);
            }
        }
        void serve(std::stop_token const& stop) noexcept {
            std::uint64_t seen = 0;
            std::unique_lock lock(mutex);
            while (wake.wait(lock, stop, [&] { return generation != seen; })) {
                seen = generation;
                lock.unlock();
                work();
                lock.lock();
                if (--busy == 0) { done.notify_one(); }
            }
        }

        std::mutex callers;
        std::mutex mutex;
        std::condition_variable_any wake;
        std::condition_variable done;
        void const* task = nullptr;
        call invoke = nullptr;
        index_t total = 0;
        std::atomic<index_t> next{0};
        std::size_t busy = 0;
        std::uint64_t generation = 0;
        std::vector<std::jthread> workers;   // last: stopped and joined before what they use is destroyed
    };

    std::shared_ptr<pool> pool_;
};

}   // namespace causalmm::backend
