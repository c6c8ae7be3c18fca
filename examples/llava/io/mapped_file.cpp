// SPDX-License-Identifier: MIT
#include <llava/io/error.hpp>
#include <llava/io/mapped_file.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace llava::io {
namespace {

struct descriptor {
    int number;
    explicit descriptor(int opened) : number(opened) {}
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    ~descriptor() {
        if (number >= 0) ::close(number);
    }
};

}   // namespace

mapped_file::mapped_file(std::filesystem::path const& file, std::size_t largest) : name_(file.string()) {
    // O_NONBLOCK: opening a pipe without a writer would wait for ever; what it is shows only after opening.
    descriptor const opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (opened.number < 0 && errno == ENXIO)   // a socket: no open() takes one, and the system's text for it is no help
        throw error(exit_code::no_input, name_, "", "is not a regular file");
    if (opened.number < 0) {
        auto const [code, text] = why_not_opened(errno);
        throw error(code, name_, "", text);
    }
    if (::fstat(opened.number, &opened_) != 0)
        throw error(exit_code::io_error, name_, "", std::string("fstat: ") + std::strerror(errno));
    if (!S_ISREG(opened_.st_mode)) throw error(exit_code::no_input, name_, "", "is not a regular file");
    size_ = static_cast<std::size_t>(opened_.st_size);
    if (size_ > largest) {
        throw error(exit_code::bad_data, name_, "",
                    "has " + std::to_string(size_) + " bytes (at most " + std::to_string(largest) + " are read)");
    }
    if (size_ == 0) return;   // an empty mapping is an error of mmap
    void* const mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, opened.number, 0);
    if (mapped == MAP_FAILED)
        throw error(errno == ENOMEM ? exit_code::out_of_memory : exit_code::io_error, name_, "",
                    "cannot be mapped, " + std::to_string(size_) + " bytes: " + std::strerror(errno));
    data_ = static_cast<std::byte const*>(mapped);
    guard_.watch(data_, size_, name_);
}

mapped_file::mapped_file(mapped_file&& other) noexcept
    : name_(std::move(other.name_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      opened_(other.opened_),
      guard_(std::move(other.guard_)) {}

bool mapped_file::unchanged() const noexcept {
    struct stat now {};
    bool const same = ::stat(name_.c_str(), &now) == 0 && now.st_dev == opened_.st_dev && now.st_ino == opened_.st_ino;
    return !same || (now.st_size == opened_.st_size && now.st_mtim.tv_sec == opened_.st_mtim.tv_sec &&
                     now.st_mtim.tv_nsec == opened_.st_mtim.tv_nsec);
}

mapped_file::~mapped_file() {
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}   // namespace llava::io
