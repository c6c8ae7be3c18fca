# SPDX-License-Identifier: MIT
# As a module: causalmm_consumer_tests() registers one ctest entry per way to consume the library.
# As a script (cmake -P), with WAY, ROOT, BUILD, CONSUMER (sources), WORK (scratch folder), PREFIX (where it is installed),
# COMPILER, GENERATOR, COMPONENTS (a,b: those whose third party is there) and NVCC defined: builds and runs the consumer in that way,
# without a network. The names of scratch folder and prefix have spaces.

function(causalmm_consumer_tests)
  set(components "core")
  if(TARGET Eigen3::Eigen)
    string(APPEND components ",eigen")
  endif()
  if(TARGET xtensor)
    string(APPEND components ",xtensor")
  endif()
  set(ways install package components subdirectory fetchcontent fetchcontent_installed include single_header mixed_settings registers)
  find_program(CAUSALMM_PKG_CONFIG pkg-config DOC "pkg-config, for the test of the library's file for it")
  if(CAUSALMM_PKG_CONFIG)
    list(APPEND ways pkg_config)
  endif()
  if(CUDAToolkit_NVCC_EXECUTABLE)
    list(APPEND ways cuda)
  endif()
  set_property(TARGET causalmm_single_header PROPERTY EXCLUDE_FROM_ALL FALSE)
  foreach(way IN LISTS ways)
    add_test(NAME consumer/${way}
             COMMAND "${CMAKE_COMMAND}" -DWAY=${way} "-DROOT=${PROJECT_SOURCE_DIR}" "-DBUILD=${PROJECT_BINARY_DIR}"
                     "-DCONSUMER=${CMAKE_CURRENT_SOURCE_DIR}/consumer" "-DWORK=${CMAKE_CURRENT_BINARY_DIR}/consumer by ${way}"
                     "-DPREFIX=${CMAKE_CURRENT_BINARY_DIR}/consumer prefix" "-DCOMPILER=${CMAKE_CXX_COMPILER}"
                     "-DGENERATOR=${CMAKE_GENERATOR}" "-DCOMPONENTS=${components}" "-DNVCC=${CUDAToolkit_NVCC_EXECUTABLE}" -P
                     "${PROJECT_SOURCE_DIR}/cmake/consumer.cmake")
    set_tests_properties(consumer/${way} PROPERTIES FIXTURES_REQUIRED causalmm_installed)
  endforeach()
  set_tests_properties(consumer/install PROPERTIES FIXTURES_SETUP causalmm_installed FIXTURES_REQUIRED "")
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

# Row maxima .75 and .5 minus the weights. Of tokens 0 and 1, which pass the cut of a tenth of the largest probability, 1 has
# the larger contrast: 1.9 + (1.9 - .1) = 3.7 against 2 + (2 - 2.5) = 1.5.
set(expected "0.00 0.50 0.00 0.00 token 1\n")

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(failed)
    message(FATAL_ERROR "failed: ${ARGV}\n${text}")
  endif()
endfunction()

# The consumer in the scratch folder prints what is expected.
function(check program)
  execute_process(COMMAND "${program}" RESULT_VARIABLE failed OUTPUT_VARIABLE text)
  if(failed OR NOT text STREQUAL expected)
    message(FATAL_ERROR "${program}: ended with ${failed}, printed '${text}' instead of '${expected}'")
  endif()
endfunction()

# Compiles the consumer without a build system; ARGN: the flags that let it find the library.
function(compile)
  run("${COMPILER}" -std=c++20 ${ARGN} "${CONSUMER}/main.cpp" "${CONSUMER}/token.cpp" -o "${WORK}/consumer")
  check("${WORK}/consumer")
endfunction()

