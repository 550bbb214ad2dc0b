#include <array>

#include "models/training/schedule.h"
#include "sim/core/check.h"

namespace headroom::training {
namespace {

constexpr std::uint32_t kMany = 1u << 16;

constexpr std::array<ScheduleRow, 8> kTable{{
    {Schedule::kGpipe, "gpipe", GpipeOrder, GpipeOrder, false, false, 1, 1, "1"},
    {Schedule::k1f1b, "1f1b", OneFOneBOrder, OneFOneBOrder, false, false, 1, 1, "1"},
    {Schedule::kInterleaved1f1b, "interleaved-1f1b", InterleavedOrder, InterleavedOrder, false, false, 1, kMany,
     "any number of"},
    {Schedule::kZeroBubble, "zero-bubble", ZeroBubbleOrder, OneFOneBOrder, true, false, 1, 1, "1"},
    {Schedule::kZbv, "zbv", ZbvOrder, ZbvPasses, true, true, 2, 2, "2"},
    {Schedule::kVHalf, "v-half", VHalfOrder, VHalfPasses, true, true, 2, 2, "2"},
    {Schedule::kVMin, "v-min", VMinOrder, VMinPasses, true, true, 2, 2, "2"},
    {Schedule::kDualPipe, "dualpipe", DualPipeOrder, DualPipeOrder, true, true, 2, 2, "2"},
}};

}  // namespace

std::span<const ScheduleRow> ScheduleTable() { return kTable; }

const ScheduleRow& RowOf(Schedule schedule) {
  const ScheduleRow& row = kTable[static_cast<std::size_t>(schedule)];
  HR_CHECK(row.schedule == schedule, row.name);
  return row;
}

std::uint32_t PositionOf(const ScheduleRow& row, std::uint32_t stages, std::uint32_t stage,
                         std::uint32_t chunk) {
  if (row.v_shaped && chunk % 2 == 1) return chunk * stages + (stages - 1 - stage);
  return chunk * stages + stage;
}

Seat SeatOf(const ScheduleRow& row, std::uint32_t stages, std::uint32_t position) {
  const std::uint32_t chunk = position / stages, place = position % stages;
  return {row.v_shaped && chunk % 2 == 1 ? stages - 1 - place : place, chunk};
}

}  // namespace headroom::training
