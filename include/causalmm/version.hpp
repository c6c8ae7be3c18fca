// SPDX-License-Identifier: MIT
#pragma once

// The one place that states the version: the build reads it here. As one number, 10203 is 1.2.3. Nothing but macros, so that a
// host may ask what it has before it includes the rest.
#define CAUSALMM_VERSION_MAJOR 0
#define CAUSALMM_VERSION_MINOR 1
#define CAUSALMM_VERSION_PATCH 0
#define CAUSALMM_VERSION (CAUSALMM_VERSION_MAJOR * 10000 + CAUSALMM_VERSION_MINOR * 100 + CAUSALMM_VERSION_PATCH)
