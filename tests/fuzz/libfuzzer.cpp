// SPDX-License-Identifier: MIT
// What libFuzzer calls. Into the first folder it is given the seeds are written: fuzz_NAME CORPUS.
#include <fstream>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    for (int i = 1; i < *argc; ++i) {
        std::filesystem::path const corpus = (*argv)[i];
        if (!std::filesystem::is_directory(corpus)) continue;
        int number = 0;
        for (std::string const& seed : fuzz::targets().front()->seeds())
            std::ofstream(corpus / ("seed_" + std::to_string(number++)), std::ios::binary) << seed;
        break;
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    fuzz::targets().front()->run({reinterpret_cast<char const*>(data), size});
    return 0;
}
