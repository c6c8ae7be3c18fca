// SPDX-License-Identifier: MIT
// The host engine's own thread pool runs the loops.
#include <array>
#include <cstdio>
#include <span>
#include <string_view>
#include <thread>

#include <causalmm/causalmm.hpp>

struct two_halves {
    static constexpr std::string_view name = "two_halves";

    template <class Task>
    void for_each_index(causalmm::index_t count, Task const& task) const noexcept {
        auto const run = [&task](causalmm::index_t from, causalmm::index_t to) {
            for (causalmm::index_t i = from; i < to; ++i) { task(i); }
        };
        std::jthread const helper(run, 0, count / 2);
        run(count / 2, count);
    }
};

int main() {
    using namespace causalmm;
    std::array<float, 8> memory{0.9f, 0.1f, 0.6f, 0.4f, 0.3f, 0.7f, 0.5f, 0.5f};
    auto const pattern = adaptor::span(std::span{memory}, {1, 2, 2, 2});
    status const s = attention::intervene(two_halves{}, attention::edit{intervention::reversed{}}, pattern,
                                          visibility::bidirectional{});
    std::printf("%s%.1f %.1f %.1f %.1f\n", s.what, static_cast<double>(memory[0]), static_cast<double>(memory[1]),
                static_cast<double>(memory[2]), static_cast<double>(memory[3]));
    return s ? 0 : 1;
}
