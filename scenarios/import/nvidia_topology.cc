#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "models/catalog/library.h"
#include "scenarios/import/import.h"

namespace headroom::import {
namespace {

std::vector<std::string> Words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

/// NVLinks of an accelerator generation on which all see each other through switches (NVIDIA architecture papers): A100 12, H100 to B300 18.
std::vector<std::string> ChipsWith(int links) {
  if (links == 12) return {"a100-80g", "a100-40g"};
  if (links == 18) return {"h100", "h200", "b200", "b300", "gb200", "gb300"};
  return {};
}

}  // namespace

Imported ReadNvidiaTopology(const std::vector<SourceFile>& files) {
  Imported out;
  std::size_t chips = 0, cards = 0;
  std::set<std::string> between;
  for (const SourceFile& file : files) {
    std::istringstream in(file.text);
    std::vector<std::string> head;
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      const std::vector<std::string> words = Words(line);
      if (words.empty()) continue;
      if (head.empty()) {
        if (words[0] == "GPU0") head = words;
        continue;
      }
      if (words[0].rfind("NIC", 0) == 0 && words.size() > 2) ++cards;
      if (words[0].rfind("GPU", 0) != 0) continue;
      ++chips;
      for (std::size_t i = 1; i < words.size() && i <= head.size(); ++i)
        if (head[i - 1].rfind("GPU", 0) == 0 && words[i] != "X") between.insert(words[i]);
      if (words.size() <= chips) out.left_out.push_back({{file.path, number, 1}, words[0], "has fewer columns than there are accelerators"});
    }
  }
  if (chips == 0) throw ConfigError("no row GPU0 below a heading; is this the output of nvidia-smi topo -m?");
  int links = 0;
  bool alike = between.size() == 1;
  for (const std::string& b : between)
    if (b.rfind("NV", 0) == 0) links = std::max(links, std::atoi(b.c_str() + 2));
  const catalog::Library library;
  std::vector<std::string> fits;
  const std::vector<std::string> generation = ChipsWith(links);
  for (const std::string& name : library.names("node")) {
    const catalog::Node& node = library.node(name);
    if (node.accelerators() != chips) continue;
    if (links > 0 && std::find(generation.begin(), generation.end(), node.accelerator()) == generation.end()) continue;
    if (links == 0 && (name.rfind("dgx", 0) == 0 || name.rfind("mi3", 0) == 0 || name.rfind("tpu", 0) == 0 || name.rfind("gaudi", 0) == 0 || name.rfind("trn", 0) == 0)) continue;
    fits.push_back(name);
  }
  if (links > 0 && !alike) out.left_out.push_back({{}, "links between accelerators", fmt::format("differ ({}); every pair is taken as joined through switches", fmt::join(between, ", "))});
  if (fits.empty())
    throw ConfigError(fmt::format("the catalog has no node of {} accelerators with {}", chips, links > 0 ? fmt::format("{} NVLinks each", links) : "PCIe alone"));
  // The one that most sites have had longest comes first of what fits equally.
  std::string chosen = fits.front();
  for (const char* first : {"dgx-h100", "dgx-a100-80g"})
    if (std::find(fits.begin(), fits.end(), first) != fits.end()) chosen = first;
  out.yaml = fmt::format("site:\n  systems:\n    - {{name: nodes, type: {}, count: 1}}\n", chosen);
  out.assumed.push_back({{}, "site.systems[nodes].type", fmt::format("{} of {}: {} accelerators, {}, {} network cards; the matrix does not name the chip", chosen, fmt::join(fits, ", "), chips,
                                                                     links > 0 ? fmt::format("{} NVLinks each", links) : "no NVLink", cards)});
  out.assumed.push_back({{}, "site.systems[nodes].count", "1: the matrix is of one node"});
  return out;
}

}  // namespace headroom::import