# Translation units that exchange a type link if their settings are equal, and only then.
function(check_settings)
  set(settings -UNDEBUG -DNDEBUG "-DCAUSALMM_ASSERT(x)=((void)0)")
  if(CMAKE_HOST_SYSTEM_PROCESSOR STREQUAL "x86_64")
    list(APPEND settings -mavx2)
  endif()
  set(names "")
  foreach(flag IN LISTS settings)
    string(MAKE_C_IDENTIFIER "${flag}" name)
    set(compile "${COMPILER}" -std=c++20 -I "${ROOT}/include" "${flag}" -c "${CONSUMER}/settings.cpp")
    run(${compile} -o "${WORK}/takes${name}.o")
    run(${compile} -DCONSUMER_GIVES -o "${WORK}/gives${name}.o")
    list(APPEND names ${name})
  endforeach()
  foreach(takes IN LISTS names)
    foreach(gives IN LISTS names)
      execute_process(COMMAND "${COMPILER}" "${WORK}/takes${takes}.o" "${WORK}/gives${gives}.o" -o
                              "${WORK}/program${takes}${gives}" RESULT_VARIABLE failed ERROR_VARIABLE text)
      if(takes STREQUAL gives AND failed)
        message(FATAL_ERROR "${takes} does not link with itself:\n${text}")
      elseif(NOT takes STREQUAL gives AND NOT text MATCHES "undefined reference to .holds\\(causalmm::")
        message(FATAL_ERROR "${takes} links with ${gives}, or fails for another reason:\n${text}")
      endif()
    endforeach()
  endforeach()
  run("${WORK}/program_DNDEBUG_DNDEBUG")
endfunction()

# Registers of every width that this processor has give the same tokens.
function(check_registers)
  set(targets -mtune=generic)   # for any processor
  set(processor "")
  if(EXISTS /proc/cpuinfo)
    file(READ /proc/cpuinfo processor)
  endif()
  foreach(target IN ITEMS avx:-mavx avx2:-march=haswell avx512vl:-march=skylake-avx512)
    string(REGEX MATCH "^(.+):(.+)$" matched ${target})
    if(processor MATCHES " ${CMAKE_MATCH_1} ")
      list(APPEND targets ${CMAKE_MATCH_2})
    endif()
  endforeach()
  set(first "")
  foreach(target IN LISTS targets)
    run("${COMPILER}" -std=c++20 -O1 ${target} -I "${ROOT}/include" "${CONSUMER}/registers.cpp" -o "${WORK}/registers" -pthread)
    execute_process(COMMAND "${WORK}/registers" RESULT_VARIABLE failed OUTPUT_VARIABLE tokens)
    if(failed OR (first AND NOT tokens STREQUAL first))
      message(FATAL_ERROR "${target}: ended with ${failed}, the tokens\n${tokens}\nare not\n${first}")
    endif()
    set(first "${tokens}")
  endforeach()
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
if(WAY STREQUAL "install")
  # What is installed may be moved.
  file(REMOVE_RECURSE "${PREFIX}")
  run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix")
  file(RENAME "${WORK}/prefix" "${PREFIX}")
elseif(WAY STREQUAL "include")
  compile(-I "${ROOT}/include" -pthread)
elseif(WAY STREQUAL "single_header")
  run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix" --component single_header)
  compile(-I "${WORK}/prefix/include" -pthread)
elseif(WAY STREQUAL "pkg_config")
  set(ENV{PKG_CONFIG_PATH} "${PREFIX}/share/pkgconfig")
  foreach(part IN ITEMS --cflags --libs)   # a C library that holds the threads itself would not miss the flag
    execute_process(COMMAND pkg-config ${part} "causalmm >= 0.1" OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
    if(NOT flags MATCHES "-pthread")
      message(FATAL_ERROR "pkg-config ${part}: '${flags}' has no -pthread")
    endif()
  endforeach()
  execute_process(COMMAND pkg-config --cflags --libs "causalmm >= 0.1" OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  compile(${flags})
elseif(WAY STREQUAL "mixed_settings")
  check_settings()
elseif(WAY STREQUAL "registers")
  check_registers()
else()
  run("${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${WORK}/build" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}" -DWAY=${WAY}
      "-DROOT=${ROOT}" "-DCOMPONENTS=${COMPONENTS}"
      "-DCMAKE_PREFIX_PATH=${PREFIX}" -DFETCHCONTENT_FULLY_DISCONNECTED=ON
      "-DCMAKE_CUDA_COMPILER=${NVCC}" -DCMAKE_CUDA_ARCHITECTURES=80)
  run("${CMAKE_COMMAND}" --build "${WORK}/build")
  if(NOT WAY STREQUAL "cuda")
    check("${WORK}/build/consumer")
    run("${CMAKE_COMMAND}" --install "${WORK}/build" --prefix "${WORK}/prefix")
    if(EXISTS "${WORK}/prefix/include")
      message(FATAL_ERROR "the consumer installs the library")
    endif()
  endif()
endif()
