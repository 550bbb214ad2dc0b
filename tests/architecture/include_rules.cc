#include "tests/architecture/include_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <regex>
#include <string_view>

namespace headroom {

namespace fs = std::filesystem;

namespace {

constexpr int kMaxLines = 500;

const std::array kTop = {"sim", "topology", "models", "analysis", "scenarios", "gui", "tests"};
const std::array kGround = {"compute", "llm",     "network", "power",
                            "cooling", "storage", "failure", "cost"};
const std::array kFirst = {"training", "serving", "jobs", "scheduling", "plant"};
const std::array kBadWords = {"util", "utils", "helper", "helpers", "manager", "misc", "common"};

/// What the folder `from` may include, besides itself; a name covers what is below it.
struct Arrow {
  const char* from;
  std::vector<std::string_view> to;
};

const std::vector<Arrow>& Arrows() {
  static const std::vector<Arrow> arrows = {
      {"sim/core", {}},
      {"sim/config", {"sim/core"}},
      {"sim/engine", {"sim/core"}},
      {"sim/flow", {"sim/core", "sim/engine"}},
      {"sim/probe", {"sim/core", "sim/engine"}},
      {"topology", {"sim"}},
      {"models/catalog", {"sim", "topology"}},
      {"analysis", {"sim"}},
      {"scenarios", {"sim", "topology", "models", "analysis"}},
      {"gui", {"sim", "models/catalog", "analysis", "scenarios"}},
      {"tests", {"sim", "topology", "models", "analysis", "scenarios", "gui"}},
  };
  return arrows;
}

/// Third-party headers and the folders that may include them.
struct Fence {
  std::regex header;
  std::vector<std::string_view> folders;
};

const std::vector<Fence>& Fences() {
  static const std::vector<Fence> fences = {
      {std::regex("(simgrid|xbt|smpi)/.*"), {"sim/engine", "sim/flow"}},
      {std::regex("Q[A-Z].*|qcustomplot.*"), {"gui", "tests/gui", "tests/bench/gui"}},
      {std::regex("(H5|hdf5).*"), {"analysis", "tests"}},
      {std::regex("iostream"), {"tests"}},
  };
  return fences;
}

template <class List>
bool Contains(const List& list, std::string_view word) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view w) { return w == word; });
}

bool Below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::vector<std::string> Parts(std::string_view path) {
  std::vector<std::string> parts;
  for (const fs::path& part : fs::path(path)) parts.push_back(part.string());
  return parts;
}

/// Empty if `from` may include `to`, both from the root; otherwise why not.
std::string Refusal(const std::string& from, const std::string& to) {
  const std::vector<std::string> f = Parts(from);
  const std::vector<std::string> t = Parts(to);
  if (!Contains(kTop, t[0])) return "is not written from the root of the repository";
  if (f[0] == "models" && f.size() > 2 && f[1] != "catalog") {
    const bool first = Contains(kFirst, f[1]);
    if (!first && !Contains(kGround, f[1])) return fmt::format("models/{} is on no storey", f[1]);
    if (t[0] == "sim" || t[0] == "topology") return "";
    if (t[0] != "models" || t.size() < 3) return fmt::format("models may not include {}", t[0]);
    if (t[1] == f[1] || t[1] == "catalog" || (first && Contains(kGround, t[1]))) return "";
    return fmt::format("models/{} may not include models/{}", f[1], t[1]);
  }
  for (const Arrow& arrow : Arrows()) {
    if (!Below(from, arrow.from)) continue;
    if (Below(to, arrow.from)) return "";
    for (const std::string_view folder : arrow.to)
      if (Below(to, folder)) return "";
    return fmt::format("{} may not include {}", arrow.from, fs::path(to).parent_path().string());
  }
  return fmt::format("{} has no place in the tree", fs::path(from).parent_path().string());
}

void CheckLine(const std::string& path, int number, const std::string& line,
               std::vector<std::string>* out) {
  static const std::regex quoted(R"re(^\s*(?:#\s*include|import(?:\s+public)?)\s+"([^"]+)".*)re");
  static const std::regex angled(R"re(^\s*#\s*include\s+<([^>]+)>.*)re");
  std::smatch m;
  if (std::regex_match(line, m, quoted)) {
    const std::string to = m[1];
    if (to.starts_with("google/protobuf/")) return;
    const std::string why = Refusal(path, to);
    if (!why.empty()) out->push_back(fmt::format("{}:{}: \"{}\": {}", path, number, to, why));
  }
  if (!std::regex_match(line, m, angled)) return;
  const std::string header = m[1];
  for (const Fence& fence : Fences()) {
    if (!std::regex_match(header, fence.header)) continue;
    const bool inside = std::any_of(fence.folders.begin(), fence.folders.end(),
                                    [&](std::string_view folder) { return Below(path, folder); });
    if (!inside)
      out->push_back(fmt::format("{}:{}: <{}> is not for this folder", path, number, header));
  }
}

void CheckName(const std::string& path, std::vector<std::string>* out) {
  static const std::regex word("[^_.\\-]+");
  const std::string name = fs::path(path).stem().string();
  for (std::sregex_iterator i(name.begin(), name.end(), word), end; i != end; ++i)
    if (Contains(kBadWords, i->str()))
      out->push_back(fmt::format("{}: names nothing: \"{}\"", path, i->str()));
}

}  // namespace

std::vector<std::string> Violations(const fs::path& root) {
  static const std::array kSources = {".h", ".cc", ".proto"};
  std::vector<std::string> out;
  for (const char* top : kTop) {
    if (!fs::exists(root / top)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string path = entry.path().lexically_relative(root).generic_string();
      if (entry.is_directory() || Contains(kSources, entry.path().extension().string()))
        CheckName(path, &out);
      if (!entry.is_regular_file() || !Contains(kSources, entry.path().extension().string()))
        continue;
      std::ifstream file(entry.path());
      int number = 0;
      for (std::string line; std::getline(file, line);) CheckLine(path, ++number, line, &out);
      if (number > kMaxLines)
        out.push_back(fmt::format("{}: {} lines, more than {}", path, number, kMaxLines));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace headroom
