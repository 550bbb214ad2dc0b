#include "scenarios/import/slurm_lines.h"

#include <cctype>
#include <sstream>

namespace headroom::import {
namespace {

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::optional<std::string> SlurmLine::Get(const std::string& key) const {
  for (const auto& [k, v] : pairs)
    if (k == key) return v;
  return std::nullopt;
}

std::vector<SlurmLine> SlurmLines(const std::string& text) {
  std::vector<SlurmLine> out;
  std::istringstream in(text);
  std::string raw, joined;
  for (int number = 1, begin = 1; std::getline(in, raw); ++number) {
    if (!raw.empty() && raw.back() == '\r') raw.pop_back();
    if (joined.empty()) begin = number;
    const std::string cut = raw.substr(0, raw.find('#'));
    if (!cut.empty() && cut.back() == '\\') {
      joined += cut.substr(0, cut.size() - 1) + " ";
      continue;
    }
    joined += cut;
    SlurmLine line;
    line.number = begin;
    std::istringstream words(joined);
    for (std::string word; words >> word;) {
      const std::size_t equal = word.find('=');
      if (equal == word.npos || equal == 0) {
        line.words.push_back(word);
      } else {
        line.pairs.emplace_back(Lower(word.substr(0, equal)), word.substr(equal + 1));
      }
    }
    joined.clear();
    if (!line.pairs.empty() || !line.words.empty()) out.push_back(std::move(line));
  }
  return out;
}

}  // namespace headroom::import
