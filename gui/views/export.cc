#include "gui/views/export.h"

#include <QSvgGenerator>
#include <QtWidgets>

#include "gui/data/report_file.h"
#include "gui/models/rows_model.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"
#include "gui/views/view.h"

namespace headroom::gui {
namespace {

void PaintPage(QPainter& painter, const View& view, const StudyState& state, QSizeF size) {
  const QFontMetricsF metrics(view.font());
  const double foot = metrics.height() + 6;
  painter.fillRect(QRectF({0, 0}, size), Theme::Light().page);
  painter.save();
  painter.setFont(view.font());
  view.paintTo(painter, size - QSizeF(0, foot));
  painter.restore();
  painter.setFont(view.font());
  painter.setPen(Theme::Light().secondary);
  const QString text = metrics.elidedText(ProvenanceOf(state), Qt::ElideRight, size.width() - 24);
  painter.drawText(QRectF(12, size.height() - foot, size.width() - 24, foot), Qt::AlignLeft | Qt::AlignVCenter, text);
}

QByteArray Png(const View& view, const StudyState& state, QSizeF size) {
  QImage image((size * 2).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(2);
  {
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    PaintPage(painter, view, state, size);
  }
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray Svg(const View& view, const StudyState& state, QSizeF size) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  QSvgGenerator svg;
  svg.setOutputDevice(&buffer);
  svg.setSize(size.toSize());
  svg.setViewBox(QRectF({0, 0}, size));
  svg.setTitle(view.title());
  svg.setDescription(view.describe());
  svg.setResolution(96);
  QPainter painter(&svg);
  PaintPage(painter, view, state, size);
  painter.end();
  return bytes;
}

QByteArray Pdf(const View& view, const StudyState& state, QSizeF size) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter pdf(&buffer);
  pdf.setResolution(96);
  pdf.setTitle(view.title());
  pdf.setCreator("Headroom");
  pdf.setPageSize(QPageSize(size * 72.0 / 96.0, QPageSize::Point, {}, QPageSize::ExactMatch));
  pdf.setPageMargins(QMarginsF(0, 0, 0, 0));
  QPainter painter(&pdf);
  PaintPage(painter, view, state, size);
  painter.end();
  return bytes;
}

QString Write(const QString& path, const QByteArray& bytes) {
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
    return QObject::tr("%1: cannot write: %2").arg(path, file.errorString());
  return {};
}

}  // namespace

QString ProvenanceOf(const StudyState& state) {
  QStringList parts;
  QString program;
  for (const OpenReport& r : state.reports()) {
    const report::Report& report = r.file->report();
    program = QString::fromStdString(report.program_version());
    parts << QObject::tr("%1 (scenario %2, seed %3)").arg(r.label, QString::fromStdString(report.scenario_sha256()).left(8)).arg(report.summary().seed);
  }
  return parts.isEmpty() ? QStringLiteral("Headroom") : QStringLiteral("Headroom %1 · %2").arg(program, parts.join(", "));
}

QString SavePicture(const View& view, const StudyState& state, const QString& path, QSizeF size) {
  const QString suffix = QFileInfo(path).suffix().toLower();
  if (suffix == "png") return Write(path, Png(view, state, size));
  if (suffix == "svg") return Write(path, Svg(view, state, size));
  if (suffix == "pdf") return Write(path, Pdf(view, state, size));
  return QObject::tr("%1: pictures are .png, .svg or .pdf").arg(path);
}

QString SaveText(const QString& text, const QString& path) { return Write(path, text.toUtf8()); }

QString SaveCsv(const QAbstractItemModel& model, const QString& path) { return Write(path, CsvOf(model).toUtf8()); }

}  // namespace headroom::gui
