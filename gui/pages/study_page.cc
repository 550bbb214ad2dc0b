#include "gui/pages/study_page.h"

#include <QUndoStack>

#include "gui/commands/study_commands.h"
#include "gui/commands/yaml_edit.h"
#include "gui/commands/yaml_path.h"
#include "gui/models/scenario/study_model.h"
#include "gui/pages/workbench.h"
#include "gui/run/run_queue.h"
#include "gui/run/study_reports.h"
#include "gui/study/study.h"
#include "gui/study/study_state.h"
#include "gui/theme/theme.h"

namespace headroom::gui {
namespace {

constexpr int kMostSettings = 40;

/// The settings of a variant's text, one a line, each with its path.
void Settings(const config::Node& node, const std::string& path, QStringList* out) {
  if (out->size() > kMostSettings) return;
  if (node.is_map()) {
    for (const auto& [key, value] : node.entries) {
      if (path.empty() && (key.scalar == "include" || key.scalar == "name" || key.scalar == "schema" || key.scalar == "variants")) continue;
      if (path.ends_with(']') && key.scalar == "name") continue;
      Settings(value, path.empty() ? key.scalar : path + "." + key.scalar, out);
    }
  } else if (path == "remove" && node.is_list()) {
    for (const config::Node& gone : node.items)
      *out << QObject::tr("%1 <b>taken out</b>").arg(QString::fromStdString(gone.scalar).toHtmlEscaped());
  } else if (node.is_list()) {
    const auto labels = config::ElementLabels(node);
    for (std::size_t i = 0; i < node.items.size(); ++i)
      Settings(node.items[i], path + "[" + labels[i] + "]", out);
  } else {
    *out << QString("%1 = <b>%2</b>")
                .arg(QString::fromStdString(path).toHtmlEscaped(), QString::fromStdString(OneLine(node)).toHtmlEscaped());
  }
}

}  // namespace

StudyPage::StudyPage(Workbench* bench)
    : Page(bench->state()),
      bench_(bench),
      model_(new StudyModel(bench->study(), bench->reports(), bench->queue(), this)),
      table_(new QTableView),
      title_(new QLineEdit),
      folder_(new QLabel),
      about_(new QLabel),
      text_(new QLabel) {
  title_->setAccessibleName(tr("Name of the study"));
  title_->setPlaceholderText(tr("What does this study ask?"));
  QFont large = font();
  large.setPixelSize(QFontInfo(font()).pixelSize() * 3 / 2);
  title_->setFont(large);
  title_->setFrame(false);
  table_->setModel(model_);
  table_->setObjectName("scenarios");
  table_->setAccessibleName(tr("Scenarios"));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setTabKeyNavigation(false);
  table_->setShowGrid(false);
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setHighlightSections(false);
  table_->setColumnWidth(StudyModel::kShown, 28);
  table_->setColumnWidth(StudyModel::kName, 200);
  table_->setColumnWidth(StudyModel::kReport, 150);
  for (int i = StudyModel::kFirstFigure; i < model_->columnCount(); ++i) table_->setColumnWidth(i, 108);
  about_->setWordWrap(true);
  about_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  text_->setWordWrap(true);
  text_->setAlignment(Qt::AlignTop);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);

  auto* details = new QWidget;
  auto* detail_rows = new QVBoxLayout(details);
  detail_rows->setContentsMargins(16, 12, 16, 12);
  detail_rows->addWidget(about_);
  detail_rows->addWidget(text_, 1);
  auto* scroll = new QScrollArea;
  scroll->setWidget(details);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setAccessibleName(tr("What the scenario says"));
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->addWidget(table_);
  splitter->addWidget(scroll);
  splitter->setSizes({320, 320});
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(12, 12, 12, 8);
  rows->setSpacing(8);
  rows->addWidget(title_);
  rows->addWidget(folder_);
  rows->addWidget(MakeButtons());
  rows->addWidget(splitter, 1);

