// SPDX-License-Identifier: MIT
#include <evaluation/command_line.hpp>
#include <evaluation/llava_engine.hpp>
#include <evaluation/mpi.hpp>
#include <llava/io/error.hpp>

namespace {

evaluation::process_group group;

int body(int argc, char** argv) { return evaluation::command_line(argc, argv, evaluation::llava_engine(), group); }

}   // namespace

int main(int argc, char** argv) {
    return evaluation::run_in_group([&](evaluation::process_group const& own) {
        group = own;
        return llava::io::run_program("causalmm-eval", argc, argv, body);
    });
}
