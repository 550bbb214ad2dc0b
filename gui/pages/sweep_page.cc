#include "gui/pages/sweep_page.h"

#include <fmt/format.h>

#include <QUndoStack>

#include "gui/commands/study_commands.h"
#include "gui/commands/yaml_edit.h"
#include "gui/commands/yaml_path.h"
#include "gui/editor/yaml_editor.h"
#include "gui/models/scenario/property.h"
#include "gui/models/scenario/sweep_model.h"
#include "gui/pages/workbench.h"
#include "gui/run/run_queue.h"
#include "gui/run/study_reports.h"
#include "gui/study/study.h"
#include "gui/theme/figure_text.h"
#include "gui/theme/theme.h"

namespace headroom::gui {
namespace {

void ValuePaths(const Property& property, QStringList* out) {
  if (property.kind == Property::Kind::kValue) *out << QString::fromStdString(property.path);
  for (const auto& child : property.children) ValuePaths(*child, out);
}

}  // namespace

SweepPage::SweepPage(Workbench* bench)
    : Page(bench->state()), bench_(bench), model_(new SweepModel(this)), sweep_(new QComboBox) {
  sweep_->setAccessibleName(tr("Sweep"));
  sweep_->setMinimumWidth(220);
  auto* head = new QHBoxLayout;
  head->addWidget(sweep_);
  const auto add = [&](const QString& text, const QString& tip, auto slot) {
    auto* button = new QPushButton(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    connect(button, &QPushButton::clicked, this, slot);
    head->addWidget(button);
  };
  add(tr("New sweep"), tr("New sweep of the current scenario"), [this] {
    bool given = false;
    const QString name = QInputDialog::getText(this, tr("New sweep"), tr("Name"), QLineEdit::Normal, "sweep", &given);
    if (given) NewSweep(name);
  });
  add(tr("Run or resume"), tr("Run the points that have no report yet"), [this] { RunSweep(); });
  add(tr("Stop"), tr("Stop the sweep; what is done stays"), [this] {
    if (const Run* run = bench_->queue()->Latest(sweep_->currentText())) bench_->queue()->Cancel(run->id);
  });
  head->addStretch();
  auto* split = new QSplitter;
  split->addWidget(MakeDefinition());
  split->addWidget(MakePoints());
  split->setSizes({540, 640});
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(12, 12, 12, 8);
  rows->addLayout(head);
  rows->addWidget(split, 1);
  timer_.setInterval(500);
  connect(&timer_, &QTimer::timeout, this, &SweepPage::Watch);
  connect(sweep_, &QComboBox::currentTextChanged, this, &SweepPage::ShowSweep);
  connect(bench->queue(), &RunQueue::Changed, this, &SweepPage::Watch);
  connect(bench->checker(), &Checker::Checked, this, [this](const CheckedPtr& c) {
    if (c->name == bench_->current() && path_->count() == 0) FillPaths();
  });
  connect(bench->study(), &Study::SweepsChanged, this, &SweepPage::ListSweeps);
  connect(bench->study(), &Study::SweepChanged, this, [this](const QString& name) {
    if (name != sweep_->currentText()) sweep_->setCurrentText(name);  // an undo shows what it undid
    else text_->SetBytes(bench_->study()->FindSweep(name)->text);
  });
  ListSweeps();
}

QWidget* SweepPage::MakeDefinition() {
  path_ = new QComboBox;
  path_->setEditable(true);
  path_->setAccessibleName(tr("Property to vary"));
  path_->setInsertPolicy(QComboBox::NoInsert);
  path_->lineEdit()->setPlaceholderText(tr("property to vary"));
  path_->setMinimumContentsLength(24);
  path_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  values_ = new QLineEdit;
  values_->setAccessibleName(tr("Values"));
  values_->setPlaceholderText(tr("3 MW, 3.5 MW, 4 MW   or   3 MW .. 4 MW x 5"));
  auto* add = new QPushButton(tr("Add axis"));
  add->setAccessibleName(tr("Add the axis to the sweep"));
  const auto add_axis = [this] {
    const QString error = AddAxis(path_->currentText(), values_->text());
    if (!error.isEmpty()) emit bench_->Message(error);
  };
  connect(add, &QPushButton::clicked, this, add_axis);
  connect(values_, &QLineEdit::returnPressed, this, add_axis);
  text_ = new YamlEditor;
  text_->setObjectName("sweep-text");
  text_->setLineWrapMode(QPlainTextEdit::WidgetWidth);
  text_->setAccessibleName(tr("Text of the sweep"));
  text_->setPlaceholderText(tr("A sweep varies properties of one scenario. Start with New sweep."));
  connect(text_, &YamlEditor::Typed, this, [this](const TextChange& change) { Push(change, tr("type"), ChangeText::Kind::kTyping); });
  auto* panel = new QWidget;
  auto* rows = new QVBoxLayout(panel);
  rows->setContentsMargins(0, 0, 4, 0);
  rows->addWidget(path_);
  auto* line = new QHBoxLayout;
  line->addWidget(values_, 1);
  line->addWidget(add);
  rows->addLayout(line);
  rows->addWidget(text_, 1);
  return panel;
}

QWidget* SweepPage::MakePoints() {
  table_ = new QTableView;
  table_->setModel(model_);
  table_->setAccessibleName(tr("Points of the sweep"));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setTabKeyNavigation(false);
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->setShowGrid(false);
  table_->horizontalHeader()->setDefaultSectionSize(190);
  table_->setColumnWidth(0, 60);
  state_text_ = new QLabel;
  state_text_->setWordWrap(true);
  bar_ = new QProgressBar;
  bar_->setTextVisible(false);
  bar_->setMaximumHeight(8);
  bar_->setAccessibleName(tr("Points done"));
  connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
    const SweepModel::Point* p = model_->At(index.row());
    if (p == nullptr) return;
    if (p->state == SweepModel::State::kFailed) {
      try {
        emit bench_->Message(QString::fromUtf8(ReadBytes(p->log)).trimmed());
      } catch (const IoError& e) {
        emit bench_->Message(e.what());
      }
    } else if (const QString report = model_->ReportPath(index.row()); !report.isEmpty()) {
      bench_->reports()->ShowFile(report);
      emit bench_->PageWanted("Site");
    }
  });
  auto* panel = new QWidget;
  auto* rows = new QVBoxLayout(panel);
  rows->setContentsMargins(4, 0, 0, 0);
  rows->addWidget(state_text_);
  rows->addWidget(bar_);
  rows->addWidget(table_, 1);
  return panel;
}

