#include "gui/pages/runs_page.h"

#include <QClipboard>
#include <QFontDatabase>

#include "gui/pages/workbench.h"
#include "gui/run/command_line.h"
#include "gui/run/run_model.h"
#include "gui/theme/theme.h"

namespace headroom::gui {
namespace {

/// A bar in the progress column.
class ProgressDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const double share = index.data(RunModel::kShareRole).toDouble();
    if (share >= 0.0 && option.widget != nullptr) {
      QColor fill = ThemeOf(*option.widget).accent;
      fill.setAlpha(70);
      QRectF bar = QRectF(option.rect).adjusted(2, 3, -2, -3);
      bar.setWidth(bar.width() * share);
      painter->fillRect(bar, fill);
    }
    QStyledItemDelegate::paint(painter, option, index);
  }
};

}  // namespace

RunsPage::RunsPage(Workbench* bench)
    : Page(bench->state()),
      bench_(bench),
      model_(new RunModel(bench->queue(), this)),
      table_(new QTableView),
      log_(new QPlainTextEdit),
      empty_(new QLabel) {
  table_->setModel(model_);
  table_->setObjectName("runs");
  table_->setAccessibleName(tr("Runs"));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setTabKeyNavigation(false);
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->setShowGrid(false);
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->setColumnWidth(RunModel::kSubject, 220);
  table_->setColumnWidth(RunModel::kState, 120);
  table_->setColumnWidth(RunModel::kProgress, 160);
  table_->setItemDelegateForColumn(RunModel::kProgress, new ProgressDelegate(this));
  log_->setReadOnly(true);
  log_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  log_->setLineWrapMode(QPlainTextEdit::NoWrap);
  log_->setAccessibleName(tr("Log of the run"));
  log_->setObjectName("log");
  log_->setPlaceholderText(tr("Select a run to see what the command printed."));
  log_->setTabChangesFocus(true);
  auto* buttons = new QHBoxLayout;
  const auto add = [&](const QString& text, const QString& tip, auto slot) {
    auto* button = new QPushButton(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    connect(button, &QPushButton::clicked, this, slot);
    buttons->addWidget(button);
  };
  add(tr("Run"), tr("Run the current scenario (F5)"), [this] { bench_->RunScenario(bench_->current()); });
  add(tr("Stop"), tr("Stop the selected run"), [this] { bench_->queue()->Cancel(CurrentId()); });
  add(tr("Stop all"), tr("Stop every run (Shift+F5)"), [this] { bench_->queue()->CancelAll(); });
  add(tr("Copy command line"), tr("Copy the command line of the selected run"), [this] { CopyCommand(); });
  add(tr("Clear"), tr("Take ended runs off the list"), [this] { bench_->queue()->Clear(); });
  buttons->addStretch();
  auto* at_once = new QSpinBox;
  at_once->setRange(1, 256);
  at_once->setValue(bench->queue()->at_once());
  at_once->setAccessibleName(tr("Runs at once"));
  connect(at_once, &QSpinBox::valueChanged, bench->queue(), &RunQueue::SetAtOnce);
  buttons->addWidget(new QLabel(tr("At once")));
  buttons->addWidget(at_once);
  auto* split = new QSplitter(Qt::Vertical);
  split->addWidget(table_);
  split->addWidget(log_);
  split->setSizes({240, 400});
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(12, 12, 12, 8);
  rows->addLayout(buttons);
  rows->addWidget(empty_);
  rows->addWidget(split, 1);
  connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this, &RunsPage::ShowLog);
  connect(model_, &QAbstractItemModel::dataChanged, this, &RunsPage::ShowLog);
  connect(model_, &QAbstractItemModel::rowsInserted, this, [this] { table_->selectRow(0); });
  connect(model_, &QAbstractItemModel::modelReset, this, &RunsPage::ShowLog);
  if (model_->rowCount() > 0) table_->selectRow(0);
  ShowLog();
}

QString RunsPage::emptyState() const {
  return model_->rowCount() == 0 ? tr("Nothing has run in this window yet. Press F5 to run %1.").arg(bench_->current())
                                 : QString();
}

int RunsPage::CurrentId() const { return table_->currentIndex().data(RunModel::kIdRole).toInt(); }

void RunsPage::ShowLog() {
  empty_->setText(emptyState());
  empty_->setVisible(!empty_->text().isEmpty());
  const Run* run = bench_->queue()->Find(CurrentId());
  const QString text = run == nullptr ? QString()
                                      : "$ " + ShellText("headroom", run->arguments) + "\n\n" + run->log +
                                            (run->message.isEmpty() ? "" : "\n" + run->message + "\n");
  if (text != log_->toPlainText()) log_->setPlainText(text);
}

void RunsPage::CopyCommand() {
  const Run* run = bench_->queue()->Find(CurrentId());
  const QStringList arguments = run != nullptr ? run->arguments : bench_->RunArguments(bench_->current());
  QGuiApplication::clipboard()->setText(ShellText(HeadroomProgram(), arguments));
  emit bench_->Message(tr("Copied: %1").arg(ShellText("headroom", arguments)));
}

}  // namespace headroom::gui
