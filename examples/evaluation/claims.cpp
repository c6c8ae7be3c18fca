// SPDX-License-Identifier: MIT
#include <evaluation/claims.hpp>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <evaluation/file_lock.hpp>
#include <llava/io/error.hpp>

namespace evaluation {

namespace {

// 0, or what fcntl says.
int set_lock(int descriptor, short kind, std::size_t byte) {
    struct flock lock {};
    lock.l_type = kind;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(byte);
    lock.l_len = 1;
    while (::fcntl(descriptor, F_OFD_SETLK, &lock) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

}   // namespace

claims::claims(std::filesystem::path file) : file_(std::move(file)), descriptor_(open_output(file_, 0)) {}

claims::~claims() { ::close(descriptor_); }

bool claims::take(std::size_t piece) {
    int const why = set_lock(descriptor_, F_WRLCK, piece);
    if (why == 0) return true;
    if (why == EAGAIN || why == EACCES) return false;
    throw llava::io::error(llava::io::exit_code::io_error, file_.native(), "",
                           "cannot be locked: " + std::generic_category().message(why));
}

void claims::release(std::size_t piece) { set_lock(descriptor_, F_UNLCK, piece); }

std::vector<std::size_t> chunk_ends(std::span<question const> questions) {
    constexpr std::size_t fewest = 8;
    constexpr std::size_t most = 64;
    std::vector<std::size_t> ends;
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= questions.size(); ++i) {
        bool const last = i == questions.size();
        bool const full = i - begin >= most;
        if (last || full || (i - begin >= fewest && questions[i].image != questions[i - 1].image))
            ends.push_back(begin = i);
    }
    return ends;
}

}   // namespace evaluation
