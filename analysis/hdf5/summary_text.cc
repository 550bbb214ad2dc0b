#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "analysis/hdf5/figure.h"
#include "analysis/hdf5/summary.h"

namespace headroom::report {
namespace {

constexpr std::size_t kColumns = 100;

std::string Value(const Metric& m) { return m.text.empty() ? Figure(m.value, m.unit) : m.text; }

std::string Spoken(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c == '_' || c == '.') c = ' ';
  return out;
}

/// One line of a section: a metric, or several that differ in their last word only ("ttft": mean,
/// p50, p90).
struct Row {
  std::string label;
  std::vector<std::pair<std::string, std::string>> items;  ///< last word ("" if alone), value
};

struct Section {
  std::string title;
  std::vector<std::pair<std::string, const Metric*>>
      metrics;  ///< name without the section's prefix
};

/// `workloads.W.` and `site.` open sections; what belongs to neither goes to `run`. Site comes last
/// but one.
std::vector<Section> Sections(const MetricSet& metrics) {
  std::vector<Section> workloads;
  Section site{"site", {}}, run{"run", {}};
  for (const Metric& m : metrics.all()) {
    const std::string_view name = m.name;
    constexpr std::string_view kWorkloads = "workloads.", kSite = "site.";
    const auto dot = name.find('.', kWorkloads.size());
    if (name.starts_with(kWorkloads) && dot != name.npos) {
      const std::string title(name.substr(kWorkloads.size(), dot - kWorkloads.size()));
      auto it = std::find_if(workloads.begin(), workloads.end(),
                             [&](const Section& s) { return s.title == title; });
      if (it == workloads.end()) it = workloads.insert(workloads.end(), Section{title, {}});
      it->metrics.emplace_back(name.substr(dot + 1), &m);
    } else if (name.starts_with(kSite)) {
      site.metrics.emplace_back(name.substr(kSite.size()), &m);
    } else {
      run.metrics.emplace_back(name, &m);
    }
  }
  workloads.push_back(std::move(site));
  workloads.push_back(std::move(run));
  return workloads;
}

std::vector<Row> Rows(const Section& section) {
  auto stem = [](const std::string& name) {
    const auto dot = name.rfind('.');
    return dot == name.npos ? std::string() : name.substr(0, dot);
  };
  std::vector<Row> rows;
  for (const auto& [name, metric] : section.metrics) {
    const std::string of = stem(name);
    const auto siblings = std::count_if(section.metrics.begin(), section.metrics.end(),
                                        [&](const auto& m) { return stem(m.first) == of; });
    if (of.empty() || siblings == 1) {
      rows.push_back({Spoken(name), {{"", Value(*metric)}}});
      continue;
    }
    const std::string label = Spoken(of);
    auto it = std::find_if(rows.begin(), rows.end(), [&](const Row& r) {
      return r.label == label && !r.items.front().first.empty();
    });
    if (it == rows.end()) it = rows.insert(rows.end(), Row{label, {}});
    it->items.emplace_back(Spoken(name.substr(of.size() + 1)), Value(*metric));
  }
  return rows;
}

}  // namespace

std::string SummaryText(const Summary& summary) {
  std::string out = summary.name.empty() ? std::string("unnamed scenario") : summary.name;
  out += fmt::format("\n  {}, {} simulated, seed {}\n", summary.status,
                     TimeFigure(summary.simulated_s), summary.seed);
  for (const Section& section : Sections(summary.metrics)) {
    if (section.metrics.empty()) continue;
    const std::vector<Row> rows = Rows(section);
    std::size_t label = 0, word = 0, value = 0;
    for (const Row& r : rows) {
      label = std::max(label, r.label.size());
      if (r.items.size() == 1 && r.items[0].first.empty()) continue;
      for (const auto& [w, v] : r.items) {
        word = std::max(word, w.size());
        value = std::max(value, v.size());
      }
    }
    const std::size_t indent = 2 + label + 2, cell = word + 1 + value + 3;
    const std::size_t per_line =
        indent + cell <= kColumns ? std::max<std::size_t>(1, (kColumns - indent + 3) / cell) : 1;
    out += "\n" + section.title + "\n";
    for (const Row& r : rows) {
      std::string line = fmt::format("  {:<{}}  ", r.label, label);
      for (std::size_t i = 0; i < r.items.size(); ++i) {
        const auto& [w, v] = r.items[i];
        if (i > 0 && i % per_line == 0) {
          out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
          line = std::string(indent, ' ');
        }
        line += w.empty() ? v : fmt::format("{:<{}} {:>{}}   ", w, word, v, value);
      }
      out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
  }
  return out;
}

}  // namespace headroom::report
