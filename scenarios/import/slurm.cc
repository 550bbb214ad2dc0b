#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>

#include "scenarios/import/host_list.h"
#include "scenarios/import/import.h"
#include "scenarios/import/node_match.h"
#include "scenarios/import/section_text.h"
#include "scenarios/import/slurm_lines.h"

namespace headroom::import {
namespace {

/// Nodes that are alike.
struct NodeKind {
  std::string accelerator;
  std::uint32_t accelerators = 0, processors = 1;
  bool operator<(const NodeKind& o) const {
    return std::tie(accelerator, accelerators, processors) < std::tie(o.accelerator, o.accelerators, o.processors);
  }
};

struct Partition {
  std::string name;
  std::uint32_t tier = 1;
  std::vector<std::string> hosts;  ///< empty: all
  int line = 0;
};

std::uint32_t Count(const std::string& text, std::uint32_t otherwise) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

/// "gpu:h100:8(S:0-1),nic:2": the accelerators.
void ReadGres(const std::string& text, NodeKind* kind) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::string part = text.substr(at, comma - at);
    at = comma + 1;
    part = part.substr(0, part.find('('));
    if (part.rfind("gpu", 0) != 0) continue;
    const std::size_t one = part.find(':'), two = one == part.npos ? part.npos : part.find(':', one + 1);
    if (one == part.npos) {
      kind->accelerators += 1;
    } else if (two == part.npos) {
      const std::string only = part.substr(one + 1);
      const std::uint32_t count = Count(only, 0);
      kind->accelerators += count > 0 ? count : 1;
      if (count == 0) kind->accelerator = only;
    } else {
      kind->accelerator = part.substr(one + 1, two - one - 1);
      kind->accelerators += Count(part.substr(two + 1), 1);
    }
  }
}

class Slurm {
 public:
  Imported Read(const std::vector<SourceFile>& files) {
    for (const SourceFile& file : files) {
      file_ = file.path;
      if (file.text.rfind("JobID|", 0) == 0 || file.text.find("|JobID|") < file.text.find('\n')) {
        trace_ = file.reference.empty() ? file.path : file.reference;
        continue;
      }
      for (const SlurmLine& line : SlurmLines(file.text)) ReadLine(line);
    }
    if (nodes_.empty()) throw ConfigError("no NodeName in these files; a site needs the nodes of slurm.conf");
    Write();
    return std::move(out_);
  }

 private:
  void LeaveOut(int line, const std::string& what, const std::string& why) { out_.left_out.push_back({line > 0 ? Place{file_, line, 1} : Place{}, what, why}); }
  void Assume(const std::string& what, const std::string& why) { out_.assumed.push_back({{}, what, why}); }

  void ReadLine(const SlurmLine& line) {
    for (const std::string& word : line.words) LeaveOut(line.number, word, "is not understood");
    if (line.pairs.empty()) return;
    const std::string& first = line.first();
    if (first == "nodename") return ReadNodes(line);
    if (first == "partitionname") return ReadPartition(line);
    if (first == "switchname" || first == "blockname") return ReadDomain(line);
    if (first == "name") {  // gres.conf without NodeName says nothing that NodeName does not
      return;
    }
    for (const auto& [key, value] : line.pairs) {
      if (key == "blocksizes") block_sizes_ = {line.number, value};
      ReadSetting(line.number, key, value);
    }
  }

