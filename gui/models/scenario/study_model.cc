#include "gui/models/scenario/study_model.h"

#include <array>

#include "gui/data/report_file.h"
#include "gui/run/run_model.h"
#include "gui/run/run_queue.h"
#include "gui/run/study_reports.h"
#include "gui/study/study.h"
#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"

namespace headroom::gui {
namespace {

struct HeadFigure {
  const char* title;
  const char* metric;  ///< a name, or the end of one where it starts with a dot
};

constexpr std::array kFigures = {
    HeadFigure{"Peak", "site.power.peak"},
    HeadFigure{"Mean", "site.power.mean"},
    HeadFigure{"Swing", "site.power.range"},
    HeadFigure{"Feed left", "site.headroom.feed"},
    HeadFigure{"Step", ".step_time"},
    HeadFigure{"PUE", "site.pue"},
    HeadFigure{"Cost of run", "site.cost.total"},
};

}  // namespace

StudyModel::StudyModel(Study* study, StudyReports* reports, RunQueue* queue, QObject* parent)
    : QAbstractTableModel(parent), study_(study), reports_(reports), queue_(queue), names_(study->names()) {
  for (const auto signal : {&Study::ScenariosChanged, &Study::VariantsChanged})
    connect(study, signal, this, [this] {
      beginResetModel();
      names_ = study_->names();
      endResetModel();
    });
  connect(study, &Study::TextChanged, this, &StudyModel::NoteChanged);
  connect(study, &Study::ModifiedChanged, this, [this] {
    if (rowCount() > 0) emit dataChanged(index(0, kName), index(rowCount() - 1, kName));
  });
  connect(reports, &StudyReports::Changed, this, &StudyModel::NoteChanged);
  connect(queue, &RunQueue::Changed, this, [this](int id) {
    if (const Run* run = queue_->Find(id)) NoteChanged(run->subject);
  });
}

void StudyModel::NoteChanged(const QString& name) {
  for (int row = 0; row < rowCount(); ++row)
    if (names_[row] == name || Study::FileOf(names_[row]) == name) emit dataChanged(index(row, 0), index(row, columnCount() - 1));
}

int StudyModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(names_.size());
}

int StudyModel::columnCount(const QModelIndex&) const {
  return kFirstFigure + static_cast<int>(kFigures.size());
}

QString StudyModel::ReportState(const QString& name) const {
  if (const Run* run = queue_->Latest(name); run && !run->ended()) {
    return run->share >= 0 ? QString("%1 %2 %").arg(RunStateText(run->state)).arg(qRound(100 * run->share))
                           : RunStateText(run->state);
  }
  const StudyReports::Entry* entry = reports_->Find(name);
  if (entry == nullptr) return {};
  if (entry->loading) return tr("opening");
  if (!entry->error.isEmpty()) return tr("■ cannot be read");
  if (!entry->file) {
    const Run* run = queue_->Latest(name);
    return run && run->state == RunState::kFailed ? tr("■ failed") : tr("○ not run yet");
  }
  if (reports_->Stale(name)) return tr("▲ of an older text");
  const std::string& status = entry->file->summary().status;
  return status == "done" ? tr("● current") : tr("■ %1").arg(QString::fromStdString(status));
}

QVariant StudyModel::FigureAt(const QString& name, int column) const {
  const StudyReports::Entry* entry = reports_->Find(name);
  if (entry == nullptr || !entry->file) return {};
  const std::string wanted = kFigures[static_cast<std::size_t>(column - kFirstFigure)].metric;
  for (const Metric& m : entry->file->summary().metrics.all()) {
    const bool hit = wanted.starts_with('.') ? m.name.starts_with("workloads.") && m.name.ends_with(wanted)
                                             : m.name == wanted;
    if (!hit) continue;
    const bool share = wanted == "site.headroom.feed";
    return share ? FigureText(100.0 * m.value, "%") : FigureText(m.value, QString::fromStdString(m.unit));
  }
  return {};
}

QVariant StudyModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const QString name = NameAt(index.row());
  if (role == kNameRole) return name;
  const StudyReports::Entry* entry = reports_->Find(name);
  if (index.column() == kShown) {
    if (role == Qt::CheckStateRole) return entry && entry->shown ? Qt::Checked : Qt::Unchecked;
    if (role == Qt::ToolTipRole) return tr("shown in the views");
    if (role == Qt::AccessibleTextRole) return tr("%1 is shown in the views").arg(name);
    return {};
  }
  if (role == Qt::TextAlignmentRole && index.column() >= kFirstFigure)
    return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && index.column() == kReport && entry) {
    if (!entry->error.isEmpty()) return entry->error;
    const Run* run = queue_->Latest(name);
    return run ? run->message : QString();
  }
  if (role != Qt::DisplayRole && role != Qt::EditRole) return {};
  if (index.column() == kName) {
    if (role != Qt::DisplayRole) return name;
    const QString variant = Study::VariantOf(name);
    const StudyScenario* s = study_->Find(Study::FileOf(name));
    const QString shown = variant.isEmpty() ? name : "    @ " + variant;
    return s != nullptr && s->modified() && variant.isEmpty() ? shown + " *" : shown;
  }
  if (index.column() == kReport) return ReportState(name);
  return FigureAt(name, index.column());
}

bool StudyModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (role != Qt::CheckStateRole || index.column() != kShown) return false;
  reports_->SetShown(NameAt(index.row()), value.toInt() == Qt::Checked);
  return true;
}

QVariant StudyModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue((section < kFirstFigure ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && section >= kFirstFigure)
    return QString(kFigures[static_cast<std::size_t>(section - kFirstFigure)].metric);
  if (role != Qt::DisplayRole) return {};
  if (section == kShown) return QString("◉");
  if (section == kName) return tr("Scenario");
  if (section == kReport) return tr("Report");
  return tr(kFigures[static_cast<std::size_t>(section - kFirstFigure)].title);
}

Qt::ItemFlags StudyModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
  if (index.column() == kShown) flags |= Qt::ItemIsUserCheckable;
  return flags;
}

}  // namespace headroom::gui
