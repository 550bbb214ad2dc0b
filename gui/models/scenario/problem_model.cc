#include "gui/models/scenario/problem_model.h"

#include <QColor>
#include <QFileInfo>

#include "gui/theme/theme.h"

namespace headroom::gui {

void ProblemModel::Show(const CheckedPtr& checked) {
  beginResetModel();
  findings_ = checked->errors;
  errors_ = static_cast<int>(findings_.size());
  findings_.insert(findings_.end(), checked->warnings.begin(), checked->warnings.end());
  endResetModel();
}

void ProblemModel::ShowPrinted(const std::vector<Finding>& findings) {
  beginResetModel();
  findings_.insert(findings_.begin() + errors_, findings.begin(), findings.end());
  errors_ += static_cast<int>(findings.size());
  endResetModel();
}

int ProblemModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(findings_.size());
}

QVariant ProblemModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Finding& f = At(index.row());
  const bool error = index.row() < errors_;
  if (role == Qt::ForegroundRole && index.column() == 0)
    return Theme::Light().Of(error ? Standing::kOver : Standing::kNear);
  if (role == Qt::ToolTipRole) return QString::fromStdString(f.Text());
  if (role != Qt::DisplayRole) return {};
  if (index.column() == 0) {
    const QString glyph = GlyphOf(error ? Standing::kOver : Standing::kNear);
    const QString file = QFileInfo(QString::fromStdString(f.place.file)).fileName();
    return f.place.line > 0 ? QString("%1 %2:%3").arg(glyph, file).arg(f.place.line)
                            : QString("%1 %2").arg(glyph, file);
  }
  return f.path.empty() ? QString::fromStdString(f.message)
                        : QString("%1: %2").arg(QString::fromStdString(f.path), QString::fromStdString(f.message));
}

QVariant ProblemModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || orientation != Qt::Horizontal) return {};
  return section == 0 ? tr("Where") : tr("Problem");
}

}  // namespace headroom::gui
