#include "scenarios/sweep/slurm.h"

#include <catch2/catch.hpp>

using namespace headroom::sweep;

TEST_CASE("chunks hold about thirty seconds of work", "[slurm]") {
  CHECK(CutInto(1000, 1.0).size == 30);
  CHECK(CutInto(1000, 1.0).count == 34);
  CHECK(CutInto(1000, 100.0).size == 1);
  CHECK(CutInto(5, 0.01).size == 5);
  CHECK(CutInto(5, 0.01).count == 1);
  CHECK(CutInto(1000, 0.0).size == 1000);
}

TEST_CASE("the command of a chunk survives the shell whatever the names are", "[slurm]") {
  CHECK(ChunkCommand("/opt/head room/headroom", Folder("/data/it's"), "$SLURM_ARRAY_TASK_ID", {30, 34}) ==
        "'/opt/head room/headroom' sweep point '/data/it'\\''s' --chunk $SLURM_ARRAY_TASK_ID --size 30");
}
