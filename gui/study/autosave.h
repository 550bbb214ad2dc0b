#pragma once

#include <QLockFile>
#include <QObject>
#include <QTimer>
#include <memory>

namespace headroom::gui {

class Study;

/// Keeps what is not saved yet in .headroom/autosave, a second after each change, so that a crash
/// loses nothing. A lock tells a crash from a second window on the same study.
class Autosave : public QObject {
  Q_OBJECT

 public:
  explicit Autosave(Study* study);
  /// Takes the kept texts away where everything is saved.
  ~Autosave() override;

  /// Another window has the study open.
  bool elsewhere() const { return elsewhere_; }
  /// An earlier window ended without saving, and left texts that differ from the files.
  bool recoverable() const { return recoverable_; }
  /// Lays the kept texts over the study, as one step that can be undone.
  void Recover();
  void Discard();
  /// Writes now. Returns what went wrong, or "".
  QString Write();

 signals:
  void Failed(const QString& message);

 private:
  QString folder() const;
  Study* study_;
  QTimer timer_;
  std::unique_ptr<QLockFile> lock_;
  bool elsewhere_ = false;
  bool recoverable_ = false;
};

}  // namespace headroom::gui