  connect(title_, &QLineEdit::editingFinished, this, [this] {
    if (title_->text() != bench_->study()->title())
      bench_->study()->undo()->push(new SetStudyTitle(bench_->study(), title_->text()));
  });
  connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
    if (index.isValid()) bench_->SetCurrent(model_->NameAt(index.row()));
  });
  connect(table_, &QTableView::activated, this, [this] { emit bench_->PageWanted("Edit"); });
  connect(model_, &QAbstractItemModel::modelReset, this, &StudyPage::SelectCurrent);
  connect(bench, &Workbench::CurrentChanged, this, &StudyPage::SelectCurrent);
  connect(model_, &QAbstractItemModel::dataChanged, this, &StudyPage::ShowCurrent);
  connect(bench->checker(), &Checker::Checked, this, [this](const CheckedPtr& c) {
    if (c->name == bench_->current()) ShowCurrent();
  });
  SelectCurrent();
}

QWidget* StudyPage::MakeButtons() {
  auto* bar = new QWidget;
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  const auto add = [&](const QString& text, const QString& tip, auto slot) {
    auto* button = new QPushButton(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, slot);
    row->addWidget(button);
    return button;
  };
  add(tr("New variant"), tr("New variant of the selected scenario"), [this] { NewVariant(); });
  add(tr("Duplicate"), tr("Duplicate the selected scenario"), [this] { Duplicate(); });
  add(tr("Rename"), tr("Rename the selected scenario"), [this] { RenameCurrent(); });
  add("↑", tr("Move the variant up"), [this] { MoveCurrent(-1); });
  add("↓", tr("Move the variant down"), [this] { MoveCurrent(1); });
  add(tr("Remove"), tr("Remove the variant"), [this] { RemoveCurrent(); });
  row->addStretch();
  add(tr("Run"), tr("Run the selected scenario (F5)"), [this] { bench_->RunScenario(bench_->current()); });
  auto* all = add(tr("Run all"), tr("Run every scenario of the study"), [this] { bench_->RunAll(); });
  all->setObjectName("run-all");
  return bar;
}

QString StudyPage::emptyState() const {
  return bench_->state()->reports().empty() ? tr("No scenario has a report yet. Press F5 to run the selected one, or Run all.")
                                            : QString();
}

void StudyPage::SelectCurrent() {
  const int row = model_->RowOf(bench_->current());
  if (row >= 0 && table_->currentIndex().row() != row) table_->selectRow(row);
  ShowCurrent();
}

void StudyPage::Enter() { ShowCurrent(); }

void StudyPage::ShowCurrent() {
  if (isHidden()) return;  // Enter() shows it
  const Study& study = *bench_->study();
  if (!title_->hasFocus()) title_->setText(study.title());
  folder_->setText(study.folder());
  folder_->setForegroundRole(QPalette::PlaceholderText);
  const QString name = bench_->current(), variant = Study::VariantOf(name);
  const StudyScenario* s = study.Find(Study::FileOf(name));
  if (s == nullptr) return;
  QStringList lines;
  QString include, title;
  // As the last check read it: a long text is not parsed here.
  const CheckedPtr checked = bench_->Latest(name);
  if (checked && checked->readable) {
    if (const config::Node* i = checked->own.Find("include")) include = QString::fromStdString(OneLine(*i));
    if (const config::Node* n = checked->own.Find("name")) title = QString::fromStdString(n->scalar);
    Settings(checked->own, "", &lines);
  } else if (checked) {
    for (const Finding& f : checked->errors)
      lines << QString("<span style='color:%1'>■ %2</span>").arg(ThemeOf(*this).Of(Standing::kOver).name(), QString::fromStdString(f.Text()).toHtmlEscaped());
  }
  QString about = QString("<b>%1</b>").arg((title.isEmpty() ? name : title).toHtmlEscaped());
  if (!variant.isEmpty()) about += tr(" · one of the variants in %1.yaml; edit it there").arg(s->name);
  else if (checked && checked->readable) about += include.isEmpty() ? tr(" · the base of the study") : tr(" · changes %1 by").arg(include.toHtmlEscaped());
  const StudyReports::Entry* entry = bench_->reports()->Find(name);
  if (entry != nullptr && !entry->error.isEmpty())
    about += QString("<p style='color:%1'>■ %2 Run the scenario again to replace it.</p>")
                 .arg(ThemeOf(*this).Of(Standing::kOver).name(), entry->error.toHtmlEscaped());
  const Run* run = bench_->queue()->Latest(name);
  if (run != nullptr && run->ended() && !run->message.isEmpty())
    about += QString("<p style='color:%1'>■ %2</p>")
                 .arg(ThemeOf(*this).Of(Standing::kOver).name(), run->message.toHtmlEscaped());
  const QString hint = emptyState();
  if (!hint.isEmpty()) about += "<p>" + hint.toHtmlEscaped() + "</p>";
  about_->setText(about);
  text_->setText(lines.isEmpty() ? tr("It changes nothing yet. Press Enter to edit it.") : lines.mid(0, kMostSettings).join("<br>"));
}

