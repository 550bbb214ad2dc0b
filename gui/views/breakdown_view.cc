#include "gui/views/breakdown_view.h"

#include <QtWidgets>
#include <algorithm>
#include <cmath>

#include "gui/data/report_file.h"
#include "gui/study/study_state.h"
#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"
#include "gui/views/colour_map.h"

namespace headroom::gui {
namespace {

constexpr double kSmall = 0.001;  // of the whole, not worth a line

QString StemOf(const std::string& metric) {
  const QString name = QString::fromStdString(metric);
  const auto at = name.indexOf(QLatin1String(".time."));
  if (name.startsWith(QLatin1String("workloads.")) && at > 0) return name.left(at + 6);
  for (const char* stem : {"site.power.losses.", "site.cost."})
    if (name.startsWith(QLatin1String(stem))) return QString(stem);
  return {};
}

double DifferenceOf(const std::vector<double>& of_reports, std::size_t report) {
  return report < of_reports.size() ? of_reports[report] - of_reports.front() : std::nan("");
}

}  // namespace

BreakdownView::BreakdownView(StudyState* state, QWidget* parent) : View(state, parent), table_(new RowsModel(this)) {
  setFocusPolicy(Qt::StrongFocus);
  connect(state, &StudyState::ReportsChanged, this, &BreakdownView::Follow);
}

QStringList BreakdownView::Stems(const StudyState& state) {
  QStringList out;
  for (const OpenReport& r : state.reports())
    for (const Metric& m : r.file->summary().metrics.all())
      if (const QString stem = StemOf(m.name); !stem.isEmpty() && !out.contains(stem)) out << stem;
  return out;
}

QString BreakdownView::TitleOf(const QString& stem) {
  if (stem == "site.power.losses.") return tr("Losses of the power chain");
  if (stem == "site.cost.") return tr("Cost of the run");
  return tr("A step of %1").arg(stem.section('.', 1, 1));
}

QString BreakdownView::title() const {
  const auto label = [&](int r) { return labels_.value(r); };
  if (pane_ == Pane::kOne) return tr("%1 – %2").arg(TitleOf(stem_), label(report_));
  return pane_ == Pane::kDifference ? tr("%1 – %2 minus %3").arg(TitleOf(stem_), label(report_), label(0)) : TitleOf(stem_);
}

std::vector<std::size_t> BreakdownView::Drawn() const {
  std::vector<std::size_t> out;
  for (std::size_t r = 0; r < totals_.size(); ++r)
    if (pane_ == Pane::kOverlay || static_cast<int>(r) == report_) out.push_back(r);
  return out;
}

void BreakdownView::SetReport(int report, Pane pane) {
  report_ = report;
  pane_ = pane;
  Follow();
}

QString BreakdownView::describe() const {
  if (stem_ == "site.power.losses.") return tr("Mean loss of each conversion stage.");
  if (stem_ == "site.cost.") return tr("Capital written off over the run, energy and operation.");
  return tr("Where the time of the median step goes.");
}

void BreakdownView::SetStem(const QString& stem) {
  stem_ = stem;
  Follow();
}

void BreakdownView::Follow() {
  parts_.clear();
  labels_.clear();
  const auto& reports = state()->reports();
  totals_.assign(reports.size(), 0.0);
  for (std::size_t r = 0; r < reports.size(); ++r) {
    labels_ << reports[r].label;
    for (const Metric& m : reports[r].file->summary().metrics.all()) {
      if (stem_.isEmpty() || StemOf(m.name) != stem_ || m.name == "site.cost.total" || !std::isfinite(m.value)) continue;
      const QString name = QString::fromStdString(m.name).mid(stem_.size()).replace('_', ' ').replace(".", " ").replace(QRegularExpression("^it$"), "IT");
      auto at = std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.name == name; });
      if (at == parts_.end()) at = parts_.insert(parts_.end(), Part{name, std::vector<double>(reports.size(), std::nan(""))});
      at->values[r] = m.value;
      totals_[r] += m.value;
      unit_ = QString::fromStdString(m.unit);
    }
  }
  const auto largest = [](const Part& p) {
    double most = 0.0;
    for (const double v : p.values) most = std::isfinite(v) ? std::max(most, v) : most;
    return most;
  };
  double whole = 0.0;
  for (const double t : totals_) whole = std::max(whole, t);
  std::erase_if(parts_, [&](const Part& p) { return largest(p) < kSmall * whole; });
  std::stable_sort(parts_.begin(), parts_.end(), [&](const Part& a, const Part& b) { return largest(a) > largest(b); });
  FillTable();
  setAccessibleName(title());
  setAccessibleDescription(describe());
  updateGeometry();
  update();
}

void BreakdownView::FillTable() {
  std::vector<RowsModel::Row> rows;
  QStringList headers{tr("part")};
  const std::vector<std::size_t> drawn = Drawn();
  for (const std::size_t r : drawn) headers << labels_[static_cast<qsizetype>(r)] << (pane_ == Pane::kDifference ? tr("minus %1").arg(labels_.front()) : tr("share"));
  for (const Part& p : parts_) {
    RowsModel::Row row{TextCell(p.name)};
    for (const std::size_t r : drawn) {
      row.push_back(NumberCell(p.values[r], unit_));
      row.push_back(pane_ == Pane::kDifference ? NumberCell(DifferenceOf(p.values, r), unit_) : NumberCell(100.0 * p.values[r] / totals_[r], "%"));
    }
    rows.push_back(std::move(row));
  }
  table_->Set(std::move(headers), std::move(rows));
}

