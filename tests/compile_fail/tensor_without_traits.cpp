// SPDX-License-Identifier: MIT
// expect: adaptable
#include <causalmm/core/tensor_traits.hpp>

struct engine_tensor {
    float* data;
    causalmm::index_t size;
};

#if !defined(CAUSALMM_MUST_FAIL)
template <>
struct causalmm::tensor_traits<engine_tensor> {
    static constexpr tensor_view<float, 1> view(engine_tensor const& t) noexcept { return {t.data, {t.size}}; }
};
#endif

causalmm::index_t entries(engine_tensor& tensor) { return causalmm::view(tensor).size(); }
