# headroom_scenario_headers(target): compile the generated headers of the scenario once for all who read it.
#
# scenario.pb.h costs two seconds in every file that includes it; scenarios/schema makes the precompiled header.
function(headroom_scenario_headers target)
  # g++ 12 warns of std::string inside a precompiled <string> (GCC bug 105329); read as text it is a system header.
  target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-stringop-overflow -Wno-restrict)
  if(CCACHE)
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE}")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
  if(NOT ${target} STREQUAL scenario_headers)
    target_precompile_headers(${target} REUSE_FROM scenario_headers)
  endif()
endfunction()