  void ReadNodes(const SlurmLine& line) {
    const std::string names = line.pairs.front().second;
    if (line.Get("name")) return;  // gres.conf
    if (names == "DEFAULT") {
      default_node_ = line.pairs;
      return;
    }
    NodeKind kind;
    std::string state;
    std::uint32_t sockets = 1, cores = 1, threads = 1, cpus = 0;
    const auto apply = [&](const std::vector<std::pair<std::string, std::string>>& pairs) {
      for (const auto& [key, value] : pairs) {
        if (key == "gres") {
          kind.accelerators = 0;
          ReadGres(value, &kind);
        }
        if (key == "cpus" || key == "procs") cpus = Count(value, 0);
        if (key == "sockets") sockets = Count(value, 1);
        if (key == "corespersocket") cores = Count(value, 1);
        if (key == "threadspercore") threads = Count(value, 1);
        if (key == "state") state = value;
      }
    };
    apply(default_node_);
    apply(line.pairs);
    kind.processors = std::max(1U, cpus > 0 ? cpus : sockets * cores * threads);
    if (state == "FUTURE" || state == "DOWN") return LeaveOut(line.number, names, fmt::format("is in state {}", state));
    const auto hosts = HostNames(names);
    if (!hosts) return LeaveOut(line.number, "NodeName=" + names, "is not a list of hosts");
    for (const std::string& host : *hosts) nodes_[host] = kind;
  }

  void ReadPartition(const SlurmLine& line) {
    const std::string name = line.pairs.front().second;
    if (name == "DEFAULT") return LeaveOut(line.number, "PartitionName=DEFAULT", "defaults of partitions are not read");
    const std::uint32_t tier = Count(line.Get("prioritytier").value_or("1"), 1);
    partitions_.push_back({SectionName(name), tier, {}, line.number});
    for (const char* key : {"maxtime", "maxnodes", "allowgroups", "allowaccounts", "allowqos", "qos", "oversubscribe", "gracetime", "hidden", "state"})
      if (const auto value = line.Get(key)) LeaveOut(line.number, fmt::format("PartitionName={} {}={}", name, key, *value), "is not simulated");
    const std::string hosts = line.Get("nodes").value_or("ALL");
    if (hosts == "ALL") return;
    if (const auto list = HostNames(hosts)) partitions_.back().hosts = *list;
    else LeaveOut(line.number, fmt::format("PartitionName={} Nodes={}", name, hosts), "is not a list of hosts; the queue may use all nodes");
  }

  void ReadDomain(const SlurmLine& line) {
    const bool block = line.first() == "blockname";
    if (block) ++blocks_;
    if (line.Get("switches")) tree_ = true;
    if (const auto hosts = line.Get("nodes")) {
      const auto names = HostNames(*hosts);
      if (!names) return LeaveOut(line.number, "Nodes=" + *hosts, "is not a list of hosts");
      ++leaves_;
      largest_leaf_ = std::max(largest_leaf_, names->size());
      smallest_leaf_ = std::min(smallest_leaf_, names->size());
    }
    if (const auto speed = line.Get("linkspeed")) LeaveOut(line.number, "LinkSpeed=" + *speed, "the rate of links comes from the nodes' network cards");
  }

