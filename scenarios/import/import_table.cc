#include <fmt/format.h>

#include "scenarios/import/import.h"

namespace headroom::import {

const std::vector<Importer>& ImporterTable() {
  static const std::vector<Importer> table = {
      {"slurm", "slurm.conf, topology.conf, gres.conf and a dump of sacct -P", ReadSlurm},
      {"kueue", "ClusterQueue, Cohort, ResourceFlavor and Topology objects", ReadKueue},
      {"volcano", "Queue, PodGroup and HyperNode objects", ReadVolcano},
      {"skypilot", "a task", ReadSkyPilot},
      {"argo", "a Workflow or WorkflowTemplate", ReadArgo},
      {"ibnetdiscover", "the output of ibnetdiscover", ReadIbNetDiscover},
      {"nvidia-topo", "the output of nvidia-smi topo -m on one node", ReadNvidiaTopology},
  };
  return table;
}

const Importer& FindImporter(const std::string& kind) {
  std::vector<std::string> names;
  for (const Importer& row : ImporterTable()) {
    if (kind == row.kind) return row;
    names.emplace_back(row.kind);
  }
  throw ConfigError(fmt::format("'{}' cannot be imported; what can: {}", kind, fmt::join(names, ", ")));
}

}  // namespace headroom::import
