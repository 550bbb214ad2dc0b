#include "gui/pages/edit_page.h"

#include <google/protobuf/descriptor.h>

#include <QUndoStack>

#include "gui/commands/text_command.h"
#include "gui/editor/catalog_dialog.h"
#include "gui/editor/floor_panel.h"
#include "gui/editor/property_delegate.h"
#include "gui/editor/yaml_editor.h"
#include "gui/models/scenario/problem_model.h"
#include "gui/models/scenario/property_model.h"
#include "gui/models/scenario/skeleton.h"
#include "gui/pages/workbench.h"
#include "gui/study/study.h"
#include "gui/theme/theme.h"
#include "sim/config/options_of.h"

namespace headroom::gui {
namespace {

QStringList SheetKinds(const Property& p) {
  QStringList kinds;
  const google::protobuf::FieldDescriptor* field = p.field;
  if (field != nullptr && p.kind == Property::Kind::kGroup)
    field = p.type->FindFieldByName(config::OptionsOf(*p.type).scalar());
  if (field == nullptr) return kinds;
  for (const std::string& kind : config::OptionsOf(*field).catalog()) kinds << QString::fromStdString(kind);
  return kinds;
}

/// Elements of longer lists stay closed at first.
constexpr std::size_t kOpened = 50;

/// Rows whose path or help holds all words.
class PropertyFilter : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void SetWords(const QString& words) {
    words_ = words.simplified().split(' ', Qt::SkipEmptyParts);
    invalidateFilter();
  }

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
    if (words_.isEmpty()) return true;
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    const QString text = index.data(PropertyModel::kPathRole).toString().replace('_', ' ') + " " +
                         index.siblingAtColumn(PropertyModel::kValue).data().toString();
    return std::all_of(words_.begin(), words_.end(),
                       [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
  }

 private:
  QStringList words_;
};

}  // namespace

EditPage::EditPage(Workbench* bench)
    : Page(bench->state()),
      bench_(bench),
      properties_(new PropertyModel(bench->study(), this)),
      filtered_(new PropertyFilter(this)),
      problems_(new ProblemModel(this)),
      scenario_(new QComboBox),
      verdict_(new QLabel) {
  filtered_->setSourceModel(properties_);
  filtered_->setRecursiveFilteringEnabled(true);
  scenario_->setAccessibleName(tr("Scenario to edit"));
  scenario_->setObjectName("scenario");
  scenario_->setMinimumWidth(240);
  auto* head = new QHBoxLayout;
  head->addWidget(scenario_);
  head->addWidget(verdict_, 1);
  list_ = new QTableView;
  list_->setModel(problems_);
  list_->setAccessibleName(tr("Problems"));
  list_->setObjectName("problems");
  list_->setSelectionBehavior(QAbstractItemView::SelectRows);
  list_->setTabKeyNavigation(false);
  list_->verticalHeader()->hide();
  list_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  list_->horizontalHeader()->setStretchLastSection(true);
  list_->setColumnWidth(0, 200);
  list_->setShowGrid(false);
  auto* columns = new QSplitter;
  columns->addWidget(MakeTree());
  columns->addWidget(MakeText());
  columns->setSizes({560, 620});
  auto* split = new QSplitter(Qt::Vertical);
  split->addWidget(columns);
  split->addWidget(list_);
  split->setStretchFactor(0, 1);
  split->setSizes({600, 110});
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(12, 12, 12, 8);
  rows->addLayout(head);
  rows->addWidget(split, 1);

  connect(scenario_, &QComboBox::activated, this, [this](int index) { bench_->SetCurrent(scenario_->itemText(index)); });
  connect(bench, &Workbench::CurrentChanged, this, &EditPage::ShowScenario);
  connect(bench->study(), &Study::ScenariosChanged, this, &EditPage::ShowScenario);
  connect(bench->study(), &Study::VariantsChanged, this, &EditPage::ListScenarios);
  connect(bench->study(), &Study::TextChanged, this, [this](const QString& name) {
    if (name == Study::FileOf(bench_->current())) text_->SetBytes(bench_->study()->Find(name)->text);
  });
  connect(bench->checker(), &Checker::Checked, this, &EditPage::ShowChecked);
  connect(text_, &YamlEditor::Typed, this, [this](const TextChange& change) {
    bench_->study()->undo()->push(
        new ChangeText(bench_->study(), Study::FileOf(bench_->current()), change, tr("type"), ChangeText::Kind::kTyping));
  });
  connect(properties_, &PropertyModel::Refused, this, [this](const QString& m) { emit bench_->Message(m); });
  connect(list_, &QTableView::activated, this, [this](const QModelIndex& index) {
    const Finding& f = problems_->At(index.row());
    text_->GoTo(f.place.line, f.place.column);
    GoTo(QString::fromStdString(f.path));
  });
  ShowScenario();
}

QWidget* EditPage::MakeTree() {
  tree_ = new QTreeView;
  tree_->setModel(filtered_);
  tree_->setObjectName("properties");
  tree_->setAccessibleName(tr("Properties"));
  tree_->setAlternatingRowColors(true);
  tree_->setUniformRowHeights(true);
  tree_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                         QAbstractItemView::AnyKeyPressed);
  tree_->setColumnWidth(0, 235);
  tree_->setColumnWidth(1, 165);
  auto* delegate = new PropertyDelegate(tree_);
  tree_->setItemDelegate(delegate);
  search_ = new QLineEdit;
  search_->setPlaceholderText(tr("Find a property (Ctrl+F)"));
  search_->setAccessibleName(tr("Find a property"));
  search_->setClearButtonEnabled(true);
  add_ = new QPushButton(tr("Add"));
  clear_ = new QPushButton(tr("Clear"));
  sheet_ = new QPushButton(tr("Data sheets"));
  add_->setAccessibleName(tr("Add an element or a group"));
  clear_->setAccessibleName(tr("Clear what is written here"));
  sheet_->setAccessibleName(tr("Choose from data sheets"));
  help_ = new QLabel;
  help_->setWordWrap(true);
  help_->setMinimumHeight(fontMetrics().lineSpacing() * 4);
  help_->setAlignment(Qt::AlignTop);
  help_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* panel = new QWidget;
  auto* rows = new QVBoxLayout(panel);
  rows->setContentsMargins(0, 0, 4, 0);
  auto* head = new QHBoxLayout;
  head->addWidget(search_, 1);
  head->addWidget(add_);
  head->addWidget(clear_);
  head->addWidget(sheet_);
  rows->addLayout(head);
  rows->addWidget(tree_, 1);
  rows->addWidget(help_);
  connect(search_, &QLineEdit::textChanged, this, &EditPage::ShowFiltered);
  connect(add_, &QPushButton::clicked, this, &EditPage::Add);
  connect(clear_, &QPushButton::clicked, this, &EditPage::Clear);
  connect(sheet_, &QPushButton::clicked, this, &EditPage::ChooseSheet);
  connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this, &EditPage::ShowHelp);
  connect(delegate, &PropertyDelegate::Problem, this, [this](const QString& problem) {
    if (problem.isEmpty()) ShowHelp();
    else help_->setText(QString("<span style='color:%1'>■ %2</span>").arg(ThemeOf(*this).Of(Standing::kOver).name(), problem.toHtmlEscaped()));
  });
  auto* remove = new QShortcut(QKeySequence::Delete, tree_, nullptr, nullptr, Qt::WidgetShortcut);
  connect(remove, &QShortcut::activated, this, &EditPage::Clear);
  ShowHelp();
  return panel;
}