  void ReadSetting(int line, const std::string& key, const std::string& value) {
    static const std::set<std::string> kSilent = {"clustername", "slurmctldhost", "controlmachine", "slurmuser", "slurmctldport", "slurmdport",
      "authtype", "cryptotype", "statesavelocation", "slurmdspooldir", "slurmctldpidfile", "slurmdpidfile", "slurmctldlogfile", "slurmdlogfile",
      "slurmctlddebug", "slurmddebug", "mpidefault", "proctracktype", "taskplugin", "returntoservice", "switchtype", "jobcomptype", "jobacctgathertype",
      "jobacctgatherfrequency", "accountingstoragetype", "accountingstoragehost", "accountingstoreflags", "accountingstorageenforce", "accountingstoragetres", "grestypes",
      "inactivelimit", "killwait", "minjobage", "slurmctldtimeout", "slurmdtimeout", "waittime", "selecttype", "resumeprogram", "include", "prolog", "epilog",
      "credtype", "launchtype", "usepam", "mailprog", "maxjobcount", "messagetimeout", "tcptimeout", "blocksizes", "priorityflags", "healthcheckprogram",
      "healthcheckinterval", "srunportrange", "plugindir", "rebootprogram", "unkillablesteptimeout", "debugflags", "firstjobid", "propagateresourcelimits"};
    const std::map<std::string, const char*> weights = {{"priorityweightage", "age"}, {"priorityweightfairshare", "fair_share"},
                                                        {"priorityweightjobsize", "size"}, {"priorityweightpartition", "queue"}};
    if (const auto weight = weights.find(key); weight != weights.end()) {
      rules_[weight->second] = value;
    } else if (key == "prioritytype") {
      multifactor_ = value.find("multifactor") != value.npos;
    } else if (key == "prioritymaxage" || key == "prioritydecayhalflife" || key == "prioritycalcperiod") {
      SetSpan(line, key, value);
    } else if (key == "priorityfavorsmall") {
      if (value == "YES" || value == "yes") rules_["favor_small"] = "true";
    } else if (key == "schedulertype") {
      backfill_ = value.find("backfill") != value.npos;
    } else if (key == "schedulerparameters") {
      ReadParameters(line, value);
    } else if (key == "preempttype") {
      preempts_ = value.find("none") == value.npos;
    } else if (key == "preemptmode") {
      preempt_mode_ = value;
    } else if (key == "topologyplugin") {
      topology_ = value.find("tree") != value.npos || value.find("block") != value.npos;
    } else if (key == "selecttypeparameters") {
      spread_ = value.find("LLN") != value.npos;
    } else if (kSilent.count(key) == 0) {
      LeaveOut(line, key + "=" + value, "is not simulated");
    } else {
      ++administrative_;
    }
  }

  /// `7-0`, `14-00:00:00`, `0`, in days; PriorityCalcPeriod in minutes.
  void SetSpan(int line, const std::string& key, const std::string& value) {
    const char* name = key == "prioritymaxage" ? "max_age" : key == "prioritydecayhalflife" ? "half_life" : "every";
    const std::size_t dash = value.find('-');
    if (dash == value.npos) {
      const std::uint32_t minutes = Count(value, 0);
      if (minutes == 0) return LeaveOut(line, key + "=" + value, "is not understood, or off, which is not simulated");
      rules_[name] = fmt::format("{} min", minutes);
      return;
    }
    rules_[name] = fmt::format("{} d", Count(value.substr(0, dash), 7));
    const std::string rest = value.substr(dash + 1);
    if (rest.find_first_not_of("0:") != rest.npos) LeaveOut(line, key + "=" + value, "is taken to the day");
  }

  void ReadParameters(int line, const std::string& value) {
    for (std::size_t at = 0; at < value.size();) {
      const std::size_t comma = std::min(value.find(',', at), value.size());
      const std::string part = value.substr(at, comma - at);
      at = comma + 1;
      const std::size_t equal = part.find('=');
      const std::string name = part.substr(0, equal), number = equal == part.npos ? "" : part.substr(equal + 1);
      if (name == "bf_window" && Count(number, 0) > 0) {
        rules_["window"] = number + " min";
      } else if (name == "bf_max_job_test" && Count(number, 0) > 0) {
        rules_["depth"] = number;
      } else {
        LeaveOut(line, "SchedulerParameters " + part, "is not simulated");
      }
    }
  }