QString SweepPage::folder() const { return bench_->study()->folder() + "/sweeps/" + sweep_->currentText(); }

QString SweepPage::emptyState() const {
  return sweep_->count() == 0 ? tr("This study has no sweep yet. New sweep makes one of %1; then add what is to vary.").arg(bench_->current())
                              : QString();
}

void SweepPage::Enter() {
  FillPaths();
  bench_->study()->FindSweeps();
  Watch();
}

void SweepPage::FillPaths() {
  const QString typed = path_->currentText();
  const CheckedPtr checked = bench_->Latest(bench_->current());
  if (!checked) return;
  QStringList paths;
  ValuePaths(*PropertiesOf(*checked), &paths);
  path_->clear();
  path_->addItems(paths);
  path_->completer()->setFilterMode(Qt::MatchContains);
  path_->completer()->setCompletionMode(QCompleter::PopupCompletion);
  path_->setEditText(typed);
}

void SweepPage::ListSweeps() {
  const QString was = sweep_->currentText();
  const QSignalBlocker quiet(sweep_);
  sweep_->clear();
  sweep_->addItems(bench_->Sweeps());
  if (sweep_->findText(was) >= 0) sweep_->setCurrentText(was);
  ShowSweep();
}

void SweepPage::ShowSweep() {
  const StudySweep* sweep = bench_->study()->FindSweep(sweep_->currentText());
  text_->SetBytes(sweep ? sweep->text : std::string());
  text_->setEnabled(sweep != nullptr);
  if (sweep) model_->Show(folder());
  Watch();
}

