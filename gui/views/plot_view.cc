#include "gui/views/plot_view.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"
#include "gui/views/axis_ticker.h"

namespace headroom::gui {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
QVector<double> Vector(const std::vector<double>& v) { return QVector<double>(v.begin(), v.end()); }

}  // namespace

void Subtract(const PlotCurve& a, PlotCurve* b) {
  std::size_t i = 0;
  b->low.clear();
  b->high.clear();
  for (std::size_t k = 0; k < b->x.size(); ++k) {
    while (i + 1 < a.x.size() && a.x[i + 1] < b->x[k]) ++i;
    double base = std::numeric_limits<double>::quiet_NaN();
    if (!a.x.empty() && b->x[k] >= a.x.front() && b->x[k] <= a.x.back()) {
      const std::size_t j = std::min(i + 1, a.x.size() - 1);
      const double f = a.x[j] > a.x[i] ? (b->x[k] - a.x[i]) / (a.x[j] - a.x[i]) : 0.0;
      base = b->x[k] == a.x[i] ? a.y[i] : b->x[k] == a.x[j] ? a.y[j] : a.y[i] + f * (a.y[j] - a.y[i]);
    }
    b->y[k] -= base;
  }
}

PlotView::PlotView(StudyState* state, QWidget* parent) : View(state, parent), plot_(new QCustomPlot), table_(new RowsModel(this)) {
  heading_ = new QLabel;
  heading_->setTextFormat(Qt::RichText);
  readout_ = new QLabel(plot_);
  readout_->setTextFormat(Qt::RichText);
  readout_->setAttribute(Qt::WA_TransparentForMouseEvents);
  readout_->hide();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 4, 8, 4);
  column->setSpacing(0);
  column->addWidget(heading_);
  column->addWidget(plot_, 1);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Plot"));
  plot_->setFocusPolicy(Qt::NoFocus);
  plot_->installEventFilter(this);
  plot_->setMouseTracking(true);
  plot_->setPlottingHint(QCP::phFastPolylines);
  plot_->axisRect()->setupFullAxesBox();
  plot_->xAxis2->setTicks(false);
  plot_->yAxis2->setTicks(false);
  cross_ = new QCPItemStraightLine(plot_);
  marker_ = new QCPItemStraightLine(plot_);
  cross_->setVisible(false);
  timer_.setSingleShot(true);
  timer_.setInterval(25);
  connect(&timer_, &QTimer::timeout, this, &PlotView::Draw);
  ApplyLook(ThemeOf(*this).dark);
}

PlotView::~PlotView() = default;

double PlotView::cursor() const { return kNone; }

void PlotView::Refresh() {
  if (!timer_.isActive()) timer_.start();
}

void PlotView::ApplyLook(bool dark) {
  dark_ = dark;
  const Theme& t = dark ? Theme::Dark() : Theme::Light();
  plot_->setBackground(t.page);
  plot_->axisRect()->setBackground(t.page);
  QFont small = font();
  small.setPixelSize(std::max(9, QFontInfo(font()).pixelSize() - 2));
  for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis, plot_->xAxis2, plot_->yAxis2}) {
    axis->setBasePen(QPen(t.border));
    axis->setTickPen(QPen(t.border));
    axis->setSubTickPen(Qt::NoPen);
    axis->setTickLabelColor(t.secondary);
    axis->setLabelColor(t.secondary);
    axis->setTickLabelFont(small);
    axis->setLabelFont(small);
    axis->grid()->setPen(QPen(t.border, 1, Qt::DotLine));
    axis->grid()->setZeroLinePen(QPen(t.border));
    axis->setTickLengthIn(0);
    axis->setTickLengthOut(3);
  }
  cross_->setPen(QPen(t.secondary, 1, Qt::DashLine));
  marker_->setPen(QPen(t.accent, 1.5));
  readout_->setStyleSheet(QString("background: %1; color: %2; border: 1px solid %3; padding: 4px;")
                              .arg(t.panel.name(), t.text.name(), t.border.name()));
}