  void Write() {
    out_.whole = true;
    out_.yaml = "schema: 1\nname: Imported from Slurm\nsite:\n  systems:\n";
    std::map<NodeKind, std::uint32_t> kinds;
    for (const auto& [host, kind] : nodes_) ++kinds[kind];
    const catalog::Library library;
    std::set<std::string> names;
    bool any = false;
    for (const auto& [kind, count] : kinds) {
      const Machine machine = MachineOf(library, kind.accelerator, kind.accelerators, count);
      if (machine.type.empty()) {
        LeaveOut(0, fmt::format("{} nodes of {} x {}", count, kind.accelerators, kind.accelerator.empty() ? "an accelerator without a type in Gres" : kind.accelerator),
                 "the catalog has no such node; write a sheet for it (docs/formats)");
        continue;
      }
      any = true;
      if (kind.accelerators > 0 || kinds.size() == 1) {
        for (const auto& [host, of] : nodes_)
          if (!(of < kind) && !(kind < of)) places_.emplace(host, places_.size());
        types_.push_back("");
      }
      std::string name = SectionName(kind.accelerators == 0 ? "cpu" : kind.accelerator);
      while (!names.insert(name).second) name += "-2";
      out_.yaml += fmt::format("    - {{name: {}, type: {}, count: {}}}\n", name, machine.type, count / machine.nodes);
      if (!types_.empty() && types_.back().empty()) types_.back() = name;
      Assume("site.systems[" + name + "].type", fmt::format("{} nodes with {} are taken for {}", count,
             kind.accelerators == 0 ? "no accelerators" : fmt::format("{} x {}", kind.accelerators, kind.accelerator), machine.type));
    }
    if (!any) throw ConfigError("none of the nodes is known to the catalog; `headroom catalog list node` shows what is");
    if (leaves_ > 0) {
      out_.yaml += "  fabric: {type: fat-tree}\n";
      Assume("site.fabric.oversubscription", fmt::format("1: topology.conf names {} {} of up to {} nodes and no rates", leaves_,
                                                         blocks_ > 0 ? "blocks" : "leaf switches", largest_leaf_));
    }
    WriteScheduler();
    if (trace_.empty()) {
      out_.yaml += "workloads:\n  - name: jobs\n    jobs:\n      synthetic: {rate: 10 /h, like: acme-seren}\n";
      if (levels_) out_.yaml += "      placement: {mode: preferred}\n";
      if (types_.size() > 1) out_.yaml += "      " + Kinds() + "\n";
      out_.yaml += "run: {duration: 1 d}\n";
      Assume("workloads", "10 jobs an hour like Acme's Seren for a day: no sacct dump was given");
    } else {
      out_.yaml += fmt::format("workloads:\n  - name: jobs\n    jobs: {{trace: {}, format: sacct{}{}}}\n", QuotedScalar(trace_), levels_ ? ", placement: {mode: preferred}" : "",
                               types_.size() > 1 ? ", " + Kinds() : "");
    }
    if (administrative_ > 0) LeaveOut(0, fmt::format("{} settings", administrative_), "concern the daemons, not the schedule");
  }

  /// Kinds of accelerators of the one workload.
  std::string Kinds() {
    std::string text;
    for (const std::string& type : types_) text += fmt::format("{}{{type: {}}}", text.empty() ? "" : ", ", type);
    Assume("workloads[jobs].jobs.kinds", "a job runs equally fast on all kinds, on one of them at a time; give `speed`");
    return "kinds: [" + text + "]";
  }

