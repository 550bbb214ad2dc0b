#pragma once

#include <QObject>
#include <QStringList>
#include <map>
#include <memory>
#include <vector>

#include "gui/commands/text_change.h"
#include "gui/study/study_file.h"
#include "scenarios/read/tree_file.h"

class QUndoStack;

namespace headroom::gui {

/// One scenario file of a study, as the editor holds it and as the disk does.
struct StudyScenario {
  QString name;        ///< of the file, without .yaml
  std::string text;
  QString saved_name;  ///< "" where it is not on disk yet
  std::string saved_text;
  bool modified() const { return name != saved_name || text != saved_text; }
};

/// A sweep of a study: sweeps/NAME.yaml.
struct StudySweep {
  QString name;
  std::string text, saved_text;
  bool saved = false;  ///< it is on disk
  bool modified() const { return !saved || text != saved_text; }
};

/// A base scenario and its variants: a folder of plain files that the command runs one by one.
///
///     study.yaml        which files, in which order
///     base.yaml         the base
///     smoothed.yaml     a variant: `include: base.yaml` and what differs
///     sweeps/NAME.yaml  sweeps of them
///     reports/NAME.h5   what the last run of NAME.yaml gave (of a variant in it: NAME@VARIANT.h5)
///     .headroom/        autosaved texts, layout, what was removed
///
/// All changes happen in memory, through undo commands; Save() brings the folder up to date.
class Study : public QObject {
  Q_OBJECT

 public:
  /// A folder with a study.yaml or base.yaml, a study.yaml, or a scenario file, which becomes the
  /// base of a study in its folder. @throws ConfigError, IoError.
  static std::unique_ptr<Study> Open(const QString& path);
  ~Study() override;

  const QString& folder() const { return folder_; }
  /// Where study.yaml is, or will be when there is something to say.
  QString file() const { return folder_ + "/" + kStudyFile; }
  const QString& title() const { return title_; }
  /// The base first.
  const std::vector<StudyScenario>& scenarios() const { return scenarios_; }
  const QString& base() const { return scenarios_.front().name; }
  /// -1 where there is none of that name.
  int IndexOf(const QString& name) const;
  const StudyScenario* Find(const QString& name) const;
  /// Everything that can be run, the base first: the scenarios, and behind each the `variants:` in its
  /// file, which are called SCENARIO@VARIANT.
  QStringList names() const;
  /// The scenario whose file a name of names() is in, and the variant in it ("" for the file as it stands).
  static QString FileOf(const QString& name) { return name.section('@', 0, 0); }
  static QString VariantOf(const QString& name) { return name.section('@', 1); }
  /// What a check of the scenario found in its `variants:`.
  void NoteVariants(const QString& scenario, const QStringList& variants);
  QString FilePath(const QString& name) const { return folder_ + "/" + FileOf(name) + ".yaml"; }
  QString ReportPath(const QString& name) const { return folder_ + "/reports/" + name + ".h5"; }
  /// .headroom in the folder, or a folder of the user's where that cannot be written.
  QString StateFolder() const;
  /// What the editor holds, in the place of the files.
  scenario::OpenTexts Texts() const;
  bool modified() const;
  /// What was odd about the folder when it was opened, for the user to read.
  const QStringList& notes() const { return notes_; }
  QUndoStack* undo() const { return undo_; }

  const std::vector<StudySweep>& sweeps() const { return sweeps_; }
  const StudySweep* FindSweep(const QString& name) const;
  QString SweepPath(const QString& name) const { return folder_ + "/sweeps/" + name + ".yaml"; }
  /// Takes up sweeps that came into the folder since it was read.
  void FindSweeps();

  /// What commands do. Users of the study push a command instead.
  void ChangeText(const QString& name, const TextChange& change);
  void Insert(int at, const StudyScenario& scenario);
  void Remove(const QString& name);
  void Rename(const QString& from, const QString& to);
  void Move(const QString& name, int to);
  void SetTitle(const QString& title);
  void ChangeSweep(const QString& name, const TextChange& change);
  void InsertSweep(const StudySweep& sweep);
  void RemoveSweep(const QString& name);

  /// Writes what differs from the disk. A file that another program changed meanwhile is kept in
  /// .headroom/removed. Returns what went wrong, or ""; what could not be written stays modified.
  QString Save();

  /// `text` as the name of a scenario file that is not taken yet: "8 more racks!" is 8-more-racks.
  QString FreeName(const QString& text) const;

 signals:
  void TextChanged(const QString& name);
  /// Scenarios came, went, moved or were renamed; or the title did.
  void ScenariosChanged();
  /// names() has changed, though no scenario came or went.
  void VariantsChanged();
  void SweepChanged(const QString& name);
  /// A sweep came or went.
  void SweepsChanged();
  void ModifiedChanged(bool modified);
  void Saved();

 private:
  explicit Study(const QString& folder);
  void Read(const StudyFile& file);
  void NoteModified();
  QString KeepCopy(const QString& name, const QString& from) const;
  QString SaveScenario(StudyScenario& scenario);
  QString SaveStudyFile();
  QString SaveSweeps();

  QString folder_;
  QString title_;
  std::string file_text_;  ///< of study.yaml, as read or last written
  std::vector<StudyScenario> scenarios_;
  std::map<QString, QStringList> variants_;  ///< in the scenarios' files
  QStringList removed_;    ///< saved names that are to go from the disk
  std::vector<StudySweep> sweeps_;  ///< by name
  QStringList removed_sweeps_;      ///< that are to go from the disk
  QStringList notes_;
  QUndoStack* undo_;
  bool was_modified_ = false;
};

}  // namespace headroom::gui
