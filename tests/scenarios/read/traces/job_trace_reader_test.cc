#include <catch2/catch.hpp>

#include "scenarios/read/traces/job_trace_reader.h"
#include "tests/scenarios/read/temp_folder.h"

namespace headroom::scenario {
namespace {

JobTrace ReadText(const std::string& text, std::uint32_t units, Diagnostics& diagnostics) {
  const test::TempFolder folder;
  JobTrace trace = ReadJobTrace(folder.Write("a.swf", text), "swf", units, diagnostics);
  for (const Finding& f : diagnostics.errors()) UNSCOPED_INFO(folder.Cut(f.Text()));
  return trace;
}

std::string ErrorOf(const std::string& text) {
  const test::TempFolder folder;
  Diagnostics diagnostics;
  ReadJobTrace(folder.Write("a.swf", text), "swf", 8, diagnostics);
  REQUIRE(diagnostics.errors().size() == 1);
  return folder.Cut(diagnostics.errors().front().Text());
}

constexpr double kNs = 1e9;

}  // namespace

TEST_CASE("a whole SWF line: submission, run time, processors, request, status, user, queue", "[traces]") {
  Diagnostics d;
  const JobTrace t = ReadText("; a comment\n\n 7 100 -1 50.5 4 -1 -1 4 60 -1 1 9 1 1 3 -1 -1 -1 ; so\n", 8, d);
  REQUIRE(t.jobs.size() == 1);
  const jobs::BatchJob& j = t.jobs[0];
  CHECK(j.id == 7);
  CHECK(j.submit == 100 * kNs);
  CHECK(j.runtime == 50.5 * kNs);
  CHECK(j.estimate == 60 * kNs);
  CHECK(j.units == 4);
  CHECK(j.user == 9);
  CHECK(j.queue == 3);
  CHECK(j.recorded == jobs::RecordedEnd::kCompleted);
  CHECK(t.remarks.empty());
}

TEST_CASE("each rule for rows that do not say what they should is applied, counted and told", "[traces]") {
  Diagnostics d;
  const JobTrace t = ReadText(
      "1 10 -1 -1 4\n"                            // no run time
      "2 20 -1 90 -1 -1 -1 2 60\n"                // ran over its request; processors from the request
      "3 15 -1 5 99\n"                            // larger than the cluster, out of order, no request
      "4 -5 -1 5 1 -1 -1 1 10\n",                 // before time 0
      8, d);
  REQUIRE(d.ok());
  REQUIRE(t.jobs.size() == 4);
  CHECK(t.jobs[0].id == 4);
  CHECK(t.jobs[0].submit == 0);
  CHECK(t.jobs[1].id == 1);
  CHECK(t.jobs[1].runtime == kNs);
  CHECK(t.jobs[1].units == 4);
  CHECK(t.jobs[2].id == 3);
  CHECK(t.jobs[2].units == 8);
  CHECK(t.jobs[2].estimate == 5 * kNs);
  CHECK(t.jobs[3].id == 2);
  CHECK(t.jobs[3].runtime == 60 * kNs);
  CHECK(t.jobs[3].estimate == 90 * kNs);
  CHECK(t.jobs[3].units == 2);
  CHECK(t.remarks == std::vector<std::string>{
                         "1 of 4 jobs have no run time or no processors and count as one second",
                         "1 of 4 jobs ran longer than they asked for and are cut there",
                         "1 of 4 jobs ask for more than the 8 processors there are and get them all",
                         "1 of 4 jobs were submitted before time 0 and are submitted there",
                         "2 of 4 jobs stand before an earlier submission and are sorted"});
}

TEST_CASE("what is no SWF is an error with its line", "[traces]") {
  CHECK(ErrorOf("1 0 -1 5 1\nfoo 2 3 4 5\n") == "a.swf:2:0: is no line of numbers: 'foo 2 3 4 5'");
  CHECK(ErrorOf("1 0 -1 5\n") == "a.swf:1:0: has 4 fields; a job has at least 5");
  CHECK(ErrorOf("1 0 -1 nan 1\n") == "a.swf:1:0: is no line of numbers: '1 0 -1 nan 1'");
  CHECK(ErrorOf("1 1e12 -1 5 1\n") == "a.swf:1:0: has a time of more than 9e9 s");
  CHECK(ErrorOf("; nothing\n") == "a.swf: has no jobs; a trace needs at least one");
}

TEST_CASE("traces of accelerator clusters: columns by name, time from the first submission", "[traces]") {
  const test::TempFolder folder;
  Diagnostics d;
  const auto read = [&](const char* format, const std::string& text) {
    return ReadJobTrace(folder.Write("a.csv", text), format, 64, d);
  };
  const JobTrace helios = read("helios",
                               "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,start_time,end_time,duration,queue\n"
                               "11,uA,v1,4,16,1,FAILED,2020-06-09 18:41:27,2020-06-09 18:41:30,2020-06-09 18:45:39,249,3\n"
                               "12,uB,v2,0,16,1,COMPLETED,2020-06-09 18:41:28,,,10,0\n"
                               "13,uB,v1,8,16,1,COMPLETED,2020-06-09 18:42:27,,,60,0\n");
  REQUIRE(helios.jobs.size() == 2);
  CHECK(helios.jobs[0].submit == 0);
  CHECK(helios.jobs[0].runtime == 249 * kNs);
  CHECK(helios.jobs[0].units == 4);
  CHECK(helios.jobs[0].recorded == jobs::RecordedEnd::kFailed);
  CHECK(helios.jobs[1].id == 13);
  CHECK(helios.jobs[1].submit == 60 * kNs);
  CHECK(helios.jobs[1].user == 2);
  CHECK(helios.jobs[1].queue == 1);
  CHECK(helios.remarks == std::vector<std::string>{"1 of 3 jobs are left out, as the format's rules say"});

  const JobTrace acme = read("acme",
                             "job_id,user,node_num,gpu_num,cpu_num,type,state,submit_time,start_time,end_time,duration,queue,gpu_time\n"
                             "5,u,1,8,128,Other,COMPLETED,2023-03-01 00:18:22+08:00,,,117,32,936.0\n");
  REQUIRE(acme.jobs.size() == 1);
  CHECK(acme.jobs[0].estimate == 117 * kNs);

  const JobTrace philly = read("philly", "timestamp,duration,num_gpus,gpu_time,cluster\n100,60,2,120,x\n130,0.5,1,1,x\n");
  CHECK(philly.jobs[1].submit == 30 * kNs);
  CHECK(philly.jobs[1].runtime == kNs);

  const JobTrace dlrm = read("dlrm", "role,app_name,gpu_request,creation_time,scheduled_time,deletion_time\n"
                                     "HN,a,1,,,\nHN,a,1,50,55,155\nCN,a,0,50,55,155\n");
  REQUIRE(dlrm.jobs.size() == 1);
  CHECK(dlrm.jobs[0].runtime == 100 * kNs);
  CHECK(d.ok());
}

TEST_CASE("a broken trace of an accelerator cluster is an error with its line", "[traces]") {
  const test::TempFolder folder;
  const auto error = [&](const std::string& text) {
    Diagnostics d;
    ReadJobTrace(folder.Write("a.csv", text), "philly", 8, d);
    REQUIRE(d.errors().size() == 1);
    return folder.Cut(d.errors().front().Text());
  };
  const std::string header = "timestamp,duration,num_gpus\n";
  CHECK(error("time,duration,num_gpus\n") == "a.csv:1:0: is no philly trace; column timestamp is missing");
  CHECK(error(header + "1,2\n") == "a.csv:2:0: has 2 fields; the first line has 3");
  CHECK(error(header + "1,2,x\n") == "a.csv:2:0: num_gpus is 'x'; it must be a number");
  CHECK(error(header + "yesterday,2,1\n") == "a.csv:2:0: timestamp is 'yesterday'; it must be seconds or a time");
  CHECK(error(header + "1,2,0\n") == "a.csv: has no jobs; a trace needs at least one");
}

TEST_CASE("Slurm's accounting: steps skipped, accelerators from TRES, spans and limits", "[traces]") {
  const test::TempFolder folder;
  Diagnostics d;
  const std::string head = "JobID|User|Partition|State|Submit|Elapsed|Timelimit|AllocTRES\n";
  const JobTrace t = ReadJobTrace(folder.Write("a.txt", head +
      "100|ann|gpu|COMPLETED|2026-03-01T12:00:00|01:00:00|1-00:00:00|billing=8,cpu=64,gres/gpu=8,mem=1T,node=1\n"
      "100.batch|||COMPLETED|2026-03-01T12:00:00|01:00:00||cpu=64,node=1\n"
      "101_3|bob|debug|CANCELLED by 1000|2026-03-01T12:10:00|00:30|UNLIMITED|cpu=8,gres/gpu=2,node=1\n"
      "102|ann|gpu|COMPLETED|2026-03-01T12:20:00|02:00:00|04:00:00|cpu=8,node=1\n"
      "103|ann|gpu|CANCELLED|2026-03-01T12:30:00|00:00:00|04:00:00|\n"), "sacct", 16, d);
  REQUIRE(d.ok());
  REQUIRE(t.jobs.size() == 2);
  CHECK(t.jobs[0].id == 100);
  CHECK(t.jobs[0].runtime == 3600 * kNs);
  CHECK(t.jobs[0].estimate == 86400 * kNs);
  CHECK(t.jobs[0].units == 8);
  CHECK(t.jobs[0].recorded == jobs::RecordedEnd::kCompleted);
  CHECK(t.jobs[1].id == 101);
  CHECK(t.jobs[1].submit == 600 * kNs);
  CHECK(t.jobs[1].runtime == 30 * kNs);
  CHECK(t.jobs[1].units == 2);
  CHECK(t.jobs[1].user != t.jobs[0].user);
  CHECK(t.jobs[1].queue != t.jobs[0].queue);
  CHECK(t.jobs[1].recorded == jobs::RecordedEnd::kCancelled);
  CHECK(t.remarks.size() == 1);  // two are left out

  // Without accelerators anywhere units are processors.
  const JobTrace cpu = ReadJobTrace(folder.Write("b.txt", "JobID|Submit|ElapsedRaw|TimelimitRaw|AllocCPUS\n7|2026-03-01T12:00:00|90|2|48\n"), "sacct", 64, d);
  REQUIRE(cpu.jobs.size() == 1);
  CHECK(cpu.jobs[0].units == 48);
  CHECK(cpu.jobs[0].estimate == 120 * kNs);

  Diagnostics bad;
  ReadJobTrace(folder.Write("c.txt", "JobID|State\n1|COMPLETED\n"), "sacct", 8, bad);
  ReadJobTrace(folder.Write("e.txt", head + "1|a|p|COMPLETED|yesterday|01:00:00|1:00|cpu=1\n2|a|p|COMPLETED|2026-03-01T12:00:00|an hour|1:00|cpu=1\n3|a\n"), "sacct", 8, bad);
  REQUIRE(bad.errors().size() == 4);
  CHECK(bad.errors()[0].message == "is no sacct -P dump; column Submit is missing");
  CHECK(bad.errors()[1].message == "Submit is 'yesterday'; it must be a time");
  CHECK(bad.errors()[2].message == "Elapsed is 'an hour'; it must be [days-]hours:minutes:seconds");
  CHECK(bad.errors()[3].message == "has 2 fields; the first line has 8");
}

}  // namespace headroom::scenario
