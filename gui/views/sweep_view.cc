#include "gui/views/sweep_view.h"

#include <QtWidgets>
#include <cmath>

#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"
#include "gui/views/colour_map.h"

namespace headroom::gui {

SweepView::SweepView(StudyState* state, QWidget* parent) : View(state, parent), table_(new RowsModel(this)) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
}

void SweepView::SetSweep(std::shared_ptr<const SweepResults> sweep) {
  sweep_ = std::move(sweep);
  point_ = x_ = y_ = colour_ = -1;
  table_due_ = true;
  update();
}

void SweepView::SetAxes(int x, int y, int colour) {
  x_ = x;
  y_ = y;
  colour_ = colour;
  table_due_ = true;
  setAccessibleName(title());
  setAccessibleDescription(describe());
  update();
}

void SweepView::SetBetter(bool more_x, bool more_y) {
  more_x_ = more_x;
  more_y_ = more_y;
  update();
}

void SweepView::SetPoint(int point) {
  point_ = point;
  update();
}

const SweepResults::Axis* SweepView::axis(int index) const {
  return sweep_ && index >= 0 && index < static_cast<int>(sweep_->axes.size()) ? &sweep_->axes[static_cast<std::size_t>(index)] : nullptr;
}

QString SweepView::AxisText(const SweepResults::Axis& axis, double value) const {
  if (std::isnan(value)) return QStringLiteral("–");
  if (!axis.words.isEmpty()) return axis.words.value(static_cast<int>(value));
  return axis.varied && axis.unit != "1" ? QString::number(value, 'g', 4) + QChar(0x2009) + (axis.unit == "degC" ? QStringLiteral("°C") : axis.unit) : FigureText(value, axis.unit);
}

QString SweepView::AxisTitle(const SweepResults::Axis& axis) const {
  QString name = axis.name;
  if (name.startsWith("workloads.")) name = name.mid(10);
  return name.replace('_', ' ').replace('.', ' ');
}

QColor SweepView::ShadeOn(const Theme& theme, double share) {
  // The map's dark end is not seen on the dark theme.
  return ColourOf(ColourMap::kViridis, theme.dark ? 0.3 + 0.7 * share : share);
}

QColor SweepView::ColourOfPoint(std::size_t point, const Theme& theme) const {
  const SweepResults::Axis* c = axis(colour_);
  if (!c) return theme.Series(0);
  const double v = c->values[point];
  if (!std::isfinite(v)) return theme.Of(Standing::kUnknown);
  if (!c->words.isEmpty()) return theme.Series(static_cast<int>(v));
  return c->constant() ? theme.Series(0) : ShadeOn(theme, (v - c->least()) / (c->largest() - c->least()));
}

QRectF SweepView::PaintFrame(QPainter& painter, QSizeF size, const Theme& theme) const {
  const QFontMetricsF metrics(font());
  QFont bold = font();
  bold.setBold(true);
  painter.setFont(bold);
  painter.setPen(theme.text);
  painter.drawText(QRectF(12, 6, size.width() - 24, metrics.height()), Qt::AlignLeft, QFontMetricsF(bold).elidedText(title(), Qt::ElideRight, size.width() - 24));
  painter.setFont(font());
  double y = 10 + metrics.height();
  if (const SweepResults::Axis* c = axis(colour_)) {
    double x = 12;
    painter.setPen(theme.secondary);
    const auto text = [&](const QString& word) {
      painter.setPen(theme.secondary);
      painter.drawText(QPointF(x, y + metrics.ascent()), word);
      x += metrics.horizontalAdvance(word) + 8;
    };
    text(AxisTitle(*c));
    if (!c->words.isEmpty()) {
      for (int i = 0; i < std::min<int>(8, static_cast<int>(c->words.size())); ++i) {
        painter.fillRect(QRectF(x, y + 3, 10, metrics.height() - 6), theme.Series(i));
        x += 14;
        text(c->words[i]);
      }
    } else if (!c->constant()) {
      text(AxisText(*c, c->least()));
      x = std::ceil(x);  // whole pixels, that no seams show
      for (int i = 0; i < 120; i += 2) painter.fillRect(QRectF(x + i, std::ceil(y) + 4, 2, std::floor(metrics.height()) - 8), ShadeOn(theme, i / 120.0));
      x += 128;
      text(AxisText(*c, c->largest()));
    }
    y += metrics.height() + 6;
  }
  return QRectF(12, y, size.width() - 24, size.height() - y - 10);
}