void PlotView::Draw() {
  timer_.stop();
  if (plot_->viewport().isEmpty()) return;  // it is drawn when it gets a size
  const auto [from, to] = shown();
  const Theme& t = dark_ ? Theme::Dark() : Theme::Light();
  setAccessibleName(title());
  setAccessibleDescription(describe());
  setToolTip(describe());
  heading_->setText(QString("<b>%1</b>").arg(title().toHtmlEscaped()));
  if (!(to > from)) {
    plot_->clearGraphs();
    drawn_.clear();
    plot_->replot(QCustomPlot::rpQueuedReplot);
    return;
  }
  drawn_ = curves(from, to, std::max(200, plot_->axisRect()->width()));
  plot_->xAxis->setScaleType(log_x() ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  plot_->yAxis->setScaleType(log_y() ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
  if (log_x())
    plot_->xAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
  else if (x_unit().isEmpty())
    plot_->xAxis->setTicker(QSharedPointer<TimeTicker>::create());
  else
    plot_->xAxis->setTicker(QSharedPointer<QuantityTicker>::create(x_unit()));
  plot_->xAxis->ticker()->setTickCount(std::clamp(plot_->width() / 110, 2, 9));
  plot_->xAxis->setRange(from, to);
  QString label = x_unit();
  if (!label.isEmpty() && !log_x()) label = qSharedPointerCast<QuantityTicker>(plot_->xAxis->ticker())->UnitFor(std::max(std::abs(from), std::abs(to)));
  plot_->xAxis->setLabel(label);
  if (log_y()) {
    plot_->yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    plot_->yAxis->setNumberFormat("eb");
    plot_->yAxis->setNumberPrecision(0);
  } else {
    ticker_ = QSharedPointer<QuantityTicker>::create(y_unit());
    plot_->yAxis->setTicker(ticker_);
    ticker_->setTickCount(std::clamp(plot_->height() / 45, 2, 7));
  }
  ScaleY(drawn_);
  const QCPRange range = plot_->yAxis->range();
  const QString unit = log_y() ? y_unit() : ticker_->UnitFor(std::max(std::abs(range.lower), std::abs(range.upper)));
  heading_->setText(QString("<b>%1</b>%2").arg(title().toHtmlEscaped(), unit.isEmpty() ? QString() : QString(" <span style='color:%1'>%2</span>").arg(t.secondary.name(), unit)));
  PutGraphs(drawn_);
  PutLabels(drawn_);
  table_due_ = true;
  const double at = cursor();
  marker_->setVisible(std::isfinite(at));
  if (std::isfinite(at)) {
    marker_->point1->setCoords(at, 0);
    marker_->point2->setCoords(at, 1);
  }
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::ScaleY(const std::vector<PlotCurve>& curves) {
  double least = std::numeric_limits<double>::infinity(), largest = -least;
  const auto take = [&](double v) {
    if (!std::isfinite(v) || (log_y() && v <= 0.0)) return;
    least = std::min(least, v);
    largest = std::max(largest, v);
  };
  for (const PlotCurve& c : curves)
    for (const auto* values : {&c.y, &c.low, &c.high})
      for (const double v : *values) take(v);
  if (!(least <= largest)) {
    plot_->yAxis->setRange(0.0, 1.0);
    return;
  }
  // A limit that is near enough to matter is shown.
  for (const Limit& l : limits())
    if (l.value < largest * 1.6 && l.value > least * 0.6) take(l.value);
  if (log_y()) {
    plot_->yAxis->setRange(std::max(least * 0.8, largest * 1e-6), largest * 1.3);
    return;
  }
  const bool from_zero = least >= 0.0 && y_unit() != "degC" && least < 0.6 * largest;
  const double pad = 0.06 * (largest - least > 0.0 ? largest - least : std::max(std::abs(largest), 1e-9));
  plot_->yAxis->setRange(from_zero ? 0.0 : least - pad, largest + pad);
}

void PlotView::PutGraphs(const std::vector<PlotCurve>& curves) {
  plot_->clearGraphs();
  for (QCPItemStraightLine* line : limit_lines_) plot_->removeItem(line);
  limit_lines_.clear();
  const Theme& t = dark_ ? Theme::Dark() : Theme::Light();
  for (const Limit& l : limits()) {
    auto* line = new QCPItemStraightLine(plot_);
    line->setPen(QPen(t.Of(Standing::kOver), 1, Qt::DashLine));
    line->point1->setCoords(0, l.value);
    line->point2->setCoords(1, l.value);
    limit_lines_.push_back(line);
  }
  for (const PlotCurve& c : curves) {
    if (!c.low.empty()) {
      // A stroke from the least to the largest at each point: a filled polygon of a noisy band takes Qt a
      // tenth of a second.
      const auto mix = [&](int of, int page) { return (of * (dark_ ? 2 : 1) + page * 3) / (dark_ ? 5 : 4); };
      const QColor shade(mix(c.colour.red(), t.page.red()), mix(c.colour.green(), t.page.green()), mix(c.colour.blue(), t.page.blue()));
      QVector<double> x, y;
      for (std::size_t i = 0; i < c.x.size(); ++i)
        for (const double v : {c.low[i], c.high[i], std::numeric_limits<double>::quiet_NaN()}) {
          x << c.x[i];
          y << v;
        }
      const double spacing = c.x.size() > 1 ? std::abs(plot_->xAxis->coordToPixel(c.x[1]) - plot_->xAxis->coordToPixel(c.x[0])) : 1.0;
      QCPGraph* band = plot_->addGraph();
      band->setPen(QPen(shade, std::clamp(std::ceil(spacing), 1.0, 12.0), Qt::SolidLine, Qt::FlatCap));
      band->setAntialiased(false);
      band->setAdaptiveSampling(false);
      band->setData(x, y, true);
    }
    QCPGraph* line = plot_->addGraph();
    line->setName(c.label);
    // Many points that go up and down are slow to stroke wide.
    line->setPen(QPen(c.colour, c.x.size() > 600 ? 1.0 : 1.5, c.dashed ? Qt::DashLine : Qt::SolidLine));
    line->setAdaptiveSampling(true);
    line->setData(Vector(c.x), Vector(c.y), true);
    if (steps()) {
      line->setLineStyle(QCPGraph::lsImpulse);
      line->setPen(QPen(c.colour, 1.0));
    }
  }
}

void PlotView::PutLabels(const std::vector<PlotCurve>& curves) {
  for (QCPItemText* label : labels_) plot_->removeItem(label);
  labels_.clear();
  const Theme& t = dark_ ? Theme::Dark() : Theme::Light();
  struct Wanted {
    QString text;
    QColor colour;
    double y = 0.0;
  };
  std::vector<Wanted> wanted;
  const QCPRange range = plot_->yAxis->range();
  const auto share = [&](double v) {
    return log_y() ? std::log(range.upper / v) / std::log(range.upper / range.lower) : (range.upper - v) / range.size();
  };
  for (const Limit& l : limits())
    if (range.contains(l.value)) wanted.push_back({l.label, t.Of(Standing::kOver), share(l.value)});
  for (const PlotCurve& c : curves) {
    double last = kNone;
    for (std::size_t i = c.y.size(); i-- > 0 && !std::isfinite(last);)
      if (c.x[i] <= plot_->xAxis->range().upper) last = c.y[i];
    if (std::isfinite(last) && !c.label.isEmpty()) wanted.push_back({c.label, c.colour, share(last)});
  }
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) { return a.y < b.y; });
  const QFontMetrics metrics(plot_->xAxis->tickLabelFont());
  const int height = std::max(1, plot_->axisRect()->height());
  const double gap = static_cast<double>(metrics.height()) / height;
  int width = 0;
  // Labels stand outside of the axes, where they cover no line; what has no room there is in the crosshair and the table.
  const auto room = std::max<std::size_t>(1, static_cast<std::size_t>(height / std::max(1, metrics.height())));
  if (wanted.size() > room) {
    const std::size_t more = wanted.size() - room + 1;
    wanted.resize(room - 1);
    wanted.push_back({tr("and %1 more").arg(more), t.secondary, 1.0});
  }
  for (std::size_t i = 1; i < wanted.size(); ++i) wanted[i].y = std::max(wanted[i].y, wanted[i - 1].y + gap);
  for (std::size_t i = wanted.size(); i-- > 0;) {
    const double most = i + 1 < wanted.size() ? wanted[i + 1].y - gap : 1.0;
    wanted[i].y = std::min(wanted[i].y, most);
  }
  for (const Wanted& w : wanted) {
    auto* label = new QCPItemText(plot_);
    label->position->setType(QCPItemPosition::ptAxisRectRatio);
    label->position->setCoords(1.0, w.y);
    label->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const QString text = metrics.elidedText(w.text, Qt::ElideMiddle, std::max(60, plot_->width() / 4));
    label->setText(" " + text);
    label->setClipToAxisRect(false);
    label->setFont(plot_->xAxis->tickLabelFont());
    label->setColor(dark_ ? w.colour.lighter(135) : w.colour.darker(115));
    labels_.push_back(label);
    width = std::max(width, metrics.horizontalAdvance(" " + text));
  }
  plot_->axisRect()->setMinimumMargins(QMargins(15, 6, std::max(15, width + 6), 4));
}

QAbstractItemModel* PlotView::table() const {
  if (!table_due_) return table_;
  table_due_ = false;
  const std::vector<PlotCurve>& curves = drawn_;
  const QString unit = x_unit();
  QStringList headers{unit.isEmpty() ? tr("time") : unit};
  for (const PlotCurve& c : curves) headers << (c.label.isEmpty() ? title() : c.label);
  // Lines of one table share their x; where they do not, the first one's counts and gaps stay.
  std::vector<RowsModel::Row> rows;
  if (!curves.empty())
    for (std::size_t i = 0; i < curves.front().x.size(); ++i) {
      const double x = curves.front().x[i];
      RowsModel::Row row{unit.isEmpty() ? TimeCell(x) : NumberCell(x, unit)};
      for (const PlotCurve& c : curves) row.push_back(NumberCell(i < c.x.size() && c.x[i] == x ? c.y[i] : kNone, y_unit()));
      rows.push_back(std::move(row));
    }
  table_->Set(std::move(headers), std::move(rows));
  return table_;
}

void PlotView::Read(const QPointF& at) {
  const bool inside = plot_->axisRect()->rect().contains(at.toPoint());
  cross_->setVisible(inside);
  readout_->setVisible(inside && !drawn_.empty());
  if (inside) {
    const double x = plot_->xAxis->pixelToCoord(at.x());
    cross_->point1->setCoords(x, 0);
    cross_->point2->setCoords(x, 1);
    QString text = QString("<b>%1</b>").arg(x_unit().isEmpty() ? TimeFigureText(x) : FigureText(x, x_unit()));
    std::size_t shown = 0;
    for (const PlotCurve& c : drawn_) {
      if (c.x.empty() || ++shown > 12) continue;
      const auto next = std::lower_bound(c.x.begin(), c.x.end(), x);
      auto i = static_cast<std::size_t>(next - c.x.begin());
      if (i == c.x.size() || (i > 0 && x - c.x[i - 1] < c.x[i] - x)) --i;
      QString value = FigureText(c.y[i], y_unit());
      if (!c.high.empty() && c.high[i] > c.low[i])
        value += QString(" (%1 … %2)").arg(FigureText(c.low[i], y_unit()), FigureText(c.high[i], y_unit()));
      text += QString("<br><span style='color:%1'>■</span> %2 %3").arg(c.colour.name(), c.label.toHtmlEscaped(), value);
    }
    readout_->setText(text);
    readout_->adjustSize();
    const int left = at.x() + 14 + readout_->width() < plot_->width() ? static_cast<int>(at.x()) + 14
                                                                       : static_cast<int>(at.x()) - 14 - readout_->width();
    readout_->move(std::max(0, left), std::max(0, std::min(static_cast<int>(at.y()), plot_->height() - readout_->height())));
  }
  plot_->replot(QCustomPlot::rpQueuedReplot);
}

void PlotView::Zoom(double factor, double about) {
  auto [from, to] = shown();
  const auto [least, most] = extent();
  if (log_x()) {
    from = about * std::pow(from / about, factor);
    to = about * std::pow(to / about, factor);
  } else {
    from = about - (about - from) * factor;
    to = about + (to - about) * factor;
  }
  Show(std::max(from, least), std::min(to, most), false);
}

bool PlotView::eventFilter(QObject* watched, QEvent* event) {
  if (watched != plot_) return View::eventFilter(watched, event);
  switch (event->type()) {
    case QEvent::Resize: Refresh(); break;
    case QEvent::Leave: Read({-1, -1}); break;
    case QEvent::Wheel: {
      const auto* wheel = static_cast<QWheelEvent*>(event);
      Zoom(std::pow(0.85, wheel->angleDelta().y() / 120.0), plot_->xAxis->pixelToCoord(wheel->position().x()));
      return true;
    }
    case QEvent::MouseButtonPress: {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      if (mouse->button() != Qt::LeftButton) break;
      setFocus(Qt::MouseFocusReason);
      pressed_ = mouse->position();
      pressed_range_ = shown();
      dragging_ = false;
      return true;
    }
    case QEvent::MouseMove: {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      if (!(mouse->buttons() & Qt::LeftButton)) {
        Read(mouse->position());
        break;
      }
      const double pixels = mouse->position().x() - pressed_.x();
      if (!dragging_ && std::abs(pixels) < QApplication::startDragDistance()) break;
      dragging_ = true;
      const auto [from, to] = pressed_range_;
      const auto [least, most] = extent();
      if (log_x()) break;
      double move = -pixels * (to - from) / std::max(1, plot_->axisRect()->width());
      move = std::clamp(move, std::min(0.0, least - from), std::max(0.0, most - to));
      Show(from + move, to + move, false);
      return true;
    }
    case QEvent::MouseButtonRelease: {
      const auto* mouse = static_cast<QMouseEvent*>(event);
      if (mouse->button() == Qt::LeftButton && !dragging_) Clicked(plot_->xAxis->pixelToCoord(mouse->position().x()));
      dragging_ = false;
      return true;
    }
    default: break;
  }
  return View::eventFilter(watched, event);
}

void PlotView::keyPressEvent(QKeyEvent* event) {
  const auto [from, to] = shown();
  const auto [least, most] = extent();
  const double middle = 0.5 * (from + to), step = 0.1 * (to - from);
  switch (event->key()) {
    case Qt::Key_W: Zoom(0.7, middle); return;
    case Qt::Key_S: Zoom(1.0 / 0.7, middle); return;
    case Qt::Key_A: Show(std::max(least, from - step), std::max(least, from - step) + (to - from), false); return;
    case Qt::Key_D: Show(std::min(most, to + step) - (to - from), std::min(most, to + step), false); return;
    case Qt::Key_0: Show(least, most, false); return;
    default: View::keyPressEvent(event);
  }
}

void PlotView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
    ApplyLook(ThemeOf(*this).dark);
    Refresh();
  }
  View::changeEvent(event);
}