QSize BreakdownView::sizeHint() const {
  const int line = QFontMetrics(font()).height();
  if (pane_ == Pane::kDifference) return {520, line * 3 + (line + 8) * static_cast<int>(parts_.size() + 1)};
  const int bars = static_cast<int>(std::max<std::size_t>(1, Drawn().size())) * (2 * line + 14);
  return {520, line * 2 + bars + (line + 4) * static_cast<int>((parts_.size() + 1) / 2) + 16};
}

void BreakdownView::Paint(QPainter& painter, QSizeF size, const Theme& theme, bool screen) const {
  painter.fillRect(QRectF({0, 0}, size), theme.page);
  const QFontMetricsF metrics(font());
  const double line = metrics.height();
  QFont bold = font();
  bold.setBold(true);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(QPointF(12, 6 + metrics.ascent()), title());
  painter.setFont(font());
  pane_ == Pane::kDifference ? PaintDifference(painter, size, theme) : PaintBars(painter, size, theme);
  if (screen && hasFocus()) {
    painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
    painter.drawRect(QRectF({0.5, 0.5}, size - QSizeF(1, 1)));
  }
}

void BreakdownView::PaintDifference(QPainter& painter, QSizeF size, const Theme& theme) const {
  const QFontMetricsF metrics(font());
  const double line = metrics.height();
  std::vector<std::pair<QString, double>> bars;
  double names = 0.0, most = 0.0;
  const auto add = [&](const QString& name, double difference) {
    bars.emplace_back(name, difference);
    names = std::max(names, metrics.horizontalAdvance(name));
    if (std::isfinite(difference)) most = std::max(most, std::abs(difference));
  };
  for (const Part& p : parts_) add(p.name, DifferenceOf(p.values, static_cast<std::size_t>(report_)));
  add(tr("whole"), DifferenceOf(totals_, static_cast<std::size_t>(report_)));
  const double figure = metrics.horizontalAdvance("−000.0 MUSD") + 12;
  const double left = 12 + names + 12, half = std::max(20.0, (size.width() - left - 12) / 2 - figure), middle = left + figure + half;
  double y = line * 2.2;
  for (const auto& [name, difference] : bars) {
    painter.setPen(theme.text);
    painter.drawText(QRectF(12, y, names + 8, line + 2), Qt::AlignLeft | Qt::AlignVCenter, name);
    const double w = most > 0.0 && std::isfinite(difference) ? half * difference / most : 0.0;
    painter.fillRect(QRectF(middle, y + 1, w, line).normalized(), difference > 0.0 ? theme.worse : theme.better);
    painter.setPen(theme.secondary);
    const QString text = std::isfinite(difference) ? (difference > 0.0 ? "+" : difference < 0.0 ? "−" : "") + FigureText(std::abs(difference), unit_) : tr("only in one");
    const QRectF where = w < 0.0 ? QRectF(middle + w - figure - 4, y, figure, line + 2) : QRectF(middle + w + 4, y, figure, line + 2);
    painter.drawText(where, (w < 0.0 ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, text);
    y += line + 8;
  }
  painter.setPen(QPen(theme.secondary, 1));
  painter.drawLine(QPointF(middle, line * 2.2 - 2), QPointF(middle, y - 4));
}

void BreakdownView::PaintBars(QPainter& painter, QSizeF size, const Theme& theme) const {
  const QFontMetricsF metrics(font());
  const double line = metrics.height();
  double most = 0.0;
  for (const double t : totals_) most = std::max(most, t);
  double y = line * 2;
  const double width = size.width() - 24;
  const std::vector<std::size_t> drawn = Drawn();
  for (const std::size_t r : drawn) {
    if (!(most > 0.0)) break;
    painter.setPen(theme.secondary);
    painter.drawText(QRectF(12, y, width, line), Qt::AlignLeft, labels_[static_cast<qsizetype>(r)]);
    painter.setPen(theme.text);
    painter.drawText(QRectF(12, y, width, line), Qt::AlignRight, FigureText(totals_[r], unit_));
    y += line + 2;
    double x = 12;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const double v = parts_[p].values[r];
      if (!std::isfinite(v) || v <= 0.0) continue;
      const QRectF box(x, y, std::max(1.0, width * v / most), line + 2);
      painter.fillRect(box.adjusted(0, 0, -1, 0), theme.Series(static_cast<int>(p)));
      const QString text = QString::number(100.0 * v / totals_[r], 'f', 0) + " %";
      if (box.width() > metrics.horizontalAdvance(text) + 6) {
        painter.setPen(InkOn(theme.Series(static_cast<int>(p))));
        painter.drawText(box, Qt::AlignCenter, text);
      }
      x += box.width();
    }
    y += line + 12;
  }
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const double left = 12 + (p % 2) * width / 2, top = y + static_cast<double>(p / 2) * (line + 4);
    painter.fillRect(QRectF(left, top + 3, 10, line - 6), theme.Series(static_cast<int>(p)));
    painter.setPen(theme.text);
    const QString value = drawn.empty() ? QString() : FigureText(parts_[p].values[drawn.front()], unit_);
    painter.drawText(QRectF(left + 16, top, width / 2 - 36, line), Qt::AlignLeft, parts_[p].name);
    painter.setPen(theme.secondary);
    painter.drawText(QRectF(left + 16, top, width / 2 - 36, line), Qt::AlignRight, value);
  }
}

void BreakdownView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  Paint(painter, size(), ThemeOf(*this), true);
}

void BreakdownView::paintTo(QPainter& painter, QSizeF size) const { Paint(painter, size, Theme::Light(), false); }

bool BreakdownView::event(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) update();
  if (event->type() == QEvent::ToolTip) {
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), describe(), this);
    return true;
  }
  return View::event(event);
}

}  // namespace headroom::gui