void StudyPage::SayInFile() {
  const QString name = bench_->current();
  emit bench_->Message(tr("%1 stands in the `variants:` of %2.yaml; change it in that text.").arg(Study::VariantOf(name), Study::FileOf(name)));
}

void StudyPage::NewVariant() {
  Study* study = bench_->study();
  bool given = false;
  const QString of = Study::FileOf(bench_->current());
  const QString title = QInputDialog::getText(this, tr("New variant"), tr("What is different in it?"), QLineEdit::Normal,
                                              tr("Variant of %1").arg(of), &given);
  if (!given) return;
  const QString name = study->FreeName(title);
  const std::string text = EmptyVariant(of, title);
  study->undo()->push(new AddVariant(study, static_cast<int>(study->scenarios().size()), name, text));
  bench_->SetCurrent(name);
}

void StudyPage::Duplicate() {
  Study* study = bench_->study();
  const StudyScenario* s = study->Find(bench_->current());
  if (s == nullptr) return SayInFile();
  const QString name = study->FreeName(s->name + "-copy");
  study->undo()->push(new AddVariant(study, study->IndexOf(s->name) + 1, name, s->text));
  bench_->SetCurrent(name);
}

void StudyPage::RenameCurrent() {
  Study* study = bench_->study();
  const QString old = bench_->current();
  if (study->Find(old) == nullptr) return SayInFile();
  bool given = false;
  const QString text =
      QInputDialog::getText(this, tr("Rename %1").arg(old), tr("Name of the file, without .yaml"), QLineEdit::Normal, old, &given);
  if (!given || text.trimmed().isEmpty() || text.trimmed() == old) return;
  const QString name = study->FreeName(text);
  try {
    PushRename(study, old, name);
    bench_->SetCurrent(name);
  } catch (const ConfigError& e) {
    emit bench_->Message(QString::fromStdString(e.what()));
  }
}

void StudyPage::RemoveCurrent() {
  Study* study = bench_->study();
  const QString name = bench_->current();
  if (study->Find(name) == nullptr) return SayInFile();
  const QStringList followers = BuiltOn(*study, name);
  if (name == study->base()) {
    emit bench_->Message(tr("The base cannot be removed: the variants are built on it."));
  } else if (!followers.isEmpty()) {
    emit bench_->Message(tr("%1 cannot be removed: %2 is built on it.").arg(name, followers.join(", ")));
  } else {
    const int at = study->IndexOf(name);
    study->undo()->push(new RemoveVariant(study, name));
    bench_->SetCurrent(study->scenarios()[static_cast<std::size_t>(at - 1)].name);
  }
}

void StudyPage::MoveCurrent(int by) {
  Study* study = bench_->study();
  if (study->Find(bench_->current()) == nullptr) return SayInFile();
  const int from = study->IndexOf(bench_->current());
  const int to = from + by;
  if (from < 1 || to < 1 || to >= static_cast<int>(study->scenarios().size())) return;
  study->undo()->push(new MoveVariant(study, bench_->current(), to));
}

}  // namespace headroom::gui
