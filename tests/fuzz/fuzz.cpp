// SPDX-License-Identifier: MIT
#include "fuzz.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

namespace fuzz {
namespace {

std::vector<target const*>& registered() {
    static std::vector<target const*> all;
    return all;
}

}   // namespace

target::target(char const* name_in, void (*run_in)(std::string_view), std::vector<std::string> (*seeds_in)())
    : name(name_in), run(run_in), seeds(seeds_in) {
    registered().push_back(this);
}

std::vector<target const*> const& targets() { return registered(); }

memory_file::memory_file()
    : descriptor_(::memfd_create("input", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(descriptor_)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
}

memory_file::~memory_file() { ::close(descriptor_); }

std::filesystem::path const& memory_file::holding(std::string_view bytes) {
    bool const written = ::ftruncate(descriptor_, 0) == 0 &&
                         ::pwrite(descriptor_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
    if (!written) throw std::system_error(errno, std::generic_category(), "pwrite");
    return path_;
}

folder::folder() {
    std::error_code ignored;
    std::filesystem::path const memory = "/dev/shm";
    bool const there = ::access(memory.c_str(), W_OK) == 0;
    auto name = ((there ? memory : std::filesystem::temp_directory_path(ignored)) / "causalmm_fuzz.XXXXXX").native();
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
    path_ = name;
}

folder::~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path folder::write(std::string_view name, std::string_view bytes) const {
    auto const file = path_ / name;
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
}

std::string contents(std::string_view path) {
    std::ifstream in(std::filesystem::path(CAUSALMM_SOURCE_DIR) / path, std::ios::binary);
    if (!in) throw std::runtime_error("no " + std::string(path));
    return {std::istreambuf_iterator<char>(in), {}};
}

namespace {
constexpr std::string_view separator = "\n%%\n";
}

std::vector<std::string_view> parts(std::string_view bytes, std::size_t count) {
    std::vector<std::string_view> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto const end = i + 1 < count ? bytes.find(separator) : std::string_view::npos;
        out[i] = bytes.substr(0, end);
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + separator.size());
    }
    return out;
}

std::string joined(std::initializer_list<std::string_view> files) {
    std::string out;
    for (std::string_view const file : files) out.append(out.empty() ? "" : separator).append(file);
    return out;
}

}   // namespace fuzz
