# headroom_library(name SOURCES a.cc ... DEPS target ... [PROTOS x.proto ...])
#
# One static library per folder. Includes are written from the repository root; a .proto is compiled into the build
# tree at the same relative path, so its header is included the same way.
function(headroom_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PROTOS" ${ARGN})
  set(generated)
  foreach(proto ${ARG_PROTOS})
    file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${proto})
    string(REGEX REPLACE "\\.proto$" "" stem ${path})
    set(out ${CMAKE_BINARY_DIR}/generated/${stem}.pb.cc ${CMAKE_BINARY_DIR}/generated/${stem}.pb.h)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)
    add_custom_command(
      OUTPUT ${out}
      COMMAND protobuf::protoc -I ${CMAKE_SOURCE_DIR} --cpp_out ${CMAKE_BINARY_DIR}/generated
              ${CMAKE_SOURCE_DIR}/${path}
      DEPENDS ${CMAKE_SOURCE_DIR}/${path}
      COMMENT "protoc ${path}" VERBATIM)
    list(APPEND generated ${out})
  endforeach()
  if(generated)
    set_source_files_properties(${generated} PROPERTIES GENERATED TRUE COMPILE_OPTIONS -w)
    add_custom_target(${name}_protos DEPENDS ${generated})
  endif()
  add_library(${name} STATIC ${ARG_SOURCES} ${generated})
  if(generated)
    add_dependencies(${name} ${name}_protos)
  endif()
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_include_directories(${name} SYSTEM PUBLIC ${CMAKE_BINARY_DIR}/generated)
  target_link_libraries(${name} PUBLIC ${ARG_DEPS})
endfunction()
