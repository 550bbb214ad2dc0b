add_executable(bench_engine engine_events.cc engine_flows.cc engine_main.cc)
target_link_libraries(bench_engine PRIVATE sim_flow)
add_test(NAME bench_engine_smoke COMMAND bench_engine --smoke)
set_tests_properties(bench_engine_smoke PROPERTIES PASS_REGULAR_EXPRESSION
  "schedule_and_run +[0-9.e+]+ events/s.*hold +[0-9.e+]+ events/s.*schedule_and_cancel +[0-9.e+]+ pairs/s.*resolve_distinct_routes +[0-9.e+-]+ ms.*resolve_folded_routes +[0-9.e+-]+ ms.*flow_life +[0-9.e+-]+ us/flow")
