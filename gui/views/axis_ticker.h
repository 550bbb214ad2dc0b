#pragma once

#include <QString>
#include <qcustomplot.h>

namespace headroom::gui {

/// Ticks of simulated time at steps that people count in: 1, 2, 5 ... s, min, h, d; texts as "1 h 20 min".
class TimeTicker : public QCPAxisTicker {
 protected:
  double getTickStep(const QCPRange& range) override;
  QString getTickLabel(double tick, const QLocale&, QChar, int) override;
  int getSubTickCount(double step) override;

 private:
  double step_ = 1.0;
};

/// Ticks of a quantity: one SI prefix for the whole axis, which the axis' label carries.
class QuantityTicker : public QCPAxisTicker {
 public:
  explicit QuantityTicker(QString unit) : unit_(std::move(unit)) {}
  /// Unit with the prefix that suits `largest`: "MW".
  QString UnitFor(double largest);

 protected:
  QString getTickLabel(double tick, const QLocale&, QChar, int) override;

 private:
  QString unit_;
  double scale_ = 1.0;
};

}  // namespace headroom::gui
