#include <cctype>

#include "analysis/export/chart.h"
#include "analysis/hdf5/figure.h"

namespace headroom::report {

std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string FigureHtml(double value, const std::string& unit) {
  const std::string text = Figure(value, unit);
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(' ', from), text.size());
    std::string word = text.substr(from, to - from);
    const bool number = std::isdigit(static_cast<unsigned char>(word[0])) || word[0] == '-';
    if (word == "degC") word = "°C";
    if (word == "1/s") word = "/s";
    if (word == "m^3") word = "m³";
    if (word.size() > 1 && word[0] == 'u' && word != "USD") word = "µ" + word.substr(1);
    if (!out.empty()) out += "&#8239;";
    out += number ? Escaped(word) : "<span class=\"u\">" + Escaped(word) + "</span>";
    from = to + 1;
  }
  return out;
}

}  // namespace headroom::report
