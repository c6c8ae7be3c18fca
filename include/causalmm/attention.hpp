// SPDX-License-Identifier: MIT
#pragma once

#include <causalmm/attention/edit.hpp>
#include <causalmm/attention/epilogue.hpp>
#include <causalmm/attention/intervene.hpp>
#include <causalmm/attention/materialized.hpp>
#include <causalmm/attention/streaming.hpp>
#include <causalmm/attention/value_sum.hpp>
