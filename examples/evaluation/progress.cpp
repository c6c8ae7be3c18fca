// SPDX-License-Identifier: MIT
#include <evaluation/progress.hpp>

#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

namespace evaluation {

namespace {

std::string clock_text(double seconds) {
    auto const whole = static_cast<long>(seconds + 0.5);
    char text[64];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
    return text;
}

// Of the terminal, which may be resized meanwhile; 100 where it does not say.
int columns() {
    winsize size{};
    bool const known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col : 100;
}

}   // namespace

std::string progress_line(progress_state const& state, std::string const& in_work) {
    auto const now = static_cast<double>(state.done - state.before);
    double const rate = state.seconds > 0 ? now / state.seconds : 0;
    double const share =
        state.total > 0 ? 100.0 * static_cast<double>(state.done) / static_cast<double>(state.total) : 100.0;
    char text[128];
    std::snprintf(text, sizeof text, "%zu/%zu %.1f%% %.1f/s ", state.done, state.total, share, rate);
    std::string const left =
        rate > 0 ? clock_text(static_cast<double>(state.total - state.done) / rate) + " left" : "-:-- left";
    return text + left + "  " + in_work;
}

progress::progress(std::size_t total, std::size_t before)
    : state_{.done = before, .before = before, .total = total, .seconds = 0}, terminal_(::isatty(STDERR_FILENO) == 1) {}

progress::~progress() { clear(); }

void progress::clear() {
    if (shown_ && terminal_) std::fputs("\r\033[K", stderr);
    shown_ = false;
}

void progress::update(std::size_t done, std::string const& in_work) {
    state_.done = done;
    auto const now = clock::now();
    if (now - last_ < (terminal_ ? std::chrono::milliseconds(250) : std::chrono::milliseconds(30'000))) return;
    last_ = now;
    shown_ = true;
    state_.seconds = std::chrono::duration<double>(now - begin_).count();
    auto const line = progress_line(state_, in_work);
    if (terminal_)
        std::fprintf(stderr, "\r\033[K%.*s", columns() - 1, line.c_str());   // in the last column some terminals wrap
    else
        std::fprintf(stderr, "%s\n", line.c_str());
    std::fflush(stderr);
}

}   // namespace evaluation