QWidget* EditPage::MakeText() {
  text_ = new YamlEditor;
  text_->setObjectName("text");
  auto* frame = new QFrame;
  frame->setFrameShape(QFrame::StyledPanel);
  auto* column = new QVBoxLayout(frame);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(text_);
  floor_ = new FloorPanel(bench_->study());
  right_ = new QTabWidget;
  right_->setObjectName("edit_tabs");
  right_->setDocumentMode(true);
  right_->setAccessibleName(tr("Text or floor"));
  right_->addTab(frame, tr("Text"));
  right_->addTab(floor_, tr("Floor"));
  return right_;
}

void EditPage::Enter() {
  if (tree_->isExpanded(filtered_->index(0, 0)) || !properties_->checked()) return;
  ShowFiltered(search_->text());
}

void EditPage::ListScenarios() {
  scenario_->clear();
  scenario_->addItems(bench_->study()->names());
  scenario_->setCurrentText(bench_->current());
}

void EditPage::ShowScenario() {
  const Study& study = *bench_->study();
  ListScenarios();
  text_->SetBytes(study.Find(Study::FileOf(bench_->current()))->text);
  verdict_->setText(tr("reading"));
  bench_->Check(bench_->current());
}

void EditPage::ShowChecked(const CheckedPtr& checked) {
  if (checked->name != bench_->current()) return;
  // The rows of a large scenario take longer to make than the window may be held.
  QThreadPool::globalInstance()->start([page = QPointer<EditPage>(this), number = ++shown_, checked] {
    auto rows = std::make_shared<std::unique_ptr<Property>>(checked->readable ? PropertiesOf(*checked) : nullptr);
    QMetaObject::invokeMethod(qApp, [page, number, checked, rows] {
      if (page && page->shown_ == number && checked->name == page->bench_->current()) page->ShowRows(checked, std::move(*rows));
    });
  });
}

