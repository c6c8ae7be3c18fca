// SPDX-License-Identifier: MIT
#include <evaluation/signals.hpp>

#include <atomic>
#include <cstddef>

namespace evaluation {

namespace {

constexpr std::array<int, 5> numbers = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
constexpr std::size_t stopping = 3;

std::atomic<int> last_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

void remember(int number) { last_signal = number; }

}   // namespace

signal_guard::signal_guard() {
    last_signal = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        struct sigaction action {};
        action.sa_handler = i < stopping ? remember : SIG_IGN;
        if (i < stopping) action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
        ::sigaction(numbers[i], &action, &before_[i]);
    }
}

signal_guard::~signal_guard() {
    for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
    last_signal = 0;
}

int signal_guard::caught() noexcept { return last_signal; }

void signal_guard::end_if_caught() {
    if (int const number = caught(); number != 0) throw interrupted(number);
}

}   // namespace evaluation
