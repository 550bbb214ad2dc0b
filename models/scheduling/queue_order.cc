#include "models/scheduling/queue_order.h"

namespace headroom::scheduling {
namespace {

class Fifo final : public QueueOrder {
 public:
  double Key(const Cluster&, JobIndex) override { return 0.0; }
};

class Priority final : public QueueOrder {
 public:
  double Key(const Cluster& c, JobIndex job) override { return -static_cast<double>(c.jobs()[job].priority); }
};

class Shortest final : public QueueOrder {
 public:
  double Key(const Cluster& c, JobIndex job) override { return static_cast<double>(c.RemainingEstimate(job)); }
};

}  // namespace

std::unique_ptr<QueueOrder> MakeFifoOrder() { return std::make_unique<Fifo>(); }
std::unique_ptr<QueueOrder> MakePriorityOrder() { return std::make_unique<Priority>(); }
std::unique_ptr<QueueOrder> MakeShortestOrder() { return std::make_unique<Shortest>(); }

}  // namespace headroom::scheduling
