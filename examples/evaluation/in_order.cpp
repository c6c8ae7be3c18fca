// SPDX-License-Identifier: MIT
#include <evaluation/in_order.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

namespace evaluation {

namespace {

class pool {
  public:
    explicit pool(ordered_work const& task) : task_(task), next_(task.first), written_(task.first) {
        auto const pieces = task.count > task.first ? task.count - task.first : 0;
        auto const threads = std::min(pieces, static_cast<std::size_t>(std::max(task.threads, 1)));
        active_ = threads;
        try {
            for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
        } catch (...) {
            stopped_ = true;
            threads_.clear();
            throw;
        }
    }

    pool(pool const&) = delete;
    pool& operator=(pool const&) = delete;
    ~pool() { stopped_ = true; }   // the threads, destroyed first, end after the piece in work

    std::size_t write_all() {
        while (true) {
            auto const [ready, over] = collect();
            if (!ready.empty()) task_.write(ready);
            task_.idle();
            if (over) break;
        }
        if (failure_) std::rethrow_exception(failure_);
        return written_;
    }

  private:
    void serve() {
        while (!stopped_ && !task_.stop()) {
            auto const index = next_++;
            if (index >= task_.count) break;
            try {
                auto done = task_.work(index);
                std::scoped_lock const hold(mutex_);
                finished_.emplace(index, std::move(done));
            } catch (...) {
                std::scoped_lock const hold(mutex_);
                stopped_ = true;
                if (!failure_ || index < failed_) {
                    failure_ = std::current_exception();
                    failed_ = index;
                }
            }
            changed_.notify_one();
        }
        std::scoped_lock const hold(mutex_);
        --active_;
        changed_.notify_one();
    }

    // The replies that continue what was written, and whether no more can come.
    std::pair<ordered_work::batch, bool> collect() {
        ordered_work::batch ready;
        std::unique_lock hold(mutex_);
        changed_.wait_for(hold, std::chrono::milliseconds(100),
                          [&] { return active_ == 0 || finished_.contains(written_); });
        for (auto next = finished_.find(written_); next != finished_.end(); next = finished_.find(written_)) {
            ready.emplace_back(written_++, std::move(next->second));
            finished_.erase(next);
        }
        return {std::move(ready), active_ == 0};
    }

    ordered_work const& task_;
    std::atomic<std::size_t> next_;
    std::atomic<bool> stopped_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::size_t, reply> finished_;
    std::exception_ptr failure_;
    std::size_t failed_ = 0;
    std::size_t written_;
    std::size_t active_ = 0;
    std::vector<std::jthread> threads_;
};

}   // namespace

std::size_t run_in_order(ordered_work const& task) { return pool(task).write_all(); }

}   // namespace evaluation
