#include "sim/flow/simgrid_network.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <simgrid/kernel/resource/Action.hpp>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/s4u/Comm.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Link.hpp>
#include <simgrid/s4u/NetZone.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/core/check.h"
#include "sim/engine/simgrid_kernel.h"

namespace headroom {

namespace s4u = simgrid::s4u;
using simgrid::kernel::resource::Action;

/// SimGrid's objects, and what is known of each flow in its hands.
class SimgridNetwork::Platform {
 public:
  struct Moving {
    s4u::CommPtr comm;
    Action* action = nullptr;  ///< null before it is started and after it ended
    const void* activity = nullptr;
  };

  /// Routes are between pairs of hosts: n hosts carry n (n - 1).
  static std::uint32_t HostsFor(std::size_t routes) {
    auto n = static_cast<std::uint32_t>(std::sqrt(static_cast<double>(routes)));
    while (std::size_t{n} * (n - (n > 0 ? 1 : 0)) < routes) ++n;
    return n;
  }
  std::pair<s4u::Host*, s4u::Host*> Ends(std::uint32_t route) const {
    const auto n = static_cast<std::uint32_t>(hosts.size());
    const std::uint32_t from = route / (n - 1);
    const std::uint32_t to = route % (n - 1);
    return {hosts[from], hosts[to + (to >= from ? 1 : 0)]};
  }
  /// The action behind an activity that was just started: the last of its model.
  static Action* ActionOf(const void* activity) {
    for (simgrid::kernel::resource::Model* model : s4u::Engine::get_instance()->get_all_models()) {
      Action::StateSet& started = *model->get_started_action_set();
      if (!started.empty() && started.back().get_activity() == activity) return &started.back();
    }
    return nullptr;
  }

  std::vector<s4u::Host*> hosts;
  std::vector<s4u::Link*> links;
  std::size_t routes = 0;
  std::map<FlowId, Moving> moving;
  std::unordered_map<const void*, FlowId> by_activity;  ///< for look-up alone
  std::map<Instant, std::vector<FlowId>> ended;         ///< by the instant at which they report
  std::vector<s4u::CommPtr> gone;                       ///< kept until SimGrid has let go of them
  Balance moved{"bytes moved"};
};

SimgridNetwork::SimgridNetwork(Engine* engine)
    : FlowNetwork(engine), platform_(std::make_unique<Platform>()) {}

SimgridNetwork::~SimgridNetwork() = default;

void SimgridNetwork::Build() {
  Platform& p = *platform_;
  p.routes = routes();
  s4u::NetZone* zone = s4u::create_full_zone("flows");
  for (std::uint32_t i = 0; i < links(); ++i) {
    HR_CHECK(link(i).bandwidth > 0.0, link(i).name);
    p.links.push_back(
        zone->create_link(fmt::format("l{}", i), link(i).bandwidth)->set_latency(0.0)->seal());
  }
  for (std::uint32_t i = 0; i < Platform::HostsFor(p.routes); ++i)
    p.hosts.push_back(zone->create_host(fmt::format("h{}", i), 1.0)->seal());
  for (std::uint32_t r = 0; r < p.routes; ++r) {
    std::vector<s4u::LinkInRoute> hops;
    for (const std::uint32_t l : route(FlowRouteId(r)).links) hops.emplace_back(p.links[l]);
    const auto [from, to] = p.Ends(r);
    zone->add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, hops, false);
  }
  zone->seal();
  s4u::Link::on_communication_state_change_cb(
      [this](simgrid::kernel::resource::NetworkAction& changed, Action::State) {
        // The derived class is incomplete in the installed headers; Action is its first base.
        const auto& action = reinterpret_cast<const Action&>(changed);
        const auto known = platform_->by_activity.find(action.get_activity());
        if (known == platform_->by_activity.end()) return;
        const Instant at = std::max(SimgridKernel::Clock(), this->engine().now());
        if (!platform_->ended.contains(at))
          this->engine().At(at, Phase::kCompletion, [this] { Collect(); });
        platform_->ended[at].push_back(known->second);
        platform_->moving[known->second].action = nullptr;
        platform_->by_activity.erase(known);
      });
}

