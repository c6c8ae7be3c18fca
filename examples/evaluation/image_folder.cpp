// SPDX-License-Identifier: MIT
#include <evaluation/image_folder.hpp>

#include <cerrno>
#include <cstdint>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <evaluation/sha256.hpp>
#include <evaluation/signals.hpp>
#include <llava/io/error.hpp>
#include <llava/io/image.hpp>

namespace evaluation {

namespace {

using llava::io::error;
using llava::io::exit_code;

// For kernels and sandboxes without openat2: both paths with all links followed, compared component by component.
int open_compared(std::filesystem::path const& folder, std::string const& name) {
    std::error_code failure;
    auto const root = std::filesystem::canonical(folder, failure);
    auto const file = failure ? root : std::filesystem::canonical(folder / name, failure);
    if (failure) {
        errno = failure.value();
        return -1;
    }
    auto const relative = file.lexically_relative(root);
    if (name.starts_with('/') || relative.empty() || *relative.begin() == "..") {
        errno = EXDEV;
        return -1;
    }
    return ::open(file.c_str(), O_PATH | O_CLOEXEC);
}

int open_beneath(int descriptor, std::filesystem::path const& folder, std::string const& name) {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    auto const result = ::syscall(SYS_openat2, descriptor, name.c_str(), &how, sizeof how);
    if (result < 0 && (errno == ENOSYS || errno == EPERM)) return open_compared(folder, name);
    return static_cast<int>(result);
}

}   // namespace

image_folder::image_folder(std::filesystem::path folder) : folder_(std::move(folder)) {
    if (folder_.empty()) throw error(exit_code::usage, "", "--images", "is needed: the folder of the pictures");
    descriptor_ = ::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0) {
        auto const [code, text] = llava::io::why_not_opened(errno);
        throw error(code, folder_.native(), "--images", text);
    }
}

image_folder::~image_folder() { ::close(descriptor_); }

std::filesystem::path image_folder::find(std::string_view name, std::string_view where) const {
    std::string const text(name);
    int const descriptor = open_beneath(descriptor_, folder_, text);
    if (descriptor < 0) {
        int const why = errno;
        if (why == EXDEV)
            throw error(exit_code::bad_data, where, "image", llava::io::quote(name) + " leads out of the image folder");
        auto const [code, reason] = llava::io::why_not_opened(why);
        throw error(code, where, "image", llava::io::quote(name) + " " + reason);
    }
    struct stat info {};
    bool const regular = ::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
    ::close(descriptor);
    if (!regular) throw error(exit_code::no_input, where, "image", llava::io::quote(name) + " is not a regular file");
    return folder_ / text;
}

checked_images check_images(image_folder const& folder, std::span<question const> questions) {
    std::set<std::string_view> seen;
    sha256 hash;
    for (auto const& q : questions) {
        if (q.image.empty() || !seen.insert(q.image).second) continue;
        signal_guard::end_if_caught();
        auto const path = folder.find(q.image, q.where);
        llava::io::read_image(path);
        hash.add(q.image).add(std::string_view("\0", 1)).add(hash_file(path));
    }
    return {.hash = hash.hex(), .count = seen.size()};
}

}   // namespace evaluation