  /// The nodes of a partition as ranges of the workload's, which has them in the order of the site's systems and of their names.
  std::string NodesOf(const Partition& p) {
    std::set<std::size_t> mine;
    std::size_t lost = 0;
    for (const std::string& host : p.hosts) {
      const auto place = places_.find(host);
      if (place == places_.end()) ++lost;
      else mine.insert(place->second);
    }
    if (lost > 0) LeaveOut(p.line, fmt::format("{} nodes of PartitionName={}", lost, p.name), "are not among the accelerators of the workload");
    if (mine.empty() || mine.size() == places_.size()) return "";
    std::string text;
    for (auto it = mine.begin(); it != mine.end();) {
      const std::size_t first = *it;
      std::size_t last = first;
      while (++it != mine.end() && *it == last + 1) last = *it;
      text += fmt::format("{}{}", text.empty() ? "" : ",", first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last));
    }
    return fmt::format(", nodes: \"{}\"", text);
  }

  void WriteScheduler() {
    const char* policy = multifactor_ ? "multifactor" : backfill_ ? "easy-backfill" : "fifo";
    out_.yaml += fmt::format("scheduler:\n  policy: {}\n  placement: {}\n", policy, topology_ ? "topology-aware" : spread_ ? "spread" : "binpack");
    WriteLevels();
    if (!multifactor_ && backfill_) Assume("scheduler.policy", "easy-backfill, for sched/backfill without priorities");
    if (!multifactor_ && !rules_.empty()) {
      LeaveOut(0, "weights of priority and limits of backfill", "PriorityType is not multifactor");
    } else if (!rules_.empty()) {
      std::string text;
      for (const auto& [key, value] : rules_) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, value);
      out_.yaml += "  priority: {" + text + "}\n";
    }
    if (preempts_) {
      const std::map<std::string, const char*> modes = {{"CANCEL", "cancel"}, {"REQUEUE", "requeue"}, {"SUSPEND", "suspend"}};
      const auto mode = modes.find(preempt_mode_.substr(0, preempt_mode_.find(',')));
      out_.yaml += fmt::format("  preemption: {{mode: {}}}\n", mode == modes.end() ? "off" : mode->second);
      if (mode == modes.end()) LeaveOut(0, "PreemptMode=" + preempt_mode_, "is taken as off");
    }
    if (partitions_.empty()) return;
    out_.yaml += "  queues:\n";
    for (const Partition& p : partitions_) out_.yaml += fmt::format("    - {{name: {}, priority: {}{}}}\n", p.name, p.tier, NodesOf(p));
  }

  /// Leaf switches or blocks of one size are a level; BlockSizes that are multiples of it are levels above.
  void WriteLevels() {
    if (leaves_ == 0) return;
    const char* name = blocks_ > 0 ? "block" : "leaf";
    if (smallest_leaf_ != largest_leaf_)
      return LeaveOut(0, fmt::format("{} {} of {} to {} nodes", leaves_, blocks_ > 0 ? "blocks" : "leaf switches", smallest_leaf_, largest_leaf_),
                      "levels of a scenario have domains of one size; those of the site's fabric are taken");
    std::vector<std::size_t> sizes{largest_leaf_};
    std::size_t at = 0;
    while (at < block_sizes_.second.size()) {
      const std::size_t comma = std::min(block_sizes_.second.find(',', at), block_sizes_.second.size());
      const std::uint32_t size = Count(block_sizes_.second.substr(at, comma - at), 0);
      at = comma + 1;
      if (size > sizes.front() && size % sizes.front() == 0) sizes.insert(sizes.begin(), size);
      else if (size != largest_leaf_) LeaveOut(block_sizes_.first, fmt::format("BlockSizes {}", size), fmt::format("is no multiple of the {} below it", sizes.front()));
    }
    std::string text;
    for (std::size_t i = 0; i < sizes.size(); ++i)
      text += fmt::format("{}{{name: {}, nodes: {}}}", i > 0 ? ", " : "", i + 1 == sizes.size() ? std::string(name) : fmt::format("{}-of-{}", name, sizes[i]), sizes[i]);
    out_.yaml += "  levels: [" + text + "]\n";
    levels_ = topology_;
    Assume("scheduler.levels", fmt::format("nodes lie in their {} in order", blocks_ > 0 ? "blocks" : "leaf switches"));
  }

  Imported out_;
  std::pair<int, std::string> block_sizes_;
  std::string file_, trace_, preempt_mode_;
  std::vector<std::pair<std::string, std::string>> default_node_;
  std::map<std::string, NodeKind> nodes_;
  std::vector<Partition> partitions_;
  std::map<std::string, std::size_t> places_;  ///< of hosts in the workload
  std::vector<std::string> types_;             ///< systems that it runs on
  std::map<std::string, std::string> rules_;
  bool multifactor_ = false, backfill_ = true, preempts_ = false, topology_ = false, spread_ = false, tree_ = false,
       levels_ = false;  ///< jobs are placed by them
  std::size_t leaves_ = 0, blocks_ = 0, largest_leaf_ = 0, smallest_leaf_ = SIZE_MAX, administrative_ = 0;
};

}  // namespace

Imported ReadSlurm(const std::vector<SourceFile>& files) { return Slurm().Read(files); }

}  // namespace headroom::import
