#include "analysis/export/site_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "analysis/export/chart.h"
#include "analysis/export/columns.h"

namespace headroom::report {
namespace {

constexpr std::size_t kMostRacks = 5000;  ///< drawn
constexpr double kMargin = 1.2;           ///< m around the racks

struct Systems {
  std::vector<std::string> names, types;
  std::vector<std::int64_t> racks, nodes, each;
  std::vector<double> width, depth;
};

template <class T>
std::vector<T> Copy(const Table& t, const char* name) {
  const auto* found = ColumnOf<T>(t, name);
  return found ? *found : std::vector<T>();
}

std::string SystemsTable(const Systems& s) {
  std::string rows = "<tr><th>system</th><td>type</td><td>racks</td><td>nodes</td><td>accelerators</td></tr>";
  for (std::size_t i = 0; i < s.names.size(); ++i)
    rows += fmt::format("<tr><th><i class=\"f{}\"></i>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", i % 8 + 1,
                        Escaped(s.names[i]), Escaped(s.types[i]), s.racks[i], s.nodes[i], s.nodes[i] * s.each[i]);
  return "<figure><figcaption title=\"everything that computes; the fabric is counted with the power\">What is "
         "installed</figcaption><table>" + rows + "</table></figure>";
}

std::string FloorPlan(const Table& racks, const Systems& s) {
  const auto system = Copy<std::int64_t>(racks, "system");
  const auto x = Copy<double>(racks, "x"), y = Copy<double>(racks, "y");
  if (x.empty() || x.size() > kMostRacks || y.size() != x.size() || system.size() != x.size()) return "";
  double right = 0.0, top = 1e300, left = 1e300, bottom = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto k = static_cast<std::size_t>(system[i]);
    left = std::min(left, x[i]);
    top = std::min(top, y[i]);
    right = std::max(right, x[i] + s.width[k]);
    bottom = std::max(bottom, y[i] + s.depth[k]);
  }
  const double w = right - left + 2 * kMargin, h = bottom - top + 2 * kMargin;
  std::string out = fmt::format(
      "<figure><figcaption title=\"seen from above, to scale; colours are those of the systems\">Where the racks stand <span "
      "class=\"u\">{:.0f} m by {:.0f} m</span></figcaption><svg class=\"plan\" viewBox=\"0 0 {:.2f} {:.2f}\" role=\"img\" "
      "aria-label=\"floor plan: {} racks\">",
      right - left, bottom - top, w, h, x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto k = static_cast<std::size_t>(system[i]);
    out += fmt::format("<rect class=\"r{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"><title>rack-{}</title></rect>",
                       k % 8 + 1, x[i] - left + kMargin + 0.03, y[i] - top + kMargin, s.width[k] - 0.06, s.depth[k], i + 1);
  }
  return out + "</svg></figure>";
}

}  // namespace

std::string SiteHtml(const Report& r) {
  const auto& paths = r.table_paths();
  const auto has = [&](const char* p) { return std::find(paths.begin(), paths.end(), p) != paths.end(); };
  if (!has("/site/systems")) return "";
  const Table t = r.table("/site/systems");
  Systems s{Copy<std::string>(t, "name"), Copy<std::string>(t, "type"), Copy<std::int64_t>(t, "racks"),
            Copy<std::int64_t>(t, "nodes"), Copy<std::int64_t>(t, "accelerators_per_node"), Copy<double>(t, "rack_width"),
            Copy<double>(t, "rack_depth")};
  const std::size_t n = s.names.size();
  if (n == 0 || s.types.size() != n || s.racks.size() != n || s.nodes.size() != n || s.each.size() != n || s.width.size() != n ||
      s.depth.size() != n)
    return "";
  return "<h2>The site</h2><div class=\"figures\">" + SystemsTable(s) +
         (has("/site/racks") ? FloorPlan(r.table("/site/racks"), s) : "") + "</div>";
}

}  // namespace headroom::report