void SweepView::PaintMessage(QPainter& painter, QSizeF size, const Theme& theme, const QString& message) const {
  painter.setPen(theme.secondary);
  painter.drawText(QRectF(20, 20, size.width() - 40, size.height() - 40), Qt::AlignCenter | Qt::TextWordWrap, message);
}

QAbstractItemModel* SweepView::table() const {
  if (!table_due_) return table_;
  table_due_ = false;
  std::vector<RowsModel::Row> rows;
  QStringList headers{tr("point"), tr("status")};
  if (sweep_) {
    for (const auto& a : sweep_->axes) headers << AxisTitle(a);
    for (std::size_t p = 0; p < sweep_->points; ++p) {
      RowsModel::Row row{NumberCell(static_cast<double>(p), "1"), TextCell(sweep_->status[p])};
      for (const auto& a : sweep_->axes) {
        Cell cell = a.words.isEmpty() ? NumberCell(a.values[p], a.unit) : TextCell(AxisText(a, a.values[p]));
        cell.text = AxisText(a, a.values[p]);
        row.push_back(cell);
      }
      rows.push_back(std::move(row));
    }
  }
  table_->Set(std::move(headers), std::move(rows));
  return table_;
}

void SweepView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = ThemeOf(*this);
  painter.fillRect(rect(), theme.page);
  painter.setRenderHint(QPainter::Antialiasing);
  if (!sweep_)
    PaintMessage(painter, size(), theme, tr("No sweep is open. Run one on the page Sweep, or open a sweep.h5."));
  else
    Paint(painter, size(), theme);
  if (!hasFocus()) return;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme.accent, 1, Qt::DotLine));
  painter.drawRect(QRectF(0.5, 0.5, width() - 1, height() - 1));
}

void SweepView::paintTo(QPainter& painter, QSizeF size) const {
  painter.fillRect(QRectF({0, 0}, size), Theme::Light().page);
  if (sweep_) Paint(painter, size, Theme::Light());
}

QString SweepView::PointText(int point) const {
  const auto p = static_cast<std::size_t>(point);
  QString out = tr("<b>point %1</b> · %2").arg(point).arg(sweep_->status[p]);
  for (std::size_t a = 0; a < sweep_->axes.size(); ++a) {
    const int i = static_cast<int>(a);
    if (sweep_->axes[a].varied || i == x_ || i == y_ || i == colour_)
      out += "<br>" + AxisTitle(sweep_->axes[a]) + ": " + AxisText(sweep_->axes[a], sweep_->axes[a].values[p]);
  }
  return out;
}

void SweepView::mousePressEvent(QMouseEvent* event) {
  const int at = sweep_ ? PointAt(event->position()) : -1;
  if (at < 0) return;
  SetPoint(at);
  emit PointChosen(at);
}

void SweepView::mouseDoubleClickEvent(QMouseEvent* event) {
  const int at = sweep_ ? PointAt(event->position()) : -1;
  if (at >= 0) emit PointOpened(at);
}

void SweepView::keyPressEvent(QKeyEvent* event) {
  const int step = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Left || event->key() == Qt::Key_Up ? -1 : 0;
  if (sweep_ && step != 0 && sweep_->points > 0) {
    const int count = static_cast<int>(sweep_->points);
    SetPoint((std::max(point_, step < 0 ? 0 : -1) + step + count) % count);
    emit PointChosen(point_);
  } else if (sweep_ && point_ >= 0 && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
    emit PointOpened(point_);
  } else {
    View::keyPressEvent(event);
  }
}

bool SweepView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const int at = sweep_ ? PointAt(help->pos()) : -1;
    QToolTip::showText(help->globalPos(), at >= 0 ? PointText(at) : describe(), this);
    return true;
  }
  if (event->type() == QEvent::PaletteChange) update();
  return View::event(event);
}

}  // namespace headroom::gui