void PlotView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), ThemeOf(*this).page);
  if (!hasFocus()) return;
  painter.setPen(QPen(ThemeOf(*this).accent, 1, Qt::DotLine));
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void PlotView::resizeEvent(QResizeEvent* event) {
  Refresh();
  View::resizeEvent(event);
}

void PlotView::paintTo(QPainter& painter, QSizeF size) const {
  // QCustomPlot paints on painters of its own kind alone; a picture takes the strokes over as they are.
  auto* self = const_cast<PlotView*>(this);
  const bool dark = dark_;
  self->ApplyLook(false);
  self->Draw();
  const bool crossed = cross_->visible();
  cross_->setVisible(false);
  QFont bold = font();
  bold.setBold(true);
  painter.setFont(bold);
  painter.setPen(Theme::Light().text);
  painter.fillRect(QRectF({0, 0}, size), Theme::Light().page);
  const int top = QFontMetrics(bold).height() + 4;
  QTextDocument heading;
  heading.setHtml(heading_->text());
  painter.drawText(QRectF(8, 0, size.width() - 16, top), Qt::AlignLeft | Qt::AlignVCenter, heading.toPlainText());
  QPicture picture;
  {
    QCPPainter strokes(&picture);
    plot_->toPainter(&strokes, static_cast<int>(size.width()), static_cast<int>(size.height()) - top);
  }
  painter.drawPicture(QPointF(0, top), picture);
  cross_->setVisible(crossed);
  self->ApplyLook(dark);
  self->Draw();
}

}  // namespace headroom::gui
