#include "scenarios/import/node_match.h"

#include <cctype>

namespace headroom::import {
namespace {

constexpr const char* kPlainServer = "generic-node";

std::string Plain(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c))) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* maker : {"nvidia", "amd", "instinct", "tesla", "google", "aws"})
    if (out.rfind(maker, 0) == 0 && out.size() > std::string(maker).size()) out = out.substr(std::string(maker).size());
  return out;
}

/// How well a sheet's name fits what is asked for: letters in common from the start, where one holds the model name of the other
/// ("h100" in "h10080gbhbm3", "a100" of "a10080g"); 0 if none.
std::size_t Fit(const std::string& asked, const std::string& sheet) {
  std::size_t common = 0;
  while (common < asked.size() && common < sheet.size() && asked[common] == sheet[common]) ++common;
  if (common == sheet.size() || common == asked.size()) return 2 * common;
  // The model name is letters, then digits; what differs may only be the memory behind it.
  std::size_t model = 0;
  while (model < sheet.size() && !std::isdigit(static_cast<unsigned char>(sheet[model]))) ++model;
  while (model < sheet.size() && model < 4 && std::isdigit(static_cast<unsigned char>(sheet[model]))) ++model;
  if (common < model) return 0;
  const bool same_memory = sheet.find("80g") != sheet.npos && asked.find("80g") != asked.npos;
  return common + (same_memory ? 1 : 0);
}

}  // namespace

Machine MachineOf(const catalog::Library& library, const std::string& accelerator, std::uint32_t count, std::uint32_t nodes) {
  if (count == 0) return {kPlainServer, 1};
  const std::string asked = Plain(accelerator);
  Machine best;
  std::size_t fit = 0;
  for (const std::string& name : library.names("node")) {
    const catalog::Node& node = library.node(name);
    if (node.accelerators() != count) continue;
    const std::size_t here = Fit(asked, Plain(node.accelerator()));
    if (here > fit) {
      fit = here;
      best = {name, 1};
    }
  }
  for (const std::string& name : library.names("rack")) {
    const catalog::Rack& rack = library.rack(name);
    if (rack.node() == best.type && nodes % rack.nodes() == 0) return {name, rack.nodes()};
  }
  return best;
}

}  // namespace headroom::import
