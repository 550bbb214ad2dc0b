#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "scenarios/import/import.h"

namespace headroom::import {
namespace {

struct Port {
  std::string peer;   ///< id of the other end
  double rate = 0.0;  ///< Gbps
};

struct Device {
  bool is_switch = false;
  std::string name;  ///< "node001 mlx5_0"
  std::vector<Port> ports;
};

/// What stands in the first pair of double quotes at or after `from`; `end` is behind it.
std::optional<std::string> Quoted(const std::string& line, std::size_t from, std::size_t* end = nullptr) {
  const std::size_t open = line.find('"', from);
  const std::size_t close = open == line.npos ? open : line.find('"', open + 1);
  if (close == line.npos) return std::nullopt;
  if (end) *end = close + 1;
  return line.substr(open + 1, close - open - 1);
}

/// "4xNDR" at the end of a line, in Gbps.
std::optional<double> RateOf(const std::string& line) {
  static const std::map<std::string, double> kLane = {{"SDR", 2.5}, {"DDR", 5.0},  {"QDR", 10.0},  {"FDR10", 10.0}, {"FDR", 14.0},
                                                      {"EDR", 25.0}, {"HDR", 50.0}, {"NDR", 100.0}, {"XDR", 200.0}};
  const std::size_t x = line.rfind('x');
  if (x == line.npos || x == 0) return std::nullopt;
  std::size_t begin = x;
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(line[begin - 1]))) --begin;
  std::string name;
  for (std::size_t i = x + 1; i < line.size() && std::isalnum(static_cast<unsigned char>(line[i])); ++i) name += line[i];
  const auto lane = kLane.find(name);
  if (lane == kLane.end() || begin == x || x - begin > 2) return std::nullopt;
  return lane->second * std::stoi(line.substr(begin, x - begin));
}

class Fabric {
 public:
  Imported Read(const std::vector<SourceFile>& files) {
    for (const SourceFile& file : files) ReadFile(file);
    std::size_t switches = 0, adapters = 0;
    for (const auto& [id, device] : devices_) (device.is_switch ? switches : adapters) += 1;
    if (switches == 0) throw ConfigError("no Switch in these files; is this the output of ibnetdiscover?");
    Write(switches, adapters);
    return std::move(out_);
  }

 private:
  void ReadFile(const SourceFile& file) {
    std::istringstream in(file.text);
    Device* device = nullptr;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (line.empty() || line[0] == '#') continue;
      const bool is_switch = line.rfind("Switch", 0) == 0;
      if (is_switch || line.rfind("Ca", 0) == 0 || line.rfind("Rt", 0) == 0) {
        std::size_t end = 0;
        const auto id = Quoted(line, 0, &end);
        if (!id) {
          device = nullptr;
          out_.left_out.push_back({{file.path, number, 1}, line.substr(0, 60), "is not understood"});
          continue;
        }
        device = &devices_[*id];
        device->is_switch = is_switch;
        device->name = Quoted(line, end).value_or(*id);
        continue;
      }
      if (line[0] != '[' || device == nullptr) continue;  // guids and ids of the maker
      const auto peer = Quoted(line, 0);
      const auto rate = RateOf(line);
      if (!peer || !rate) {
        out_.left_out.push_back({{file.path, number, 1}, line.substr(0, 60), peer ? "has no rate like 4xNDR at its end" : "is not understood"});
        continue;
      }
      device->ports.push_back({*peer, *rate});
    }
  }

  static std::string Host(const Device& adapter) { return adapter.name.substr(0, adapter.name.find(' ')); }

  void Write(std::size_t switches, std::size_t adapters) {
    std::map<std::string, std::set<std::string>> leaves_of_host;
    std::map<std::string, std::size_t> adapters_of_host;
    std::map<double, std::size_t> rates;
    double down = 0.0, up = 0.0;
    std::size_t leaves = 0;
    for (const auto& [id, device] : devices_) {
      if (!device.is_switch) {
        ++adapters_of_host[Host(device)];
        continue;
      }
      double hosts = 0.0, others = 0.0;
      for (const Port& port : device.ports) {
        const auto peer = devices_.find(port.peer);
        const bool to_switch = port.peer.rfind("S-", 0) == 0 || (peer != devices_.end() && peer->second.is_switch);
        (to_switch ? others : hosts) += port.rate;
        if (to_switch) continue;
        ++rates[port.rate];
        if (peer != devices_.end()) leaves_of_host[Host(peer->second)].insert(id);
      }
      if (hosts == 0.0) continue;
      ++leaves;
      down += hosts;
      up += others;
    }
    if (leaves == 0) throw ConfigError("no switch has an adapter on it; the site needs those that nodes are on");
    // Rails: every adapter of a host on a leaf switch of its own.
    bool rails = !leaves_of_host.empty();
    for (const auto& [host, of_host] : leaves_of_host) rails = rails && adapters_of_host[host] > 1 && of_host.size() == adapters_of_host[host];
    const double oversubscription = up > 0.0 ? std::max(1.0, down / up) : 1.0;
    out_.yaml = fmt::format("site:\n  fabric: {{type: {}, oversubscription: {:.6g}}}\n", rails ? "rail-optimized" : "fat-tree", oversubscription);
    out_.assumed.push_back({{}, "site.fabric", fmt::format("{} switches, {} of them with nodes; {} hosts with {} adapters; {:.6g} Gbps to nodes and {:.6g} Gbps up", switches, leaves,
                                                           adapters_of_host.size(), adapters, down, up)});
    for (const auto& [rate, count] : rates)
      out_.assumed.push_back({{}, "site.systems", fmt::format("{} adapters at {:.6g} Gbps: choose node types whose network cards are those", count, rate)});
    if (up == 0.0 && switches > 1) out_.left_out.push_back({{}, "links between switches", "there are none in the files; oversubscription 1 is taken"});
  }

  Imported out_;
  std::map<std::string, Device> devices_;
};

}  // namespace

Imported ReadIbNetDiscover(const std::vector<SourceFile>& files) { return Fabric().Read(files); }

}  // namespace headroom::import
