add_executable(bench_engine engine_main.cc engine_events.cc)
target_link_libraries(bench_engine PRIVATE sim_engine)