void EditPage::ShowRows(const CheckedPtr& checked, std::unique_ptr<Property> rows) {
  QStringList open;
  for (QModelIndex i = filtered_->index(0, 0); i.isValid(); i = tree_->indexBelow(i))
    if (tree_->isExpanded(i)) open << i.data(PropertyModel::kPathRole).toString();
  const QString at = Current().data(PropertyModel::kPathRole).toString();
  const bool other = !properties_->checked() || properties_->checked()->name != checked->name;
  if (checked->readable) properties_->Show(checked, std::move(rows));
  floor_->Show(checked);
  problems_->Show(checked);
  std::vector<Finding> here;
  for (const Finding& f : checked->errors)
    if (f.place.file == checked->path) here.push_back(f);
  text_->SetFindings(here);
  const int errors = problems_->errors();
  const Theme& theme = ThemeOf(*this);
  verdict_->setText(QString("<span style='color:%1'>%2</span> %3")
                        .arg(theme.Of(errors ? Standing::kOver : Standing::kWithin).name(),
                             GlyphOf(errors ? Standing::kOver : Standing::kWithin),
                             errors ? tr("%n problem(s)", nullptr, errors) : tr("reads without a problem")));
  list_->setVisible(problems_->rowCount() > 0);
  if (other && open.isEmpty()) {
    ShowFiltered(search_->text());
    if (!Current().isValid()) GoTo("site.power.utility.limit");
  } else {
    for (const QString& path : open) tree_->expand(filtered_->mapFromSource(properties_->Find(path)));
    if (!at.isEmpty() && !Current().isValid()) GoTo(at);
  }
  ShowHelp();
}

void EditPage::ShowFiltered(const QString& words) {
  static_cast<PropertyFilter*>(filtered_)->SetWords(words);
  if (!words.isEmpty()) {
    tree_->expandAll();
    return;
  }
  const std::function<void(const QModelIndex&)> open_written = [&](const QModelIndex& parent) {
    for (int i = 0; i < properties_->rowCount(parent); ++i) {
      const QModelIndex child = properties_->index(i, 0, parent);
      const Property* p = properties_->At(child);
      const Origin origin = p->origin;
      if (p->kind == Property::Kind::kElement && p->parent->children.size() > kOpened) continue;
      if (origin != Origin::kHere && origin != Origin::kInherited) continue;
      tree_->expand(filtered_->mapFromSource(child));
      open_written(child);
    }
  };
  tree_->collapseAll();
  open_written({});
}

QModelIndex EditPage::Current() const { return filtered_->mapToSource(tree_->currentIndex()).siblingAtColumn(0); }

void EditPage::GoTo(const QString& path) {
  const QModelIndex found = filtered_->mapFromSource(properties_->Find(path));
  if (!found.isValid()) return;
  tree_->setCurrentIndex(found.siblingAtColumn(PropertyModel::kValue));
  tree_->scrollTo(found);
}

void EditPage::FocusSearch() {
  search_->setFocus();
  search_->selectAll();
}

void EditPage::ShowHelpOfCurrent() {
  const QModelIndex index = Current();
  if (index.isValid()) QWhatsThis::showText(tree_->mapToGlobal(tree_->rect().center()), HelpOf(*properties_->At(index)), tree_);
}

void EditPage::ShowHelp() {
  const QModelIndex index = Current();
  add_->setEnabled(properties_->CanAdd(index));
  const auto clearing = properties_->ClearingOf(index);
  clear_->setEnabled(clearing != PropertyModel::Clearing::kNone);
  clear_->setText(clearing == PropertyModel::Clearing::kTakeOut ? tr("Take out") : clearing == PropertyModel::Clearing::kPutBack ? tr("Put back") : tr("Clear"));
  clear_->setAccessibleName(clearing == PropertyModel::Clearing::kTakeOut  ? tr("Take what the base says out of this scenario")
                            : clearing == PropertyModel::Clearing::kPutBack ? tr("Put back what was taken out")
                                                                            : tr("Clear what is written here"));
  sheet_->setEnabled(index.isValid() && !SheetKinds(*properties_->At(index)).isEmpty());
  if (!index.isValid()) {
    help_->setText(tr("Select a property: its help, unit and limits stand here. Enter or F2 edits it, Delete clears it, or takes what the base says out of this scenario."));
    return;
  }
  const Property& p = *properties_->At(index);
  const QStringList lines = HelpOf(p).split('\n');
  QString text = "<b>" + lines.front().toHtmlEscaped() + "</b><br>" + lines.mid(1).join(" · ").toHtmlEscaped();
  if (!p.problem.isEmpty())
    text += QString("<br><span style='color:%1'>■ %2</span>").arg(ThemeOf(*this).Of(Standing::kOver).name(), p.problem.toHtmlEscaped());
  help_->setText(text);
}

void EditPage::Add() {
  const QModelIndex index = Current();
  if (!properties_->CanAdd(index)) return;
  const Property& p = *properties_->At(index);
  QString kind;
  if (p.kind == Property::Kind::kList) {
    const QStringList kinds = ElementKinds(*p.field);
    bool given = true;
    kind = kinds.front();
    if (kinds.size() > 1) kind = QInputDialog::getItem(this, tr("Add to %1").arg(p.label), tr("Kind"), kinds, 0, false, &given);
    if (!given) return;
  }
  properties_->AddTo(index, kind);
}

void EditPage::Clear() { properties_->Clear(Current()); }

void EditPage::ChooseSheet() {
  const QModelIndex index = Current();
  if (!index.isValid()) return;
  CatalogDialog dialog(SheetKinds(*properties_->At(index)), properties_->At(index)->value, this);
  if (dialog.exec() == QDialog::Accepted && !dialog.chosen().isEmpty())
    properties_->setData(index.siblingAtColumn(PropertyModel::kValue), dialog.chosen(), Qt::EditRole);
}

}  // namespace headroom::gui
