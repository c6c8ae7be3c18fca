// SPDX-License-Identifier: MIT
#include <evaluation/pool.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include <llava/io/error.hpp>

namespace evaluation {

namespace {

class pool {
  public:
    explicit pool(shared_work const& task) : task_(task) {
        auto const wanted = static_cast<std::size_t>(std::max(task.threads, 1));
        try {
            while (threads_.size() < wanted) threads_.emplace_back([this] { serve(); });
        } catch (std::system_error const& refused) {
            end();
            throw llava::io::error(llava::io::exit_code::out_of_memory, "", "--threads",
                                   std::to_string(threads_.size() + 1) + " of " + std::to_string(wanted) +
                                       " cannot be started: " + refused.code().message() +
                                       " (the limit is that of ulimit -u or -v)");
        } catch (...) {
            end();
            throw;
        }
    }
    pool(pool const&) = delete;
    pool& operator=(pool const&) = delete;
    ~pool() { end(); }   // the threads, destroyed first, finish the piece in work

    void write_all() {
        while (true) {
            bool const last = !refill();
            auto const [ready, quiet] = collect(last);
            if (!ready.empty()) task_.write(ready);
            task_.idle();
            if (last && quiet) break;
            watch();
        }
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    using clock = std::chrono::steady_clock;
    struct begun {
        piece what;
        clock::time_point since;
    };

    void serve() {
        auto const self = std::this_thread::get_id();
        std::optional<piece> last;
        std::unique_lock hold(mutex_);
        while (true) {
            auto chosen = waiting_.end();
            wanted_.wait(hold, [&] { return ended_ || (chosen = choose(last)) != waiting_.end(); });
            if (ended_) return;
            auto const next = *chosen;
            last = next;
            waiting_.erase(chosen);
            try {   // out of memory, the accounts fail as the work does
                in_work_[self] = {.what = next, .since = clock::now()};
                hold.unlock();
                auto done = task_.work(next);
                hold.lock();
                finished_.emplace_back(next, std::move(done));
            } catch (...) {
                if (!hold.owns_lock()) hold.lock();
                if (!failure_) failure_ = std::current_exception();
            }
            in_work_.erase(self);
            changed_.notify_one();
        }
    }

    // A piece that goes with a thread's last one, or else the first that goes with none in work.
    std::deque<piece>::iterator choose(std::optional<piece> const& last) {
        auto const own = std::find_if(waiting_.begin(), waiting_.end(),
                                      [&](piece const& each) { return last && each.goes_with(*last); });
        if (own != waiting_.end()) return own;
        return std::find_if(waiting_.begin(), waiting_.end(), [&](piece const& each) { return !goes_with_work(each); });
    }

    bool goes_with_work(piece const& one) const {
        return std::any_of(in_work_.begin(), in_work_.end(),
                           [&](auto const& busy) { return busy.second.what.goes_with(one); });
    }

    // How many threads could begin with what waits. Pieces that go together are neighbours.
    std::size_t choices() const {
        std::size_t count = 0;
        for (auto each = waiting_.begin(); each != waiting_.end(); ++each) {
            bool const first = each == waiting_.begin() || !each->goes_with(*std::prev(each));
            count += std::size_t{first && !goes_with_work(*each)};
        }
        return count;
    }

    // Gives idle threads work; false if there will be none.
    bool refill() {
        std::unique_lock hold(mutex_);
        if (failure_ || task_.stop()) {
            if (!stopped_) stopped_ = clock::now();
            waiting_.clear();
            return false;
        }
        bool over = false;
        for (bool found = true; found && choices() < threads_.size();) {
            hold.unlock();
            auto const more = task_.more();
            found = !more.empty();
            over = !found && task_.over();
            hold.lock();
            waiting_.insert(waiting_.end(), more.begin(), more.end());
            wanted_.notify_all();
        }
        return !over || !waiting_.empty();
    }

    // What is done, once something is, or a tenth of a second has passed, or nothing is left in work.
    std::pair<shared_work::batch, bool> collect(bool last) {
        std::unique_lock hold(mutex_);
        changed_.wait_for(hold, std::chrono::milliseconds(100),
                          [&] { return !finished_.empty() || (last && in_work_.empty()); });
        return {std::exchange(finished_, {}), in_work_.empty() && waiting_.empty()};
    }

    void watch() {
        auto const now = clock::now();
        std::optional<piece> overdue;
        bool abandoned = false;
        {
            std::scoped_lock const hold(mutex_);
            for (auto const& [thread, each] : in_work_) {
                if (now - each.since > task_.longest) overdue = each.what;
                abandoned = abandoned || (stopped_ && !failure_ && now - *stopped_ > task_.grace);
            }
        }
        if (overdue || abandoned) task_.late(overdue ? &*overdue : nullptr);
    }

    void end() {
        std::scoped_lock const hold(mutex_);
        ended_ = true;
        wanted_.notify_all();
    }

    shared_work const& task_;
    std::mutex mutex_;
    std::condition_variable wanted_;    // by threads
    std::condition_variable changed_;   // for the writer
    std::deque<piece> waiting_;
    std::map<std::thread::id, begun> in_work_;
    shared_work::batch finished_;
    std::exception_ptr failure_;
    std::optional<clock::time_point> stopped_;
    bool ended_ = false;
    std::vector<std::jthread> threads_;
};

}   // namespace

void run_shared(shared_work const& task) { pool(task).write_all(); }

}   // namespace evaluation
