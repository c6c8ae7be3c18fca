// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/intervene.hpp>
#include <causalmm/attention/materialized.hpp>