void SweepPage::NewSweep(const QString& wanted) {
  QString name = bench_->study()->FreeName(wanted);
  const QString stem = name;
  for (int i = 2; bench_->study()->FindSweep(name) != nullptr; ++i) name = QString("%1-%2").arg(stem).arg(i);
  const std::string text = fmt::format(
      "schema: 1\nname: {}\nbase: ../{}.yaml\nvary: []\nobjective: {{minimise: site.cost.total}}\n", name.toStdString(),
      Study::FileOf(bench_->current()).toStdString());
  bench_->study()->undo()->push(new AddSweep(bench_->study(), name, text));
  sweep_->setCurrentText(name);
}

void SweepPage::Push(const TextChange& change, const QString& what, ChangeText::Kind kind) {
  bench_->study()->undo()->push(new ChangeText(bench_->study(), sweep_->currentText(), change, what, kind, ChangeText::Of::kSweep));
}

QString SweepPage::AddAxis(const QString& path, const QString& values) {
  static const QRegularExpression range("^(.+?)\\s*\\.\\.\\s*(.+?)\\s*x\\s*(\\d+)$");
  if (sweep_->count() == 0) return emptyState();
  if (path.trimmed().isEmpty() || values.trimmed().isEmpty()) return tr("An axis needs a property and its values.");
  std::string axis;
  if (const auto m = range.match(values.trimmed()); m.hasMatch()) {
    axis = fmt::format("{{path: {}, from: {}, to: {}, count: {}}}", ScalarText(path.trimmed().toStdString()),
                       m.captured(1).toStdString(), m.captured(2).toStdString(), m.captured(3).toStdString());
  } else {
    axis = fmt::format("{{path: {}, values: [{}]}}", ScalarText(path.trimmed().toStdString()), values.trimmed().toStdString());
  }
  try {
    const StudySweep* sweep = bench_->study()->FindSweep(sweep_->currentText());
    Push(AppendElement(sweep->text, "vary", axis), tr("vary %1").arg(path.trimmed()), ChangeText::Kind::kStep);
  } catch (const ConfigError& e) {
    return QString::fromStdString(e.what());
  }
  values_->clear();
  return {};
}

bool SweepPage::RunSweep() {
  if (sweep_->count() == 0) {
    emit bench_->Message(emptyState());
    return false;
  }
  if (bench_->study()->modified() && !bench_->Save()) return false;
  bench_->RunSweep(sweep_->currentText());
  timer_.start();
  return true;
}

void SweepPage::Watch() {
  const QString hint = emptyState();
  if (sweep_->count() > 0) model_->Show(folder());
  const Run* run = bench_->queue()->Latest(sweep_->currentText());
  const bool active = run != nullptr && !run->ended();
  if (!active) timer_.stop();
  else if (!timer_.isActive()) timer_.start();
  const int points = model_->rowCount();
  const int done = model_->count(SweepModel::State::kDone) + model_->count(SweepModel::State::kForbidden);
  const int failed = model_->count(SweepModel::State::kFailed);
  bar_->setRange(0, std::max(1, points));
  bar_->setValue(done);
  bar_->setVisible(points > 0);
  QString text = !hint.isEmpty() ? hint
                 : points == 0   ? tr("No points yet. Run or resume plans and runs them.")
                                 : tr("%1 of %2 points done").arg(done).arg(points);
  if (failed > 0) text += tr(", ■ %1 failed: Enter on one shows its log, Run or resume tries them again").arg(failed);
  if (active && run->left_s >= 0.0) text += tr(", %1 left").arg(TimeFigureText(run->left_s));
  if (run != nullptr && run->ended() && !run->message.isEmpty()) text += "\n■ " + run->message;
  state_text_->setText(text);
}

}  // namespace headroom::gui
