# HEADROOM_BUILD_GUI says whether the desktop is built. Qt and QCustomPlot are looked for only where it may be.
#
# headroom_gui_library(name SOURCES a.cc ... DEPS target ...)
#
# A library of the desktop: headroom_library with moc and the Qt headers compiled once.
set(HEADROOM_BUILD_GUI OFF)
if(NOT HEADROOM_GUI STREQUAL OFF)
  find_package(Qt6 6.4 QUIET COMPONENTS Widgets PrintSupport Svg Test)
  find_package(QCustomPlotQt6 QUIET)
  if(Qt6_FOUND AND QCustomPlotQt6_FOUND)
    set(HEADROOM_BUILD_GUI ON)
  elseif(HEADROOM_GUI STREQUAL AUTO)
    message(STATUS "the desktop is left out: Qt 6 or QCustomPlot is not installed (./test installs them)")
  else()
    message(FATAL_ERROR "HEADROOM_GUI is ON; install qt6-base-dev, qt6-svg-dev and libqcustomplot-dev")
  endif()
endif()

function(headroom_gui_target name)
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
  target_link_libraries(${name} ${ARGN} Qt6::Widgets Qt6::PrintSupport)
  if(CCACHE)
    set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE}")
    target_compile_options(${name} PRIVATE -fpch-preprocess)
  endif()
endfunction()

function(headroom_gui_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  headroom_library(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS})
  headroom_gui_target(${name} PUBLIC)
  target_precompile_headers(${name} REUSE_FROM gui_headers)
endfunction()
