#include <set>
#include <utility>

#include "models/scheduling/admission.h"
#include "models/scheduling/availability.h"
#include "models/scheduling/unit_profile.h"
#include "sim/core/check.h"

namespace headroom::scheduling {
namespace {

/// Books counts.
class CountBook {
 public:
  static constexpr bool kAnewAfterEveryEnd = false;
  explicit CountBook(const Cluster& c) : profile_(c.units()), start_(c.jobs().size(), kNever) {}
  std::int64_t start(JobIndex job) const { return start_[job]; }
  void Book(const Cluster& c, const WaitingJob& w) {
    start_[w.job] = profile_.EarliestHole(w.units, w.estimate, c.now());
    profile_.Take(w.units, start_[w.job], start_[w.job] + w.estimate);
  }
  void Cancel(const WaitingJob& w) { profile_.Give(w.units, start_[w.job], start_[w.job] + w.estimate); }
  void Left(const Allocation& units, std::int64_t from, std::int64_t to) { profile_.Give(UnitsOf(units), from, to); }
  void Hold(const Allocation& units, std::int64_t from, std::int64_t to) { profile_.Take(UnitsOf(units), from, to); }
  bool Free(const Cluster& c, const WaitingJob& w) const { return w.units <= c.free(); }
  void Start(Cluster& c, Cluster::Place p) { c.Start(p); }
  void Trim(std::int64_t now) { profile_.Trim(now); }

 private:
  Availability profile_;
  std::vector<std::int64_t> start_;
};

/// Books machines, the lowest ids first.
class UnitBook {
 public:
  /// As batsched does: lower ids may have come free even where a job ends on time.
  static constexpr bool kAnewAfterEveryEnd = true;
  explicit UnitBook(const Cluster& c) : profile_(c.units()), holes_(c.jobs().size()) {}
  std::int64_t start(JobIndex job) const { return holes_[job].start; }
  void Book(const Cluster& c, const WaitingJob& w) {
    holes_[w.job] = profile_.FirstFit(w.units, w.estimate, c.now());
    profile_.Take(holes_[w.job].units, holes_[w.job].start, holes_[w.job].start + w.estimate);
  }
  void Cancel(const WaitingJob& w) {
    const UnitProfile::Hole& hole = holes_[w.job];
    profile_.Give(hole.units, hole.start, hole.start + w.estimate);
  }
  void Left(const Allocation& units, std::int64_t from, std::int64_t to) { profile_.Give(units, from, to); }
  void Hold(const Allocation& units, std::int64_t from, std::int64_t to) { profile_.Take(units, from, to); }
  bool Free(const Cluster& c, const WaitingJob& w) const {
    UnitSet free = c.floor().free(), booked(c.units(), false);
    booked.Add(holes_[w.job].units);
    booked.Intersect(free);
    return booked.count() == w.units;
  }
  void Start(Cluster& c, Cluster::Place p) {
    const JobIndex job = c.waiting().at(p).job;
    c.Start(p, holes_[job].units);
    holes_[job].units = {};
  }
  void Trim(std::int64_t now) { profile_.Trim(now); }

 private:
  UnitProfile profile_;
  std::vector<UnitProfile::Hole> holes_;
};

/// Mu'alem and Feitelson 2001: a job books the earliest hole on arrival. Where a job ends before its estimate, its rest is
/// given back and the waiting jobs, in order, book anew; each finds its old place or an earlier one. Where a node fails all book
/// anew beside its outage, and may be put off.
template <class Book>
class Conservative final : public Admission {
 public:
  explicit Conservative(const Cluster& c) : book_(c) {}

  void Submitted(Cluster&, JobIndex job) override { fresh_.push_back(job); }

  void Leaving(Cluster& c, JobIndex, const Allocation& units, std::int64_t expected_end) override {
    book_.Left(units, c.now(), expected_end);
    anew_ = anew_ || Book::kAnewAfterEveryEnd || c.now() < expected_end;
  }

  void Down(Cluster&, const Allocation& units, std::int64_t until) override { outages_.emplace_back(units, until); }

  void Up(Cluster& c, const Allocation& units, std::int64_t until) override {
    if (until <= c.now()) return;
    for (auto it = outages_.begin(); it != outages_.end(); ++it)
      if (it->first == units) {  // not booked yet
        outages_.erase(it);
        return;
      }
    book_.Left(units, c.now(), until);
    anew_ = true;
  }

  void Pass(Cluster& c) override {
    book_.Trim(c.now());
    if (!outages_.empty()) PutOff(c);
    if (anew_) Compress(c);
    for (const JobIndex job : fresh_) {
      book_.Book(c, c.waiting().at(c.PlaceOf(job)));
      starts_.emplace(book_.start(job), job);
    }
    fresh_.clear();
    anew_ = false;
    for (auto it = starts_.begin(); it != starts_.end() && it->first <= c.now();) {
      const Cluster::Place p = c.PlaceOf(it->second);
      // Where passes come after each event, the units of a job that ends at this instant may still be held.
      if (!book_.Free(c, c.waiting().at(p))) {
        ++it;
        continue;
      }
      book_.Start(c, p);
      it = starts_.erase(it);
    }
  }

  std::int64_t NextWake(const Cluster& c) const override {
    const auto it = starts_.upper_bound({c.now(), UINT32_MAX});
    return it == starts_.end() ? kNever : it->first;
  }

 private:
  void PutOff(Cluster& c) {
    const std::set<JobIndex> fresh(fresh_.begin(), fresh_.end());
    const auto each_booked = [&](auto f) {
      c.waiting().Each([&](const WaitingJob& w) {
        if (fresh.count(w.job) == 0) f(w);
      });
    };
    starts_.clear();
    each_booked([&](const WaitingJob& w) { book_.Cancel(w); });
    for (const auto& [units, until] : outages_)
      if (until > c.now()) book_.Hold(units, c.now(), until);
    outages_.clear();
    each_booked([&](const WaitingJob& w) {
      book_.Book(c, w);
      starts_.emplace(book_.start(w.job), w.job);
    });
    anew_ = false;
  }

  void Compress(Cluster& c) {
    std::set<JobIndex> fresh(fresh_.begin(), fresh_.end());
    starts_.clear();
    c.waiting().Each([&](const WaitingJob& w) {
      if (fresh.count(w.job) > 0) return;
      const std::int64_t before = book_.start(w.job);
      book_.Cancel(w);
      book_.Book(c, w);
      HR_CHECK(book_.start(w.job) <= std::max(before, c.now()), w.job, before, book_.start(w.job));
      starts_.emplace(book_.start(w.job), w.job);
    });
  }

  Book book_;
  std::vector<JobIndex> fresh_;  ///< no reservation yet
  std::set<std::pair<std::int64_t, JobIndex>> starts_;
  std::vector<std::pair<Allocation, std::int64_t>> outages_;  ///< not booked yet
  bool anew_ = false;
};

}  // namespace

std::unique_ptr<Admission> MakeConservativeBackfill(const Cluster& cluster) {
  return std::make_unique<Conservative<CountBook>>(cluster);
}
std::unique_ptr<Admission> MakeConservativeMachines(const Cluster& cluster) {
  return std::make_unique<Conservative<UnitBook>>(cluster);
}

}  // namespace headroom::scheduling
