// SPDX-License-Identifier: MIT
#pragma once

// Everything that needs only the standard library.
#include <causalmm/adaptor/dlpack.hpp>
#include <causalmm/adaptor/mdspan.hpp>
#include <causalmm/adaptor/span.hpp>
#include <causalmm/attention.hpp>
#include <causalmm/backend.hpp>
#include <causalmm/contrast.hpp>
#include <causalmm/core.hpp>
#include <causalmm/decode.hpp>
#include <causalmm/effect.hpp>
#include <causalmm/intervention.hpp>
#include <causalmm/plausibility.hpp>
#include <causalmm/released.hpp>
#include <causalmm/sampling.hpp>
#include <causalmm/selection.hpp>
#include <causalmm/version.hpp>
#include <causalmm/visibility.hpp>
