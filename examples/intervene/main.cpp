// SPDX-License-Identifier: MIT
// causalmm-intervene: applies an intervention to attention patterns in a safetensors file, and draws what it does.
#include <optional>

#include <intervene/command_line.hpp>
#include <llava/io/error.hpp>

int main(int argc, char** argv) {
    return llava::io::run_program("causalmm-intervene", argc, argv, [](int count, char** words) {
        std::optional<intervene::job> const job = intervene::parse_command_line(count, words);
        if (job) { intervene::run(*job); }
        return 0;
    });
}
