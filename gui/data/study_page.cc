#include "gui/data/study_page.h"

#include <QStringList>
#include <cmath>

#include "analysis/compare/compare.h"
#include "analysis/export/html_report.h"
#include "gui/data/report_file.h"
#include "gui/theme/figure_text.h"

namespace headroom::gui {
namespace {

QString Row(const QStringList& cells, const char* kind = "td") {
  QString out = "<tr>";
  for (const QString& cell : cells) out += QString("<%1>%2</%1>").arg(kind, cell);
  return out + "</tr>\n";
}

QString Difference(const report::ComparedValue& v, const QString& unit) {
  const bool told = v.verdict != report::Verdict::kBaseline && v.verdict != report::Verdict::kSame && std::isfinite(v.difference);
  if (!told) return {};
  const QString sign = v.difference > 0.0 ? "▲ +" : "▼ −";
  const QString word = v.verdict == report::Verdict::kBetter ? " better" : v.verdict == report::Verdict::kWorse ? " worse" : "";
  const QString share = std::isfinite(v.relative) ? QString(" (%1 %)").arg(100.0 * v.relative, 0, 'f', 1) : QString();
  return QString("<br><span class=\"%1\">%2%3%4%5</span>")
      .arg(v.verdict == report::Verdict::kWorse ? "over" : v.verdict == report::Verdict::kBetter ? "ok" : "soft", sign,
           FigureText(std::abs(v.difference), unit), share, word);
}

QString Figures(const report::Comparison& c, const QStringList& head) {
  QString out = "<h2>Beside the first</h2><div class=\"scroll\"><table>" + Row(QStringList("figure") + head, "th");
  for (const report::ComparedMetric& m : c.metrics) {
    const QString unit = QString::fromStdString(m.unit);
    QStringList cells{QString::fromStdString(m.name).toHtmlEscaped()};
    for (const report::ComparedValue& v : m.values)
      cells << (v.text.empty() ? FigureText(v.mean, unit) + Difference(v, unit) : QString::fromStdString(v.text).toHtmlEscaped());
    out += Row(cells);
  }
  return out + "</table></div>\n";
}

QString Inputs(const report::Comparison& c, const QStringList& head) {
  QString out = "<h2>What differs in the scenarios</h2><div class=\"scroll\"><table>" + Row(QStringList("key") + head, "th");
  for (const report::InputDifference& d : c.inputs) {
    QStringList cells{QString::fromStdString(d.path).toHtmlEscaped()};
    for (const std::string& v : d.values) cells << QString::fromStdString(v).toHtmlEscaped();
    out += Row(cells);
  }
  return out + "</table></div>\n";
}

}  // namespace

QString StudyPageHtml(const QString& title, const std::vector<NamedReport>& reports) {
  std::vector<const report::Report*> all;
  for (const NamedReport& r : reports) all.push_back(&r.file->report());
  const report::Comparison c = report::Compare(all);
  QStringList head;
  for (const report::ComparedColumn& column : c.columns)
    for (const NamedReport& r : reports)
      if (r.file->path().toStdString() == column.files.front()) head << r.name.toHtmlEscaped();
  QString out = QString("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                        "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">"
                        "<link rel=\"icon\" href=\"data:,\"><title>%1</title><style>%2.scroll{overflow-x:auto}</style></head>\n<body><main><h1>%1</h1>\n")
                    .arg(title.toHtmlEscaped(), report::HtmlStyle());
  if (reports.size() > 1) out += Figures(c, head) + Inputs(c, head);
  for (const NamedReport& r : reports) {
    const report::Report& report = r.file->report();
    out += QString("<h2>%1</h2><p>%2</p><p class=\"soft\">Headroom %3, scenario %4, seed %5, %6</p>\n")
               .arg(r.name.toHtmlEscaped(), QString::fromStdString(report.summary().name).toHtmlEscaped(), QString::fromStdString(report.program_version()),
                    QString::fromStdString(report.scenario_sha256()).left(12))
               .arg(report.summary().seed)
               .arg(QString::fromStdString(report.summary().status));
    out += QString::fromStdString(report::FiguresHtml(report));
  }
  return out + "</main></body></html>\n";
}

}  // namespace headroom::gui
