// SPDX-License-Identifier: MIT
#include <evaluation/command_line.hpp>
#include <evaluation/llava_engine.hpp>
#include <llava/io/error.hpp>

int main(int argc, char** argv) {
    return llava::io::run_program("causalmm-eval", argc, argv, [](int count, char** words) {
        return evaluation::command_line(count, words, evaluation::llava_engine());
    });
}
