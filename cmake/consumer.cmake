# SPDX-License-Identifier: MIT
# As a module: causalmm_consumer_tests() registers one ctest entry per way to consume the library.
# As a script (cmake -P), with WAY (package, subdirectory or include), ROOT, BUILD, CONSUMER (sources), WORK (scratch folder),
# COMPILER and GENERATOR defined: builds and runs the consumer in that way. The scratch folder's name has a space.

function(causalmm_consumer_tests)
  foreach(way IN ITEMS package subdirectory include)
    add_test(NAME consumer/${way}
             COMMAND "${CMAKE_COMMAND}" -DWAY=${way} "-DROOT=${PROJECT_SOURCE_DIR}" "-DBUILD=${PROJECT_BINARY_DIR}"
                     "-DCONSUMER=${CMAKE_CURRENT_SOURCE_DIR}/consumer" "-DWORK=${CMAKE_CURRENT_BINARY_DIR}/consumer by ${way}"
                     "-DCOMPILER=${CMAKE_CXX_COMPILER}" "-DGENERATOR=${CMAKE_GENERATOR}" -P
                     "${PROJECT_SOURCE_DIR}/cmake/consumer.cmake")
  endforeach()
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(failed)
    message(FATAL_ERROR "failed: ${ARGV}\n${text}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
if(WAY STREQUAL "include")
  run("${COMPILER}" -std=c++20 -I "${ROOT}/include" "${CONSUMER}/main.cpp" -o "${WORK}/consumer" -pthread)
  run("${WORK}/consumer")
  return()
endif()
set(where "-DCAUSALMM_ROOT=${ROOT}")
if(WAY STREQUAL "package")
  run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix")
  set(where "-DCMAKE_PREFIX_PATH=${WORK}/prefix")
endif()
run("${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${WORK}/build" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "${where}")
run("${CMAKE_COMMAND}" --build "${WORK}/build")
run("${WORK}/build/consumer")
