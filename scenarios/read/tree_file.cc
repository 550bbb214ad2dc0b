#include "scenarios/read/tree_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "sim/config/merge.h"
#include "sim/config/override.h"
#include "sim/config/quoted.h"

namespace headroom::scenario {
namespace {

using config::Kind;
using config::Node;

[[noreturn]] void Fail(const Place& place, const std::string& path, const std::string& message) {
  throw ConfigError({Finding{place, path, message}});
}

[[noreturn]] void CannotRead(const std::string& path, const Place& from, int error) {
  const std::string message =
      fmt::format("cannot read {}: {}", path, std::generic_category().message(error));
  if (error == ENOENT || error == ENOTDIR || error == EISDIR || error == ENAMETOOLONG)
    Fail(from, "", message);
  throw IoError(message);
}

std::string ReadText(const std::string& path, const Place& from) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) CannotRead(path, from, errno);
  std::error_code none;
  const auto size =
      std::filesystem::is_regular_file(path, none) ? std::filesystem::file_size(path, none) : 0;
  const auto refuse = [&] {
    Fail(from, "", fmt::format("{} is longer than {} MB", path, kMaxFileBytes >> 20));
  };
  if (size > kMaxFileBytes) refuse();
  std::string text;
  char buffer[1 << 14];
  std::size_t count = 0;
  while ((count = std::fread(buffer, 1, sizeof buffer, file.get())) > 0) {
    text.append(buffer, count);
    if (text.size() > kMaxFileBytes) refuse();
  }
  if (std::ferror(file.get())) CannotRead(path, from, errno);
  return text;
}

/// Follows includes and remembers the files that are open, outermost first.
class IncludeTrail {
 public:
  explicit IncludeTrail(const OpenTexts& open) : open_(open) {}

  Node Read(const std::string& path, const Place& from) {
    constexpr int kMostFiles = 100;
    if (++files_ > kMostFiles)
      Fail(from, "include", fmt::format("more than {} files are included", kMostFiles));
    std::error_code none;
    const std::string key = std::filesystem::weakly_canonical(path, none).string();
    if (std::find(keys_.begin(), keys_.end(), key) != keys_.end()) {
      Fail(from, "include", fmt::format("a circle: {} -> {}", fmt::join(names_, " -> "), path));
    }
    Node root = ReadTreeFile(path, from, open_);
    const Node* include = root.Find("include");
    if (include == nullptr) {
      if (const Node* remove = root.Find("remove"))
        Fail(remove->place, "remove", "this file includes nothing, so there is nothing to take out of it");
      return root;
    }
    keys_.push_back(key);
    names_.push_back(path);
    Node base;
    base.kind = Kind::kMap;
    if (include->is_list()) {
      for (const Node& name : include->items) config::Merge(base, ReadNamed(path, name));
    } else {
      config::Merge(base, ReadNamed(path, *include));
    }
    keys_.pop_back();
    names_.pop_back();
    root.Erase("include");
    TakeOut(base, root);
    base.place = root.place;
    config::Merge(base, std::move(root));
    return base;
  }

 private:
  Node ReadNamed(const std::string& path, const Node& name) {
    if (!name.is_scalar() || name.scalar.empty())
      Fail(name.place, "include", "the name of a file is due");
    return Read(Beside(path, name.scalar), name.place);
  }

  const OpenTexts& open_;
  std::vector<std::string> keys_, names_;
  int files_ = 0;
};

}  // namespace

Node ReadTreeFile(const std::string& path, const Place& from, const OpenTexts& open) {
  const auto text = open.find(std::filesystem::path(path).lexically_normal().string());
  Node root = config::ParseYaml(text != open.end() ? text->second : ReadText(path, from), path);
  if (!root.is_map()) {
    Fail(root.place, "",
         root.is_list() ? "a list stands here; a map of keys is due"
                        : config::Quoted(root.scalar) + " stands here; a map of keys is due");
  }
  return root;
}

Node ReadTreeWithIncludes(const std::string& path, const OpenTexts& open) {
  return IncludeTrail(open).Read(path, {});
}

void TakeOut(Node& base, Node& over) {
  const Node* remove = over.Find("remove");
  if (remove == nullptr) return;
  if (!remove->is_list()) Fail(remove->place, "remove", "a list of paths is due");
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < remove->items.size(); ++i) {
    const Node& path = remove->items[i];
    const std::string here = fmt::format("remove[{}]", i);
    if (!path.is_scalar()) {
      findings.push_back({path.place, here, "a path is due, as workloads[NAME] or site.power.bess"});
      continue;
    }
    try {
      config::Remove(base, path.scalar);
    } catch (const ConfigError& e) {
      for (const Finding& f : e.findings())
        findings.push_back({path.place, here, fmt::format("{} is not in what this is laid on: {}",
                                                          config::Quoted(path.scalar), f.message)});
    }
  }
  if (!findings.empty()) throw ConfigError(findings);
  over.Erase("remove");
}

std::string Beside(const std::string& file, const std::string& name) {
  return (std::filesystem::path(file).parent_path() / name).string();
}

}  // namespace headroom::scenario
