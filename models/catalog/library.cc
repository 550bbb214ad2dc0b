#include "models/catalog/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/catalog/builtin_sheets.h"
#include "models/catalog/llm_sheet.h"
#include "models/catalog/sheet_text.h"
#include "sim/config/quoted.h"
#include "sim/config/reader.h"
#include "sim/config/writer.h"
#include "sim/core/diagnostics.h"

namespace headroom::catalog {
namespace {

const BuiltinSheet* FindBuiltin(const std::string& kind, const std::string& name) {
  const auto sheets = BuiltinSheets();
  const auto at = std::lower_bound(sheets.begin(), sheets.end(),
                                   std::pair(std::string_view(kind), std::string_view(name)),
                                   [](const BuiltinSheet& sheet, const auto& key) {
                                     return std::pair(sheet.kind, sheet.name) < key;
                                   });
  return at != sheets.end() && at->kind == kind && at->name == name ? &*at : nullptr;
}

std::string Hint(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = Nearest(word, known);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

}  // namespace

void Library::Add(Sheet sheet) {
  const Key key{KindOf(sheet), NameOf(sheet)};
  if (key.first.empty())
    throw ConfigError("a catalog sheet needs one of its kinds: accelerator, node, rack, llm, ...");
  if (key.second.empty())
    throw ConfigError(fmt::format("a catalog sheet of kind {} needs a name", key.first));
  config::FillDefaults(&sheet);
  if (sheet.has_llm()) CompleteLlm(sheet.mutable_llm());
  added_[key] = std::move(sheet);
  if (key.first == "accelerator" || key.first == "kernels" || key.first == "stack") generic_.clear();
}

const Sheet& Library::sheet(const std::string& kind, const std::string& name) const {
  const Key key{kind, name};
  if (const auto own = added_.find(key); own != added_.end()) return own->second;
  if (const auto known = parsed_.find(key); known != parsed_.end()) return known->second;
  const BuiltinSheet* builtin = FindBuiltin(kind, name);
  if (builtin == nullptr) {
    throw ConfigError(fmt::format("the catalog has no {} {}{}", kind, config::Quoted(name),
                                  Hint(name, names(kind))));
  }
  Sheet read = ReadSheet(builtin->text, fmt::format("catalog/{}/{}.yaml", kind, name));
  if (read.has_llm()) CompleteLlm(read.mutable_llm());
  return parsed_.emplace(key, std::move(read)).first->second;
}

Llm Library::Resolve(const Llm& written) const {
  Llm llm;
  if (!written.name().empty()) llm = this->llm(written.name());
  llm.MergeFrom(written);
  CompleteLlm(&llm);
  return llm;
}

bool Library::Has(const std::string& kind, const std::string& name) const {
  return added_.contains({kind, name}) || FindBuiltin(kind, name) != nullptr;
}

std::vector<std::string> Library::names(const std::string& kind) const {
  if (!std::binary_search(Kinds().begin(), Kinds().end(), kind)) {
    throw ConfigError(
        fmt::format("the catalog has no kind {}{}", config::Quoted(kind), Hint(kind, Kinds())));
  }
  std::set<std::string> out;
  for (const BuiltinSheet& sheet : BuiltinSheets()) {
    if (sheet.kind == kind) out.emplace(sheet.name);
  }
  for (const auto& [key, sheet] : added_) {
    if (key.first == kind) out.insert(key.second);
  }
  return {out.begin(), out.end()};
}

const std::vector<std::string>& Library::kinds() const { return Kinds(); }

std::string Library::Text(const std::string& kind, const std::string& name) const {
  const Sheet& found = sheet(kind, name);
  if (added_.contains({kind, name})) return config::WriteYaml(found);
  return std::string(FindBuiltin(kind, name)->text);
}

}  // namespace headroom::catalog