void SimgridNetwork::Started(std::uint32_t place) {
  SimgridKernel& kernel = KernelOf(engine());
  if (platform_->links.empty()) Build();
  HR_CHECK(routes() == platform_->routes && links() == platform_->links.size(), routes(), links());
  const FlowId id = flow(place).id;
  HR_CHECK(flow(place).bytes == std::floor(flow(place).bytes), flow(place).bytes);
  platform_->moving[id] = {};
  kernel.Hold();
  if (kernel.in_timer()) {
    Start(id);
  } else {
    engine().At(engine().now(), Phase::kCompletion, [this, id] { Start(id); });
  }
}

void SimgridNetwork::Start(FlowId id) {
  const auto found = platform_->moving.find(id);
  if (found == platform_->moving.end()) return;
  Platform::Moving& m = found->second;
  const Flow& f = flow(PlaceOf(id));
  const auto [from, to] = platform_->Ends(f.route.index());
  m.comm = s4u::Comm::sendto_init(from, to);
  m.comm->set_payload_size(static_cast<std::uint64_t>(f.bytes))->detach();
  m.activity = m.comm->get_impl();
  m.action = Platform::ActionOf(m.activity);
  HR_CHECK(m.action != nullptr, id.value);
  // SimGrid bounds a flow by the least bandwidth of its route at its start, whatever becomes of the
  // links.
  m.action->set_bound(-1.0);
  if (f.weight != 1.0) m.action->set_sharing_penalty(1.0 / f.weight);
  platform_->by_activity[m.activity] = id;
}

/// Reports what ended by now.
void SimgridNetwork::Collect() {
  Platform& p = *platform_;
  p.gone.clear();
  const auto due = p.ended.begin();
  for (const FlowId id : due->second) {
    const auto m = p.moving.find(id);
    p.gone.push_back(std::move(m->second.comm));
    p.moving.erase(m);
    p.moved.In(flow(PlaceOf(id)).bytes);
    KernelOf(engine()).Release();
    Moved(PlaceOf(id));
  }
  p.ended.erase(due);
}

void SimgridNetwork::Stopped(std::uint32_t place) {
  Platform& p = *platform_;
  const FlowId id = flow(place).id;
  p.moved.In(flow(place).bytes - RemainingOf(place));
  for (auto& [at, ids] : p.ended) std::erase(ids, id);
  const auto found = p.moving.find(id);
  const Platform::Moving m = std::move(found->second);
  p.moving.erase(found);
  p.by_activity.erase(m.activity);
  KernelOf(engine()).Release();
  if (m.action != nullptr) m.comm->cancel();
  if (m.comm) p.gone.push_back(m.comm);
}

void SimgridNetwork::BandwidthChanged(std::uint32_t index) {
  HR_CHECK(link(index).bandwidth > 0.0, link(index).name);
  if (index < platform_->links.size())
    platform_->links[index]->set_bandwidth(link(index).bandwidth);
}

double SimgridNetwork::RateOf(std::uint32_t place) {
  const Action* action = platform_->moving[flow(place).id].action;
  return action == nullptr ? 0.0 : action->get_rate();
}

double SimgridNetwork::RemainingOf(std::uint32_t place) {
  const Platform::Moving& m = platform_->moving[flow(place).id];
  if (!m.comm) return flow(place).bytes;
  return m.action == nullptr ? 0.0 : m.action->get_remains();
}

double SimgridNetwork::LoadOf(std::uint32_t link) {
  return link < platform_->links.size() ? platform_->links[link]->get_usage() : 0.0;
}

double SimgridNetwork::MovedBytes() {
  Balance moved = platform_->moved;
  for (const auto& [id, m] : platform_->moving)
    moved.In(flow(PlaceOf(id)).bytes - RemainingOf(PlaceOf(id)));
  return moved.in();
}

}  // namespace headroom
