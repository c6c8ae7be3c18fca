// SPDX-License-Identifier: MIT
#include <llava/io/error.hpp>
#include <llava/io/mapping_guard.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <utility>

#include <unistd.h>

namespace llava::io {
namespace {

// Made when the file is mapped: in a signal handler nothing can be composed.
struct mapping {
    std::atomic<bool> taken{false};
    std::atomic<std::byte const*> data{nullptr};
    std::size_t size = 0;
    std::array<char, 402> line{};
};

std::array<mapping, 64> mappings;
std::atomic<char const*> program{""};

void write_text(char const* text) {
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

void end_program(int, siginfo_t* fault, void*) {
    auto const* const at = static_cast<std::byte const*>(fault->si_addr);
    for (mapping const& each : mappings) {
        auto const* const data = each.data.load(std::memory_order_acquire);
        if (data == nullptr || at < data || at >= data + each.size) continue;
        write_text(program.load());
        write_text(": error: ");
        write_text(each.line.data());
        ::_exit(static_cast<int>(exit_code::io_error));
    }
    std::signal(SIGBUS, SIG_DFL);   // none of ours: the faulty access comes again and ends the program
}

}   // namespace

void mapping_guard::watch(std::byte const* data, std::size_t size, std::string_view file) {
    error const why(exit_code::io_error, file, "", "was cut while it was read");
    for (std::size_t i = 0; i < mappings.size(); ++i) {
        mapping& each = mappings[i];
        if (each.taken.exchange(true)) continue;
        each.size = size;
        std::string const line = std::string(why.what()) + "\n";
        each.line = {};
        line.copy(each.line.data(), each.line.size() - 1);
        each.data.store(data, std::memory_order_release);
        place_ = i;
        return;
    }
}

mapping_guard::mapping_guard(mapping_guard&& other) noexcept : place_(std::exchange(other.place_, none)) {}

mapping_guard::~mapping_guard() {
    if (place_ == none) return;
    mappings[place_].data.store(nullptr);
    mappings[place_].taken.store(false);
}

void mapping_guard::install(char const* name) noexcept {
    program.store(name);
    struct sigaction action {};
    action.sa_sigaction = end_program;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGBUS, &action, nullptr);
}

}   // namespace llava::io
